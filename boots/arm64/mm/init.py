"""What RAM there is, where the linear map begins, and the zones.  Mirrors arch/arm64/mm/init.c."""

from __future__ import annotations

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.base.errors import InputError
from ....model.memory.memblock import (
    memblock_add,
    memblock_clear_nomap,
    memblock_dump_all,
    memblock_end_of_DRAM,
    memblock_mem_limit_remove_map,
    memblock_phys_mem_size,
    memblock_remove,
    memblock_reserve,
    memblock_start_of_DRAM,
)
from ....model.trace.recorder import traced
from ...core.kernel import U64
from ...core.params import early_param
from ...drivers.acpi.arm64.iort import acpi_iort_dma_get_max_cpu_address
from ...drivers.arch_numa import arch_numa_init
from ...drivers.of.address import of_dma_get_max_cpu_address
from ...drivers.of.reserved_mem import early_init_fdt_scan_reserved_mem
from ...kernel.crash_reserve import parse_crashkernel, reserve_crashkernel_generic
from ...kernel.dma_contiguous import dma_contiguous_reserve, dma_pernuma_cma_reserve
from ...kernel.swiotlb import SWIOTLB_VERBOSE, swiotlb_adjust_size, swiotlb_init, swiotlb_size_or_default
from ...lib.cmdline import memparse
from ...mm.memblock_free import memblock_free_all
from ...mm.memtest import early_memtest
from ...mm.mm_init import free_area_init
from ...mm.sparse.sparse import sparse_init
from ..kernel.cpu import this_cpu
from ..kvm.pkvm import kvm_hyp_reserve
from ..variables import Kernel
from .hugetlbpage import arm64_hugetlb_cma_reserve
from .mmu import defer_reserve_crashkernel, first_protected
from .pgtable_prot import phys_mask_shift
from .reserve_crashkernel import reserve_crashkernel

KERNEL_FILE = "arch/arm64/mm/init.c"

PHYS_ADDR_MAX = U64
U32_MAX = (1 << 32) - 1
U16_MAX = (1 << 16) - 1
ZONE_DMA, ZONE_DMA32, ZONE_NORMAL = 0, 1, 2


@early_param("mem")
@traced
def early_mem(k: Kernel, p: str | None) -> int:
    """``mem=``: how many bytes of memory to use."""
    if p is None:
        return 1
    k.memory_limit = memparse(p)[0] & -k.layout.page_size & U64
    k.pr_notice("Memory limited to {}MB", k.memory_limit >> 20)
    return 0


@traced
def arch_reserve_crashkernel(k: Kernel) -> None:
    """Reserve the memory that ``crashkernel=`` asks for, if it asks for any."""
    if not k.config.enabled("CRASH_RESERVE"):
        return
    request = parse_crashkernel(k, k.boot_command_line, memblock_phys_mem_size(k.memblock))
    if not request.ret:
        reserve_crashkernel_generic(k, request)


@traced
def arm64_memblock_init(k: Kernel) -> None:
    """Cut memblock.memory to what the kernel can address and was told to use, choose where the linear map
    begins, and reserve what is in use already: image, initrd, reserved-memory nodes."""
    linear_region_size = k.layout.direct_map.end + (1 << Arm64Layout(k.layout).vabits_actual) - (1 << 64)
    memblock_remove(k.memblock, 1 << phys_mask_shift(k), U64)
    choose_memstart(k, linear_region_size)
    if k.memory_limit != PHYS_ADDR_MAX:
        memblock_mem_limit_remove_map(k.memblock, k.memory_limit)
        memblock_add(k.memblock, k.pa_symbol("_text"), k.va_symbol("_end") - k.va_symbol("_text"))
    if k.config.enabled("BLK_DEV_INITRD") and k.phys_initrd_size:
        keep_initrd(k, linear_region_size)
    if k.config.enabled("RANDOMIZE_BASE"):
        randomize_linear_map(k, linear_region_size)

    first = first_protected(k)
    memblock_reserve(k.memblock, k.pa_symbol(first), k.va_symbol("_end") - k.va_symbol(first))
    if k.config.enabled("BLK_DEV_INITRD") and k.phys_initrd_size:
        k.initrd_start = k.phys_to_virt(k.phys_initrd_start)
        k.initrd_end = k.initrd_start + k.phys_initrd_size
    early_init_fdt_scan_reserved_mem(k)
    if not defer_reserve_crashkernel(k):
        reserve_crashkernel(k)
    k.high_memory = k.phys_to_virt((memblock_end_of_DRAM(k.memblock) - 1) & U64) + 1


