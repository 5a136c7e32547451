"""What to call the owner of memory in a boot that a kernel log was made into, by the function that the log
names as memblock's caller.

A log names the function that is left after the compiler has put others into it, of any architecture and
release: ``arm64_memblock_init`` reserves the image and the initrd, ``setup_arch`` of x86 many things.  Where
more than one thing may be meant, the words say no more than that.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ..arch.spec import BOOT_LOADER, CONFIGURED, OwnerRule
from ..index.calls import CallIndex, within
from ..language.words import translatable
from ..source.facts import ToldRange
from ..source.provenance import Inferred, provenance
from ..trace.events import Kind
from .owner_rules import Owner

TABLES = translatable("page tables")
_FIRMWARE_MAP = OwnerRule("RAM", translatable("the firmware's map (e820)"))
_NODES = OwnerRule(
    translatable("reserved memory of the device tree"), translatable("device tree /reserved-memory")
)
_VMEMMAP = OwnerRule(translatable("page tables (vmemmap)"))
_PAGE_TABLES = OwnerRule(TABLES)
_PAGE_STRUCTS = OwnerRule(translatable("page structs"))
_PER_CPU_TABLES = OwnerRule(translatable("per-CPU bookkeeping"))
_USAGE = OwnerRule(translatable("section usage maps"))
_HASH = OwnerRule(translatable("a hash table"))
GIGANTIC = translatable("gigantic pages")
"""They are memory again when a late ``Memory:`` line is printed, and not free."""
_BOUNCE = OwnerRule(translatable("bounce buffer (swiotlb)"), options=("swiotlb",))
_RESOURCES = OwnerRule(translatable("resource table"))
_DISTANCES = OwnerRule(translatable("NUMA distances"))
_NODE_DATA = OwnerRule(translatable("node data (pg_data_t)"))
_UEFI_MAP = OwnerRule(translatable("UEFI memory map"), "UEFI")

RESERVED: Mapping[str, OwnerRule] = {
    # Device trees
    "early_init_devtree": OwnerRule(translatable("kernel image, device tree blob or initrd"), BOOT_LOADER),
    "early_init_dt_reserve_memory_arch": _NODES,
    "early_init_dt_reserve_memory": _NODES,
    "early_init_dt_alloc_reserved_memory_arch": _NODES,
    "early_init_fdt_scan_reserved_mem": OwnerRule(
        translatable("reserved memory of the device tree"), translatable("/reserved-memory or /memreserve/")
    ),
    "fdt_scan_reserved_mem": _NODES,
    "fdt_scan_reserved_mem_reg_nodes": _NODES,
    "fdt_init_reserved_mem": _NODES,
    "early_init_dt_alloc_memory_arch": OwnerRule(translatable("unflattened device tree")),
    # UEFI and ACPI
    "efi_memblock_x86_reserve_range": _UEFI_MAP,
    "efi_memmap_alloc": _UEFI_MAP,
    "efi_reserve_boot_services": OwnerRule(
        translatable("UEFI boot services"), translatable("UEFI memory map")
    ),
    "acpi_reserve_initial_tables": OwnerRule(translatable("ACPI tables"), "ACPI"),
    "acpi_parse_hpet": OwnerRule(translatable("resource table (HPET)")),
    # Firmware of PCs
    "e820__reserve_resources": OwnerRule(translatable("resource table (e820)")),
    "firmware_map_add_early": OwnerRule(translatable("firmware's map, for /sys/firmware/memmap")),
    "io_apic_init_mappings": OwnerRule(translatable("resource table (IO-APIC)")),
    "smp_scan_config": OwnerRule(translatable("MP configuration table"), translatable("the firmware")),
    "reserve_bios_regions": OwnerRule(translatable("BIOS data"), translatable("the firmware")),
    "setup_bios_corruption_check": OwnerRule(translatable("memory that is watched for the BIOS's writes")),
    "reserve_real_mode": OwnerRule(translatable("real-mode trampoline")),
    "register_nosave_region": OwnerRule(translatable("list of memory not saved in hibernation")),
    "__register_nosave_region": OwnerRule(translatable("list of memory not saved in hibernation")),
    # Page tables
    "early_pgtable_alloc": _PAGE_TABLES,
    "paging_init": _PAGE_TABLES,
    "spp_getpage": _PAGE_TABLES,
    "alloc_low_pages": _PAGE_TABLES,
    "init_mem_mapping": _PAGE_TABLES,
    "alloc_pmd_fixmap": _PAGE_TABLES,
    "early_alloc": _PAGE_TABLES,
    "arm_mm_memblock_reserve": _PAGE_TABLES,
    "vmemmap_pud_populate": _VMEMMAP,
    "vmemmap_p4d_populate": _VMEMMAP,
    # Nodes, sections, page structs
    "numa_init": OwnerRule(translatable("NUMA distances or node data")),
    "numa_set_distance": _DISTANCES,
    "alloc_offline_node_data": _NODE_DATA,
    "sparse_init": OwnerRule(translatable("section tables (mem_section)")),
    "sparse_early_usemaps_alloc_node": _USAGE,
    "__earlyonly_bootmem_alloc": OwnerRule(translatable("page structs and their page tables")),
    "sparse_mem_maps_populate_node": _PAGE_STRUCTS,
    "sparse_buffer_init": _PAGE_STRUCTS,
    # Areas, and everything else of start_kernel
    "arm_memblock_init": OwnerRule(translatable("kernel image or initrd"), BOOT_LOADER),
    "pcpu_embed_first_chunk": _PER_CPU_TABLES,
    "pcpu_alloc_first_chunk": _PER_CPU_TABLES,
    "pcpu_build_alloc_info": _PER_CPU_TABLES,
    "alloc_large_system_hash": _HASH,
    "swiotlb_init_remap": _BOUNCE,
    "swiotlb_init_with_tbl": _BOUNCE,
    "__alloc_bootmem_huge_page": OwnerRule(GIGANTIC, options=("hugepages",)),
    "request_standard_resources": _RESOURCES,
    "start_kernel": OwnerRule(translatable("copies of the command line")),
    "cma_declare_contiguous_nid": OwnerRule(translatable("CMA area"), CONFIGURED, options=("cma",)),
    "cma_declare_contiguous": OwnerRule(translatable("CMA area"), CONFIGURED, options=("cma",)),
    "__cma_declare_contiguous_nid": OwnerRule(translatable("CMA area"), CONFIGURED, options=("cma",)),
    "dma_contiguous_reserve_area": OwnerRule(translatable("CMA area"), CONFIGURED, options=("cma",)),
}
"""Who reserves memory."""

MEMORY: Mapping[str, OwnerRule] = {
    "early_init_dt_add_memory_arch": OwnerRule("RAM", translatable("device tree memory node")),
    "early_init_fdt_scan_reserved_mem": _NODES,
    "early_init_dt_mark_hotplug_memory_arch": OwnerRule(
        translatable("RAM, removable"), translatable("device tree hotpluggable")
    ),
    "early_init_dt_reserve_memory_arch": _NODES,
    "early_init_dt_reserve_memory": _NODES,
    "fdt_scan_reserved_mem": _NODES,
    "e820__memblock_setup": _FIRMWARE_MAP,
    "memblock_x86_fill": _FIRMWARE_MAP,
    "arm_add_memory": OwnerRule("RAM", BOOT_LOADER),
    "arm64_memblock_init": OwnerRule(translatable("initrd or kernel image, put back after a limit")),
}
"""Who adds memory, takes it away or marks it."""

OF_CALLS: Mapping[tuple[str, str, str], OwnerRule] = {
    ("arm64", "setup_arch", "memblock_reserve"): OwnerRule(translatable("device tree blob"), BOOT_LOADER),
    ("RISC-V", "paging_init", "memblock_reserve"): OwnerRule(
        translatable("kernel image, device tree blob or initrd"), BOOT_LOADER
    ),
    ("", "sparse_init_nid", "memblock_alloc_exact_nid_raw"): _PAGE_STRUCTS,
    ("", "sparse_init_nid", "memblock_alloc_try_nid_raw"): _PAGE_STRUCTS,
}
"""By architecture ("": any), caller and what it calls: where that tells more than the caller alone.
``setup_machine_fdt()`` has become a part of arm64's ``setup_arch()``, and reserves, where the rest of it only
allocates; ``sparse_buffer_init()`` of ``sparse_init_nid()``, whose own allocations are zeroed."""
PUT_BACK = "arm64_memblock_init"
"""Adds the image to memory, if there is a limit (since 4.0), and then the initrd (since 4.1); it reserves the
image always, so where it reserves no other range, that is what was added."""
INITRD = OwnerRule("initrd", BOOT_LOADER, options=("initrd",))

INSIDE = ("memblock_", "__memblock_", "__alloc_memory_core", "__alloc_bootmem", "___alloc_bootmem")
"""How the names of memblock's own functions begin, which nobody asks after; whoever has a rule is none."""
UNTOLD = translatable("not told by whom")
NOBODY = translatable("nobody the log names")


