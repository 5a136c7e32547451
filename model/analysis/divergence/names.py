"""What a parameter, a variable or a result tells that is the same wherever the kernel runs: memory, pages,
nodes, flags.  Others are pointers, or things that each way of watching a boot has in a form of its own."""

from __future__ import annotations

import re

PARAMETERS = frozenset(
    (
        *("base", "size", "start", "end", "align", "alignment", "max_addr", "limit"),
        *("phys", "phys_addr", "pa", "paddr", "dt_phys", "addr", "address", "ptr", "map_start", "map_end"),
        *("new_area_start", "new_area_size", "system_ram", "map_size", "low_limit", "high_limit"),
        *("nid", "node", "exact_nid", "flags", "order", "order_per_bit", "fixed", "nr_pages", "section_nr"),
    )
)
"""Parameters that name memory, or what is asked of it."""

VARIABLES = frozenset(
    (
        *("phys_initrd_start", "phys_initrd_size", "initrd_start", "initrd_end", "high_memory"),
        *("memory_limit", "nr_node_ids", "totalram_pages", "totalcma_pages", "nr_kernel_pages"),
        *("nr_all_pages", "cma_area_count", "reserved_mem_count", "zone_dma_bits", "zone_dma_limit"),
    )
)

GIVEN = frozenset(("cmdline", "boot_command_line", "unknown"))
"""The command line and what of it nobody takes: what a boot is given, not what it does."""

NODES = frozenset(("nid", "node"))

DEEDS = re.compile(
    r"memblock_(?:add|remove|reserve|phys_free|free|mark_|clear_|set_node|alloc|phys_alloc|double_)\w*"
    r"|memblock_(?:cap_memory_range|enforce_memory_limit|mem_limit_remove_map|trim_memory)"
)
"""What is done to memblock."""

ANSWERS = re.compile(
    r"_*memblock_(?:add|remove|reserve|phys_free|mark|clear|set_node|find|alloc|phys_alloc|double)\w*"
    r"|\w*(?:_alloc_area|pgtable_alloc|alloc_from_\w+)"
)
"""Functions of memory whose result is 0, an error, or where memory is."""


def tells_memory(parameter: str) -> bool:
    """Whether a parameter names memory, pages or nodes."""
    return parameter in PARAMETERS or parameter.endswith("pfn")


def variable_tells_memory(name: str) -> bool:
    """Whether a variable does."""
    return name in VARIABLES or "_pfn" in name or name.endswith("phys_limit")


def answers_with_memory(function: str) -> bool:
    """Whether what a function returns does."""
    return ANSWERS.fullmatch(function) is not None


def is_deed(function: str) -> bool:
    """Whether a function does something to memblock."""
    return DEEDS.fullmatch(function) is not None
