"""arm64's macros between addresses.  Mirrors arch/arm64/include/asm/memory.h."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...build.address_map import AddressMap
from ...memory.macros import MASK, Macro


def address_macros(layout: AddressMap, variable: Callable[[str], Any]) -> dict[str, Macro]:
    """The macros by name; `variable` gives the value that a kernel variable has now, or raises KeyError."""

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
