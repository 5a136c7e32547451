"""Where capture finds what Linux shows nowhere: the device tree, what KASLR drew, the exception level.

Covers arm64/cpu.py, arm64/kaslr.py, boots/loader/placement/kaslr_drawn.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.capture.arm64.cpu import exception_level
from bootstep.boots.capture.arm64.kaslr import find_kaslr
from bootstep.boots.capture.places import MEMBLOCK_RESERVED, Clues, find_device_tree
from bootstep.boots.capture.source import Source
from bootstep.boots.core.inputs import Drawn
from bootstep.boots.loader.placement.kaslr_drawn import drawn
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.firmware.devicetree.tree import DeviceTree

EFI_LINE = "efi:   {:#014x}-{:#014x} [{:<12}|   |  |  |  |  |  |  |  |  |  |  |   |WB|  |  |  ]\n"
KASLR_LOG = (
    "[    0.000000] memblock_alloc_exact_nid_raw: 16777216 bytes align=0x200000 nid=0 from=0xfff0a4fdc0000000"
    " max_addr=0x0000000000000000 memmap_alloc+0x20/0x50\n"
    "[    0.000000] CPU features: kernel page table isolation forced ON by KASLR\n"
)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    return Source(tmp_path)


def tree(size: int) -> DeviceTree:
    return compile_dts("/dts-v1/; / { };").padded(size)


def reserved(source: Source, *ranges: tuple[int, int]) -> None:
    path = source.path(MEMBLOCK_RESERVED)
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"   {at}: {a:#018x}..{b - 1:#018x}\n" for at, (a, b) in enumerate(ranges)))


def iomem(*ranges: tuple[int, int]) -> str:
    return "".join(f"  {a:08x}-{b - 1:08x} : reserved\n" for a, b in ranges)


def test_a_range_of_its_size_is_told_and_not_derived(source: Source) -> None:
    reserved(source, (0x4000_0000, 0x4200_0000), (0x4800_0000, 0x4800_1FBE))
    assert find_device_tree(source, tree(0x1FBE), Clues("", "", 4096)) == 0x4800_0000
    assert source.derived == []


def test_loader_data_of_2_mib_tells_where_ranges_are_merged(source: Source) -> None:
    reserved(source, (0x7963_0000, 0x7964_1FBE), (0x7E00_0000, 0x7E10_0000))
    log = EFI_LINE.format(0x7963_0000, 0x7963_FFFF, "ACPI Reclaim")
    log += EFI_LINE.format(0x7964_0000, 0x79A0_FFFF, "Loader Data")
    log += EFI_LINE.format(0x79A1_3000, 0x79A1_3FFF, "Loader Data")
    found = find_device_tree(source, tree(0x1FBE), Clues("", log, 4096, (), True))
    assert found == 0x7964_0000
    assert source.derived == [
        "dtb_address 0x79640000: it is where UEFI's loader data of 2 MiB or more begins"
    ]


def test_loader_data_alone_tell_where_mem_has_cut_the_tree_off(source: Source) -> None:
    log = EFI_LINE.format(0x1_3970_0000, 0x1_399F_FFFF, "Loader Data")
    log += EFI_LINE.format(0x1_39A1_3000, 0x1_39A1_3FFF, "Loader Data")
    clues = Clues(iomem((0x7BFF_B000, 0x7C00_0000)), log, 4096, (), True)
    assert find_device_tree(source, tree(0x225), clues) == 0x1_3970_0000
    assert source.derived == [
        "dtb_address 0x139700000: UEFI has no other loader data of 2 MiB or more than those that begin there"
    ]


def test_the_pages_of_iomem_are_the_kernels(source: Source) -> None:
    text = iomem((0x4801_0000, 0x4802_0000))
    assert find_device_tree(source, tree(0x9000), Clues(text, "", 65536)) == 0x4801_0000
    assert find_device_tree(source, tree(0x9000), Clues(text, "", 4096)) is None
    assert source.missing[-1].what == "dtb_address"


def test_what_is_known_to_lie_beside_it_is_taken_away(source: Source) -> None:
    text = iomem((0x4800_0000, 0x4804_0000))
    initrd = ((0x4800_0000, 0x4803_0000),)
    assert find_device_tree(source, tree(0x10000), Clues(text, "", 4096, initrd)) == 0x4803_0000


def test_uefi_puts_a_tree_at_a_multiple_of_64_kib(source: Source) -> None:
    text = iomem((0x4800_1000, 0x4800_3000), (0x4901_0000, 0x4901_2000))
    assert find_device_tree(source, tree(0x2000), Clues(text, "", 4096, (), True)) == 0x4901_0000


def test_the_log_tells_where_kaslr_began_the_linear_map(source: Source) -> None:
    found = find_kaslr(source, KASLR_LOG, 0x2345600000, ())
    assert found == Drawn(0x2345600000, 0xFFF0A4FDC0000000)
    assert source.missing == []


def test_an_offset_that_nothing_tells_is_asked_for(source: Source) -> None:
    assert find_kaslr(source, KASLR_LOG, 0, ()) == Drawn(None, 0xFFF0A4FDC0000000)
    assert [one.what for one in source.missing] == ["kaslr"]


def test_a_kernel_that_stayed_drew_nothing(source: Source) -> None:
    plain = KASLR_LOG.splitlines()[0].replace("0xfff0a4fdc0000000", "0x0000000040000000")
    assert find_kaslr(source, plain, 0, (0x4000_0000,)) is None
    assert find_kaslr(source, "KASLR disabled due to lack of seed\n", 0x10000, ()) is None


def test_vmcoreinfo_tells_where_the_log_does_not(source: Source) -> None:
    path = source.path("/proc/kcore")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\x7fELF\0OSRELEASE=6.12\nNUMBER(PHYS_OFFSET)=0x3fc0000000\nKERNELOFFSET=2345600000\n")
    assert find_kaslr(source, "KASLR enabled\n", 0, ()) == Drawn(0x2345600000, 0x3FC0000000)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("CPU: All CPU(s) started at EL2", 2),
        ("CPU: All CPU(s) started at EL1", 1),
        ("kvm [1]: HYP mode not available", 1),
        ("kvm [1]: Protected nVHE mode initialized successfully", 2),
        ("kvm [1]: VHE mode initialized successfully", 2),
        ("nothing of the kind", None),
    ],
)
def test_the_log_tells_the_exception_level(line: str, level: int | None) -> None:
    assert exception_level(f"[    0.1] before\n[    0.2] {line}\n[    0.3] after\n") == level


def test_what_kaslr_drew_may_be_given_in_part() -> None:
    assert drawn("0x200000,0xfff0a4fdc0000000", Path()) == Drawn(0x200000, 0xFFF0A4FDC0000000 - (1 << 64))
    assert drawn(",0x40000000", Path()) == Drawn(None, 0x40000000)
    for wrong in ("0x123", {"where": 1}, "none,none", {"offset": "0x" + "1" * 40}):
        with pytest.raises(ValueError, match=r"expected|invalid"):
            drawn(wrong, Path())
