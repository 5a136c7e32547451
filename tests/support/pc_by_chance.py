"""PCs by chance: damaged tables of ACPI, and CPUs of any kind.

Everything is drawn from a `Random`, so a seed leads to the same PC again.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from random import Random

from acpi_machine import memory, slit, srat, table
from booted_pc import EIGHT_GIB, TWO_GIB, loaded_pc
from bootstep.boots.core.inputs import Firmware
from bootstep.boots.init.main import boot
from bootstep.boots.x86.variables import Kernel
from bootstep.model.firmware.acpi_tables import AcpiTable
from bootstep.model.firmware.cpu_features import (
    FIVE_LEVELS,
    KEYS,
    QEMU_MODELS,
    CpuFeatures,
    parse_cpu_json,
    parse_cpuinfo,
)
from bootstep.model.trace.events import Kind
from fake_pc import CPUINFO
from msgspec.structs import replace
from pc_acpi import (
    LAPIC_NMI,
    RSDP_ADDRESS,
    hpet,
    initiator,
    ioapic,
    lapic,
    near,
    near_x2,
    override,
    pc_fadt,
    pc_madt,
    placed,
    x2apic,
)

MIB, GIB = 1 << 20, 1 << 30
U32, U64 = (1 << 32) - 1, (1 << 64) - 1
RELEASES = ("6.1", "6.12")
MAPS = (
    TWO_GIB,
    EIGHT_GIB,
    ((0, 0x9FC00, "usable"), (MIB, 64 * MIB, "usable")),
    ((0, 0x9FC00, "usable"), (MIB, 3 * GIB, "usable"), (64 * GIB, 65 * GIB, "usable")),
)
ABSURD = (0, 1, 4, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 1 << 31, U32, 1 << 32, 1 << 46, 1 << 52, 1 << 63, U64)
EDGES = (0, 0x9FC00, MIB, 16 * MIB, GIB, 2 * GIB, 0x7FFE0000, 0xBFFE0000, 4 * GIB, 5 * GIB, 9 * GIB)


# ---- tables ----


def _number(chance: Random, bits: int, usual: Sequence[int]) -> int:
    """One of the usual numbers, most often; else any or an absurd one, cut to its bits."""
    any_bits = chance.getrandbits(bits)
    return chance.choice((*usual, *usual, *usual, any_bits, chance.choice(ABSURD))) & (1 << bits) - 1


def _memory(chance: Random) -> bytes:
    """Memory in the SRAT, often between places that mean something, and often on one of two nodes."""
    start, end = sorted((_number(chance, 64, EDGES), _number(chance, 64, EDGES)))
    length = chance.choice((40, 40, 40, 40, 40, 39, 41, 2, 0, 255))
    size = chance.choice((end - start, end - start, end - start, chance.getrandbits(64)))
    pxm = _number(chance, 32, (0, 1, 2))
    return memory(pxm, start, size, _number(chance, 32, (1, 1, 1, 3, 5, 0)), length)


def _srat_entry(chance: Random) -> bytes:
    """Memory, a CPU, a device, or what nobody knows."""
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: _memory(chance),
        lambda: _memory(chance),
        lambda: near(_number(chance, 8, (0, 1)), _number(chance, 8, (0, 1)), chance.choice((0, 1))),
        lambda: near_x2(_number(chance, 32, (0, 1)), _number(chance, 32, (0, 1, 255, 32768))),
        lambda: initiator(_number(chance, 32, (0, 1, 2))),
        lambda: chance.randbytes(chance.randrange(50)),
    )
    return chance.choice(makers)()


def _madt_entry(chance: Random) -> bytes:
    """A CPU, an I/O APIC, an interrupt, or what nobody knows."""
    makers: tuple[Callable[[], bytes], ...] = (
        lambda: lapic(_number(chance, 8, (0, 1, 2)), chance.choice((0, 1, 2, 3)), chance.choice((8, 8, 7))),
        lambda: x2apic(_number(chance, 32, (0, 1, 255, 300, 32767)), chance.choice((0, 1, 2))),
        lambda: ioapic(
            chance.randrange(256), _number(chance, 32, (0xFEC00000,)), _number(chance, 32, (0, 24))
        ),
        lambda: override(chance.randrange(256), _number(chance, 32, (0, 2, 9)), chance.getrandbits(16)),
        lambda: LAPIC_NMI,
        lambda: b"\x05\x0c\0\0" + _number(chance, 64, (0xFEE00000,)).to_bytes(8, "little"),
        lambda: chance.randbytes(chance.randrange(30)),
    )
    return chance.choice(makers)()


def _several(chance: Random, entry: Callable[[Random], bytes], most: int = 16) -> list[bytes]:
    """Some entries; now and then as many as no machine has."""
    count = chance.choice((chance.randrange(most), chance.randrange(most), 40 * most))
    return [entry(chance) for _ in range(count if chance.random() < 0.3 else count % most)]


def _usual_srat() -> list[bytes]:
    """Two nodes, with all memory of the maps."""
    memories = memory(0, 0, 2 * GIB), memory(0, 2 * GIB, 2 * GIB), memory(1, 4 * GIB, 80 * GIB)
    return [near(0, 0), near(1, 1), *memories]


def _any_slit(chance: Random) -> AcpiTable:
    """A square of distances; each locality is nearest to itself, but perhaps for one."""
    side = chance.choice((1, 2, 2, 3, 4, 15))
    distances = [10 if a == b else chance.randrange(11, 256) for a in range(side) for b in range(side)]
    if chance.random() < 0.3:
        distances[chance.randrange(len(distances))] = chance.randrange(256)
    body = slit(*distances).data[36:]
    if chance.random() < 0.2:
        body = chance.choice((*ABSURD, chance.getrandbits(64))).to_bytes(8, "little") + body[8:]
    return table("SLIT", body, 1)


def any_tables(chance: Random) -> list[AcpiTable]:
    """A PC's tables with entries by chance, whose sums are good."""
    memories = chance.choice((_usual_srat(), [])) + _several(chance, _srat_entry)
    cpus = chance.choice(([lapic(0), lapic(1), ioapic(0, 0xFEC00000, 0)], [])) + _several(chance, _madt_entry)
    found = [
        pc_fadt(chance.randrange(7)),
        pc_madt(*cpus, address=_number(chance, 32, (0xFEE00000,))),
        hpet(_number(chance, 64, (0xFED00000,)), chance.choice((0, 0, 1))),
        srat(*memories, revision=chance.choice((0, 1, 2, 3, 3, 255))),
        _any_slit(chance),
    ]
    chance.shuffle(found)
    return found[: chance.choice((5, 5, 5, 4, 3))]