class ByLines:
    """Who has what in one trace: as lines `told` in words, else by the caller that memblock's own line names.
    A function that is only open because of the kernel's order names nobody."""

    def __init__(self, occurrences: CallIndex, told: Sequence[ToldRange], page_size: int) -> None:
        self.occurrences = occurrences
        self.trace = occurrences.trace
        self.page_size = page_size
        self.told = sorted(told)
        self._starts = [each.start for each in self.told]

    def owner(self, event: int, table: Mapping[str, OwnerRule]) -> Owner | tuple[OwnerRule, int]:
        """See `LoggedOwners`."""
        trace = self.trace
        is_reserved = "alloc_large_system_hash" in table
        known = provenance(trace, event)
        if is_reserved and (said := self._said(event)) is not None:
            return said
        if isinstance(known, Inferred):
            return Owner(UNTOLD if is_reserved else "RAM", f"inferred, {known.why}")
        call, asker = self._asker(event)
        if asker < 0:
            return Owner(NOBODY if is_reserved else "RAM")
        name, arch = trace.function(asker).name, self.occurrences.arch.name
        if name == PUT_BACK and is_reserved and self._is_initrd(call):
            return INITRD, asker
        asked = trace.function(call).name
        rule = OF_CALLS.get((arch, name, asked)) or OF_CALLS.get(("", name, asked)) if is_reserved else None
        rule = rule or (RESERVED if is_reserved else MEMORY).get(name) or table.get(name)
        return (rule, asker) if rule is not None else Owner(f"{name}()")

    def _said(self, event: int) -> Owner | None:
        """The owner that a line names of the very range that was reserved, but for the rest of a page."""
        for operation in self.occurrences.operations.of_event(event):
            at = bisect_left(self._starts, operation.start - self.page_size + 1)
            while at < len(self.told) and self.told[at].start < operation.start + self.page_size:
                if abs(self.told[at].end - operation.end) < self.page_size:
                    line = self.told[at].line
                    return Owner(self.told[at].name, f"line {line} of the log" if line else "")
                at += 1
        return None

    def _asker(self, event: int) -> tuple[int, int]:
        """The outermost of memblock's own calls around an event, and the call of the function that asked, -1
        if the line does not name it."""
        trace, call = self.trace, event
        for enter in trace.outwards(event):
            name = trace.function(enter).name
            if name.startswith(INSIDE) and name not in RESERVED:
                call = enter
                continue
            is_named = not isinstance(provenance(trace, enter), Inferred)
            return call, enter if is_named or self._names(call, name) else -1
        return call, -1

    def _names(self, call: int, name: str) -> bool:
        """Whether the line of a call says who called."""
        line = call + 1
        is_line = line < len(self.trace) and self.trace.kind(line) == Kind.LOG
        return is_line and re.search(rf"\b{re.escape(name)}\b", self.trace.log_text(line)) is not None

    def _is_initrd(self, reserve: int) -> bool:
        """Whether a call reserves what the same caller had added last, and another one something else."""
        told = self.trace.arguments(reserve, int, int)
        added = self._ranges_of("memblock_add", 0, reserve)
        return bool(added) and told == added[-1] and len(set(self._ranges_of("memblock_reserve"))) > 1

    def _ranges_of(self, name: str, start: int = 0, stop: int | None = None) -> list[tuple[int, ...] | None]:
        """Start and size of what `PUT_BACK` told a function of memblock between two events."""
        trace = self.trace
        return [
            trace.arguments(enter, int, int)
            for function in trace.functions.named(name)
            for enter in within(
                self.occurrences.enters(function.number), start, len(trace) if stop is None else stop
            )
            if (caller := trace.parent(enter)) >= 0 and trace.function(caller).name == PUT_BACK
        ]
