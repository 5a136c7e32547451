"""Where variables are that have no symbols (a kernel without CONFIG_KALLSYMS_ALL): the code says it, which
uses them.

A function gets at a variable by ``adrp`` (its page) and the rest in an ``add``, a load or a store.  A rule
names functions that use a variable and, of those that use it as part of a structure, how far into that.  An
address that all of them use, and no other one, is the variable's.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ...remote.target import Range
from ..memory import KernelMemory

LONGEST = 4096
"""Bytes of a function that are looked at."""
FEWEST = 2
"""So many functions have to agree."""
BITS_OF_A_PAGE = 12


class Rule(NamedTuple):
    """The variable `symbol` is used by `functions`, each of which names a place so many bytes into it;
    `alone` if one function is enough.  `is_not` are symbols that these functions use as well; `is_first` says
    that the variable is the first of what they use: those with a value come before those that begin as
    0."""

    symbol: str
    functions: Mapping[str, int]
    is_not: tuple[str, ...] = ()
    alone: bool = False
    is_first: bool = False


def _all(*functions: str) -> Mapping[str, int]:
    return dict.fromkeys(functions, 0)


RULES = (
    Rule(
        "memblock",
        {"memblock_phys_mem_size": 32, "memblock_reserved_size": 72, "memblock_set_current_limit": 8},
    ),
    Rule("memblock_can_resize", _all("memblock_allow_resize"), alone=True),
    Rule(
        "memblock_debug",
        _all("memblock_add", "memblock_free_late", "memblock_phys_alloc_range", "memblock_dump_all"),
        is_not=("memblock",),
    ),
    Rule("kimage_voffset", _all("__primary_switched", "memblock_free", "arch_crash_save_vmcoreinfo")),
    Rule(
        "memstart_addr",
        _all("memblock_free", "memblock_double_array", "arm64_memblock_init"),
        is_not=("kimage_voffset", "memblock", "memblock_debug"),
    ),
    Rule("prb", _all("devkmsg_open", "kmsg_dump_rewind", "devkmsg_llseek", "vprintk_store"), is_first=True),
    Rule("node_data", _all("__build_all_zonelists", "free_area_init_node", "__inc_node_page_state")),
    Rule("mem_section", _all("sparse_init", "crash_save_vmcoreinfo_init", "memory_dev_init")),
    Rule("sparsemap_buf", _all("sparse_buffer_alloc", "sparse_buffer_free", "sparse_init_nid")),
    Rule("max_pfn", _all("bootmem_init", "dma_direct_supported", "mem_init", "dma_direct_get_required_mask")),
    Rule("boot_command_line", _all("setup_arch", "parse_early_param", "start_kernel"), is_not=("_etext",)),
    Rule("min_low_pfn", _all("bootmem_init", "start_kernel"), is_not=("boot_command_line",)),
    Rule("max_low_pfn", _all("bootmem_init", "memblock_free_all")),
    Rule("arm64_dma_phys_limit", _all("bootmem_init", "mem_init"), is_not=("max_pfn",)),
    Rule("memory_limit", _all("early_mem", "dump_mem_limit")),
    Rule(
        "high_memory",
        _all("arm64_memblock_init", "cma_declare_contiguous_nid"),
        is_not=("memstart_addr", "kimage_voffset", "memblock"),
    ),
    Rule("nr_cpu_ids", _all("nrcpus", "cpuset_cpumask_can_shrink")),
    Rule("nr_node_ids", _all("__kmem_cache_empty", "get_slabinfo")),
    Rule("_totalram_pages", _all("swap_setup", "vmap")),
    Rule("zone_names", _all("init_unavailable_range", "build_all_zonelists")),
    Rule("policy_zone", _all("vma_migratable", "build_zonerefs_node")),
    Rule("sparsemap_buf_end", _all("sparse_buffer_alloc"), is_not=("sparsemap_buf",), alone=True),
    Rule("hashdist", _all("set_hashdist", "inode_init_early")),
    Rule("log_buf", _all("log_buf_addr_get", "setup_log_buf")),
    Rule("log_buf_len", _all("log_buf_len_get", "log_buf_len_update")),
    Rule("new_log_buf_len", _all("log_buf_len_update", "setup_log_buf"), is_not=("log_buf_len",)),
    Rule("cma_area_count", _all("cma_for_each_area", "cma_declare_contiguous_nid")),
    Rule("totalcma_pages", _all("cma_init_reserved_mem", "__show_mem", "show_mem")),
    Rule("default_nslabs", _all("swiotlb_size_or_default", "swiotlb_adjust_size")),
    Rule("numa_off", _all("numa_parse_early_param", "pxm_to_node")),
    Rule("acpi_disabled", _all("acpi_match_platform_list", "init_cache_level")),
    Rule("rodata_full", _all("change_memory_common", "can_set_direct_map")),
    Rule("arm64_use_ng_mappings", _all("early_memremap_ro", "early_ioremap")),
    Rule("elfcorehdr_addr", _all("setup_elfcorehdr", "gic_check_reserved_range")),
)


async def find_data(memory: KernelMemory) -> dict[str, int]:
    """The symbols that the kernel does not tell and its code does, as they were linked; the kernel has to be
    where its addresses are virtual."""
    wanted = [rule for rule in RULES if rule.symbol not in memory.symbols]
    names = {name for rule in wanted for name in rule.functions if name in memory.symbols}
    starts = sorted(set(memory.symbols.values()))
    ranges = {name: _range(memory, name, starts) for name in sorted(names)}
    read = await memory.many(list(ranges.values()))
    used = {
        name: frozenset(_addresses(data, place.address - memory.moved))
        for (name, place), data in zip(ranges.items(), read, strict=True)
        if data is not None
    }
    found: dict[str, int] = {}
    for rule in wanted:
        address = _agreed(rule, used, {**memory.symbols, **found})
        if address is not None:
            found[rule.symbol] = address
    return found


def _range(memory: KernelMemory, name: str, starts: Sequence[int]) -> Range:
    at = memory.symbols[name]
    following = bisect_right(starts, at)
    end = starts[following] if following < len(starts) else at + LONGEST
    return Range(at + memory.moved & (1 << 64) - 1, min(end - at, LONGEST) & -4)


def _agreed(rule: Rule, used: Mapping[str, frozenset[int]], known: Mapping[str, int]) -> int | None:
    """The one address that all of a rule's functions use."""
    there = [(name, into) for name, into in rule.functions.items() if name in used]
    if len(there) < (1 if rule.alone else FEWEST):
        return None
    votes = Counter(address - into for name, into in there for address in used[name])
    low, high = known.get("_etext", 0), known.get("_end", 1 << 64)
    others = {known[name] for name in rule.is_not if name in known}
    agreed = [
        address
        for address, count in votes.items()
        if count == len(there) and low <= address < high and address not in others
    ]
    return min(agreed) if agreed and (rule.is_first or len(agreed) == 1) else None


