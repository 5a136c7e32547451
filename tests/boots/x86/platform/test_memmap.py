"""UEFI's map, changed by the kernel: descriptors cut, boot services kept.

Covers quirks.py, fake_mem.py.
"""

from __future__ import annotations

from bootstep.boots.drivers.efi.efi import efi_mem_reserve
from bootstep.boots.x86.platform.efi import efi_memblock_x86_reserve_range, set_efi_flags
from bootstep.boots.x86.platform.fake_mem import efi_fake_memmap, efi_fake_memmap_early, setup_fake_mem
from bootstep.boots.x86.platform.memmap import EfiMemRange, efi_memmap_insert, efi_memmap_split_count
from bootstep.boots.x86.platform.quirks import efi_apply_memmap_quirks, efi_reserve_boot_services
from bootstep.boots.x86.variables import Kernel
from bootstep.model.firmware.efi_memmap import (
    EFI_BOOT_SERVICES_CODE,
    EFI_BOOT_SERVICES_DATA,
    EFI_CONVENTIONAL_MEMORY,
    EFI_LOADER_CODE,
    EFI_MEMORY_MORE_RELIABLE,
    EFI_MEMORY_RUNTIME,
    EFI_MEMORY_SP,
    EFI_MEMORY_WB,
    EfiMemoryDesc,
)
from bootstep.model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED, E820_TYPE_SOFT_RESERVED
from bootstep.model.memory.memblock import memblock_add, memblock_reserve
from device_tree_kernel import regions
from pc_kernel import GIB, LOAD, MAP_ADDRESS, MIB, log, pc_kernel, table, uefi_firmware
from uefi_kernel import md

DATA = md(EFI_BOOT_SERVICES_DATA, GIB, 16 * MIB)
ALL = ((0, 2 * GIB, E820_TYPE_RAM),)


def booted(*memmap: EfiMemoryDesc, options: str = "", fake: str = "") -> Kernel:
    """A kernel with 2 GiB of RAM that has read UEFI's map."""
    k = pc_kernel(uefi_firmware(memmap), options=options, e820=ALL)
    set_efi_flags(k)
    if fake:
        assert setup_fake_mem(k, fake) == 0
    efi_memblock_x86_reserve_range(k)
    memblock_add(k.memblock, 0x1000, 2 * GIB - 0x1000)
    return k


def parts(k: Kernel) -> list[tuple[int, int, bool]]:
    """Start and bytes of each descriptor, and whether it is one of the runtime services."""
    return [(d.phys_addr, d.size, bool(d.attribute & EFI_MEMORY_RUNTIME)) for d in k.efi.memmap]


def test_a_descriptor_is_cut_where_a_range_begins_and_ends() -> None:
    k = booted(DATA)
    start, end = GIB, GIB + 16 * MIB
    for first, last, more in (
        (start, end, 0),
        (start, start + MIB, 1),
        (end - MIB, end, 1),
        (start + MIB, start + 2 * MIB, 2),
        (start - MIB, start + MIB, 1),
        (end - MIB, end + MIB, 1),
        (end, end + MIB, 0),
        (start - MIB, start, 0),
    ):
        mem = EfiMemRange(first, last - 1, EFI_MEMORY_RUNTIME)
        found = efi_memmap_insert(k, mem)
        assert efi_memmap_split_count(k, DATA, mem) == more
        assert len(found) == 1 + more
        assert sum(part.size for part in found) == DATA.size
        inside = max(min(last, end) - max(first, start), 0)
        assert sum(part.size for part in found if part.attribute & EFI_MEMORY_RUNTIME) == inside


def test_a_range_that_is_not_of_whole_pages_makes_no_map() -> None:
    k = booted(DATA)
    assert efi_memmap_insert(k, EfiMemRange(GIB + 1, GIB + MIB, 0)) == ()
    assert log(k)[-1] == "WARNING: 1"


def test_what_a_table_needs_of_the_boot_services_is_kept_for_good() -> None:
    k = booted(DATA)
    efi_mem_reserve(k, GIB + 0x1018, 0x2000)
    assert parts(k) == [
        (GIB, 0x1000, False),
        (GIB + 0x1000, 0x3000, True),
        (GIB + 0x4000, 16 * MIB - 0x4000, False),
    ]
    assert (GIB + 0x1000, 0x3000, E820_TYPE_RESERVED) in table(k)
    # The new map has three descriptors, at the top of memory.
    assert (k.efi_memmap_phys, k.efi_memmap_nr) == (2 * GIB - 192, 3)
    assert (2 * GIB - 192, 144) in regions(k, "reserved")
    assert (MAP_ADDRESS, 48) in regions(k, "reserved")


def test_the_map_made_for_one_table_is_given_back_when_the_next_one_is_made() -> None:
    k = booted(DATA)
    efi_mem_reserve(k, GIB, 0x1000)
    efi_mem_reserve(k, GIB + MIB, 0x1000)
    # It had two descriptors; the next one has four.
    assert k.efi_memmap_nr == 4
    kept = [region for region in regions(k, "reserved") if region[0] > MAP_ADDRESS]
    assert kept == [(k.efi_memmap_phys, 4 * 48)]


