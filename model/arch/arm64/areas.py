"""The areas of arm64's address map.

Mirrors the map of Documentation/arm64/memory.rst; the image's segments are those that ``map_kernel()`` maps.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...build.address_map import AddressMap
from ...language.words import translatable
from ...memory.pagetable.areas import FIXMAP, VMALLOC, Area, image_segments
from .address_map import Arm64Layout
from .image_segments import SEGMENTS
from .ptdump import has_kasan_shadow


def kernel_areas(layout: AddressMap, symbols: Mapping[str, int]) -> list[Area]:
    """The areas of the kernel's half in address order, a part behind what it is inside of.  `symbols` are
    those of the image where it runs."""
    fixmap, pci_io = layout.fix_to_virt("__end_of_fixed_addresses"), Arm64Layout(layout).pci_io
    found = [
        Area(layout.page_offset, layout.direct_map.end, translatable("linear map")),
        Area(
            layout.direct_map.end,
            layout.modules.start,
            translatable("KASAN shadow") if has_kasan_shadow(layout) else "BPF JIT",
        ),
        Area(layout.modules.start, layout.modules.end, "modules"),
        Area(layout.vmalloc.start, layout.vmalloc.end, VMALLOC),
        Area(fixmap, layout.fixmap.end, FIXMAP),
        Area(pci_io.start, pci_io.end, "PCI I/O"),
        Area(layout.vmemmap.start, layout.vmemmap.end, "vmemmap"),
    ]
    whole = [area for area in found if area.start < area.end]
    parts = [
        segment._replace(inside=area.name)
        for segment in image_segments(SEGMENTS, symbols)
        for area in whole
        if area.start <= segment.start < area.end
    ]
    return sorted([*whole, *parts], key=lambda area: (area.start, -area.end))


def fixmap_slots(layout: AddressMap, start: int, end: int) -> tuple[str, ...]:
    """The slots of the fixmap whose windows lie in [start, end)."""
    ends = {"FIX_FDT": "FIX_FDT_END", "FIX_BTMAP_BEGIN": "FIX_BTMAP_END"}
    found: list[str] = []
    for name, index in layout.fixmap_slots.items():
        if name.startswith("__") or name == "FIX_HOLE" or name in ends.values():
            continue
        top = layout.fix_to_virt(ends.get(name, name)) + layout.page_size
        if layout.fix_to_virt(index) < end and start < top:
            found.append(name.removesuffix("_BEGIN"))
    return tuple(found)
