"""The kernel's macros for page frames, sections and page structs.

Mirrors include/linux/pfn.h, include/linux/mmzone.h and the part of asm/memory.h or asm/page.h that every
architecture has; those between addresses are the architecture's own (`model/arch`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from ..base import pfn
from ..build.address_map import AddressMap, Placement

MASK = (1 << 64) - 1
SUBSECTION_SHIFT = 21

Macro = Callable[..., int]


class PageArrays(Protocol):
    """The page structs of a kernel, however it keeps them."""

    def page(self, pfn: int) -> int: ...
    def pfn(self, page: int) -> int: ...


def kernel_macros(
    layout: AddressMap, of_addresses: Mapping[str, Macro], pages: PageArrays
) -> dict[str, Macro]:
    """The macros by name; `of_addresses` are the architecture's, ``__pa`` and ``__va`` among them.  Page
    structs are where `pages` says, which raises `NoStructPage`."""
    return {
        **_page_macros(layout.page_shift),
        **_section_macros(layout.section_size_bits - layout.page_shift, layout.page_shift),
        **of_addresses,
        **_page_struct_macros(layout.page_shift, of_addresses, pages),
    }


class VmemmapArray:
    """The array of page structs in virtual memory, by nothing but its address: `placement` says where it
    is; `sizeof_page` is ``sizeof(struct page)``.  Raises KeyError with the variable that is not known."""

    def __init__(self, placement: Placement, sizeof_page: int) -> None:
        self.placement, self.sizeof_page = placement, sizeof_page

    def _start(self) -> int:
        if self.placement.linear_base is None:
            raise KeyError(self.placement.waits_for)
        layout = self.placement.address_map
        return layout.vmemmap.start - (self.placement.linear_base >> layout.page_shift) * self.sizeof_page

    def page(self, pfn: int) -> int:
        """``pfn_to_page(pfn)``."""
        return (self._start() + pfn * self.sizeof_page) & MASK

    def pfn(self, page: int) -> int:
        """``page_to_pfn(page)``."""
        return (page - self._start()) // self.sizeof_page


def _page_macros(shift: int) -> dict[str, Macro]:
    def align_up(x: int) -> int:
        return pfn.PFN_ALIGN(x, shift)

    def align_down(x: int) -> int:
        return pfn.ALIGN_DOWN(x, 1 << shift)

    def pfn_up(x: int) -> int:
        return pfn.PFN_UP(x, shift)

    def pfn_down(x: int) -> int:
        return pfn.PFN_DOWN(x, shift)

    def pfn_phys(x: int) -> int:
        return pfn.PFN_PHYS(x, shift)

    return {
        "PFN_UP": pfn_up,
        "PFN_DOWN": pfn_down,
        "PFN_PHYS": pfn_phys,
        "PHYS_PFN": pfn_down,
        "__phys_to_pfn": pfn_down,
        "__pfn_to_phys": pfn_phys,
        "PFN_ALIGN": align_up,
        "PAGE_ALIGN": align_up,
        "PAGE_ALIGN_DOWN": align_down,
        "ALIGN": pfn.ALIGN,
        "ALIGN_DOWN": pfn.ALIGN_DOWN,
        "IS_ALIGNED": pfn.IS_ALIGNED,
    }


def _section_macros(section_shift: int, shift: int) -> dict[str, Macro]:
    def pfn_to_section_nr(number: int) -> int:
        return number >> section_shift

    def section_nr_to_pfn(number: int) -> int:
        return number << section_shift

    def subsection_map_index(number: int) -> int:
        return (number & (1 << section_shift) - 1) >> SUBSECTION_SHIFT - shift

    return {
        "pfn_to_section_nr": pfn_to_section_nr,
        "section_nr_to_pfn": section_nr_to_pfn,
        "subsection_map_index": subsection_map_index,
    }


def _page_struct_macros(shift: int, of_addresses: Mapping[str, Macro], pages: PageArrays) -> dict[str, Macro]:
    virt_to_phys, phys_to_virt = of_addresses["__pa"], of_addresses["__va"]

    def page_to_phys(page: int) -> int:
        return pages.pfn(page) << shift

    def phys_to_page(address: int) -> int:
        return pages.page(address >> shift)

    def virt_to_page(address: int) -> int:
        return pages.page(virt_to_phys(address) >> shift)

    def page_to_virt(page: int) -> int:
        return phys_to_virt(page_to_phys(page))

    return {
        "pfn_to_page": pages.page,
        "page_to_pfn": pages.pfn,
        "page_to_phys": page_to_phys,
        "phys_to_page": phys_to_page,
        "virt_to_page": virt_to_page,
        "page_to_virt": page_to_virt,
        "page_address": page_to_virt,
    }
