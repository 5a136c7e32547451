"""The named areas of the kernel's address map, by address, as ``kernel_page_tables`` names them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..model.layout import Layout


class Area(NamedTuple):
    """Virtual addresses from `start` up to `end`, not included."""

    start: int
    end: int
    name: str


def areas(layout: Layout) -> list[Area]:
    """The areas of a kernel's half of the address space, in order."""
    found = [
        Area(layout.page_offset, layout.page_end, "linear map"),
        Area(layout.modules_vaddr, layout.modules_end, "modules"),
        Area(layout.vmalloc_start, layout.vmalloc_end, "vmalloc and kernel image"),
        Area(layout.fixaddr_start, layout.fixaddr_top, "fixmap"),
        Area(layout.pci_io_start, layout.pci_io_end, "PCI I/O"),
        Area(layout.vmemmap_start, layout.vmemmap_end, "vmemmap"),
    ]
    return sorted(area for area in found if area.start < area.end)


def area_of(known: list[Area], address: int) -> Area | None:
    """The area that an address lies in."""
    at = bisect_right(known, address, key=lambda area: area.start) - 1
    return known[at] if at >= 0 and address < known[at].end else None
