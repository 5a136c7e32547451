"""PCs nobody made: boards of QEMU with memory, nodes and CPUs chosen by chance."""

from __future__ import annotations

from random import Random

from msgspec import Struct
from pc_options import some_options

MIB = 1 << 20
SIZES = (128, 160, 192, 256, 300, 512, 513, 768, 1024, 1000, 1536, 2048, 2047, 3072, 3584, 4096, 5000)
"""Of RAM, in MiB."""
CPUS = ("qemu64", "qemu64,+pdpe1gb", "core2duo", "Haswell", "EPYC", "max", "max,-la57", "qemu64,-pge")
CONSOLE = "earlyprintk=serial,ttyS0,115200,keep ignore_loglevel memblock=debug panic=-1"


class Node(Struct, frozen=True):
    """MiB of memory (0: none), and the CPUs it has, such as ``0-1``."""

    mib: int
    cpus: str


class Board(Struct, frozen=True):
    """What QEMU is given: the board, MiB of RAM and how many of them lie below 4 GiB at most (0: as the board
    likes), the CPU, how many there are and may be, nodes (one or none is a PC without SRAT), MiB that can be
    plugged in, bytes of an initrd."""

    machine: str
    mib: int
    below_4g: int
    cpu: str
    cpus: int
    max_cpus: int
    nodes: tuple[Node, ...]
    distances: tuple[tuple[int, int, int], ...]
    hotplug: int
    initrd: int
    cmdline: str

    @property
    def low(self) -> int:
        """How many bytes of RAM QEMU puts below 4 GiB."""
        ram = self.mib * MIB
        usual = 0xB0000000 if self.machine == "q35" else 0xE0000000
        lowmem, limit = usual, self.below_4g * MIB
        if ram >= lowmem:
            lowmem = 0x80000000 if self.machine == "q35" else 0xC0000000
        if limit and lowmem > limit:
            lowmem = limit
        return min(ram, lowmem)


def a_board(seed: str, release: tuple[int, int], more: str = "") -> Board:
    """The board of a seed; `more` is added to its command line."""
    chance = Random(seed)
    mib = chance.choice(SIZES)
    machine = chance.choice(("pc", "pc", "q35"))
    below = chance.choice((0, 0, 0, 0, 1024, 2048, 3072)) if mib > 1024 else 0
    cpus = chance.choice((1, 2, 2, 4))
    max_cpus = cpus + chance.choice((0, 0, 0, 2, 4))
    count = chance.choice((0, 0, 0, 0, 2, 2, 3, 4))
    nodes = _nodes(chance, mib, count, max_cpus)
    distances = _distances(chance, count) if chance.random() < 0.4 else ()
    hotplug = chance.choice((0, 0, 0, 512, 4096))
    initrd = chance.choice((0, 0, 0x1000, 0x12345, MIB, 5 * MIB + 0x800))
    # Since 6.2 the CPUs' entry areas are at random places too, which the machine cannot tell.
    kaslr = () if chance.random() < 0.15 and release < (6, 2) else ("nokaslr",)
    words = " ".join((CONSOLE, *kaslr, *some_options(chance, mib, count, release), more)).strip()
    cpu = chance.choice(CPUS)
    return Board(machine, mib, below, cpu, cpus, max_cpus, nodes, distances, hotplug, initrd, words)


def _nodes(chance: Random, mib: int, count: int, max_cpus: int) -> tuple[Node, ...]:
    """RAM cut anywhere; a node may have none of it, and some have no CPU."""
    if not count:
        return ()
    cuts = sorted(
        chance.sample(range(16, mib - 16, chance.choice((1, 2, 64)) if mib > 256 else 1), count - 1)
    )
    sizes = [end - start for start, end in zip([0, *cuts], [*cuts, mib], strict=True)]
    if count > 2 and chance.random() < 0.3:
        empty = chance.randrange(1, count)
        sizes[empty - 1] += sizes[empty]
        sizes[empty] = 0
    owners = [chance.randrange(count) for _ in range(max_cpus)]
    owners[0] = chance.choice((0, 0, 0, owners[0]))
    return tuple(
        Node(size, ",".join(f"cpus={cpu}" for cpu, owner in enumerate(owners) if owner == node))
        for node, size in enumerate(sizes)
    )


def _distances(chance: Random, count: int) -> tuple[tuple[int, int, int], ...]:
    return tuple(
        (one, other, chance.choice((15, 20, 21, 30))) for other in range(count) for one in range(other)
    )
