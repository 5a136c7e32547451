"""An architecture that nobody builds, as small as one can be: what a new one has to bring, and no more.

Physical memory is what a list of banks says, which the boot loader hands over; virtual addresses have 39
bits; an entry of a page table has four bits beside its address.  It has two orders of a boot: since 6.9 its
kernel maps memory from the top, before, from the bottom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bootstep.boots.core import kernel
from bootstep.boots.core.arch import ArchOps, CrashLimits, FaultWords, Protection
from bootstep.boots.core.inputs import Machine
from bootstep.boots.core.order import BootOrder
from bootstep.boots.core.params import early_param, parse_early_param
from bootstep.boots.core.variables import Traced
from bootstep.boots.init.main import prepare
from bootstep.boots.kernel.swiotlb import SWIOTLB_VERBOSE, swiotlb_init
from bootstep.boots.lib.cmdline import memparse
from bootstep.boots.mm.early_ioremap import early_memremap, early_memunmap
from bootstep.boots.mm.early_pfn import get_pfn_range_for_nid
from bootstep.boots.mm.memblock_free import memblock_free_all
from bootstep.boots.mm.mm_init import free_area_init
from bootstep.boots.mm.numa import alloc_node_data
from bootstep.boots.mm.numa_memblks.memblks import numa_memblks_init
from bootstep.boots.mm.numa_memblks.meminfo import node_set, numa_add_memblk_to
from bootstep.boots.mm.numa_tables import early_map_cpu_to_node, pcpu_cpu_distance
from bootstep.boots.mm.percpu.page import pcpu_page_first_chunk
from bootstep.boots.mm.sparse.sparse import sparse_init
from bootstep.boots.mm.sparse.vmemmap import vmemmap_populate_basepages
from bootstep.model.build.address_map import AddressMap, Range
from bootstep.model.build.image.image import Image
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release
from bootstep.model.build.sizes import Sizes
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.memory.memblock import (
    for_each_mem_range,
    memblock_add,
    memblock_allow_resize,
    memblock_end_of_DRAM,
    memblock_phys_alloc,
    memblock_remove,
    memblock_reserve,
    memblock_start_of_DRAM,
)
from bootstep.model.memory.pagetable.tables import PAGE_LEVEL, Geometry
from bootstep.model.memory.zones import Node
from bootstep.model.trace.recorder import traced
from msgspec.structs import replace
from toy_facts import DEVICE, NO_EXEC, PRESENT, TOY_FACTS, WRITABLE

KERNEL_FILE = "arch/toy/kernel/setup.c"

NEWEST = Release(6, 12)
MIB = 1 << 20
LOAD = 16 * MIB
LOW = 64 * MIB
"""Devices reach so far."""
TOP = 1 << 64
DIRECT_MAP = TOP - (1 << 38)
PROTECTIONS: Mapping[Protection, int] = {
    "PAGE_KERNEL": PRESENT | WRITABLE | NO_EXEC,
    "PAGE_KERNEL_RO": PRESENT | NO_EXEC,
    "FIXMAP_PAGE_IO": PRESENT | WRITABLE | DEVICE | NO_EXEC,
}
BLOCK_LEVEL = PAGE_LEVEL - 1

LAYOUT = AddressMap(
    page_shift=12,
    va_bits=39,
    levels=3,
    direct_map=Range(DIRECT_MAP, DIRECT_MAP + (1 << 36)),
    vmalloc=Range(TOP - (96 << 30), TOP - (64 << 30)),
    vmemmap=Range(TOP - (64 << 30), TOP - (32 << 30)),
    modules=Range(TOP - (16 << 30), TOP - (8 << 30)),
    image=Range(TOP - (8 << 30), TOP - (4 << 30)),
    fixmap=Range(TOP - 16 * MIB, TOP - 4 * MIB),
    fixmap_slots={"FIX_BTMAP_END": 8, "FIX_BTMAP_BEGIN": 8 + 7 * 64 - 1},
    section_size_bits=27,
    max_physmem_bits=40,
    nr_page_orders=11,
    pageblock_order=9,
    nodes_shift=0,
)
SYMBOLS = {
    name: LAYOUT.image.start + offset * MIB
    for name, offset in {
        "_text": 0,
        "_stext": 0,
        "_etext": 2,
        "__start_rodata": 2,
        "__end_rodata": 3,
        "__init_begin": 3,
        "_sinittext": 3,
        "_einittext": 4,
        "__per_cpu_start": 4,
        "__init_end": 5,
        "_sdata": 5,
        "_edata": 6,
        "__bss_start": 6,
        "__bss_stop": 7,
        "pgd": 7,
        "contig_page_data": 6,
        "toy_top_memory": 0,
        "_end": 8,
    }.items()
}
IMAGE = Image("vmlinux", {**SYMBOLS, "__per_cpu_end": SYMBOLS["__per_cpu_start"] + 0x8000}, {}, (), {})
SIZES = Sizes(
    "the toy's",
    {
        "struct page": 64,
        "struct mem_section": 16,
        "struct mem_section_usage": 24,
        "struct memblock_region": 24,
        "struct pglist_data": 8192,
        "struct pcpu_alloc_info": 64,
        "struct pcpu_group_info": 24,
        "struct pcpu_chunk": 128,
        "struct pcpu_block_md": 32,
        "struct io_tlb_slot": 24,
        "struct io_tlb_area": 16,
        "struct printk_info": 88,
        "struct prb_desc": 24,
    },
    {
        "SMP_CACHE_BYTES": 64,
        "INIT_MEMBLOCK_MEMORY_REGIONS": 128,
        "INIT_MEMBLOCK_RESERVED_REGIONS": 128,
        "MAX_NR_ZONES": 3,
        "MAX_CMA_AREAS": 8,
        "MIGRATE_TYPES": 6,
        "PCPU_MIN_UNIT_SIZE": 32 << 10,
        "PERCPU_DYNAMIC_EARLY_SIZE": 20 << 10,
        "PERCPU_DYNAMIC_RESERVE": 28 << 10,
        "PERCPU_MODULE_RESERVE": 8 << 10,
        "CMA_MIN_ALIGNMENT_BYTES": 2 * MIB,
    },
)
CONFIG = {"SPARSEMEM": "y", "SPARSEMEM_VMEMMAP": "y", "ZONE_DMA": "y", "NR_CPUS": "2", "LOG_BUF_SHIFT": "17"}


class ToyKernel(kernel.Kernel):
    """The kernel, with the toy's own variables; `banks` are what the boot loader tells of memory."""

    phys_base: Traced[int] = -1
    top_memory: Traced[int] = 0
    banks: tuple[tuple[int, int], ...] = ()


