"""What UEFI tells an x86-64 kernel, and what of it becomes the e820 map's.

Covers map_checks.py, map_to_e820.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.drivers.efi.efi import parse_efi_cmdline, setup_noefi
from bootstep.boots.drivers.efi.flags import EFI_64BIT, EFI_BOOT, EFI_MEMMAP
from bootstep.boots.x86.platform.efi import efi_init, efi_memblock_x86_reserve_range, set_efi_flags
from bootstep.boots.x86.platform.map_to_e820 import setup_add_efi_memmap
from bootstep.boots.x86.variables import Kernel
from bootstep.model.firmware.boot_params import SETUP_EFI, BootParams, SetupData
from bootstep.model.firmware.efi_memmap import (
    EFI_ACPI_MEMORY_NVS,
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_BOOT_SERVICES_CODE,
    EFI_CONVENTIONAL_MEMORY,
    EFI_MEMORY_MAPPED_IO,
    EFI_MEMORY_SP,
    EFI_MEMORY_UC,
    EFI_MEMORY_WB,
    EFI_PERSISTENT_MEMORY,
    EFI_RUNTIME_SERVICES_CODE,
    EFI_UNUSABLE_MEMORY,
    EfiMemoryDesc,
)
from bootstep.model.firmware.efi_tables import EfiTables
from bootstep.model.firmware.pc_firmware import PcFirmware
from bootstep.model.memory.e820 import (
    E820_TYPE_ACPI,
    E820_TYPE_NVS,
    E820_TYPE_PMEM,
    E820_TYPE_RAM,
    E820_TYPE_RESERVED,
    E820_TYPE_SOFT_RESERVED,
    E820_TYPE_UNUSABLE,
)
from device_tree_kernel import regions
from msgspec import structs
from pc_kernel import GIB, MAP_ADDRESS, MIB, log, pc_kernel, table, uefi_firmware
from uefi_kernel import md, tables

RAM = md(EFI_CONVENTIONAL_MEMORY, 0, GIB)
LARGE_MMIO = md(EFI_MEMORY_MAPPED_IO, 0xFFC00000, 4 * MIB, EFI_MEMORY_UC)
SMALL_MMIO = md(EFI_MEMORY_MAPPED_IO, 0xFED1C000, 0x4000, EFI_MEMORY_UC)


def entered(
    *memmap: EfiMemoryDesc,
    efi: EfiTables | None = None,
    release: str = "6.1",
    options: str = "",
    e820: tuple[tuple[int, int, int], ...] = (),
    **members: int,
) -> Kernel:
    """A kernel that knows that UEFI started it."""
    k = pc_kernel(uefi_firmware(memmap or (RAM,), efi, **members), release, options, e820)
    set_efi_flags(k)
    return k


def read(k: Kernel) -> Kernel:
    """The same when it has read UEFI's map and tables."""
    efi_memblock_x86_reserve_range(k)
    efi_init(k)
    return k


def test_the_zero_page_is_signed_by_the_stub_of_a_uefi_of_64_bits() -> None:
    assert {EFI_BOOT, EFI_64BIT} <= entered().efi.flags
    page = BootParams(bytes(0x1C0) + b"EL32" + bytes(4096 - 0x1C4))
    k = pc_kernel()
    k.firmware = structs.replace(k.firmware, boot_params=page)
    set_efi_flags(k)
    assert k.efi.flags == {EFI_BOOT}
    assert EFI_BOOT not in entered(options="CONFIG_EFI=n").efi.flags


def test_the_stubs_map_is_reserved_to_the_byte() -> None:
    k = entered(RAM, md(EFI_BOOT_SERVICES_CODE, GIB, MIB))
    assert efi_memblock_x86_reserve_range(k) == 0
    assert regions(k, "reserved") == [(MAP_ADDRESS, 96)]
    assert (k.efi_memmap_phys, k.efi_memmap_nr) == (MAP_ADDRESS, 2)


def test_a_map_that_does_not_fit_into_the_early_mappings_is_not_read() -> None:
    k = entered(efi_memmap_size=1 << 20)
    assert efi_memblock_x86_reserve_range(k) < 0
    assert not k.efi.enabled(EFI_MEMMAP)
    assert regions(k, "reserved") == []


