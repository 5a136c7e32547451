"""What RAM there is, and the zones, as 5.7 finds them.  Mirrors arch/arm64/mm/init.c of that release; what
has not changed since is in ../init.py.

Here everything that reserves memory comes before the page tables: the crash kernel's area and CMA too.
"""

from __future__ import annotations

from .....model.arch.arm64.address_map import Arm64Layout
from .....model.base.pfn import IS_ALIGNED, PFN_ALIGN, PFN_DOWN, PFN_UP
from .....model.memory.memblock import (
    for_each_memblock,
    memblock_add,
    memblock_cap_memory_range,
    memblock_dump_all,
    memblock_end_of_DRAM,
    memblock_find_in_range,
    memblock_is_region_memory,
    memblock_is_region_reserved,
    memblock_mem_limit_remove_map,
    memblock_phys_mem_size,
    memblock_remove,
    memblock_reserve,
    memblock_start_of_DRAM,
)
from .....model.memory.memory_model import VMEMMAP
from .....model.trace.recorder import traced
from ....core.kernel import U64
from ....drivers.of.base import cells_of
from ....drivers.of.fdt import address_and_size
from ....drivers.of.v5_7.fdt import node_at, of_scan_flat_dt, visitor
from ....drivers.of.v5_7.reserved_mem import early_init_fdt_scan_reserved_mem
from ....kernel.crash_core import parse_crashkernel
from ....kernel.dma_contiguous import dma_contiguous_reserve
from ....kernel.v5_7.swiotlb import swiotlb_init
from ....mm.free_unused_memmap import free_unused_memmap
from ....mm.hugetlb.hugetlb import hugetlb_cma_reserve
from ....mm.mem_init import mem_init_print_info
from ....mm.memblock_free import memblock_free_all
from ....mm.memtest import early_memtest
from ....mm.mmzone import ZONE_NORMAL, zone_names
from ....mm.sparse.sparse import memblocks_present, sparse_init
from ....mm.v5_7.mm_init import free_area_init_node, free_area_init_nodes
from ...variables import Kernel
from ..init import PHYS_ADDR_MAX, choose_memstart, initrd_pages
from ..pgtable_prot import phys_mask_shift
from ..reserve_crashkernel import CRASH_ALIGN
from .numa import arm64_numa_init

KERNEL_FILE = "arch/arm64/mm/init.c"

ARM64_ZONE_DMA_BITS = 30


@visitor
@traced
def early_init_dt_scan_usablemem(k: Kernel, node: str, uname: str, depth: int, data: str) -> int:
    """``linux,usable-memory-range`` of ``/chosen`` leaves a crash kernel one range."""
    if depth != 1 or uname != "chosen":
        return 0
    found = node_at(k, node).properties.get("linux,usable-memory-range")
    # The kernel compares a length in bytes with a number of cells.
    if found is not None and len(found) >= k.dt_root_addr_cells + k.dt_root_size_cells:
        base, size = address_and_size(k, cells_of(found), 0)
        if size:
            memblock_cap_memory_range(k.memblock, base, size)
    return 1


@traced
def fdt_enforce_memory_region(k: Kernel) -> None:
    """Keep a crash kernel to the memory it was given."""
    of_scan_flat_dt(k, "early_init_dt_scan_usablemem", "reg")


@visitor
@traced
def early_init_dt_scan_elfcorehdr(k: Kernel, node: str, uname: str, depth: int, data: str) -> int:
    """``linux,elfcorehdr`` of ``/chosen`` tells a crash kernel where the ELF header of the crashed kernel's
    memory is."""
    if depth != 1 or uname != "chosen":
        return 0
    found = node_at(k, node).properties.get("linux,elfcorehdr")
    # The kernel compares a length in bytes with a number of cells.
    if found is not None and len(found) >= k.dt_root_addr_cells + k.dt_root_size_cells:
        k.elfcorehdr_addr, k.elfcorehdr_size = address_and_size(k, cells_of(found), 0)
    return 1


