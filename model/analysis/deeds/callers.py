"""Who asked memblock, in words that stay the same from release to release.

A line names the function that called memblock: which one that is depends on the release, and on what the
compiler put into what.  Where a rule says whose memory a function asks for, the owner is what counts; else
the function is, under today's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...arch.spec import Arch, OwnerRule
from ...index.calls import ALIASES
from ...language.words import translatable
from .. import logged_owners
from ..owner_rules import MEMORY, RESERVED

PAGE_TABLES, PAGE_STRUCTS, IMAGE, INITRD = "page tables", "page structs", "kernel image", "initrd"
CMA, CRASH_KERNEL = "CMA", "crash kernel"
VMEMMAP = "page tables (vmemmap)"
NODE, SOME_NODE = "reserved memory ", "reserved memory of the device tree"
"""How the owner that is a node of /reserved-memory begins, and one whose name is not told."""
NOT_TOLD = translatable("a caller that is not told")

SEEN: dict[str, str] = {
    # What is told apart by its size, see `Names`
    "__earlyonly_bootmem_alloc": VMEMMAP,
    "vmemmap_alloc_block": VMEMMAP,
    "vmemmap_pmd_populate": VMEMMAP,
    "vmemmap_pgd_populate": VMEMMAP,
    # Page tables and page structs of releases and architectures that do not boot here
    "pgd_pgtable_alloc": PAGE_TABLES,
    "early_alloc_aligned": PAGE_TABLES,
    "alloc_pte_early": PAGE_TABLES,
    "alloc_pmd_early": PAGE_TABLES,
    "alloc_pud_early": PAGE_TABLES,
    "early_alloc_pgtable": PAGE_TABLES,
    "alloc_node_mem_map": PAGE_STRUCTS,
    "sparse_mem_map_populate": PAGE_STRUCTS,
    "sparse_early_usemaps_alloc_pgdat_section": "section usage maps",
    "init_section_page_ext": "page_ext",
    "page_ext_init_flatmem": "page_ext",
    # Areas
    "cma_declare_contiguous_multi": CMA,
    "reserve_crashkernel": CRASH_KERNEL,
    "reserve_crashkernel_generic": CRASH_KERNEL,
    "early_init_dt_add_memory_arch": translatable("the device tree's memory nodes"),
    "e820__memblock_setup": translatable("the e820 map"),
    "memblock_x86_fill": translatable("the e820 map"),
    # What gives back what others asked for
    "pcpu_free_alloc_info": "per-CPU bookkeeping",
    "numa_init": "NUMA distances",
    "numa_free_distance": "NUMA distances",
    "numa_reset_distance": "NUMA distances",
    # memblock's own functions, which nobody asks after
    "memblock_double_array": "memblock's own arrays",
    "__alloc_bootmem": NOT_TOLD,
    "memblock_free": NOT_TOLD,
    "memblock_alloc_range_nid": NOT_TOLD,
    "memblock_alloc_internal": NOT_TOLD,
    "memblock_virt_alloc_internal": NOT_TOLD,
}
"""What callers ask for, beside those that are known of all logs: where two releases would not be told
alike."""

EXACT = "memblock_alloc_exact_nid_raw"
"""Only page structs are asked for by this function."""


WORDS: tuple[tuple[str, str], ...] = (
    (r"swiotlb", "bounce buffer (swiotlb)"),
    (r"CMA area", CMA),
    (r"a hash table", "hash tables"),
    (r".* hash table", "hash tables"),
    (r"ACPI .* table", "ACPI tables"),
)
"""Owners in words of lines, and in those that functions stand for."""


def owner_of(words: str) -> str:
    """An owner as a line calls it, in the words used where memblock's own lines tell of it."""
    return next((owner for pattern, owner in WORDS if re.fullmatch(pattern, words)), words)


def caller_name(told: str) -> str:
    """The function without what a compiler or a log adds to its name: ``setup_arch.isra.0``."""
    return re.sub(r"\+0x.*|\.(?:isra|part|constprop|cold|llvm|lto_priv)\b.*", "", told)


class Callers:
    """Names who called, for logs of an architecture, or of one that has no rules here (None)."""

    def __init__(self, arch: Arch | None) -> None:
        self._arch = arch.name if arch else ""
        self._aliases: Mapping[str, str] = {**ALIASES, **(arch.aliases if arch else {})}
        own = arch.owner_rules if arch else None
        self._rules: Mapping[str, Mapping[str, OwnerRule]] = {
            "reserved": {**RESERVED, **(own.reserved if own else {}), **logged_owners.RESERVED},
            "memory": {**MEMORY, **(own.memory if own else {}), **logged_owners.MEMORY},
        }
        self._names: dict[tuple[str, str, str], str] = {}

    def owner(self, caller: str, array: str, called: str = "") -> str:
        """Whose memory a function asks for by one that it has `called`: an owner, or the function itself as
        ``setup_arch()``."""
        key = caller, array, called
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._owner(caller_name(caller), array, called)
        return found

    def _owner(self, caller: str, array: str, called: str) -> str:
        if seen := SEEN.get(caller):
            return seen
        of_calls = logged_owners.OF_CALLS
        rule = of_calls.get((self._arch, caller, called)) or of_calls.get(("", caller, called))
        rule = rule or self._rules[array].get(caller)
        if rule is not None and "{" not in rule.words:
            return owner_of(rule.words)
        return f"{self._aliases.get(caller, caller)}()" if caller else NOT_TOLD

    def options(self, owner: str) -> tuple[str, ...]:
        """The parameters of the command line that decide what an owner has."""
        rules = (rule for rule in self._rules["reserved"].values() if rule.options)
        return next((rule.options for rule in rules if rule.words.startswith(owner)), ())
