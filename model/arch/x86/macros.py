"""x86-64's macros between addresses.  Mirrors arch/x86/include/asm/{page,page_64}.h."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...build.address_map import AddressMap
from ...memory.macros import MASK, Macro
from .address_map import X86Layout


def address_macros(layout: AddressMap, variable: Callable[[str], Any]) -> dict[str, Macro]:
    """The macros by name; `variable` gives the value that a kernel variable has now, or raises KeyError."""
    start_kernel_map = X86Layout(layout).start_kernel_map

    def page_offset() -> int:
        try:
            return int(variable("page_offset_base")) or layout.page_offset
        except KeyError:
            return layout.page_offset

    def virt_to_phys(address: int) -> int:
        if address >= start_kernel_map:
            return symbol_to_phys(address)
        return (address - page_offset()) & MASK

    def phys_to_virt(address: int) -> int:
        return (address + page_offset()) & MASK

    def symbol_to_phys(address: int) -> int:
        return (address - start_kernel_map + variable("phys_base")) & MASK

    def lm_alias(address: int) -> int:
        return phys_to_virt(symbol_to_phys(address))

    def virt_to_pfn(address: int) -> int:
        return virt_to_phys(address) >> layout.page_shift

    def pfn_to_kaddr(number: int) -> int:
        return phys_to_virt(number << layout.page_shift)

    return {
        "__pa": virt_to_phys,
        "__va": phys_to_virt,
        "__phys_addr": virt_to_phys,
        "virt_to_phys": virt_to_phys,
        "phys_to_virt": phys_to_virt,
        "__pa_symbol": symbol_to_phys,
        "__phys_addr_symbol": symbol_to_phys,
        "lm_alias": lm_alias,
        "virt_to_pfn": virt_to_pfn,
        "pfn_to_kaddr": pfn_to_kaddr,
    }