def test_descriptors_of_another_version_are_complained_of() -> None:
    k = entered(efi_memdesc_version=2)
    efi_memblock_x86_reserve_range(k)
    assert "Unexpected EFI_MEMORY_DESCRIPTOR version 2" in log(k)


def test_add_efi_memmap_adds_every_descriptor_to_the_e820_map() -> None:
    kinds = {
        EFI_CONVENTIONAL_MEMORY: E820_TYPE_RAM,
        EFI_RUNTIME_SERVICES_CODE: E820_TYPE_RESERVED,
        EFI_ACPI_RECLAIM_MEMORY: E820_TYPE_ACPI,
        EFI_ACPI_MEMORY_NVS: E820_TYPE_NVS,
        EFI_UNUSABLE_MEMORY: E820_TYPE_UNUSABLE,
        EFI_PERSISTENT_MEMORY: E820_TYPE_PMEM,
    }
    k = entered(*(md(type, at * GIB, MIB) for at, type in enumerate(kinds)))
    setup_add_efi_memmap(k, None)
    efi_memblock_x86_reserve_range(k)
    assert table(k) == [(at * GIB, MIB, type) for at, type in enumerate(kinds.values())]


def test_memory_that_is_not_cached_is_not_usable() -> None:
    k = entered(md(EFI_CONVENTIONAL_MEMORY, 0, MIB, EFI_MEMORY_UC))
    setup_add_efi_memmap(k, None)
    efi_memblock_x86_reserve_range(k)
    assert table(k) == [(0, MIB, E820_TYPE_RESERVED)]


def test_without_that_word_only_memory_for_special_purposes_is_told_to_e820() -> None:
    special = md(EFI_CONVENTIONAL_MEMORY, 4 * GIB, MIB, EFI_MEMORY_WB | EFI_MEMORY_SP)
    option = "CONFIG_EFI_SOFT_RESERVE=y"
    before = ((0, 5 * GIB, E820_TYPE_RAM),)
    for memmap, options, words, there in (
        ((RAM,), option, "debug", False),
        ((RAM, special), "", "debug", False),
        ((RAM, special), option, "nosoftreserve", False),
        ((RAM, special), option, "debug", True),
    ):
        k = entered(*memmap, options=options, e820=before)
        parse_efi_cmdline(k, words)
        efi_memblock_x86_reserve_range(k)
        assert ((4 * GIB, MIB, E820_TYPE_SOFT_RESERVED) in table(k)) == there


def test_firmware_and_its_tables_are_named() -> None:
    efi = tables({"SMBIOS": 0x7F518000, "ACPI 2.0": 0x7F77E014})
    k = read(entered(efi=efi))
    assert log(k) == ["efi: EFI v2.70 by EDK II", "efi: SMBIOS=0x7f518000 ACPI 2.0=0x7f77e014 "]


def test_some_tables_are_known_to_x86_alone() -> None:
    listed = [
        {"guid": "880aaca3-4adc-4a04-9079-b747340825e5", "table": "0x1000"},
        {"guid": "3b13a7d4-633e-11dd-93ec-da2556d89593", "table": "0x2000"},
    ]
    efi = tables({}, config_tables=listed)
    assert "efi: PROP=0x1000 " in log(read(entered(efi=efi)))
    assert "efi: PROP=0x1000 UVsystab=0x2000 " in log(read(entered(efi=efi, options="CONFIG_X86_UV=y")))


def test_of_a_mac_only_old_runtime_services_are_used() -> None:
    k = read(entered(efi=tables({}, vendor="Apple", revision=0x20046)))
    assert "efi: Apple Mac detected, using EFI v1.10 runtime services only" in log(k)


@pytest.mark.parametrize(("release", "complains"), [("6.1", True), ("6.12", False)])
def test_a_table_of_no_version_is_complained_of_until_6_1(release: str, complains: bool) -> None:
    k = read(entered(efi=tables({}, revision=5), release=release))
    words = "efi: Warning: System table version 0.05, expected 1.00 or greater!"
    assert (words in log(k)) == complains


def test_a_kernel_started_by_kexec_knows_where_smbios_is_in_physical_memory() -> None:
    data = bytes(24) + (0xF5A90).to_bytes(8, "little") + bytes(64)
    k = entered(efi=tables({"SMBIOS": 0xFFFFFFFEFFF18000}))
    node = SetupData(0x7E000000, SETUP_EFI, len(data), data)
    k.firmware = structs.replace(k.firmware, x86=PcFirmware(setup_data=(node,)))
    k.efi.setup = node.address + 16
    assert "efi: SMBIOS=0xf5a90 " in log(read(k))


