"""Memory that is not cached is not used."""

from __future__ import annotations

from bootstep.boots.x86.kernel.e820.memory_setup import e820__memory_setup
from bootstep.boots.x86.kernel.mtrr_cleanup import mtrr_trim_uncached_memory
from bootstep.boots.x86.variables import Kernel
from bootstep.model.build.kconfig import KConfig
from bootstep.model.firmware.pc_firmware import Mtrr
from device_tree_kernel import log
from e820_machine import GIB, KIB, MIB, RAM, RESERVED, Map, pc_kernel, ranges_of
from msgspec.structs import replace

BACK, UNCACHED, THROUGH = "write-back", "uncachable", "write-through"
FIVE_GIB: Map = ((0, 640 * KIB, RAM), (MIB, 3 * GIB, RAM), (4 * GIB, 6 * GIB, RAM))


def kernel(*registers: tuple[int, int, str], vendor: str = "GenuineIntel", virtual: bool = True) -> Kernel:
    """A kernel of a PC with 5 GiB and these registers: base, size, type."""
    mtrr = tuple(Mtrr(number, *register) for number, register in enumerate(registers))
    k = pc_kernel(FIVE_GIB, mtrr=mtrr)
    k.config = KConfig.parse("CONFIG_MTRR=y\n", "test")
    features = k.machine.cpu_features
    flags = features.flags | {"mtrr"}
    flags = flags | {"hypervisor"} if virtual else flags - {"hypervisor"}
    features = replace(features, vendor=vendor, family=25, flags=flags)
    k.machine = replace(k.machine, cpu_features=features)
    e820__memory_setup(k)
    return k


def trims(k: Kernel) -> bool:
    return mtrr_trim_uncached_memory(k, 6 * GIB >> 12)


def test_where_all_memory_is_cached_nothing_is_trimmed() -> None:
    assert not trims(kernel((0, 8 * GIB, BACK), (3 * GIB, GIB, UNCACHED)))


def test_what_only_switches_caching_off_changes_another_default() -> None:
    assert not trims(kernel((3 * GIB, GIB, UNCACHED)))
    assert not trims(kernel())


def test_what_no_register_caches_is_reserved() -> None:
    k = kernel((0, 2 * GIB, BACK), (4 * GIB, GIB, BACK))
    assert trims(k)
    assert ranges_of(k)[1:] == [
        (MIB, 2 * GIB, RAM),
        (2 * GIB, 3 * GIB, RESERVED),
        (4 * GIB, 5 * GIB, RAM),
        (5 * GIB, 6 * GIB, RESERVED),
    ]
    assert "WARNING: BIOS bug: CPU MTRRs don't cover all of memory, losing 2048MB of RAM." in log(k)
    assert "update e820 for mtrr" in log(k)
    assert "modified physical RAM map:" in log(k)


def test_below_1_mib_other_registers_count() -> None:
    k = kernel((0, 8 * GIB, BACK), (0, 2 * MIB, UNCACHED))
    assert trims(k)
    assert ranges_of(k)[:3] == [(0, 640 * KIB, RAM), (MIB, 2 * MIB, RESERVED), (2 * MIB, 3 * GIB, RAM)]
    assert any("contains strange UC entry under 1M" in line for line in log(k))


def test_of_other_types_the_kernel_makes_no_sense() -> None:
    assert not trims(kernel((0, GIB, BACK), (2 * GIB, GIB, THROUGH)))


def test_amds_cpus_cache_what_lies_above_4_gib_without_a_register() -> None:
    registers = (0, 4 * GIB, BACK)
    assert trims(kernel(registers, virtual=False))
    assert not trims(kernel(registers, vendor="AuthenticAMD", virtual=False))
    assert trims(kernel(registers, vendor="AuthenticAMD"))


def test_it_can_be_switched_off() -> None:
    k = kernel((0, 2 * GIB, BACK))
    k.disable_mtrr_trim = True
    assert not trims(k)