def choose_memstart(k: Kernel, linear_region_size: int) -> None:
    """Begin the linear map at the start of RAM, rounded down; drop the RAM that does not fit into it, but
    never the kernel's own."""
    align = Arm64Layout(k.layout).memstart_align
    k.memstart_addr = memblock_start_of_DRAM(k.memblock) // align * align
    # Only said since 5.11.
    if memblock_end_of_DRAM(k.memblock) - k.memstart_addr > linear_region_size and k.release >= (5, 11):
        k.pr_warn("Memory doesn't fit in the linear mapping, VA_BITS too small")
    end = k.memstart_addr + linear_region_size
    memblock_remove(k.memblock, max(end, k.pa_symbol("_end")), U64)
    if end < memblock_end_of_DRAM(k.memblock):
        start = memblock_end_of_DRAM(k.memblock) - linear_region_size
        k.memstart_addr = -(-start // align) * align
        memblock_remove(k.memblock, 0, k.memstart_addr)
    if k.config.enabled("ARM64_VA_BITS_52") and Arm64Layout(k.layout).vabits_actual != 52:
        k.memstart_addr -= (1 << 52) - (1 << Arm64Layout(k.layout).vabits_actual)


def initrd_pages(k: Kernel, linear_region_size: int) -> tuple[int, int] | None:
    """Base and size (bytes) of the pages the initrd is in; None, and no initrd any more, if the linear map
    does not reach them."""
    mask = k.layout.page_size - 1
    base = k.phys_initrd_start & ~mask
    size = ((k.phys_initrd_start + k.phys_initrd_size + mask) & ~mask) - base
    first = memblock_start_of_DRAM(k.memblock)
    if base < first or base + size > first + linear_region_size:
        k.warn("initrd not fully accessible via the linear mapping -- please check your bootloader ...")
        k.phys_initrd_size = 0
        return None
    return base, size


def keep_initrd(k: Kernel, linear_region_size: int) -> None:
    """Put back the initrd's memory if ``mem=`` cut it away, and reserve it."""
    pages = initrd_pages(k, linear_region_size)
    if pages is None:
        return
    base, size = pages
    memblock_add(k.memblock, base, size)
    memblock_clear_nomap(k.memblock, base, size)
    memblock_reserve(k.memblock, base, size)


def randomize_linear_map(k: Kernel, linear_region_size: int) -> None:
    """Move the linear map by a multiple of the alignment, if there is room for all the CPU could address."""
    align = Arm64Layout(k.layout).memstart_align
    room = linear_region_size - (1 << this_cpu(k).physical_bits)
    if k.machine.kaslr and k.machine.kaslr.linear_map is not None:
        k.memstart_offset_seed = seed_behind(k, k.machine.kaslr.linear_map, room // align)
    if k.memstart_offset_seed > 0 and room >= align:
        k.memstart_addr -= align * (((room // align) * k.memstart_offset_seed) >> 16)


def seed_behind(k: Kernel, memstart: int, steps: int) -> int:
    """The 16 bits of the seed that begin the linear map at `memstart`, which has `steps` places to choose
    from.  Raises `InputError` if none do."""
    below, rest = divmod(k.memstart_addr - memstart, Arm64Layout(k.layout).memstart_align)
    seed = -((-below << 16) // steps) if steps > 0 else below
    if rest or not 0 <= seed <= U16_MAX or (max(steps, 0) * seed) >> 16 != below:
        raise InputError(
            f"{k.machine.name}: kaslr: a linear map that would begin at {k.memstart_addr & U64:#x} cannot"
            f" have been moved to begin at {memstart & U64:#x}"
        )
    return seed


def max_zone_phys(k: Kernel, zone_limit: int) -> int:
    """The end of a zone whose last byte is at most `zone_limit`.  Before 6.12 a zone takes all RAM where that
    lies above 4 GiB, and ends at 4 GiB where RAM lies above the zone's own limit."""
    if k.release < (6, 12):
        phys_start = memblock_start_of_DRAM(k.memblock)
        if phys_start > U32_MAX:
            zone_limit = PHYS_ADDR_MAX
        elif phys_start > zone_limit:
            zone_limit = U32_MAX
    return min(zone_limit, memblock_end_of_DRAM(k.memblock) - 1) + 1


def zone_dma_limit(k: Kernel) -> int:
    """The last byte that every device reaches, as far as the firmware tells."""
    acpi_limit = acpi_iort_dma_get_max_cpu_address(k)
    # With ACPI there is no unflattened device tree that could tell of a limit.
    tree_limit = of_dma_get_max_cpu_address(k) if k.acpi_disabled else PHYS_ADDR_MAX
    limit = min(acpi_limit, tree_limit)
    if k.release >= (6, 12):
        # Since 6.12 the limit need not be a power of two, and RAM above 4 GiB alone is left as it is.
        if memblock_start_of_DRAM(k.memblock) < U32_MAX:
            limit = min(limit, U32_MAX)
        k.zone_dma_limit = limit
        return limit
    k.zone_dma_bits = min(32, limit.bit_length())
    return (1 << k.zone_dma_bits) - 1


@traced
def zone_sizes_init(k: Kernel) -> None:
    """Where the zones end: DMA where the narrowest bus of the device tree reaches, DMA32 at 4 GiB."""
    max_zone_pfns = [0] * k.sizes.constant("MAX_NR_ZONES")
    shift = k.layout.page_shift
    zone = 0
    dma32_phys_limit = max_zone_phys(k, U32_MAX)
    if k.config.enabled("ZONE_DMA"):
        k.arm64_dma_phys_limit = max_zone_phys(k, zone_dma_limit(k))
        max_zone_pfns[zone] = k.arm64_dma_phys_limit >> shift
        zone += 1
    if k.config.enabled("ZONE_DMA32"):
        max_zone_pfns[zone] = dma32_phys_limit >> shift
        zone += 1
        if not k.arm64_dma_phys_limit:
            k.arm64_dma_phys_limit = dma32_phys_limit
    if not k.arm64_dma_phys_limit:
        k.arm64_dma_phys_limit = 1 << phys_mask_shift(k)
    max_zone_pfns[zone] = k.max_pfn
    free_area_init(k, tuple(max_zone_pfns))


@traced
def bootmem_init(k: Kernel) -> None:
    """From memblock's regions to nodes, sections and zones; then the areas that need to know the zones."""
    shift = k.layout.page_shift
    first = -(-memblock_start_of_DRAM(k.memblock) >> shift)
    last = memblock_end_of_DRAM(k.memblock) >> shift
    early_memtest(k, first << shift, last << shift)
    k.max_pfn = k.max_low_pfn = last
    k.min_low_pfn = first
    if k.config.enabled("NUMA"):
        arch_numa_init(k)
    arm64_hugetlb_cma_reserve(k)
    if k.release < (6, 6):
        # Since 6.6 dma_contiguous_reserve() does it.
        dma_pernuma_cma_reserve(k)
    if k.config.enabled("KVM"):
        kvm_hyp_reserve(k)
    if k.shape.is_sparse:
        sparse_init(k)
    zone_sizes_init(k)
    dma_contiguous_reserve(k, k.arm64_dma_phys_limit)
    if k.release >= (6, 7):
        # Since 6.7 this is the same for all architectures.
        arch_reserve_crashkernel(k)
    elif defer_reserve_crashkernel(k):
        reserve_crashkernel(k)
    memblock_dump_all(k.memblock)


@traced
def mem_init(k: Kernel) -> None:
    """Bounce buffers if devices may not reach all memory; then all that is free goes to the buddy
    allocator."""
    swiotlb = k.max_pfn > k.arm64_dma_phys_limit >> k.layout.page_shift
    if k.config.enabled("DMA_BOUNCE_UNALIGNED_KMALLOC") and not swiotlb:
        # Since 6.5 small buffers that share a cache line bounce; since 6.6.2 1 MiB for each GiB of memory is
        # enough.
        if k.release >= (6, 6, 2):
            size = -(-memblock_phys_mem_size(k.memblock) // 1024)
            swiotlb_adjust_size(k, min(swiotlb_size_or_default(k), size))
        swiotlb = True
    swiotlb_init(k, swiotlb, SWIOTLB_VERBOSE)
    memblock_free_all(k)
