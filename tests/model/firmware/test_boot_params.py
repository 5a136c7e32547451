"""The zero page."""

from __future__ import annotations

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.boot_params import (
    SETUP_E820_EXT,
    BootParams,
    SetupData,
    bios_boot_params,
    packed_entries,
    parse_boot_params,
    uefi_boot_params,
)
from bootstep.model.memory.e820 import E820Entry
from hypothesis import given
from hypothesis import strategies as st

MANY = [E820Entry(at << 20, 1 << 20, 1 + at % 2) for at in range(140)]


def test_the_page_holds_128_ranges_and_setup_data_the_rest() -> None:
    page = bios_boot_params(MANY)
    assert page.number("e820_entries") == 128
    assert page.e820_table == tuple(MANY[:128])
    rest = SetupData(0x1000, SETUP_E820_EXT, 240, packed_entries(MANY[128:]))
    assert rest.e820_entries() == tuple(MANY[128:])


def test_addresses_above_4_gib_stand_in_two_halves() -> None:
    page = BootParams().with_ramdisk(0x1_7FFD_C000, 0x1_0000_3600)
    assert page.number("ext_ramdisk_image") == 1
    assert (page.ramdisk_image, page.ramdisk_size) == (0x1_7FFD_C000, 0x1_0000_3600)
    page = page.with_efi_memmap(systab=0x2_0000_0018, start=0x1_0000_0040, size=480, desc_size=48)
    assert page.efi_loader_signature == b"EL64"
    assert (page.efi_systab, page.efi_memmap) == (0x2_0000_0018, 0x1_0000_0040)
    assert (page.efi_memmap_size, page.efi_memdesc_size, page.efi_memdesc_version) == (480, 48, 1)


def test_another_map_leaves_the_rest_of_the_page() -> None:
    page = uefi_boot_params(MANY[:9]).with_e820(MANY[:2])
    assert page.e820_table == tuple(MANY[:2])
    assert page.data[0x2D0 + 40 : 0x2D0 + 180] == bytes(140)
    assert page.type_of_loader == 0x21


def test_long_loader_types_have_an_extension() -> None:
    page = BootParams().having(type_of_loader=0xE1, ext_loader_type=2)
    assert page.type_of_loader == (0x12 << 4) | 1


def test_a_page_that_is_cut_off() -> None:
    with pytest.raises(InputError, match=r"^x: the zero page \(boot_params\) is cut off, 4095 of 4096 bytes"):
        parse_boot_params(bytes(4095), "x")


@given(st.binary(max_size=400), st.integers(0, 3800))
def test_any_page_is_read(some: bytes, at: int) -> None:
    page = parse_boot_params((bytes(at) + some).ljust(4100, b"\xff"), "x")
    assert len(page.e820_table) <= (4096 - 0x2D0) // 20
    assert page.ramdisk_image < 1 << 64
