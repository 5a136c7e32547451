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
from ..owner_rules import MEMORY, RESERVED

PAGE_TABLES, PAGE_STRUCTS, IMAGE, INITRD = "page tables", "page structs", "kernel image", "initrd"
CMA, CRASH_KERNEL = "CMA", "crash kernel"
GIGANTIC = "gigantic pages"
VMEMMAP = "page tables (vmemmap)"
NODE, SOME_NODE = "reserved memory ", "reserved memory (device tree)"
"""How the owner that is a node of /reserved-memory begins, and one whose name is not told."""
NOT_TOLD = "a caller that is not told"

SEEN: dict[str, str] = {
    # Page tables: callers that are not part of any other function
    "early_pgtable_alloc": PAGE_TABLES,
    "pgd_pgtable_alloc": PAGE_TABLES,
    "alloc_low_pages": PAGE_TABLES,
    "spp_getpage": PAGE_TABLES,
    "init_mem_mapping": PAGE_TABLES,
    "early_alloc": PAGE_TABLES,
    "early_alloc_aligned": PAGE_TABLES,
    "alloc_pte_early": PAGE_TABLES,
    "alloc_pmd_early": PAGE_TABLES,
    "alloc_pud_early": PAGE_TABLES,
    "early_alloc_pgtable": PAGE_TABLES,
    "__earlyonly_bootmem_alloc": VMEMMAP,
    "vmemmap_alloc_block": VMEMMAP,
    "vmemmap_p4d_populate": VMEMMAP,
    "vmemmap_pud_populate": VMEMMAP,
    "vmemmap_pmd_populate": VMEMMAP,
    "vmemmap_pgd_populate": VMEMMAP,
    # Page structs and what belongs to them
    "alloc_node_mem_map": PAGE_STRUCTS,
    "sparse_mem_map_populate": PAGE_STRUCTS,
    "sparse_mem_maps_populate_node": PAGE_STRUCTS,
    "sparse_early_usemaps_alloc_node": "section usage maps",
    "sparse_early_usemaps_alloc_pgdat_section": "section usage maps",
    "sparse_init": "section tables (mem_section)",
    "init_section_page_ext": "page_ext",
    "page_ext_init_flatmem": "page_ext",
    # Areas
    "cma_declare_contiguous": CMA,
    "cma_declare_contiguous_nid": CMA,
    "cma_declare_contiguous_multi": CMA,
    "__cma_declare_contiguous_nid": CMA,
    "dma_contiguous_reserve_area": CMA,
    "reserve_crashkernel": CRASH_KERNEL,
    "reserve_crashkernel_generic": CRASH_KERNEL,
    "early_init_dt_reserve_memory": SOME_NODE,
    "early_init_dt_reserve_memory_arch": SOME_NODE,
    "early_init_fdt_scan_reserved_mem": SOME_NODE,
    "early_init_dt_alloc_reserved_memory_arch": SOME_NODE,
    "early_init_dt_alloc_memory_arch": "unflattened device tree",
    "__alloc_bootmem_huge_page": GIGANTIC,
    # RAM
    "early_init_dt_add_memory_arch": "the device tree's memory nodes",
    "e820__memblock_setup": "the e820 map",
    "memblock_x86_fill": "the e820 map",
    # Firmware
    "acpi_reserve_initial_tables": "ACPI tables",
    "acpi_table_upgrade": "ACPI tables",
    "acpi_initrd_override": "ACPI tables",
    "efi_memblock_x86_reserve_range": "UEFI memory map",
    "efi_reserve_boot_services": "UEFI boot services",
    "smp_scan_config": "MP configuration table",
    "firmware_map_add_early": "firmware map entries",
    "e820__reserve_resources": "resource table",
    "e820_reserve_resources": "resource table",
    "reserve_real_mode": "real-mode trampoline",
    # Per-CPU areas
    "pcpu_fc_alloc": "per-CPU areas",
    "pcpu_alloc_first_chunk": "per-CPU bookkeeping",
    "pcpu_embed_first_chunk": "per-CPU bookkeeping",
    "pcpu_build_alloc_info": "per-CPU bookkeeping",
    "pcpu_free_alloc_info": "per-CPU bookkeeping",
    "pcpu_free_alloc": "per-CPU areas",
    # NUMA
    "numa_init": "NUMA distances",
    "numa_alloc_distance": "NUMA distances",
    "numa_free_distance": "NUMA distances",
    "numa_reset_distance": "NUMA distances",
    "numa_set_distance": "NUMA distances",
    "initmem_init": "node data (pg_data_t)",
    "memblock_double_array": "memblock's own arrays",
    "alloc_large_system_hash": "hash tables",
    "__alloc_bootmem": NOT_TOLD,
    "memblock_free": NOT_TOLD,
    "memblock_alloc_range_nid": NOT_TOLD,
    "memblock_alloc_internal": NOT_TOLD,
    "memblock_virt_alloc_internal": NOT_TOLD,
}
"""What the callers that logs name ask for, where a compiler made another one of them than the source has, or
where they are of releases that do not boot here."""

EXACT = "memblock_alloc_exact_nid_raw"
"""Only page structs are asked for by this function."""


WORDS: tuple[tuple[str, str], ...] = (
    (r"swiotlb", "bounce buffer (swiotlb)"),
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
        self._aliases: Mapping[str, str] = {**ALIASES, **(arch.aliases if arch else {})}
        own = arch.owner_rules if arch else None
        self._reserved: Mapping[str, OwnerRule] = {**RESERVED, **(own.reserved if own else {})}
        self._memory: Mapping[str, OwnerRule] = {**MEMORY, **(own.memory if own else {})}
        self._names: dict[tuple[str, str], str] = {}

    def owner(self, caller: str, array: str) -> str:
        """Whose memory a function asks for: an owner, or the function itself as ``setup_arch()``."""
        found = self._names.get((caller, array))
        if found is None:
            found = self._names[caller, array] = self._owner(caller_name(caller), array)
        return found

    def _owner(self, caller: str, array: str) -> str:
        if seen := SEEN.get(caller):
            return seen
        rule = (self._reserved if array == "reserved" else self._memory).get(caller)
        if rule is not None and "{" not in rule.words:
            return rule.words
        return f"{self._aliases.get(caller, caller)}()" if caller else NOT_TOLD

    def options(self, owner: str) -> tuple[str, ...]:
        """The parameters of the command line that decide what an owner has."""
        rules = (rule for rule in self._reserved.values() if rule.options)
        return next((rule.options for rule in rules if rule.words.startswith(owner)), ())
