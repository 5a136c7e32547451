"""The areas of x86-64's address map.  Mirrors the map of Documentation/arch/x86/x86_64/mm.rst."""

from __future__ import annotations

from collections.abc import Mapping

from ...build.address_map import AddressMap, Range
from ...language.words import translatable
from ...memory.pagetable.areas import FIXMAP, VMALLOC, Area, image_segments
from .address_map import X86Layout
from .image_segments import SEGMENTS
from .kernel_map import guard_hole

IMAGE = translatable("kernel image")


def kernel_areas(layout: AddressMap, symbols: Mapping[str, int]) -> list[Area]:
    """The areas of the kernel's half in address order, a part behind what it is inside of.  `symbols` are
    those of the image where it runs."""
    own = X86Layout(layout)
    fixmap = Range(
        layout.fix_to_virt("__end_of_fixed_addresses") + layout.page_size,
        layout.fixmap.end + layout.page_size,
    )
    named = (
        (Range(0, 1 << layout.va_bits - 1), translatable("user space")),
        (guard_hole(layout.levels), translatable("guard hole")),
        (own.ldt_remap, translatable("LDT remap")),
        (layout.direct_map, translatable("direct map")),
        (layout.vmalloc, VMALLOC),
        (layout.vmemmap, "vmemmap"),
        (own.kasan_shadow, translatable("KASAN shadow")),
        (own.cpu_entry_area, "cpu_entry_area"),
        (own.espfix, "%esp fixup stacks"),
        (own.efi, translatable("EFI runtime services")),
        (layout.image, IMAGE),
        (layout.modules, "modules"),
        (fixmap, FIXMAP),
    )
    whole = [Area(place.start, place.end, name) for place, name in named if place and place.size > 0]
    parts = image_segments(SEGMENTS, symbols, inside=IMAGE)
    return sorted([*whole, *parts], key=lambda area: (area.start, -area.end))