def test_the_table_of_memory_that_was_not_accepted_yet_is_kept_in_whole_pages() -> None:
    option = "CONFIG_UNACCEPTED_MEMORY=y"
    for version, kept in ((1, [(0x7E000000, 0x3000)]), (2, [])):
        contents = {"Unaccepted": {"version": version, "size": 0x1F00}}
        efi = tables({"Unaccepted": 0x7E000F18}, tables=contents)
        k = read(entered(efi=efi, release="6.12", options=option))
        assert regions(k) == kept
        assert regions(k, "reserved") == [*kept, (MAP_ADDRESS, 48)]


def test_without_runtime_services_the_map_is_forgotten_but_kept() -> None:
    for words in ("noefi", "noruntime", "runtime,noruntime"):
        k = entered()
        if words == "noefi":
            setup_noefi(k, None)
        else:
            parse_efi_cmdline(k, words)
        read(k)
        # "runtime" wins over "noruntime", whatever comes first.
        assert k.efi.enabled(EFI_MEMMAP) == (words == "runtime,noruntime")
        assert regions(k, "reserved") == [(MAP_ADDRESS, 48)]


def test_a_uefi_of_32_bits_has_no_services_for_this_kernel_unless_it_was_built_for_both() -> None:
    for options, works in (("", False), ("CONFIG_EFI_MIXED=y", True)):
        k = entered(options=options)
        k.efi.flags.discard(EFI_64BIT)
        read(k)
        assert k.efi.enabled(EFI_MEMMAP) == works
        assert ("efi: No EFI runtime due to 32/64-bit mismatch with kernel" in log(k)) != works


def test_descriptors_that_make_no_sense_are_taken_out() -> None:
    empty = EfiMemoryDesc(EFI_CONVENTIONAL_MEMORY, 2 * GIB, 0, 0, EFI_MEMORY_WB)
    endless = EfiMemoryDesc(EFI_CONVENTIONAL_MEMORY, 3 * GIB, 0, 1 << 52, EFI_MEMORY_WB)
    k = read(entered(RAM, empty, endless))
    what = "[Conventional|   |  |  |  |  |  |  |  |  |  |   |WB|  |  |  ]"
    assert log(k)[-4:] == [
        "efi: [Firmware Bug]: Invalid EFI memory map entries:",
        f"efi: mem01: {what} range=[0x0000000080000000-0x0000000000000000] (invalid)",
        f"efi: mem02: {what} range=[0x00000000c0000000-0x100000000bfffffff] (invalid)",
        "efi: Removing 2 invalid memory map entries.",
    ]
    assert k.efi.memmap == (RAM,)
    assert (k.efi_memmap_phys, k.efi_memmap_nr) == (MAP_ADDRESS, 1)


def test_the_map_is_printed_when_debugged() -> None:
    k = entered(RAM)
    parse_efi_cmdline(k, "debug")
    assert log(read(k))[-1] == (
        "efi: mem00: [Conventional|   |  |  |  |  |  |  |  |  |  |   |WB|  |  |  ] "
        "range=[0x0000000000000000-0x000000003fffffff] (1024MB)"
    )


def test_since_6_2_large_device_areas_are_no_longer_reserved_in_the_e820_map() -> None:
    before = tuple((entry.phys_addr, entry.size, E820_TYPE_RESERVED) for entry in (SMALL_MMIO, LARGE_MMIO))
    assert table(read(entered(RAM, SMALL_MMIO, LARGE_MMIO, e820=before))) == list(before)
    k = read(entered(RAM, SMALL_MMIO, LARGE_MMIO, e820=before, release="6.12"))
    assert table(k)[0] == before[0]
    assert before[1] not in table(k)
    assert log(k)[-3:] == [
        "efi: Not removing mem01: MMIO range=[0xfed1c000-0xfed1ffff] (16KB) from e820 map",
        "efi: Remove mem02: MMIO range=[0xffc00000-0xffffffff] (4MB) from e820 map",
        "e820: remove [mem 0xffc00000-0xffffffff] reserved",
    ]
