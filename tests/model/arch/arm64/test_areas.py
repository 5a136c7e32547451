"""The areas of the address map, and what a tree maps of each.

Covers fixmap.py, image_segments.py, kernel_map.py.
"""

from __future__ import annotations

from functools import cache

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.arch.arm64.areas import fixmap_slots, kernel_areas
from bootstep.model.arch.arm64.entry_format import PAGE_KERNEL, PTE_CONT
from bootstep.model.arch.arm64.image_segments import SEGMENTS
from bootstep.model.build.address_map import Range
from bootstep.model.memory.pagetable.areas import Use, identity_areas, image_segments, uses
from bootstep.model.memory.pagetable.tables import Run
from msgspec.structs import replace

MIB, GIB = 1 << 20, 1 << 30


@cache
def booted() -> Kernel:
    kernel = load_kernel(read_machine("virt-1g"))
    boot(kernel)
    return kernel


def found() -> dict[str, Use]:
    kernel = booted()
    areas = kernel_areas(kernel.layout, kernel.image.symbols)
    return {use.area.name: use for use in uses(areas, kernel.page_tables.runs)}


def test_all_memory_is_in_the_linear_map_page_by_page() -> None:
    use = found()["linear map"]
    assert (use.mapped, use.sizes) == (GIB, ((4096, False, GIB),))


def test_the_images_segments_are_where_its_symbols_are() -> None:
    symbols = booted().image.symbols
    segments = {area.name: area for area in image_segments(SEGMENTS, symbols)}
    assert segments[".text"][:2] == (symbols["_stext"], symbols["_etext"])
    assert segments[".init.data"][:2] == (symbols["__initdata_begin"], symbols["__initdata_end"])
    assert segments[".data .bss"].end == symbols["_end"]


def test_segments_are_part_of_vmalloc_and_count_in_it() -> None:
    all_uses = found()
    inner = [use for use in all_uses.values() if use.area.inside == "vmalloc"]
    assert [use.area.name for use in inner][1:3] == [".text", ".rodata"]
    assert all_uses["vmalloc"].mapped == sum(use.mapped for use in inner) > 12 * MIB
    assert all_uses["vmalloc"].pieces == ()


def test_text_is_mapped_by_contiguous_pages_and_most_of_bss_by_blocks() -> None:
    text, data = found()[".text"], found()[".data .bss"]
    assert text.sizes == ((4096, True, text.area.end - text.area.start),)
    assert data.sizes[0][:2] == (2 * MIB, False)


def test_a_run_that_goes_on_into_the_next_area_is_a_piece_of_both() -> None:
    all_uses = found()
    last, first = all_uses[".init.data"].pieces[-1], all_uses[".data .bss"].pieces[0]
    assert last.run == first.run
    assert (last.is_first, first.is_first) == (True, False)
    assert last.end == first.start


def test_nothing_is_counted_twice() -> None:
    runs = booted().page_tables.runs
    whole = sum(use.mapped for use in found().values() if not use.area.inside)
    assert whole == sum(run.va_end - run.va_start for run in runs)


def test_the_device_tree_is_in_its_slot_of_the_fixmap() -> None:
    (piece,) = found()["fixmap"].pieces
    assert fixmap_slots(booted().layout, piece.start, piece.end) == ("FIX_FDT",)


def test_an_identity_map_has_the_images_segments_at_their_physical_addresses() -> None:
    kernel = booted()
    areas = identity_areas(SEGMENTS, kernel.image.symbols, kernel.machine.load_address)
    assert areas[0].start == kernel.machine.load_address
    assert identity_areas(SEGMENTS, {}, None) == []


def test_a_run_outside_all_areas_stands_alone() -> None:
    run = Run(0x1000, 0x5000, 0x9000, 3, 4096, True, PAGE_KERNEL | PTE_CONT)
    (use,) = uses([], [run])
    assert use.area.name == "" and use.pieces[0].run == run and use.mapped == 0x4000


def test_generic_kasan_has_its_shadow_between_linear_map_and_modules() -> None:
    layout = booted().layout
    kasan = replace(layout, direct_map=Range(layout.page_offset, layout.modules.start - (16 << 40)))
    names = [area.name for area in kernel_areas(kasan, {})]
    assert names[:3] == ["linear map", "KASAN shadow", "modules"]
    assert "KASAN shadow" not in [area.name for area in kernel_areas(layout, {})]


def test_kernels_until_5_16_have_an_area_for_bpf() -> None:
    layout = load_kernel(read_machine("virt-512m-5.7")).layout
    names = [area.name for area in kernel_areas(layout, {})]
    assert names[:3] == ["linear map", "BPF JIT", "modules"]
