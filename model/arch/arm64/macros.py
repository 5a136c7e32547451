"""The kernel's macros for addresses and page frames, over an address map and the variables as they are now.

Mirrors include/linux/pfn.h, include/linux/mmzone.h and arch/arm64/include/asm/memory.h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ...base import pfn
from ...build.address_map import AddressMap

MASK = (1 << 64) - 1
SUBSECTION_SHIFT = 21


class PageArrays(Protocol):
    """The page structs of a kernel, however it keeps them."""

    def page(self, pfn: int) -> int: ...
    def pfn(self, page: int) -> int: ...


Macro = Callable[..., int]


def kernel_macros(
    layout: AddressMap,
    variable: Callable[[str], Any],
    sizeof_page: int = 64,
    pages: PageArrays | None = None,
) -> dict[str, Macro]:
    """The macros by name; `variable` gives the value that a kernel variable has now, or raises KeyError;
    `sizeof_page` is ``sizeof(struct page)``.  Page structs are where `pages` says, which raises
    `NoStructPage`; without it they are in the vmemmap."""
    return {
        **_page_macros(layout.page_shift),
        **_section_macros(layout.section_size_bits - layout.page_shift, layout.page_shift),
        **_address_macros(layout, variable),
        **_page_struct_macros(layout, variable, pages or _Vmemmap(layout, variable, sizeof_page)),
    }


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


def _address_macros(layout: AddressMap, variable: Callable[[str], Any]) -> dict[str, Macro]:
    def virt_to_phys(address: int) -> int:
        if address in layout.direct_map:
            return (address - layout.page_offset + variable("memstart_addr")) & MASK
        return symbol_to_phys(address)

    def phys_to_virt(address: int) -> int:
        return ((address - variable("memstart_addr")) | layout.page_offset) & MASK

    def symbol_to_phys(address: int) -> int:
        return (address - variable("kimage_voffset")) & MASK

    def phys_to_symbol(address: int) -> int:
        return (address + variable("kimage_voffset")) & MASK

    def lm_alias(address: int) -> int:
        return phys_to_virt(symbol_to_phys(address))

    def sym_to_pfn(address: int) -> int:
        return symbol_to_phys(address) >> layout.page_shift

    def virt_to_pfn(address: int) -> int:
        return virt_to_phys(address) >> layout.page_shift

    def pfn_to_kaddr(number: int) -> int:
        return phys_to_virt(number << layout.page_shift)

    return {
        "__pa": virt_to_phys,
        "__va": phys_to_virt,
        "__virt_to_phys": virt_to_phys,
        "__phys_to_virt": phys_to_virt,
        "virt_to_phys": virt_to_phys,
        "phys_to_virt": phys_to_virt,
        "__pa_symbol": symbol_to_phys,
        "__phys_to_kimg": phys_to_symbol,
        "lm_alias": lm_alias,
        "sym_to_pfn": sym_to_pfn,
        "virt_to_pfn": virt_to_pfn,
        "pfn_to_kaddr": pfn_to_kaddr,
    }


class _Vmemmap:
    """The array of page structs in virtual memory, by nothing but its address."""

    def __init__(self, layout: AddressMap, variable: Callable[[str], Any], sizeof_page: int) -> None:
        self.layout, self.variable, self.sizeof_page = layout, variable, sizeof_page

    def _start(self) -> int:
        pages = self.variable("memstart_addr") >> self.layout.page_shift
        return self.layout.vmemmap.start - pages * self.sizeof_page

    def page(self, pfn: int) -> int:
        return (self._start() + pfn * self.sizeof_page) & MASK

    def pfn(self, page: int) -> int:
        return (page - self._start()) // self.sizeof_page


def _page_struct_macros(
    layout: AddressMap, variable: Callable[[str], Any], pages: PageArrays
) -> dict[str, Macro]:
    shift = layout.page_shift

    def page_to_phys(page: int) -> int:
        return pages.pfn(page) << shift

    def phys_to_page(address: int) -> int:
        return pages.page(address >> shift)

    def virt_to_page(address: int) -> int:
        return pages.page(virt_to_phys(address) >> shift)

    def page_to_virt(page: int) -> int:
        return phys_to_virt(page_to_phys(page))

    addresses = _address_macros(layout, variable)
    virt_to_phys, phys_to_virt = addresses["__virt_to_phys"], addresses["__phys_to_virt"]
    return {
        "pfn_to_page": pages.page,
        "page_to_pfn": pages.pfn,
        "page_to_phys": page_to_phys,
        "phys_to_page": phys_to_page,
        "virt_to_page": virt_to_page,
        "page_to_virt": page_to_virt,
        "page_address": page_to_virt,
    }