def _addresses(code: bytes, address: int) -> Iterator[int]:
    """The addresses that code, linked at an address, computes, loads from or stores to."""
    held: dict[int, int] = {}
    for number, word in enumerate(struct.unpack(f"<{len(code) // 4}I", code)):
        register, base = word & 31, held.get(word >> 5 & 31)
        if word & 0x9F000000 == 0x90000000:  # adrp
            pages = (word >> 29 & 3) | (word >> 5 & 0x7FFFF) << 2
            pages -= (pages >> 20 & 1) << 21
            held[register] = (address + 4 * number >> BITS_OF_A_PAGE) + pages << BITS_OF_A_PAGE
        elif base is None:
            continue
        elif word & 0xFF800000 == 0x91000000:  # add
            held[register] = base + ((word >> 10 & 0xFFF) << (BITS_OF_A_PAGE * (word >> 22 & 1)))
            yield held[register]
        elif word & 0x3B000000 == 0x39000000:  # a load or store with an offset
            yield base + ((word >> 10 & 0xFFF) << (word >> 30))
        elif word & 0x3A000000 == 0x28000000:  # of two registers
            places = (word >> 15 & 0x7F) - ((word >> 21 & 1) << 7)
            size = 8 if word >> 31 else 4
            yield base + places * size
            yield base + places * size + size
