"""UEFI's memory map becomes memblock's.

Covers boots/mm/early_ioremap.py, efi.py, fdtparams.py, flags.py, memmap.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel, KernelPanic
from bootstep.boots.drivers.efi.efi import parse_efi_cmdline
from bootstep.boots.drivers.efi.efi_init import efi_init
from bootstep.boots.drivers.efi.flags import EFI_BOOT, EFI_MEMMAP
from bootstep.model.firmware.efi_memmap import (
    EFI_ACPI_MEMORY_NVS,
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_BOOT_SERVICES_CODE,
    EFI_CONVENTIONAL_MEMORY,
    EFI_LOADER_DATA,
    EFI_MEMORY_MAPPED_IO,
    EFI_MEMORY_MORE_RELIABLE,
    EFI_MEMORY_SP,
    EFI_MEMORY_UC,
    EFI_MEMORY_WB,
    EFI_MEMORY_WC,
    EFI_MEMORY_WT,
    EFI_PERSISTENT_MEMORY,
    EFI_RUNTIME_SERVICES_DATA,
    EFI_UNACCEPTED_MEMORY,
)
from bootstep.model.firmware.efi_tables import EfiTables
from bootstep.model.memory.memblock import MEMBLOCK_MIRROR, MEMBLOCK_NOMAP, memblock_add
from device_tree_kernel import GIB, MIB, log, regions
from uefi_kernel import ALL, MAP_ADDRESS, bare_kernel, md, uefi_booted, uefi_kernel

BASE = GIB


def flags_of(k: Kernel, base: int) -> int:
    return next(region.flags for region in k.memblock.memory.regions if region.base == base)


def test_without_uefis_properties_this_is_no_uefi_boot() -> None:
    k = bare_kernel()
    memblock_add(k.memblock, GIB, GIB)
    efi_init(k)
    assert log(k)[-1] == "efi: UEFI not found."
    assert regions(k) == [(GIB, GIB)]
    assert not k.efi.enabled(EFI_BOOT)


def test_a_property_that_is_missing_ends_it() -> None:
    k = uefi_booted(mmap_desc_size=None)
    assert log(k) == ["efi: Can't find property 'linux,uefi-mmap-desc-size' in DT!"]
    assert regions(k) == []


def test_the_map_replaces_the_memory_of_the_device_tree() -> None:
    k = uefi_kernel([md(EFI_CONVENTIONAL_MEMORY, 2 * GIB, GIB)])
    memblock_add(k.memblock, GIB, GIB)
    efi_init(k)
    assert regions(k) == [(2 * GIB, GIB)]


@pytest.mark.parametrize(
    ("type", "attribute", "flags"),
    [
        (EFI_CONVENTIONAL_MEMORY, EFI_MEMORY_WB, 0),
        (EFI_LOADER_DATA, EFI_MEMORY_WB | EFI_MEMORY_UC, 0),
        (EFI_BOOT_SERVICES_CODE, EFI_MEMORY_WB, 0),
        (EFI_PERSISTENT_MEMORY, EFI_MEMORY_WB, 0),
        (EFI_CONVENTIONAL_MEMORY, EFI_MEMORY_WT, MEMBLOCK_NOMAP),
        (EFI_RUNTIME_SERVICES_DATA, EFI_MEMORY_WB, MEMBLOCK_NOMAP),
        (EFI_ACPI_MEMORY_NVS, EFI_MEMORY_WB, MEMBLOCK_NOMAP),
        (EFI_UNACCEPTED_MEMORY, EFI_MEMORY_WB, MEMBLOCK_NOMAP),
        (EFI_MEMORY_MAPPED_IO, EFI_MEMORY_WC, MEMBLOCK_NOMAP),
    ],
)
def test_what_can_be_cached_is_memory_and_what_is_in_use_is_not_mapped(
    type: int, attribute: int, flags: int
) -> None:
    k = uefi_booted([md(type, BASE, MIB, attribute), md(EFI_CONVENTIONAL_MEMORY, 2 * GIB, MIB)])
    assert flags_of(k, BASE) == flags


def test_registers_are_no_memory() -> None:
    k = uefi_booted([md(EFI_MEMORY_MAPPED_IO, BASE, MIB, EFI_MEMORY_UC), ALL._replace(phys_addr=2 * GIB)])
    assert regions(k) == [(2 * GIB, GIB)]


def test_acpis_tables_are_kept() -> None:
    k = uefi_booted([ALL, md(EFI_ACPI_RECLAIM_MEMORY, 2 * GIB, 64 << 10)])
    assert (2 * GIB, 64 << 10) in regions(k, "reserved")
    assert flags_of(k, BASE) == 0


def test_the_map_itself_is_reserved_by_whole_pages() -> None:
    k = uefi_booted([ALL] * 84)
    assert MAP_ADDRESS % 4096 + 84 * 48 == 4096
    assert regions(k, "reserved") == [(MAP_ADDRESS & -4096, 4096)]
    k = uefi_booted([ALL] * 85)
    assert regions(k, "reserved") == [(MAP_ADDRESS & -4096, 8192)]


def test_the_map_stays_readable_through_the_fixmap() -> None:
    k = uefi_booted()
    slot = k.layout.fix_to_virt("FIX_BTMAP_BEGIN")
    (run,) = k.pgdirs["init_pg_dir"].leaves(slot, slot + 4096)
    assert run.pa_start == MAP_ADDRESS & -4096
    assert k.ioremap.prev_map.count(None) == 6


def test_a_map_too_large_for_the_fixmap_is_the_end() -> None:
    k = uefi_kernel([ALL] * 6000)
    with pytest.raises(KernelPanic, match="Unable to map EFI memory map"):
        efi_init(k)
    assert log(k) == [
        "WARNING: nrpages > NR_FIX_BTMAPS",
        "efi: Could not map the memory map!",
        "Kernel panic - not syncing: Unable to map EFI memory map.\n",
    ]


def test_another_version_of_descriptors_is_warned_of() -> None:
    k = uefi_booted(mmap_desc_ver=2)
    assert "Unexpected EFI_MEMORY_DESCRIPTOR version 2" in log(k)
    assert regions(k) == [(GIB, GIB)]


def test_memory_for_special_purposes_is_left_out() -> None:
    special = md(EFI_CONVENTIONAL_MEMORY, 2 * GIB, GIB, EFI_MEMORY_WB | EFI_MEMORY_SP)
    assert regions(uefi_booted([ALL, special], options="CONFIG_EFI_SOFT_RESERVE=y")) == [(GIB, GIB)]
    assert regions(uefi_booted([ALL, special])) == [(GIB, 2 * GIB)]
    k = uefi_kernel([ALL, special], options="CONFIG_EFI_SOFT_RESERVE=y")
    parse_efi_cmdline(k, "debug,nosoftreserve")
    efi_init(k)
    assert regions(k) == [(GIB, 2 * GIB)]


def test_mirrored_memory_is_counted_and_marked_if_the_kernel_wants_it() -> None:
    mirrored = md(EFI_CONVENTIONAL_MEMORY, 2 * GIB, GIB, EFI_MEMORY_WB | EFI_MEMORY_MORE_RELIABLE)
    k = uefi_booted([ALL, mirrored])
    assert log(k)[-1] == "efi: Memory: 1024M/2048M mirrored memory"
    assert regions(k) == [(GIB, 2 * GIB)]
    k = uefi_kernel([ALL, mirrored])
    k.memblock.mirrored_kernelcore = True
    efi_init(k)
    assert flags_of(k, 2 * GIB) == MEMBLOCK_MIRROR


def test_a_crash_kernels_range_is_cut_out_of_the_map() -> None:
    k = uefi_kernel()
    cells = (GIB + MIB).to_bytes(8, "big") + (64 * MIB).to_bytes(8, "big")
    k.fdt = k.fdt.with_properties("/chosen", {"linux,usable-memory-range": cells})
    efi_init(k)
    assert regions(k) == [(GIB + MIB, 64 * MIB)]


def test_a_frame_buffer_in_memory_is_not_mapped() -> None:
    k = uefi_booted(efi=EfiTables(screen=(GIB + MIB, MIB)))
    assert flags_of(k, GIB + MIB) == MEMBLOCK_NOMAP


def test_debug_prints_the_stubs_numbers_and_every_descriptor() -> None:
    k = uefi_kernel([md(EFI_RUNTIME_SERVICES_DATA, 0x7C4C0000, 0x1C0000, EFI_MEMORY_WB | 1 << 63)])
    parse_efi_cmdline(k, "debug")
    efi_init(k)
    assert log(k) == [
        "efi: Getting UEFI parameters from /chosen in DT:",
        "efi:   System Table         : 0x000000007ffd0018",
        "efi:   MemMap Address       : 0x000000007b660040",
        "efi:   MemMap Size          : 0x0000000000000030",
        "efi:   MemMap Desc. Size    : 0x0000000000000030",
        "efi:   MemMap Desc. Version : 0x0000000000000001",
        "efi:   Secure Boot Enabled  : 0x00000002",
        "efi: EFI v2.70 by EDK II",
        "efi: ",
        "secureboot: Secure boot disabled",
        "efi: Processing EFI memory map:",
        "efi:   0x00007c4c0000-0x00007c67ffff [Runtime Data|RUN|  |  |  |  |  |  |  |  |  |   |WB|  |  |  ]",
    ]


def test_an_old_system_table_is_warned_of() -> None:
    k = uefi_booted(efi=EfiTables(revision=1 << 16 | 10, vendor="Old"))
    assert log(k)[:2] == [
        "efi: Warning: System table version 1.10, expected 2.00 or greater!",
        "efi: EFI v1.10 by Old",
    ]


def test_a_system_table_that_cannot_be_mapped_gives_the_map_up() -> None:
    k = uefi_booted(system_table=(1 << 64) - 16)
    assert log(k)[-1] == "efi: Unable to map EFI system table."
    assert not k.efi.enabled(EFI_MEMMAP)
    assert k.ioremap.prev_map == [None] * 7
    assert regions(k) == []