@traced
def reserve_elfcorehdr(k: Kernel) -> None:
    """Reserve the ELF header that describes a crashed kernel's memory."""
    if not k.config.enabled("CRASH_DUMP"):
        return
    of_scan_flat_dt(k, "early_init_dt_scan_elfcorehdr", "")
    if not k.elfcorehdr_size:
        return
    if memblock_is_region_reserved(k.memblock, k.elfcorehdr_addr, k.elfcorehdr_size):
        k.pr_warn("elfcorehdr is overlapped")
        return
    memblock_reserve(k.memblock, k.elfcorehdr_addr, k.elfcorehdr_size)
    size, address = k.elfcorehdr_size >> 10, k.elfcorehdr_addr
    k.pr_info("Reserving {}KB of memory at 0x{:x} for elfcorehdr", size, address)


def _fixed_crash_base(k: Kernel, base: int, size: int) -> bool:
    """Whether a crash kernel can be where the command line wants it; it is said if not."""
    for wrong, words in (
        (not memblock_is_region_memory(k.memblock, base, size), "region is not memory"),
        (memblock_is_region_reserved(k.memblock, base, size), "region overlaps reserved memory"),
        (not IS_ALIGNED(base, CRASH_ALIGN), "base address is not 2MB aligned"),
    ):
        if wrong:
            k.pr_warn("cannot reserve crashkernel: {}", words)
            return False
    return True


@traced
def reserve_crashkernel(k: Kernel) -> None:
    """Reserve the memory that ``crashkernel=`` asks for, below 4 GiB unless that says where."""
    if not k.config.enabled("KEXEC_CORE"):
        return
    error, size, base = parse_crashkernel(k, k.boot_command_line, memblock_phys_mem_size(k.memblock))
    if error or not size:
        return
    size = PFN_ALIGN(size, k.layout.page_shift)
    if not base:
        base = memblock_find_in_range(k.memblock, 0, k.arm64_dma32_phys_limit, size, CRASH_ALIGN)
        if not base:
            k.pr_warn("cannot allocate crashkernel (size:0x{:x})", size)
            return
    elif not _fixed_crash_base(k, base, size):
        return
    memblock_reserve(k.memblock, base, size)
    k.pr_info("crashkernel reserved: 0x{:016x} - 0x{:016x} ({} MB)", base, base + size, size >> 20)
    k.crashk_res = (base, base + size - 1)


def max_zone_phys(k: Kernel, zone_bits: int) -> int:
    """The end of a zone that devices with `zone_bits` address lines reach, if they are wired to the start of
    RAM where that lies higher."""
    offset = memblock_start_of_DRAM(k.memblock) & -(1 << zone_bits)
    return min(offset + (1 << zone_bits), memblock_end_of_DRAM(k.memblock))


def keep_initrd(k: Kernel, linear_region_size: int) -> None:
    """Put back the initrd's memory if ``mem=`` cut it away, without marks, and reserve it."""
    pages = initrd_pages(k, linear_region_size)
    if pages is None:
        return
    base, size = pages
    memblock_remove(k.memblock, base, size)
    memblock_add(k.memblock, base, size)
    memblock_reserve(k.memblock, base, size)


