"""The kernel's macros for addresses and page frames, over a layout and the variables as they are now.

Mirrors include/linux/pfn.h, include/linux/mmzone.h and arch/arm64/include/asm/memory.h.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

MASK = (1 << 64) - 1
STRUCT_PAGE_SIZE = 64
SUBSECTION_SHIFT = 21


class AddressMap(Protocol):
    """What the macros need of a kernel's virtual address map."""

    @property
    def page_shift(self) -> int: ...
    @property
    def page_offset(self) -> int: ...
    @property
    def page_end(self) -> int: ...
    @property
    def vmemmap_start(self) -> int: ...
    @property
    def section_size_bits(self) -> int: ...


def kernel_macros(layout: AddressMap, variable: Callable[[str], Any]) -> dict[str, Callable[..., Any]]:
    """The macros by name; `variable` gives the value that a kernel variable has now."""
    return {
        **_page_macros(layout),
        **_address_macros(layout, variable),
        **_page_struct_macros(layout, variable),
    }


def _page_macros(layout: AddressMap) -> dict[str, Callable[..., Any]]:
    shift = layout.page_shift
    size = 1 << shift
    section_shift = layout.section_size_bits - shift
    return {
        "PFN_UP": lambda x: (x + size - 1) >> shift,
        "PFN_DOWN": lambda x: x >> shift,
        "PFN_PHYS": lambda x: x << shift,
        "PHYS_PFN": lambda x: x >> shift,
        "PFN_ALIGN": lambda x: (x + size - 1) & -size,
        "PAGE_ALIGN": lambda x: (x + size - 1) & -size,
        "PAGE_ALIGN_DOWN": lambda x: x & -size,
        "ALIGN": lambda x, a: (x + a - 1) & -a,
        "ALIGN_DOWN": lambda x, a: x & -a,
        "pfn_to_section_nr": lambda pfn: pfn >> section_shift,
        "section_nr_to_pfn": lambda nr: nr << section_shift,
        "subsection_map_index": lambda pfn: (pfn & (1 << section_shift) - 1) >> SUBSECTION_SHIFT - shift,
    }


def _address_macros(layout: AddressMap, variable: Callable[[str], Any]) -> dict[str, Callable[..., Any]]:
    shift = layout.page_shift

    def virt_to_phys(address: int) -> int:
        if layout.page_offset <= address < layout.page_end:
            return (address - layout.page_offset + variable("memstart_addr")) & MASK
        return (address - variable("kimage_voffset")) & MASK

    def phys_to_virt(address: int) -> int:
        return ((address - variable("memstart_addr")) | layout.page_offset) & MASK

    return {
        "__pa": virt_to_phys,
        "__va": phys_to_virt,
        "__virt_to_phys": virt_to_phys,
        "__phys_to_virt": phys_to_virt,
        "virt_to_phys": virt_to_phys,
        "phys_to_virt": phys_to_virt,
        "__pa_symbol": lambda address: (address - variable("kimage_voffset")) & MASK,
        "__phys_to_kimg": lambda address: (address + variable("kimage_voffset")) & MASK,
        "virt_to_pfn": lambda address: virt_to_phys(address) >> shift,
        "pfn_to_kaddr": lambda pfn: phys_to_virt(pfn << shift),
    }


def _page_struct_macros(layout: AddressMap, variable: Callable[[str], Any]) -> dict[str, Callable[..., Any]]:
    shift = layout.page_shift

    def vmemmap() -> int:
        return layout.vmemmap_start - (variable("memstart_addr") >> shift) * STRUCT_PAGE_SIZE

    return {
        "pfn_to_page": lambda pfn: (vmemmap() + pfn * STRUCT_PAGE_SIZE) & MASK,
        "page_to_pfn": lambda page: (page - vmemmap()) // STRUCT_PAGE_SIZE,
        "page_to_phys": lambda page: (page - vmemmap()) // STRUCT_PAGE_SIZE << shift,
    }
