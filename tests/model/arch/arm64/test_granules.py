"""Every page size and width of addresses: the address map against what the compiler made of the kernel's own
headers, and against the headers' formulas.

tests/data/granules.json has the constants of each configuration, made by compiling a file that includes the
headers (asm/memory.h, pgtable.h, sparsemem.h, fixmap.h …) of Linux 6.1 and 6.12; the configurations are the
shipped kernels' with the options that differ.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.arch.arm64.address_map import Arm64Layout, address_map_of
from bootstep.model.build.address_map import AddressMap
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release

MIB, GIB = 1 << 20, 1 << 30
U64 = (1 << 64) - 1
KNOWN: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "granules.json").read_text(encoding="utf-8")
)
SIZES_OF_6_1 = {"4k39", "4k48", "16k36", "16k47", "16k48", "64k42", "64k48", "64k52"}
SIZES_OF_6_12 = SIZES_OF_6_1 | {"4k52", "16k52"}


def release_of(kernel: str) -> Release:
    major, minor = kernel.partition("-")[0].split(".")
    return Release(int(major), int(minor))


def layout_of(kernel: str, lva: bool = False) -> AddressMap:
    base = SHIPPED / "kernels" / f"{kernel.partition('-')[0]}-4k48" / "config"
    options: dict[str, str] = KConfig.parse(base.read_text()).options
    for name, value in KNOWN[kernel]["options"].items():
        if value is None:
            del options[name]
        else:
            options[name] = value
    sizeof_page = KNOWN[kernel]["constants"]["sizeof_struct_page"]
    return address_map_of(release_of(kernel), KConfig(options), sizeof_page, lva)


def test_all_sizes_are_there() -> None:
    assert {name for name in KNOWN if name.startswith("6.1-")} == {f"6.1-{size}" for size in SIZES_OF_6_1}
    assert {name for name in KNOWN if name.startswith("6.12-")} == {f"6.12-{size}" for size in SIZES_OF_6_12}


@pytest.mark.parametrize("kernel", KNOWN)
def test_every_constant_is_the_compilers(kernel: str) -> None:
    expected = KNOWN[kernel]["constants"]
    computed = layout_of(kernel).constants()
    both = computed.keys() & expected.keys()
    wrong = {name: (computed[name], expected[name]) for name in both if computed[name] != expected[name]}
    assert not wrong
    assert len(both) >= 40


@pytest.mark.parametrize("kernel", KNOWN)
def test_levels_and_blocks_follow_from_the_page_size(kernel: str) -> None:
    layout = layout_of(kernel)
    page_shift, stride = layout.page_shift, layout.page_shift - 3
    # A table of one page has entries of eight bytes, so that a level resolves three bits less than a page.
    assert layout.levels == -(-(layout.va_bits - page_shift) // stride)
    top = page_shift + stride * (layout.levels - 1)
    assert layout.pgdir_shift == top
    # Where a level is folded into the root, its entry maps what the root's does.
    assert layout.pmd_shift == min(page_shift + stride, top)
    assert layout.pud_shift == min(page_shift + 2 * stride, top)
    assert layout.p4d_size == min(1 << (page_shift + 3 * stride), 1 << top)
    assert layout.extra["PTRS_PER_PGD"] == 1 << (layout.va_bits - top)
    contiguous = {12: (64 << 10, 32 * MIB), 14: (2 * MIB, GIB), 16: (2 * MIB, 16 * GIB)}[page_shift]
    assert (Arm64Layout(layout).cont_pte_size, Arm64Layout(layout).cont_pmd_size) == contiguous


@pytest.mark.parametrize("kernel", KNOWN)
def test_sections_page_blocks_and_the_largest_order(kernel: str) -> None:
    layout = layout_of(kernel)
    assert layout.section_size_bits == (29 if layout.page_shift == 16 else 27)
    largest_block = layout.page_shift + layout.nr_page_orders - 1
    assert largest_block <= layout.section_size_bits, "a block of the buddy allocator is in one section"
    # The default order makes blocks of 4 MiB, 32 MiB and 512 MiB.
    assert largest_block == {12: 22, 14: 25, 16: 29}[layout.page_shift]
    assert layout.pageblock_order <= layout.nr_page_orders - 1
    assert Arm64Layout(layout).memstart_align == {12: GIB, 14: GIB, 16: 512 * MIB}[layout.page_shift]


@pytest.mark.parametrize("kernel", KNOWN)
@pytest.mark.parametrize("lva", [False, True])
def test_the_map_is_in_order_and_nothing_overlaps(kernel: str, lva: bool) -> None:
    layout = layout_of(kernel, lva)
    assert layout.page_offset == -(1 << layout.va_bits) & U64
    assert (
        layout.direct_map.end == layout.modules.start == -(1 << (Arm64Layout(layout).va_bits_min - 1)) & U64
    )
    assert layout.modules.end == layout.image.start == layout.vmalloc.start
    areas = [
        ("linear map", layout.page_offset, layout.direct_map.end),
        ("modules", layout.modules.start, layout.modules.end),
        ("vmalloc", layout.vmalloc.start, layout.vmalloc.end),
        ("fixmap", layout.fixmap.start, layout.fixmap.end),
        ("PCI I/O", Arm64Layout(layout).pci_io.start, Arm64Layout(layout).pci_io.end),
        ("vmemmap", layout.vmemmap.start, layout.vmemmap.end or 1 << 64),
    ]
    # vmalloc may reach into the part of vmemmap that no linear map needs, where the CPU has fewer bits.
    narrow = Arm64Layout(layout).vabits_actual < layout.va_bits and release_of(kernel) >= (6, 9)
    in_order = sorted(areas, key=lambda area: area[1])
    for (name, start, end), (other, following, _) in itertools.pairwise(in_order):
        assert start < end, name
        if not (narrow and (name, other) in (("vmemmap", "vmalloc"), ("vmalloc", "vmemmap"))):
            assert end <= following, f"{name} ends behind the start of {other}"


@pytest.mark.parametrize("kernel", KNOWN)
def test_vmemmap_has_a_struct_page_for_every_page_of_the_linear_map(kernel: str) -> None:
    layout = layout_of(kernel)
    size = KNOWN[kernel]["constants"]["sizeof_struct_page"]
    pages = (layout.direct_map.end - layout.page_offset) >> layout.page_shift
    assert pages * size <= layout.vmemmap.size
    assert layout.vmemmap.start % size == 0
