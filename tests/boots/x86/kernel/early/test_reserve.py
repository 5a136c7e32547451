"""What is reserved before memory is known.  Covers reserve.py, ebda.py and ibft.py."""

from __future__ import annotations

import pytest
from bootstep.boots.drivers.efi.flags import EFI_BOOT
from bootstep.boots.x86.kernel.e820.memory_setup import e820__memory_setup
from bootstep.boots.x86.kernel.early.ebda import get_bios_ebda, reserve_bios_regions
from bootstep.boots.x86.kernel.early.ibft import reserve_ibft_region
from bootstep.boots.x86.kernel.early.reserve import (
    e820_add_kernel_range,
    early_reserve_memory,
    trim_bios_range,
)
from bootstep.boots.x86.mm.fixmap import early_ioremap_init
from device_tree_kernel import log, regions
from e820_machine import MIB, RAM, RESERVED, USUAL, pc_kernel, ranges_of


@pytest.mark.parametrize(
    ("words", "start"),
    [
        # KiB of base memory, segment of the extended data, where the BIOS's memory then begins.
        ((639, 0x9FC0), 0x9F000),
        ((600, 0x9FC0), 600 << 10),
        ((600, 0x9000), 0x90000),
        ((0, 0), 0x9F000),
        ((100, 0x9E00), 0x9E000),
        ((640, 0x1000), 0x9F000),
    ],
)
def test_the_bios_has_all_from_its_lowest_data_to_1_mib(words: tuple[int, int], start: int) -> None:
    k = pc_kernel(base_memory_k=words[0], ebda_segment=words[1])
    assert get_bios_ebda(k) == words[1] << 4
    reserve_bios_regions(k)
    assert regions(k, "reserved") == [(start, MIB - start)]


def test_what_is_no_pc_has_no_bios() -> None:
    k = pc_kernel(params={"hardware_subarch": 2})
    reserve_bios_regions(k)
    assert regions(k, "reserved") == []


def test_the_image_comes_first_then_low_memory_then_the_bios() -> None:
    k = pc_kernel()
    early_reserve_memory(k)
    said = [k.trace.log_text(event) for event in k.trace.logs]
    lines = [line for line in said if line.startswith("memblock_reserve")]
    text = k.pa_symbol("_text")
    assert lines[0].startswith(f"memblock_reserve: [{text:#018x}-")
    assert [line.split()[1] for line in lines[1:]] == [
        "[0x0000000000000000-0x000000000000ffff]",
        "[0x000000000009f000-0x00000000000fffff]",
    ]


def test_no_table_of_iscsi_firmware_is_looked_for_with_uefi() -> None:
    for release, is_uefi in (("6.1", False), ("6.1", True), ("6.12", False), ("6.12", True)):
        k = pc_kernel(release=release)
        early_ioremap_init(k)
        if is_uefi:
            k.efi.flags.add(EFI_BOOT)
        before = len(k.trace)
        reserve_ibft_region(k)
        assert (len(k.trace) == before + 2) is is_uefi


def test_the_first_page_and_the_bios_are_never_usable() -> None:
    k = pc_kernel([(0, 4 * MIB, RAM), (4 * MIB, 5 * MIB, RESERVED)])
    e820__memory_setup(k)
    trim_bios_range(k)
    assert ranges_of(k) == [
        (0, 4096, RESERVED),
        (4096, 0xA0000, RAM),
        (MIB, 4 * MIB, RAM),
        (4 * MIB, 5 * MIB, RESERVED),
    ]
    assert "e820: remove [mem 0x000a0000-0x000fffff] usable" in log(k)


def test_the_image_lies_in_usable_memory_whatever_the_map_says() -> None:
    k = pc_kernel(USUAL[:3])
    e820__memory_setup(k)
    e820_add_kernel_range(k)
    assert ranges_of(k)[-1] == (k.pa_symbol("_text"), k.pa_symbol("_end"), RAM)
    assert ".text .data .bss are not marked as E820_TYPE_RAM!" in log(k)


def test_a_map_with_the_image_in_it_stays_as_it_is() -> None:
    k = pc_kernel()
    e820__memory_setup(k)
    e820_add_kernel_range(k)
    assert ranges_of(k) == list(USUAL)