@early_param("topmem")
@traced
def toy_top_memory(k: ToyKernel, value: str | None) -> int:
    """``topmem=``: use no memory above."""
    k.top_memory = memparse(value or "")[0]
    return 0


# ---- before start_kernel ----


@traced
def toy_start(k: ToyKernel) -> None:
    """The first instructions: the fixmap gets its tables, which are part of the image."""
    page = k.pa_symbol("pgd") + k.layout.page_size
    start = k.layout.fixmap.start & -k.layout.pmd_size
    k.page_tables.add_table(BLOCK_LEVEL, start, page, PRESENT)
    for address in range(start, k.layout.fixmap.end, k.layout.pmd_size):
        page += k.layout.page_size
        k.page_tables.add_table(PAGE_LEVEL, address, page, PRESENT)


# ---- setup_arch ----


@traced
def toy_scan_banks(k: ToyKernel) -> bool:
    """Tell memblock of the banks."""
    for base, size in k.banks:
        memblock_add(k.memblock, base, size)
    return bool(k.banks)


@traced
def toy_memblock_init(k: ToyKernel) -> None:
    """Take away what the command line does not want, and reserve the image."""
    if k.top_memory:
        memblock_remove(k.memblock, k.top_memory, TOP - 1)
    memblock_reserve(k.memblock, k.pa_symbol("_text"), k.image.symbol("_end") - k.image.symbol("_text"))
    k.phys_base = 0
    k.high_memory = k.phys_to_virt(memblock_end_of_DRAM(k.memblock) - 1) + 1


