"""Where data lie that have no symbols (no CONFIG_KALLSYMS_ALL): the code says it, which computes their
addresses.

On arm64 a function gets the address of a variable with two instructions, ``adrp`` (the page) and ``add`` (the
rest).  So what ``free_initmem`` computes, and lies behind the init code, is ``__init_end``.  Each rule names
functions of the kernel's source that use a symbol, and how it differs from the others that these use.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

PAGE = 4096
LONGEST = 1 << 14
"""Bytes of a function that are looked at."""
ADRP_MASK, ADRP = 0x9F000000, 0x90000000
ADD_MASK, ADD = 0xFF800000, 0x91000000


class CodeReference(Struct, frozen=True):
    """An address that a function computes; `is_whole` tells that something was added to the page."""

    address: int
    is_whole: bool


class LandmarkRule(Struct, frozen=True):
    """A symbol: the functions that use it, the symbols between which it lies (it may be at the first, and at
    ``_end``), whether it begins a page, and which it is of all that are so (`pick`, an index).  `pages`
    counts addresses that code takes for whole pages; only a function counts that uses `beside` too."""

    symbol: str
    functions: tuple[str, ...]
    after: str
    until: str
    begins_page: bool
    pick: int
    pages: bool = False
    beside: str = ""


PRINTS_MEMORY = ("mem_init_print_info", "mm_core_init", "page_alloc_init_late")
"""What has `mem_init_print_info` in it."""
USES_SWAPPER = ("early_fixmap_init", "paging_init", "cpu_enable_cnp")
FIRST_TABLES = ("clear_page_tables", "__pi_early_map_kernel")
RULES = (
    LandmarkRule("__init_end", ("free_initmem",), "_einittext", "_edata", True, -1),
    LandmarkRule("__per_cpu_start", ("__is_kernel_percpu_address",), "_einittext", "__init_end", True, 0),
    LandmarkRule(
        "__per_cpu_end", ("__is_kernel_percpu_address",), "__per_cpu_start", "__init_end", False, -1
    ),
    LandmarkRule("__bss_stop", PRINTS_MEMORY, "_edata", "_end", False, -1, beside="_edata"),
    LandmarkRule("__bss_start", PRINTS_MEMORY, "_edata", "__bss_stop", False, 1, beside="_edata"),
    LandmarkRule("__bss_start", PRINTS_MEMORY, "_edata", "__bss_stop", False, 0, beside="_edata"),
    LandmarkRule("__end_rodata", PRINTS_MEMORY, "_etext", "__init_begin", True, -1, beside="_edata"),
    LandmarkRule("swapper_pg_dir", USES_SWAPPER, "__end_rodata", "__init_begin", True, -1),
    LandmarkRule(
        "idmap_pg_dir", ("cpu_enable_cnp", "__cpu_suspend_exit"), "__end_rodata", "swapper_pg_dir", True, -2
    ),
    LandmarkRule("bm_pte", ("__set_fixmap",), "_edata", "_end", True, 0),
    LandmarkRule("bm_pud", ("early_fixmap_init",), "_edata", "bm_pte", True, -2),
    LandmarkRule("bm_pmd", ("early_fixmap_init",), "_edata", "bm_pte", True, -1),
    LandmarkRule("init_pg_dir", FIRST_TABLES, "__bss_stop", "_end", True, 0, pages=True),
    LandmarkRule("init_pg_end", FIRST_TABLES, "init_pg_dir", "_end", True, 1, pages=True),
    LandmarkRule("__idmap_kpti_flag", ("idmap_kpti_install_ng_mappings",), "__init_end", "_edata", False, 0),
)
ALSO = {
    "__init_end": ("__initdata_end", "_data", "_sdata"),
    "__initdata_begin": ("init_idmap_pg_dir", "__inittext_end"),
    "_etext": ("__start_rodata",),
}
"""Symbols that the linker script has at the same place."""


def find_landmarks(
    memory: bytes, start: int, functions: Iterable[str], addresses: Mapping[str, int]
) -> dict[str, int]:
    """What the code tells of a kernel whose first byte is at `start`; `addresses` are those of its functions
    and the symbols that its header tells."""
    ends = sorted({addresses[name] for name in functions})
    known = dict(addresses)
    found: dict[str, int] = {}
    for rule in RULES:
        if rule.symbol in known or not {rule.after, rule.until} <= known.keys():
            continue
        for name in rule.functions:
            at = addresses.get(name)
            references = _references(memory, start, at, ends) if at is not None else []
            chosen = _chosen(rule, references, known)
            if chosen is not None:
                found[rule.symbol] = known[rule.symbol] = chosen
                break
    for symbol, others in ALSO.items():
        if symbol in known:
            found.update(dict.fromkeys(others, known[symbol]))
    return found


def _chosen(rule: LandmarkRule, references: Sequence[CodeReference], known: Mapping[str, int]) -> int | None:
    """The address among all that fits a rule."""
    low, high, end = known[rule.after], known[rule.until], known["_end"]
    whole = {reference.address for reference in references if reference.is_whole}
    if rule.beside and known.get(rule.beside) not in whole:
        return None
    candidates = {reference.address for reference in references} if rule.pages else whole
    fitting = sorted(
        address
        for address in candidates
        if (low <= address < high or address == high == end) and not (rule.begins_page and address % PAGE)
    )
    return fitting[rule.pick] if -len(fitting) <= rule.pick < len(fitting) else None


def _references(memory: bytes, start: int, function: int, ends: Sequence[int]) -> list[CodeReference]:
    """The addresses that a function computes, in its order."""
    following = bisect_right(ends, function)
    end = min(ends[following] if following < len(ends) else function + LONGEST, function + LONGEST)
    code = memory[function - start : end - start]
    return list(_computed(struct.unpack(f"<{len(code) // 4}I", code[: len(code) // 4 * 4]), function))


def _computed(code: Sequence[int], address: int) -> Iterator[CodeReference]:
    pages: dict[int, int] = {}
    for number, instruction in enumerate(code):
        if instruction & ADRP_MASK == ADRP:
            distance = (instruction >> 29 & 3) | (instruction >> 5 & 0x7FFFF) << 2
            distance -= (distance >> 20 & 1) << 21
            pages[instruction & 31] = ((address + 4 * number) & -PAGE) + distance * PAGE
            yield CodeReference(pages[instruction & 31], False)
        elif instruction & ADD_MASK == ADD and (page := pages.get(instruction >> 5 & 31)) is not None:
            yield CodeReference(page + ((instruction >> 10 & 0xFFF) << (12 * (instruction >> 22 & 1))), True)
