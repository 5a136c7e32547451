"""What to call the owner of memory, by the kernel function that asked for it.

One table: the innermost function of a call path that is in it names the owner.  Names never come from
addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from ..arch.spec import CONFIGURED, OwnerRule
from ..index.calls import CallIndex
from ..language.words import translatable
from ..trace.events import Trace


class LoggedOwners(Protocol):
    """Who has what, by the lines of a log."""

    def owner(self, event: int, table: Mapping[str, OwnerRule]) -> Owner | tuple[OwnerRule, int]:
        """The owner of what an event did; or the rule by which he is named, and the ENTER event of the
        function that it is a rule for."""
        ...


class Owner(Struct, frozen=True, order=True):
    """Who has a piece of memory, and what is behind it: a device-tree node, an option, the kernel itself
    ("")."""

    name: str
    cause: str = ""


_RESERVED_NODE = OwnerRule(translatable("reserved memory {node}"), translatable("device tree {path}"), "path")
_CRASH_KERNEL = OwnerRule(translatable("crash kernel"), options=("crashkernel",))
_PER_CPU_TABLES = OwnerRule(translatable("per-CPU bookkeeping"))
_SECTION_TABLES = OwnerRule(translatable("section tables (mem_section)"))
_DISTANCES = OwnerRule(translatable("NUMA distances"))

RESERVED: dict[str, OwnerRule] = {
    # What the device tree reserves
    "early_init_fdt_scan_reserved_mem": OwnerRule(
        translatable("/memreserve/ block"), translatable("device tree /memreserve/")
    ),
    "__reserved_mem_reserve_reg": _RESERVED_NODE,
    "__reserved_mem_alloc_size": _RESERVED_NODE,
    "fdt_reserve_elfcorehdr": OwnerRule(
        translatable("crash dump header"), translatable("device tree /chosen linux,elfcorehdr")
    ),
    "alloc_reserved_mem_array": OwnerRule(
        translatable("reserved_mem table"), translatable("device tree /reserved-memory")
    ),
    "unflatten_device_tree": OwnerRule(translatable("unflattened device tree")),
    # UEFI
    "efi_init": OwnerRule(translatable("UEFI memory map"), "UEFI"),
    "reserve_regions": OwnerRule(translatable("ACPI tables"), translatable("UEFI memory map")),
    "efi_config_parse_tables": OwnerRule(
        translatable("UEFI reservations (MEMRESERVE)"), translatable("UEFI LINUX_EFI_MEMRESERVE table")
    ),
    "efi_memattr_init": OwnerRule(
        translatable("UEFI memory attributes"), translatable("UEFI memory attributes table")
    ),
    "efi_esrt_init": OwnerRule(translatable("UEFI firmware resources"), translatable("UEFI ESRT table")),
    "efi_mokvar_table_init": OwnerRule(translatable("MOK variables"), translatable("UEFI MOK table")),
    "efi_tpm_eventlog_init": OwnerRule(translatable("TPM event log"), translatable("UEFI TPM log tables")),
    "efi_bgrt_init": OwnerRule(translatable("boot logo"), translatable("ACPI BGRT table")),
    # Page tables
    "vmemmap_alloc_block_zero": OwnerRule(translatable("page tables (vmemmap)")),
    "pcpu_populate_pte": OwnerRule(translatable("page tables (per-CPU areas)")),
    # Nodes, sections, page structs
    "numa_alloc_distance": _DISTANCES,
    "setup_node_data": OwnerRule(translatable("node data (pg_data_t)")),
    "alloc_node_data": OwnerRule(translatable("node data (pg_data_t)")),
    "alloc_bootmem_cpumask_var": OwnerRule(translatable("node CPU masks")),
    "memory_present": _SECTION_TABLES,
    "memblocks_present": _SECTION_TABLES,
    "sparse_index_alloc": _SECTION_TABLES,
    "sparse_init_nid": OwnerRule(translatable("section usage maps")),
    "memmap_alloc": OwnerRule(translatable("page structs")),
    "sparse_buffer_init": OwnerRule(translatable("page structs")),
    "setup_usemap": OwnerRule(translatable("page block flags")),
    "vmemmap_alloc_block_buf": OwnerRule(translatable("page structs")),
    "__populate_section_memmap": OwnerRule(translatable("page structs")),
    # Areas set aside
    "cma_declare_contiguous_nid": OwnerRule(translatable("CMA area '{name}'"), CONFIGURED, options=("cma",)),
    "dma_numa_cma_reserve": OwnerRule(
        translatable("CMA areas of nodes"), options=("numa_cma", "cma_pernuma")
    ),
    "reserve_crashkernel": _CRASH_KERNEL,
    "reserve_crashkernel_generic": _CRASH_KERNEL,
    "reserve_crashkernel_low": OwnerRule(translatable("crash kernel (low part)"), options=("crashkernel",)),
    "alloc_bootmem_huge_page": OwnerRule(translatable("gigantic pages"), options=("hugepages",)),
    "kfence_alloc_pool": OwnerRule(
        translatable("KFENCE pool"), CONFIGURED, options=("kfence.sample_interval",)
    ),
    "swiotlb_init": OwnerRule(translatable("bounce buffer (swiotlb)"), options=("swiotlb",)),
    "swiotlb_init_with_tbl": OwnerRule(translatable("bounce buffer tables (swiotlb)"), options=("swiotlb",)),
    "swiotlb_init_remap": OwnerRule(translatable("bounce buffer tables (swiotlb)"), options=("swiotlb",)),
    "swiotlb_memblock_alloc": OwnerRule(translatable("bounce buffer (swiotlb)"), options=("swiotlb",)),
    "reserve_mem": OwnerRule("reserve_mem", options=("reserve_mem",)),
    "early_memtest": OwnerRule(translatable("bad memory (memtest)"), options=("memtest",)),
    # Everything else of start_kernel
    "memblock_double_array": OwnerRule(translatable("memblock's own arrays")),
    "setup_command_line": OwnerRule(translatable("command line copies")),
    "setup_per_cpu_areas": _PER_CPU_TABLES,
    "pcpu_fc_alloc": OwnerRule(translatable("per-CPU areas")),
    "pcpu_page_first_chunk": OwnerRule(translatable("per-CPU areas"), options=("percpu_alloc",)),
    "pcpu_setup_first_chunk": _PER_CPU_TABLES,
    "pcpu_alloc_alloc_info": _PER_CPU_TABLES,
    "print_unknown_bootoptions": OwnerRule(translatable("list of unknown boot options")),
    "alloc_large_system_hash": OwnerRule(translatable("{tablename} hash table")),
    "setup_log_buf": OwnerRule(translatable("log buffer"), CONFIGURED, options=("log_buf_len",)),
    "stack_depot_early_init": OwnerRule(translatable("stack depot"), options=("page_owner", "slub_debug")),
}
"""Who reserves memory, whatever the architecture."""

MEMORY: dict[str, OwnerRule] = {
    "early_init_dt_scan_memory": OwnerRule("RAM", translatable("device tree memory node")),
    "early_init_dt_check_for_usable_mem_range": OwnerRule(
        "RAM", translatable("device tree linux,usable-memory-range")
    ),
    "reserve_regions": OwnerRule("RAM", translatable("UEFI memory map")),
    "__reserved_mem_reserve_reg": _RESERVED_NODE,
    "__reserved_mem_alloc_size": _RESERVED_NODE,
    "memblock_mem_limit_remove_map": OwnerRule(translatable("memory limit"), options=("mem",)),
}
"""Who adds memory, takes it away or marks it."""

CMA_OPTIONS = {"pernuma": "cma_pernuma", "numa": "numa_cma"}
"""The parameters behind the areas of nodes, by the beginnings of their names."""


class _Told(dict[str, Any]):
    """Arguments by their names; not every source of a trace tells them."""

    def __missing__(self, name: str) -> str:
        return "?"


class OwnerNames:
    """Names the owner of what happened at an event; each owner is made once.  `reserved` and `memory` are the
    tables to ask by, with what the architecture adds."""

    def __init__(self, trace: Trace, occurrences: CallIndex) -> None:
        self.trace = trace
        self.occurrences = occurrences
        self._rules: dict[int, dict[int, OwnerRule]] = {}
        self._known = 0
        self._owners: dict[Owner, Owner] = {}
        own = occurrences.arch.owner_rules
        self.reserved: Mapping[str, OwnerRule] = {**RESERVED, **own.reserved}
        self.memory: Mapping[str, OwnerRule] = {**MEMORY, **own.memory}
        self._untraced = own.untraced
        self.logged: LoggedOwners | None = None
        """Who has what in a trace that a log was made into: other rules hold there."""

    def _table(self, table: Mapping[str, OwnerRule]) -> dict[int, OwnerRule]:
        """The rules by the functions' numbers."""
        functions = self.trace.functions
        if self._known != len(functions):
            self._rules.clear()
            self._known = len(functions)
        found = self._rules.get(id(table))
        if found is None:
            found = self._rules[id(table)] = {
                function.number: rule
                for function in functions
                if (rule := table.get(function.name)) is not None
            }
        return found

    def owner(self, event: int, table: Mapping[str, OwnerRule]) -> Owner:
        """The owner of what an event did, by one of the tables."""
        trace = self.trace
        rules, number, inner = self._table(table), trace.function_number, event
        if self.logged is not None:
            found = self.logged.owner(event, table)
            return self._once(found) if isinstance(found, Owner) else self._named(*found)
        for enter in trace.outwards(event):
            rule = rules.get(number(enter))
            if rule is not None:
                helper = trace.site(inner).function
                return self._named(table[helper] if helper in self._untraced else rule, enter)
            inner = enter
        return self._once(Owner(self._asker(event)))

    def of_call(self, enter: int, table: Mapping[str, OwnerRule]) -> Owner:
        """The owner of what a call asks for: the call itself may be one that a table names."""
        rule = self._table(table).get(self.trace.function_number(enter))
        return self._named(rule, enter) if rule is not None else self.owner(enter, table)

    def _asker(self, event: int) -> str:
        """The function that asked memblock: for what no rule names."""
        enter = self.trace.parent(event)
        while enter >= 0:
            name = self.trace.function(enter).name
            if not name.startswith("memblock_"):
                return f"{name}()"
            enter = self.trace.parent(enter)
        return translatable("nobody known")

    def _named(self, rule: OwnerRule, enter: int) -> Owner:
        if not rule.cause and not rule.options and "{" not in rule.words:
            return self._once(Owner(rule.words))
        function = self.trace.function(enter)
        values = _Told(zip(function.parameters, self.trace.payload(enter), strict=False))
        if rule.node:
            # In 5.7 the argument with the path is called as the node is.
            values["path"] = str(values.get(rule.node, values.get("node", "")))
            values["node"] = values["path"].rpartition("/")[2]
        options = rule.options
        if options == ("cma",):
            options = (CMA_OPTIONS.get(str(values.get("name", "")).rstrip("0123456789"), "cma"),)
        cause = self._given(options, enter) or rule.cause.format_map(values)
        return self._once(Owner(rule.words.format_map(values), cause))

    def _once(self, owner: Owner) -> Owner:
        return self._owners.setdefault(owner, owner)

    def _given(self, options: tuple[str, ...], event: int) -> str:
        """The words of the command line that give one of these parameters."""
        if not options:
            return ""
        try:
            cmdline = str(self.occurrences.variable("boot_command_line", event))
        except KeyError:
            return ""
        words = [word for word in cmdline.split() if word.partition("=")[0] in options]
        return f"command line {' '.join(words)}" if words else ""