def _map_blocks(k: ToyKernel, starts: Callable[[range], list[int]]) -> None:
    tree, block = k.page_tables, k.layout.pmd_size
    for bank, end in list(for_each_mem_range(k.memblock)):
        for start in starts(range(bank & -block, end, block)):
            address = k.phys_to_virt(start)
            if tree.table(BLOCK_LEVEL, address) is None:
                table = memblock_phys_alloc(k.memblock, k.layout.page_size, k.layout.page_size)
                tree.add_table(BLOCK_LEVEL, address, table, PRESENT)
            tree.set_leaves(address, address + block, start, BLOCK_LEVEL, PROTECTIONS["PAGE_KERNEL"])
    memblock_allow_resize(k.memblock)


@traced
def toy_map_from_below(k: ToyKernel) -> None:
    """The linear map, from the first block to the last."""
    _map_blocks(k, list)


@traced
def toy_map_from_above(k: ToyKernel) -> None:
    """The linear map, from the last block to the first."""
    _map_blocks(k, lambda starts: list(reversed(starts)))


@traced
def toy_numa_init(k: ToyKernel) -> int:
    """Every bank is a node of its own."""
    for nid, (base, size) in enumerate(k.banks):
        numa_add_memblk_to(k, nid, base, base + size, k.state.numa.meminfo)
        node_set(k, nid)
    return 0


@traced
def toy_nodes_init(k: ToyKernel) -> None:
    """Learn the nodes and give each its ``pg_data_t``; the only CPU is on the first."""
    k.numa.node_online_map = k.numa.node_possible_map = ()
    if numa_memblks_init(k, "toy_numa_init", False):
        k.panic("no nodes")
    early_map_cpu_to_node(k, 0, 0)
    for nid in k.numa.numa_nodes_parsed:
        start_pfn, end_pfn = get_pfn_range_for_nid(k, nid)
        k.zones.set_node(Node(nid, alloc_node_data(k, nid), start_pfn=start_pfn, spanned=end_pfn - start_pfn))
        k.numa.node_online_map = (*k.numa.node_online_map, nid)
    k.numa.node_possible_map = k.numa.numa_nodes_parsed


@traced
def toy_bootmem_init(k: ToyKernel) -> None:
    """Sections and zones: what devices reach, and all the rest."""
    shift = k.layout.page_shift
    k.min_low_pfn = memblock_start_of_DRAM(k.memblock) >> shift
    k.max_pfn = k.max_low_pfn = memblock_end_of_DRAM(k.memblock) >> shift
    if k.config.enabled("NUMA"):
        toy_nodes_init(k)
    if k.shape.is_sparse:
        sparse_init(k)
    free_area_init(k, (LOW >> shift, k.max_low_pfn, 0))


@traced
def setup_arch(k: ToyKernel) -> None:
    """From a list of banks to memory that has sections and zones."""
    k.boot_command_line = k.machine.cmdline or ""
    parse_early_param(k)
    k.order.scan_firmware(k)
    k.order.memblock_init(k)
    address = early_memremap(k, LOAD + 5, 100)
    early_memunmap(k, address, 100)
    k.order.paging_init(k)
    k.order.bootmem_init(k)


@traced
def mem_init(k: ToyKernel) -> None:
    """A bounce buffer where memory reaches further than devices; the rest to the buddy allocator."""
    swiotlb_init(k, k.max_pfn > LOW >> k.layout.page_shift, SWIOTLB_VERBOSE)
    memblock_free_all(k)


# ---- what generic code asks ----


@traced
def toy_set_fixmap(k: ToyKernel, idx: str | int, phys: int, flags: int) -> None:
    """Point a slot of the fixmap at a page."""
    address, size = k.layout.fix_to_virt(idx), k.layout.page_size
    if flags:
        k.page_tables.set_leaves(address, address + size, phys, PAGE_LEVEL, flags)
    else:
        k.page_tables.clear_leaves(address, address + size)


def set_page_table_roots(k: ToyKernel) -> None:
    """One tree."""
    geometry = Geometry(k.layout.page_shift, k.layout.va_bits, k.layout.levels)
    k.page_tables.set_root(k.pa_symbol("pgd"), TOP - (1 << k.layout.va_bits), geometry)


