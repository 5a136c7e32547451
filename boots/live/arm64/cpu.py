"""Which CPU an arm64 kernel runs on: by what it is called (MIDR_EL1), or by what its ID registers say it can
do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ...arm64.kernel.cpu import CPUS, Cpu
from ...capture.arm64.cpu import DEFAULT_CPU
from ..memory import KernelMemory

ID_REGISTERS = (
    *("ID_AA64MMFR0_EL1", "ID_AA64MMFR1_EL1", "ID_AA64MMFR2_EL1"),
    *("ID_AA64PFR1_EL1", "ID_AA64ISAR0_EL1"),
)
PHYSICAL_BITS = (32, 36, 40, 42, 44, 48, 52)
"""By ID_AA64MMFR0_EL1.PARange."""
NO_PAGES_OF_16K = 0
VARIANT_AND_REVISION = 0xF << 20 | 0xF
BOOTING = re.compile(r"Booting Linux on physical CPU 0x[0-9a-f]+ \[0x([0-9a-f]{8})\]")


class Features(NamedTuple):
    """What of a CPU mappings turn on, by the names that `Cpu` has for it."""

    physical_bits: int
    e0pd: bool
    bti: bool
    lva: bool
    rng: bool
    vhe: bool
    pages_of_16k: bool


def features_of(cpu: Cpu) -> Features:
    """Those of a CPU that is known."""
    return Features(*(getattr(cpu, name) for name in Features._fields))


def features(registers: Mapping[str, int]) -> Features:
    """What ID registers say."""
    mmfr0, mmfr1, mmfr2, pfr1, isar0 = (registers[name] for name in ID_REGISTERS)
    range_of_addresses = min(_field(mmfr0, 0), len(PHYSICAL_BITS) - 1)
    return Features(
        physical_bits=PHYSICAL_BITS[range_of_addresses],
        e0pd=_field(mmfr2, 60) > 0,
        bti=_field(pfr1, 0) > 0,
        lva=_field(mmfr2, 16) > 0,
        rng=_field(isar0, 60) > 0,
        vhe=_field(mmfr1, 8) > 0,
        pages_of_16k=_field(mmfr0, 20) != NO_PAGES_OF_16K,
    )


def _field(register: int, at: int) -> int:
    return register >> at & 0xF


def named(midr: int) -> str | None:
    """The CPU that is called so, whatever its variant and revision; None if it is not known."""
    for name, cpu in CPUS.items():
        if cpu.midr & ~VARIANT_AND_REVISION == midr & ~VARIANT_AND_REVISION:
            return name
    return None


def alike(found: Features) -> str | None:
    """A CPU that can do the same, None if none is known."""
    names = [name for name, cpu in CPUS.items() if features_of(cpu) == found]
    return DEFAULT_CPU if DEFAULT_CPU in names else names[0] if names else None


async def id_registers(memory: KernelMemory) -> Features | None:
    """What the target says of its ID registers; None if it does not know them all."""
    found: dict[str, int] = {}
    for name in ID_REGISTERS:
        value = await memory.target.register(name)
        if value is None:
            return None
        found[name] = value
    return features(found)


async def main_id(memory: KernelMemory, log: str) -> int | None:
    """MIDR_EL1: as the target has it, as the kernel has kept it for its first CPU, or has printed it."""
    value = await memory.target.register("MIDR_EL1")
    if value:
        return value
    place, address = memory.place("cpuinfo_arm64", "reg_midr"), memory.address("boot_cpu_data")
    if place is not None and address is not None:
        data = await memory.bytes_at(address + place[0], place[1])
        if data and any(data):
            return int.from_bytes(data, "little")
    told = BOOTING.search(log)
    return int(told[1], 16) if told else None
