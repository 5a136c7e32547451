"""x86-64's addresses as a kernel's variables place them.

Covers record.py, macros.py, areas.py, image_segments.py, rules.py.
"""

from itertools import pairwise

import pytest
from bootstep.model.arch.x86.address_map import address_map_of
from bootstep.model.arch.x86.record import X86_64
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release

LAYOUT = address_map_of(Release(6, 1), KConfig({"X86_64": "y", "RANDOMIZE_BASE": "y", "EFI": "y"}))
NOTHING: dict[str, int] = {}
MOVED = {
    "page_offset_base": 0xFFFF9A1740000000,
    "vmalloc_base": 0xFFFFB2A840000000,
    "vmemmap_base": 0xFFFFE5C280000000,
    "phys_base": 0x12C00000,
}


def test_the_direct_map_begins_with_address_0_from_the_start() -> None:
    place = X86_64.placement(LAYOUT, NOTHING.__getitem__)
    assert place.linear(0x1000) == 0xFFFF888000001000
    assert place.physical(0xFFFF888000001000) == 0x1000
    assert place.physical(0xFFFFFFFF81000000) is None


def test_kaslr_moves_direct_map_and_page_structs() -> None:
    place = X86_64.placement(LAYOUT, MOVED.__getitem__)
    assert place.linear(0) == MOVED["page_offset_base"]
    assert place.address_map.vmemmap.start == MOVED["vmemmap_base"]
    assert X86_64.macros(LAYOUT, MOVED.__getitem__)["__va"](0x1000) == MOVED["page_offset_base"] + 0x1000


def test_the_image_is_where_phys_base_says() -> None:
    assert X86_64.image_offset(NOTHING.__getitem__) is None
    assert X86_64.image_offset({"phys_base": 0}.__getitem__) == 0xFFFFFFFF80000000
    macros = X86_64.macros(LAYOUT, MOVED.__getitem__)
    assert macros["__pa"](0xFFFFFFFF81000000) == 0x1000000 + MOVED["phys_base"]
    assert macros["lm_alias"](0xFFFFFFFF81000000) == MOVED["page_offset_base"] + 0x13C00000


def test_phys_base_may_be_below_0() -> None:
    wrapped = {"phys_base": -0x2000000 & (1 << 64) - 1}
    offset = X86_64.image_offset(wrapped.__getitem__)
    assert offset is not None and 0xFFFFFFFF83000000 - offset == 0x1000000
    assert X86_64.macros(LAYOUT, wrapped.__getitem__)["__pa_symbol"](0xFFFFFFFF83000000) == 0x1000000


def test_a_symbol_needs_phys_base() -> None:
    with pytest.raises(KeyError):
        X86_64.macros(LAYOUT, NOTHING.__getitem__)["__pa_symbol"](0xFFFFFFFF81000000)


def test_areas_do_not_overlap_but_parts_of_one() -> None:
    symbols = {"_text": 0xFFFFFFFF81000000, "__start_rodata": 0xFFFFFFFF81600000}
    areas = X86_64.areas(LAYOUT, symbols)
    whole = [area for area in areas if not area.inside]
    assert all(before.end <= after.start for before, after in pairwise(whole))
    assert [area.name for area in areas if area.inside == "kernel image"] == [".text"]
    names = [area.name for area in whole]
    assert names[-3:] == ["kernel image", "modules", "fixmap"]
    assert "EFI runtime services" in names and "KASAN shadow" not in names