def damaged(chance: Random, data: bytes) -> bytes:
    """A table with some bits turned, or bytes cut off, or a length or a count that is not true; half of them
    get a good sum all the same."""
    raw = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 3, 10))):
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.3:
        del raw[chance.randrange(len(raw) + 1) :]
    if chance.random() < 0.3:
        length = chance.choice((len(raw), *ABSURD, chance.randrange(len(raw) + 2)))
        raw[4:8] = (length & U32).to_bytes(4, "little")
    if len(raw) > 9 and chance.random() < 0.5:
        raw[9] = (raw[9] - sum(raw)) & 0xFF
    return bytes(raw)


def with_tables(firmware: Firmware, tables: Sequence[AcpiTable]) -> Firmware:
    """The same with these tables, which a RSDT lists."""
    there = placed(tables)
    address = there[-1].address + max(there[-1].length, len(there[-1].data)) if there else 0x7FFE0000
    listed = b"".join((each.address & U32).to_bytes(4, "little") for each in there)
    rsdp = b"RSD PTR \0BOCHS \0" + (address & U32).to_bytes(4, "little")
    x86 = replace(firmware.x86, rsdp=RSDP_ADDRESS)
    rsdt = table("RSDT", listed, 1, address)
    return replace(firmware, acpi=tuple(there), rsdt=rsdt, xsdt=None, rsdp=rsdp, x86=x86)


# ---- CPUs ----


def any_cpu(chance: Random) -> CpuFeatures:
    """One that QEMU has, or one put together, whose features need not go together."""
    known = chance.choice([*QEMU_MODELS.values()]).facts
    if chance.random() < 0.2:
        return known
    flags = {*chance.sample(sorted(FIVE_LEVELS), chance.randrange(len(FIVE_LEVELS))), "lm", "pae"}
    flags |= {*chance.sample(("x2apic", "hypervisor", "tsc_known_freq", "pcid", "invpcid", "sme", "sev"), 3)}
    return replace(
        known,
        family=chance.choice((known.family, chance.randrange(256))),
        vendor=chance.choice((known.vendor, "GenuineIntel", "AuthenticAMD", "")),
        physical_bits=chance.randrange(32, 53),
        virtual_bits=chance.choice((48, 57)),
        flags=frozenset(flags),
        bugs=frozenset(chance.sample(("cpu_meltdown", "l1tf", "spectre_v1"), chance.randrange(3))),
    )


def damaged_cpuinfo(chance: Random) -> CpuFeatures:
    """What a /proc/cpuinfo says in which some letters are others, and lines are missing.  Raises
    `InputError`."""
    lines = [line for line in CPUINFO.format(0).splitlines() if chance.random() < 0.97]
    text = [*"\n".join(lines)]
    for _ in range(chance.randrange(6)):
        text[chance.randrange(len(text))] = chance.choice("0123456789 :\n\tx\xb2\u0663")
    return parse_cpuinfo("".join(text), "cpuinfo")


def any_cpu_json(chance: Random) -> CpuFeatures:
    """What a JSON file says, whose values are not always what they should be.  Raises `InputError`."""
    flags = chance.sample(sorted(FIVE_LEVELS), chance.randrange(15, len(FIVE_LEVELS)))
    facts: dict[str, object] = {"vendor": "GenuineIntel", "physical_bits": 46, "flags": [*flags, "lm", "pae"]}
    nonsense = (*ABSURD, -1, 1.5, None, True, "", "0x30", "40", [], ["lm"], [1], {}, "x" * 9)
    for _ in range(chance.randrange(3)):
        facts[chance.choice((*KEYS, *KEYS, "flag"))] = chance.choice(nonsense)
    return parse_cpu_json(facts, "cpu.json")


# ---- how it ends ----


@functools.cache
def _loaded(release: str, number: int) -> Kernel:
    return loaded_pc(MAPS[number], release=release)


def any_pc(chance: Random) -> Kernel:
    """One with the usual CPU and no tables, before its first instruction."""
    return _loaded(chance.choice(RELEASES), chance.randrange(len(MAPS))).again()


def ended(k: Kernel) -> None:
    """Boot it: it comes to its end or to the kernel's own panic, and all lines it says can be read.  Raises
    `InputError`."""
    boot(k)
    lines = [k.trace.log_text(event) for event in k.trace.logs]
    assert k.trace.finished
    assert k.trace.last_of_kind(Kind.PANIC) >= 0 or any(line.startswith("Memory: ") for line in lines)
    regions = [(region.base, region.base + region.size) for region in k.memblock.memory.regions]
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(regions))