def test_only_data_of_the_boot_services_can_be_kept_so() -> None:
    k = booted(md(EFI_CONVENTIONAL_MEMORY, GIB, MIB), md(EFI_BOOT_SERVICES_DATA, GIB + MIB, MIB))
    efi_mem_reserve(k, GIB, 0x1000)
    assert log(k)[-1] == "efi: Failed to lookup EFI memory descriptor for 0x0000000040000000"
    efi_mem_reserve(k, GIB + 2 * MIB - 0x1000, 0x2000)
    assert log(k)[-1] == "efi: Region spans EFI memory descriptors, 0x00000000401ff000"
    assert k.efi_memmap_phys == MAP_ADDRESS


def test_boot_services_are_reserved_until_they_are_freed_late() -> None:
    code = md(EFI_BOOT_SERVICES_CODE, GIB + 64 * MIB, MIB)
    k = booted(DATA, code, md(EFI_LOADER_CODE, GIB + 128 * MIB, MIB))
    efi_reserve_boot_services(k)
    assert regions(k, "reserved")[:2] == [(GIB, 16 * MIB), (GIB + 64 * MIB, MIB)]
    assert not any(runtime for _, _, runtime in parts(k))


def test_boot_services_that_are_somebody_elses_too_are_never_freed() -> None:
    image = md(EFI_BOOT_SERVICES_CODE, LOAD, MIB)
    taken, half = md(EFI_BOOT_SERVICES_DATA, GIB, MIB), md(EFI_BOOT_SERVICES_DATA, GIB + 64 * MIB, 2 * MIB)
    outside = md(EFI_BOOT_SERVICES_DATA, 3 * GIB, MIB)
    k = booted(image, taken, half, outside)
    memblock_reserve(k.memblock, taken.phys_addr, taken.size)
    memblock_reserve(k.memblock, half.phys_addr, MIB)
    efi_reserve_boot_services(k)
    # Of the image; reserved by another; reserved in part; not usable in the e820 map.
    assert [runtime for _, _, runtime in parts(k)] == [True, True, True, True]
    assert half.phys_addr + MIB not in [base for base, _ in regions(k, "reserved")]
    assert (3 * GIB, MIB) in regions(k, "reserved")


def test_a_uefi_of_32_bits_is_forgotten_when_all_is_set_up() -> None:
    k = booted(DATA)
    efi_apply_memmap_quirks(k)
    assert k.efi.memmap == (DATA,)
    k.efi.flags.discard("64BIT")
    efi_apply_memmap_quirks(k)
    assert k.efi.memmap == ()
    assert log(k)[-1] == "efi: Setup done, disabling due to 32/64-bit mismatch"


def test_efi_fake_mem_adds_attributes_to_a_range() -> None:
    k = booted(md(EFI_CONVENTIONAL_MEMORY, GIB, GIB), fake="512M@1G:0x10000,4K@0x60000000:0x8000")
    assert log(k)[-2:] == [
        "efi_fake_mem: add attr=0x0000000000010000 to [mem 0x0000000040000000-0x000000005fffffff]",
        "efi_fake_mem: add attr=0x0000000000008000 to [mem 0x0000000060000000-0x0000000060000fff]",
    ]
    efi_fake_memmap(k)
    assert [(d.phys_addr, d.size, d.attribute) for d in k.efi.memmap] == [
        (GIB, 512 * MIB, EFI_MEMORY_WB | EFI_MEMORY_MORE_RELIABLE),
        (0x60000000, 0x1000, EFI_MEMORY_WB | 0x8000),
        (0x60001000, 512 * MIB - 0x1000, EFI_MEMORY_WB),
    ]
    assert sum(line.startswith("efi: mem0") for line in log(k)) == 3


def test_efi_fake_mem_needs_a_start_and_attributes() -> None:
    k = booted(DATA)
    assert setup_fake_mem(k, None) < 0
    assert setup_fake_mem(k, "1G:1") < 0
    assert setup_fake_mem(k, "1G@1G,2G@2G:1") < 0
    assert k.efi.fake_mems == []
    assert setup_fake_mem(k, ",".join(["4K@1G:1"] * 10)) < 0
    assert len(k.efi.fake_mems) == 8


def test_faked_memory_for_special_purposes_is_no_longer_usable_where_it_is_conventional() -> None:
    options = "CONFIG_EFI_SOFT_RESERVE=y\nCONFIG_EFI_FAKE_MEMMAP=y"
    memmap = md(EFI_CONVENTIONAL_MEMORY, GIB, 64 * MIB), md(EFI_BOOT_SERVICES_DATA, GIB + 64 * MIB, MIB)
    k = booted(*memmap, options=options, fake=f"128M@1056M:{EFI_MEMORY_SP:#x}")
    assert table(k) == [
        (0, GIB + 32 * MIB, E820_TYPE_RAM),
        (GIB + 32 * MIB, 32 * MIB, E820_TYPE_SOFT_RESERVED),
        (GIB + 64 * MIB, GIB - 64 * MIB, E820_TYPE_RAM),
    ]
    before = table(k)
    k.config = booted(*memmap).config
    efi_fake_memmap_early(k)
    assert table(k) == before