def randomize_linear_map(k: Kernel, linear_region_size: int) -> None:
    """Move the linear map by a multiple of the alignment, if there is room beside the RAM there is."""
    align = Arm64Layout(k.layout).memstart_align
    ram = memblock_end_of_DRAM(k.memblock) - memblock_start_of_DRAM(k.memblock)
    room = linear_region_size - ram
    if k.memstart_offset_seed > 0 and room >= align:
        k.memstart_addr -= align * ((room // align * k.memstart_offset_seed) >> 16)


@traced
def arm64_memblock_init(k: Kernel) -> None:
    """Cut memblock.memory to what the kernel can address and was told to use, choose where the linear map
    begins, and reserve what is in use already and what is set aside for others."""
    linear_region_size = 1 << (Arm64Layout(k.layout).vabits_actual - 1)
    fdt_enforce_memory_region(k)
    memblock_remove(k.memblock, 1 << phys_mask_shift(k), U64)
    choose_memstart(k, linear_region_size)
    if k.memory_limit != PHYS_ADDR_MAX:
        memblock_mem_limit_remove_map(k.memblock, k.memory_limit)
        memblock_add(k.memblock, k.pa_symbol("_text"), k.va_symbol("_end") - k.va_symbol("_text"))
    if k.config.enabled("BLK_DEV_INITRD") and k.phys_initrd_size:
        keep_initrd(k, linear_region_size)
    if k.config.enabled("RANDOMIZE_BASE"):
        randomize_linear_map(k, linear_region_size)

    memblock_reserve(k.memblock, k.pa_symbol("_text"), k.va_symbol("_end") - k.va_symbol("_text"))
    if k.config.enabled("BLK_DEV_INITRD") and k.phys_initrd_size:
        k.initrd_start = k.phys_to_virt(k.phys_initrd_start)
        k.initrd_end = k.initrd_start + k.phys_initrd_size
    early_init_fdt_scan_reserved_mem(k)
    if k.config.enabled("ZONE_DMA"):
        k.zone_dma_bits = ARM64_ZONE_DMA_BITS
        k.arm64_dma_phys_limit = max_zone_phys(k, ARM64_ZONE_DMA_BITS)
    has_dma32 = k.config.enabled("ZONE_DMA32")
    k.arm64_dma32_phys_limit = max_zone_phys(k, 32) if has_dma32 else 1 << phys_mask_shift(k)
    reserve_crashkernel(k)
    reserve_elfcorehdr(k)
    k.high_memory = k.phys_to_virt((memblock_end_of_DRAM(k.memblock) - 1) & U64) + 1
    dma_contiguous_reserve(k, k.arm64_dma32_phys_limit)
    if k.layout.page_shift == 12 and k.config.enabled("HUGETLB_PAGE") and k.config.enabled("CMA"):
        hugetlb_cma_reserve(k, k.layout.pud_shift - k.layout.page_shift)


def zone_ends(k: Kernel, end: int) -> tuple[int, ...]:
    """The pfn where each zone ends that takes its memory by address, `end` for the last of them."""
    limits = {"DMA": k.arm64_dma_phys_limit, "DMA32": k.arm64_dma32_phys_limit}
    shift = k.layout.page_shift
    return tuple(
        PFN_DOWN(limits[name], shift) if name in limits else end
        for name in zone_names(k)[: ZONE_NORMAL(k) + 1]
    )


@traced
def zone_sizes_init(k: Kernel, min_pfn: int, max_pfn: int) -> None:
    """Where the zones end: DMA with the first GiB, DMA32 with the first four.  With NUMA the generic code
    works out what each node has of them; without, the sizes and the holes of the zones are worked out
    here."""
    ends = zone_ends(k, max_pfn)
    others = (0,) * (k.sizes.constant("MAX_NR_ZONES") - len(ends))
    if k.config.enabled("NUMA"):
        free_area_init_nodes(k, ends + others)
        return
    zone_size, zhole_size, start = [0] * len(ends), [0] * len(ends), min_pfn
    for zone, end in enumerate(ends):
        zone_size[zone] = zhole_size[zone] = end - start
        for region in for_each_memblock(k.memblock, "memory"):
            shift = k.layout.page_shift
            first, last = max(PFN_UP(region.base, shift), start), min(PFN_DOWN(region.end, shift), end)
            zhole_size[zone] -= max(last - first, 0)
        start = end
    free_area_init_node(k, 0, (*zone_size, *others), min_pfn, (*zhole_size, *others))


@traced
def bootmem_init(k: Kernel) -> None:
    """From memblock's regions to nodes, sections and zones."""
    shift = k.layout.page_shift
    first = PFN_UP(memblock_start_of_DRAM(k.memblock), shift)
    last = PFN_DOWN(memblock_end_of_DRAM(k.memblock), shift)
    early_memtest(k, first << shift, last << shift)
    k.max_pfn = k.max_low_pfn = last
    k.min_low_pfn = first
    if k.config.enabled("NUMA"):
        arm64_numa_init(k)
    # What is present takes memory to note down: everything fixed has to be reserved by now.
    if k.shape.is_sparse:
        memblocks_present(k)
        sparse_init(k)
    zone_sizes_init(k, first, last)
    memblock_dump_all(k.memblock)


@traced
def mem_init(k: Kernel) -> None:
    """Bounce buffers if devices may not reach all memory; then all that is free goes to the buddy allocator,
    and the kernel says how much that is."""
    limit = k.arm64_dma_phys_limit or k.arm64_dma32_phys_limit
    if k.swiotlb_force_bounce or k.max_pfn > PFN_DOWN(limit, k.layout.page_shift):
        swiotlb_init(k, 1)
    # Since 5.11 memblock_free_all() does this.
    if k.shape.model != VMEMMAP:
        free_unused_memmap(k)
    memblock_free_all(k)
    mem_init_print_info(k)