@traced
def setup_per_cpu_areas(k: ToyKernel) -> None:
    """The areas of CPUs, page by page."""
    if pcpu_page_first_chunk(k, k.sizes.constant("PERCPU_MODULE_RESERVE")):
        k.panic("no per-CPU areas")


def nothing(k: ToyKernel) -> None:
    """What this architecture has nothing to do for."""


SINCE_5_7: BootOrder[ToyKernel] = BootOrder(
    since=(5, 7),
    enter=toy_start,
    scan_firmware=toy_scan_banks,
    memblock_init=toy_memblock_init,
    paging_init=toy_map_from_below,
    bootmem_init=toy_bootmem_init,
    mem_init=mem_init,
)
SINCE_6_9 = replace(SINCE_5_7, since=(6, 9), paging_init=toy_map_from_above)

TOY: ArchOps[ToyKernel] = ArchOps(
    facts=TOY_FACTS,
    cannot_start=lambda k: "",
    collisions=lambda k: iter(()),
    assumed=lambda k: iter(()),
    kernel=ToyKernel,
    compiled_in=lambda k: {"top_memory": k.config.integer("TOY_TOP_MEMORY", 0)},
    orders=(SINCE_5_7, SINCE_6_9),
    smp_setup_processor_id=nothing,
    setup_arch=setup_arch,
    setup_per_cpu_areas=setup_per_cpu_areas,
    smp_prepare_boot_cpu=nothing,
    trap_init=nothing,
    arch_parse_debug_rodata=lambda k, arg: False,
    set_page_table_roots=set_page_table_roots,
    kernel_resources=lambda k: (("Kernel code", "_text", "__init_begin"),),
    phys_to_virt=lambda k, pa: pa - k.phys_base + k.layout.page_offset,
    virt_to_phys=lambda k, va: va - k.layout.page_offset + k.phys_base,
    arch_pfn_offset=lambda k: 0,
    max_dma_address=lambda k: LOW,
    arch_low_address_limit=lambda k: LOW - 1,
    set_fixmap=toy_set_fixmap,
    prot=lambda k, name: PROTECTIONS[name],
    table_prot=lambda k: PRESENT,
    vmemmap_populate=vmemmap_populate_basepages,
    do_early_exception=lambda k, pa, size: False,
    early_vm_areas=lambda k: [(k.layout.vmalloc.start, k.layout.vmalloc.start + MIB)],
    crash_limits=lambda k: CrashLimits(LOW, 1 << 40, 16 * MIB, 8 * MIB),
    arch_hugetlb_valid_size=lambda k, size: size == k.layout.pmd_size,
    fault_words=FaultWords("toy: {} {:#x}", "null", "fault"),
    pcpu_cpu_distance=pcpu_cpu_distance,
    numa_init_functions={"toy_numa_init": toy_numa_init},
    numa_emu_dma_end=lambda k: 0,
    numa_emu_update_cpu_to_node=lambda k, emu_nid_to_phys: None,
    fix_pxm_node_maps=lambda k, emu_nid_to_phys, max_nid: True,
)


def toy_kernel(
    *banks: tuple[int, int], release: Release = NEWEST, cmdline: str = "", **config: str
) -> ToyKernel:
    """A kernel of the toy before its first step, with banks of memory (base and size, bytes) and options."""
    options = {name: value for name, value in {**CONFIG, **config}.items() if value != "n"}
    machine = Machine("toy", release=release, arch="toy", cmdline=cmdline, load_address=LOAD)
    layout = replace(LAYOUT, nodes_shift=2 if "NUMA" in options else 0)
    k = ToyKernel(machine, KConfig(options), IMAGE, SIZES, layout, compile_dts("/dts-v1/; / { };"), arch=TOY)
    k.banks = banks or ((0, 256 * MIB),)
    return k


def prepared(*banks: tuple[int, int]) -> ToyKernel:
    """The same as `setup_arch` leaves it to what needs memory but no page tables yet."""
    k = toy_kernel(*banks)
    prepare(k)
    k.order.scan_firmware(k)
    k.order.memblock_init(k)
    k.memblock.debug = False
    return k
