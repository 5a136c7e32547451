"""Boards nobody made: QEMU's virt machine with banks, nodes and reserved memory chosen by chance."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bootstep.boots.loader.machine_file import SHIPPED
from msgspec import Struct
from options import some_options

MIB, GIB = 1 << 20, 1 << 30
BASE = GIB
"""Where QEMU has its RAM."""
QEMUS_OWN = MIB
"""Bytes at the start of RAM where QEMU puts a device tree of its own."""
IMAGE = 48 * MIB
"""Room for a kernel."""
SIZES = (128, 192, 256, 300, 512, 512, 768, 1024, 1024, 1536, 2048)
"""Of RAM, in MiB."""
CONSOLE = "earlycon=pl011,0x9000000 console=ttyAMA0 panic=-1 loglevel=8"


class Bank(Struct, frozen=True):
    """Memory on a node (None: on none that is told)."""

    base: int
    size: int
    nid: int | None = None

    def holds(self, base: int, size: int) -> bool:
        """Whether all of that is in it."""
        return self.base <= base and base + size <= self.base + self.size


class Board(Struct, frozen=True):
    """What QEMU is given: bytes of RAM, the CPUs, the device tree's source, and what lies where."""

    ram: int
    cpu: str
    cpus: int
    dts: str
    load: int
    dtb: int
    initrd: tuple[int, int]
    cmdline: str


def cells(value: int) -> str:
    """A number as two cells."""
    return f"{value >> 32:#x} {value & 0xFFFFFFFF:#x}"


def reg(*ranges: tuple[int, int]) -> str:
    """Bases and sizes as a property's value."""
    return "<" + " ".join(f"{cells(base)} {cells(size)}" for base, size in ranges) + ">"


def a_board(seed: str, release: tuple[int, int], cpus: tuple[str, ...], more: str = "") -> Board:
    """The board of a seed, with a CPU of `cpus`; `more` is added to its command line."""
    for attempt in range(1000):
        found = _try(Random(f"{seed}-{attempt}"), release, cpus, more)
        if found is not None:
            return found
    raise AssertionError("no kernel fits on any board")


def _try(chance: Random, release: tuple[int, int], cpus: tuple[str, ...], more: str) -> Board | None:
    ram = chance.choice(SIZES) * MIB
    nodes = chance.choice((0, 0, 0, 1, 2, 2, 3, 4))
    banks = list(_on_nodes(_banks(chance, ram), nodes, ram))
    blocks = range(BASE + 2 * MIB, BASE + 120 * MIB, 2 * MIB)
    places = [block for block in blocks if any(bank.holds(block, IMAGE) for bank in banks)]
    if not places:
        return None
    load = places[0] if chance.random() < 0.6 else chance.choice(places)
    taken = [(load - MIB, IMAGE + MIB)]
    dtb = _place(chance, banks, taken, 2 * MIB, 2 * MIB, (0, 0, 0x1000, 0x23000))
    if dtb is None:
        return None
    taken.append((dtb, 2 * MIB))
    size = chance.choice((0, 0, 0x1000, 0x12345, MIB, 5 * MIB + 0x800))
    start = _place(chance, banks, taken, size, 0x1000, (0, 0, 0x10)) if size else None
    initrd = (start, size) if start is not None else (0, 0)
    count = chance.choice((1, 2, 2, 4))
    words = " ".join((CONSOLE, *some_options(chance, BASE, ram, release), more)).strip()
    reserved = list(_reserved(chance, ram, taken)) if chance.random() < 0.5 else []
    told = (*_memory_nodes(chance, banks), *_distances(chance, nodes), *_reserved_memory(reserved))
    cpu = chance.choice(cpus)
    body = (*_chosen(chance, words, initrd, cpu), *told, *_dma_ranges(chance))
    dts = _with_cpus(chance, count, nodes).replace("/dts-v1/;", "/dts-v1/;\n" + _memreserve(chance, ram))
    dts += "\n/ {\n\t" + "\n\t".join(body) + "\n};\n"
    return Board(ram, cpu, count, dts, load, dtb, initrd, words)


def _place(
    chance: Random,
    banks: list[Bank],
    taken: list[tuple[int, int]],
    size: int,
    step: int,
    more: tuple[int, ...],
) -> int | None:
    """A place in memory beside what is taken."""
    for _ in range(200):
        bank = chance.choice(banks)
        at = (bank.base + chance.randrange(bank.size)) // step * step + chance.choice(more)
        is_free = all(at + size <= start or at >= start + length for start, length in taken)
        if bank.holds(at, size) and is_free and at >= BASE + QEMUS_OWN:
            return at
    return None


