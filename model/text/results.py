"""What functions return, where a bare number does not tell it: pages, a pfn, bytes.  All others return an
error, a count or an address, which a number shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..base.units import hex_address, readable_size
from ..language.words import trn
from .values import whole_text
from .values_json import value_json

PAGES, PFN, SIZE = "pages", "pfn", "size"
RESULTS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("__absent_pages_in_range", "absent_pages_in_range", "zone_absent_pages_in_node"),
            *("calc_memmap_size", "early_calculate_totalpages", "nr_free_zone_pages", "free_reserved_area"),
            *("__free_memory_core", "free_low_memory_core_early", "memmap_init_range"),
            *("reserve_bootmem_region", "calculate_node_totalpages"),
        ),
        PAGES,
    ),
    **dict.fromkeys(
        (
            *("e820__end_of_ram_pfn", "e820__end_of_low_ram_pfn", "e820_end_pfn"),
            *("find_min_pfn_for_node", "get_zeroed_page", "defer_init"),
        ),
        PFN,
    ),
    **dict.fromkeys(
        (
            *("__e820__range_update", "e820__range_update", "init_range_memory_mapping", "get_mpc_size"),
            *("fixmap_remap_fdt", "unflatten_dt_nodes", "swiotlb_size_or_default"),
        ),
        SIZE,
    ),
}
"""By function: what its number counts, or names."""


def result_text(function: str, value: Any) -> str:
    """What a function returned, in words."""
    kind = RESULTS.get(function)
    if kind is None or isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return whole_text("", value)
    if kind == SIZE:
        return readable_size(value)
    return trn("{count} page", "{count} pages", value) if kind == PAGES else f"pfn {hex_address(value)}"


def result_json(function: str, value: Any) -> Any:
    """The same as plain data: what is counted, and sizes, as numbers."""
    return value_json(RESULTS.get(function, ""), value)
