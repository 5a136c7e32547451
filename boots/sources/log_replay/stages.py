"""The stages of a boot, in which lines of a log are printed: init/main.c ``start_kernel``, the architecture's
``setup_arch``, mm/mm_init.c and their like, by release.

A log does not name them.  That a line belongs to one is inferred from what it says or from the function that
asked memblock for something, and the order in which kernels go through them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ....model.build.release import Release

START = "start_kernel"
SETUP = "setup_arch"
EVER = (0, 0)
NEVER = (1 << 16, 0)


class Stage(NamedTuple):
    """A function that lines are printed in.  `parents` are those it is called by, outermost first, below
    ``start_kernel``.  It begins with a line that has one of the `words` (a regular expression), or when one
    of the `callers` asks memblock for something.  It ends when another begins, or with the first line that is
    neither about memblock nor begins with what `holds` says."""

    name: str
    parents: tuple[str, ...] = ()
    words: str = ""
    callers: tuple[str, ...] = ()
    holds: str = ""
    since: tuple[int, int] = EVER
    until: tuple[int, int] = NEVER


_IN_SETUP = (SETUP,)
_NUMA = (
    r"NUMA: |No NUMA|NODE_DATA|Faking a node|SRAT: |ACPI: SRAT|Fake NUMA|  NODE_DATA|Initializing node \d+ as"
)
_ZONES = r"Zone (?:PFN )?ranges:"
_IN_ZONES = (
    r"  \w+ +(?:\[mem|empty|0x)|Movable zone|Early memory|  ?node +\d|    +\d+: 0x|    Node \d|Initmem setup|"
    r"On node|  \w+ zone: |Could not find start_pfn|free_area_init|Zeroed struct page"
)
_SPARSE = (
    "sparse_init",
    "sparse_index_alloc",
    "sparse_init_nid",
    "memory_present",
    "memblocks_present",
    "sparse_early_usemaps_alloc_node",
    "sparse_mem_maps_populate_node",
    "sparse_buffer_init",
    "sparse_buffer_fini",
    "sparse_mem_map_populate",
    "sparse_early_mem_maps_alloc_node",
    "vmemmap_alloc_block",
    "vmemmap_p4d_populate",
    "vmemmap_pud_populate",
    "vmemmap_pmd_populate",
    "vmemmap_pte_populate",
    "vmemmap_pgd_populate",
    "vmemmap_populate",
    "__earlyonly_bootmem_alloc",
    "__populate_section_memmap",
    "sparse_usage_init",
    "memory_present",
)
_HASHES = ("alloc_large_system_hash",)
_PER_CPU = (
    "setup_per_cpu_areas",
    "pcpu_embed_first_chunk",
    "pcpu_setup_first_chunk",
    "pcpu_page_first_chunk",
    "pcpu_alloc_alloc_info",
    "pcpu_alloc_first_chunk",
    "pcpu_fc_alloc",
    "pcpu_cpu_distance",
    "pcpu_build_alloc_info",
    "pcpu_free_alloc_info",
    "pcpu_fc_free",
    "pcpu_alloc_bootmem",
    "pcpu_populate_pte",
    "pcpu_dfl_fc_free",
    "pcpu_dfl_fc_alloc",
    "free_bootmem",
)
_SWIOTLB = (
    "swiotlb_init",
    "swiotlb_init_remap",
    "swiotlb_init_with_tbl",
    "swiotlb_memblock_alloc",
    "swiotlb_init_io_tlb_pool",
)
COMMON = (
    Stage("dma_contiguous_reserve", _IN_SETUP, r"cma: |Reserved .* contiguous|CMA: "),
    Stage("sparse_init", _IN_SETUP, callers=_SPARSE),
    Stage("free_area_init_nodes", _IN_SETUP, _ZONES, holds=_IN_ZONES, until=(5, 8)),
    Stage("free_area_init", _IN_SETUP, _ZONES, holds=_IN_ZONES, since=(5, 8)),
    Stage("setup_command_line", callers=("setup_command_line",)),
    Stage(
        "setup_per_cpu_areas",
        (),
        r"setup_percpu|PERCPU|percpu: ",
        _PER_CPU,
        r"pcpu-alloc|percpu|setup_percpu",
    ),
    Stage(
        "build_all_zonelists",
        (),
        r"Built \d+ zonelists|Fallback order",
        holds=r"Policy zone|Built \d+ zonelists",
    ),
    Stage("parse_args", (), r"Kernel command line: ", holds=r"Unknown kernel|Parameter|Booting kernel"),
    Stage(
        "vfs_caches_init_early",
        (),
        r"Dentry.cache hash table|Inode.cache hash table",
        _HASHES,
        r"\S+.cache hash table|PID hash",
    ),
    Stage("mem_init", ("mm_init",), r"mem auto-init|Memory: \d", _SWIOTLB, r".", until=(6, 4)),
    Stage("mem_init", ("mm_core_init",), r"mem auto-init", _SWIOTLB, r".", since=(6, 4)),
    Stage("kmem_cache_init", ("mm_init",), r"SLUB: |SLAB: ", until=(6, 4)),
    Stage("kmem_cache_init", ("mm_core_init",), r"SLUB: ", since=(6, 4)),
    Stage("ftrace_init", (), r"ftrace: "),
    Stage("sched_init", (), r"Dynamic Preempt"),
    Stage("rcu_init", (), r"rcu: |\S*[Hh]ierarchical RCU|RCU "),
    Stage("early_irq_init", (), r"NR_IRQS"),
    Stage("smp_init", ("kernel_init_freeable",), r"smp: Bringing up|SMP: Total|smp: Brought"),
    Stage("page_alloc_init_late", ("kernel_init_freeable",), r"Memory: \d", since=(6, 11)),
    Stage("do_basic_setup", ("kernel_init_freeable",), r"devtmpfs: initialized|NET: Registered"),
)
"""The stages of every architecture, in no particular order."""

ARM64 = (
    Stage("setup_machine_fdt", _IN_SETUP, r"Machine(?: model)?: ", ("early_init_dt_add_memory_arch",)),
    Stage("parse_early_param", _IN_SETUP, r"earlycon: |printk: bootconsole|Early serial console"),
    Stage("efi_init", _IN_SETUP, r"efi: |EFI: |esrt: ", ("reserve_regions", "efi_init", "efi_memattr_init")),
    Stage(
        "arm64_memblock_init",
        _IN_SETUP,
        r"OF: reserved mem|Reserved memory: ",
        ("arm64_memblock_init", "early_init_fdt_scan_reserved_mem", "__reserved_mem_reserve_reg"),
    ),
    Stage("paging_init", _IN_SETUP, callers=("early_pgtable_alloc", "paging_init", "map_mem", "map_kernel")),
    Stage("acpi_boot_table_init", _IN_SETUP, r"ACPI: "),
    Stage(
        "unflatten_device_tree",
        _IN_SETUP,
        callers=("early_init_dt_alloc_memory_arch", "unflatten_device_tree"),
    ),
    Stage("arch_numa_init", (SETUP, "bootmem_init"), _NUMA, ("numa_alloc_distance", "setup_node_data")),
    Stage("request_standard_resources", _IN_SETUP, callers=("request_standard_resources",)),
    Stage("psci_dt_init", _IN_SETUP, r"psci: "),
)
X86 = (
    Stage(
        "e820__memory_setup",
        _IN_SETUP,
        r"BIOS-provided physical RAM map|BIOS-e820: ",
        holds=r"BIOS-e820|user: ",
    ),
    Stage("e820__finish_early_params", _IN_SETUP, r"user-defined physical RAM map", holds=r"user: "),
    Stage("efi_init", _IN_SETUP, r"efi: |EFI v"),
    Stage("dmi_setup", _IN_SETUP, r"DMI: |SMBIOS "),
    Stage("e820__end_of_ram_pfn", _IN_SETUP, r"last_pfn = |e820: last_pfn"),
    Stage("find_smp_config", _IN_SETUP, r"found SMP MP-table", ("smp_scan_config",)),
    Stage("e820__memblock_setup", _IN_SETUP, callers=("e820__memblock_setup", "memblock_x86_fill")),
    Stage("reserve_real_mode", _IN_SETUP, callers=("reserve_real_mode",)),
    Stage(
        "init_mem_mapping",
        _IN_SETUP,
        r"init_memory_mapping|BRK \[|kernel direct mapping",
        ("alloc_low_pages", "init_mem_mapping", "find_early_table_space"),
    ),
    Stage("acpi_boot_table_init", _IN_SETUP, r"ACPI: RSDP|ACPI: Early table", holds=r"ACPI: "),
    Stage("initmem_init", _IN_SETUP, _NUMA, ("numa_alloc_distance", "alloc_node_data", "setup_node_data")),
    Stage("reserve_crashkernel", _IN_SETUP, r"Reserving \d+MB of (?:low )?memory at|crashkernel"),
    Stage("acpi_boot_init", _IN_SETUP, r"ACPI: PM-Timer|ACPI: LAPIC|IOAPIC\[0\]|Using ACPI \(MADT\)"),
    Stage(
        "e820__reserve_resources", _IN_SETUP, callers=("e820__reserve_resources", "firmware_map_add_early")
    ),
    Stage(
        "e820__register_nosave_regions",
        _IN_SETUP,
        r"PM: (?:hibernation: )?Registered nosave",
        ("register_nosave_region", "__register_nosave_region"),
    ),
)
OTHER = (
    Stage("paging_init", _IN_SETUP, callers=("paging_init", "map_lowmem", "early_alloc", "create_mapping")),
    Stage("unflatten_device_tree", _IN_SETUP, callers=("early_init_dt_alloc_memory_arch",)),
    Stage("reserved_mem", _IN_SETUP, r"OF: reserved mem|Reserved memory: "),
    Stage("initmem_init", _IN_SETUP, _NUMA),
)
BY_ARCH: Mapping[str, tuple[Stage, ...]] = {"arm64": ARM64, "x86_64": X86, "32-bit x86": X86}
"""The stages that architectures have beside the common ones."""
LIMITED_IN_THEIR_MAP = ("x86_64", "32-bit x86")
"""Architectures whose mem= changes the map that memory comes from, and never memblock itself."""
IN_SETUP_ARCH = re.compile(r"Command line: |Machine(?: model)?: |Booting Linux|CPU: ")


class Stages:
    """The stages of a release on an architecture, and which one a line belongs to."""

    def __init__(self, arch: str, release: Release) -> None:
        own = BY_ARCH.get(arch, OTHER)
        known = [stage for stage in (*COMMON, *own) if stage.since <= release < stage.until]
        self.all = tuple(known)
        self.by_caller = {caller: stage for stage in known for caller in (*stage.callers, stage.name)}
        self._words, self._spoken = _alternatives(known)

    def of_line(self, text: str) -> Stage | None:
        """The stage that a line begins, or is one of."""
        found = self._words.match(text)
        return self._spoken[int(found.lastgroup[1:])] if found and found.lastgroup else None


def _alternatives(stages: Iterable[Stage]) -> tuple[re.Pattern[str], list[Stage]]:
    spoken = [stage for stage in stages if stage.words]
    words = "|".join(f"(?P<s{at}>{stage.words})" for at, stage in enumerate(spoken))
    return re.compile(words), spoken


def holds(stage: Stage, text: str) -> bool:
    """Whether a line that begins no stage may belong to this one."""
    return bool(stage.holds) and re.match(stage.holds, text) is not None