def _banks(chance: Random, ram: int) -> list[tuple[int, int]]:
    """One bank, one with a hole, one that begins or ends anywhere, or several."""
    kind = chance.choice(("whole", "whole", "hole", "unaligned", "several"))
    if kind == "hole":
        cut = chance.randrange(8, ram // MIB * 3 // 4) * MIB
        gap = chance.choice((1, 2, 3, 16)) * MIB
        return [(BASE, cut), (BASE + cut + gap, ram - cut - gap)]
    if kind == "unaligned":
        off = chance.choice((0, 0x1000, 0x11000, 0x210000))
        return [(BASE + off, ram - off - chance.choice((0, 0x1000, 0x5000, 0x123000)))]
    if kind == "several":
        cuts = sorted(chance.sample(range(16, ram // MIB - 1), chance.randrange(1, 5)))
        edges = [0, *cuts, ram // MIB]
        shorter = [chance.choice((0, 0, 1)) for _ in edges]
        return [
            (BASE + start * MIB, max(end - start - less, 1) * MIB)
            for start, end, less in zip(edges, edges[1:], shorter, strict=False)
        ]
    return [(BASE, ram)]


def _on_nodes(banks: list[tuple[int, int]], nodes: int, ram: int) -> Iterator[Bank]:
    """The banks, cut where a node ends."""
    share = max(ram // max(nodes, 1), 16 * MIB)
    for base, size in banks:
        while nodes and size:
            nid = min((base - BASE) // share, nodes - 1)
            end = base + size if nid == nodes - 1 else min(base + size, BASE + (nid + 1) * share)
            yield Bank(base, end - base, nid)
            base, size = end, base + size - end
        if size:
            yield Bank(base, size)


def _memory_nodes(chance: Random, banks: list[Bank]) -> Iterator[str]:
    for bank in banks if chance.random() < 0.5 else reversed(banks):
        nid = "" if bank.nid is None else f" numa-node-id = <{bank.nid}>;"
        hotplug = " hotpluggable;" if chance.random() < 0.05 else ""
        where = reg((bank.base, bank.size))
        yield f'memory@{bank.base:x} {{ device_type = "memory"; reg = {where};{nid}{hotplug} }};'


def _distances(chance: Random, nodes: int) -> Iterator[str]:
    if nodes < 2 or chance.random() < 0.3:
        return
    known = {(one, other): chance.choice((15, 20, 30)) for one in range(nodes) for other in range(one)}
    matrix = ", ".join(
        f"<{one} {other} {10 if one == other else known[max(one, other), min(one, other)]}>"
        for one in range(nodes)
        for other in range(nodes)
    )
    yield f'distance-map {{ compatible = "numa-distance-map-v1"; distance-matrix = {matrix}; }};'


def _reserved(chance: Random, ram: int, taken: list[tuple[int, int]]) -> Iterator[str]:
    """Children of /reserved-memory: with an address or a size, not mapped, for CMA or devices."""
    for number in range(chance.randrange(1, 6)):
        at = BASE + chance.randrange(ram // MIB) * MIB + chance.choice((0, 0, 0x1000, 0x800000))
        size = chance.choice((0x1000, 0x10000, MIB, 4 * MIB, 8 * MIB))
        pool = 'compatible = "shared-dma-pool"; '
        is_taken = any(at < start + length and start < at + size for start, length in taken)
        fixed = f"r{number}@{at:x} {{ reg = {reg((at, size))}; "
        dynamic = f"r{number} {{ size = <{cells(size)}>; "
        area = f"r{number} {{ {pool}reusable; size = <{cells(max(size, 4 * MIB))}>; "
        kinds = [
            fixed,
            fixed + pool,
            dynamic,
            dynamic + f"alignment = <{cells(MIB)}>; ",
            dynamic + "no-map; ",
            dynamic + f"alloc-ranges = {reg((at & -MIB, chance.choice((16, 64, 512)) * MIB))}; ",
            area + f"alignment = <{cells(4 * MIB)}>; ",
            area + ("linux,cma-default; " if number == 0 else ""),
        ]
        kinds += [] if is_taken else [fixed + "no-map; ", fixed + pool + "no-map; "]
        yield chance.choice(kinds) + "};"


def _reserved_memory(reserved: list[str]) -> Iterator[str]:
    if reserved:
        inside = " ".join(reserved)
        yield f"reserved-memory {{ #address-cells = <2>; #size-cells = <2>; ranges; {inside} }};"


def _memreserve(chance: Random, ram: int) -> str:
    if chance.random() > 0.2:
        return ""
    at = BASE + chance.randrange(ram // 0x1000) * 0x1000
    return f"/memreserve/ {at:#x} {chance.choice((0x123, 0x1000, 0x10000, MIB)):#x};\n"


def _dma_ranges(chance: Random) -> Iterator[str]:
    if chance.random() < 0.2:
        limit = chance.choice((GIB, 2 * GIB, 3 * GIB))
        ranges = f"<{cells(0)} {cells(chance.choice((0, GIB)))} {cells(limit)}>"
        yield (
            'soc-dma { compatible = "simple-bus"; #address-cells = <2>; #size-cells = <2>; '
            f"ranges; dma-ranges = {ranges}; }};"
        )


def _chosen(chance: Random, cmdline: str, initrd: tuple[int, int], cpu: str) -> Iterator[str]:
    """What the boot loader says.  A CPU with random numbers gets a seed, lest it makes one."""
    start, size = initrd
    ends = f"linux,initrd-start = <{cells(start)}>; linux,initrd-end = <{cells(start + size)}>; "
    has_seed = chance.random() < 0.6 or cpu == "max"
    seed = f"kaslr-seed = <{cells(chance.getrandbits(64))}>; " if has_seed else ""
    yield f'chosen {{ bootargs = "{cmdline}"; {ends if size else ""}{seed}}};'


def _with_cpus(chance: Random, count: int, nodes: int) -> str:
    """The virt machine's own tree, with so many CPUs on these nodes."""
    text = (SHIPPED / "boards" / "virt.dtsi").read_text()
    start = text.index("\tcpus {")
    end = text.index("\n\t};\n", start) + len("\n\t};\n")
    cpus = [
        f'\t\tcpu@{cpu} {{ device_type = "cpu"; compatible = "arm,cortex-a57"; reg = <{cpu}>; '
        + ('enable-method = "psci"; ' if count > 1 else "")
        + (f"numa-node-id = <{chance.randrange(nodes)}>; " if nodes else "")
        + "};"
        for cpu in range(count)
    ]
    inside = "\n".join(("\tcpus {", "\t\t#address-cells = <1>;", "\t\t#size-cells = <0>;", *cpus, "\t};\n"))
    return text[:start] + inside + text[end:]
