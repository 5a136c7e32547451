"""Memory for a hypervisor that does not trust the kernel (pKVM).  Mirrors arch/arm64/kvm/pkvm.c
(``kvm_hyp_reserve``), arch/arm64/include/asm/kvm_pkvm.h, and ``kvm-arm.mode=`` of arch/arm64/kvm/arm.c."""

from __future__ import annotations

from ....model.base.pfn import ALIGN, ALIGN_DOWN
from ....model.memory.memblock import Region, for_each_mem_region, memblock_phys_alloc
from ....model.trace.recorder import traced
from ...core.params import EINVAL, early_param
from ..kernel.virt import is_hyp_mode_available, is_kernel_in_hyp_mode
from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kvm/pkvm.c"

ENOMEM = 12
SZ_1G = 1 << 30
HYP_MEMBLOCK_REGIONS = 128
KVM_MAX_PVMS = 255
STRUCT_HYP_PAGE_SIZE = 4
"""A ``struct hyp_page``: two counts of two bytes."""
SIZEOF_POINTER = 8
SG_MAX_SEGMENTS = 2048
FFA_HEADERS, FFA_ADDR_RANGE = 48 + 32 + 16, 16
"""The bytes of FF-A's descriptor of shared memory: before its ranges, and of each."""
KVM_FFA_MBOX_NR_PAGES = 1


@early_param("kvm-arm.mode")
@traced
def early_kvm_mode_cfg(k: Kernel, arg: str | None) -> int:
    """``kvm-arm.mode=``: which hypervisor to make (none, nvhe, nested, protected)."""
    if arg is None:
        return -EINVAL
    if arg == "none":
        k.kvm_mode = "none"
    elif not is_hyp_mode_available(k):
        k.pr_warn_once("KVM is not available. Ignoring kvm-arm.mode")
    elif arg == "protected" and is_kernel_in_hyp_mode(k):
        k.pr_warn_once("Protected KVM not available with VHE")
    elif arg == "protected":
        k.kvm_mode = "protected"
    elif arg == "nvhe" and not is_kernel_in_hyp_mode(k):
        k.kvm_mode = "default"
    elif arg == "nested" and is_kernel_in_hyp_mode(k):
        k.kvm_mode = "nested"
    else:
        return -EINVAL
    return 0


@traced
def register_memblock_regions(k: Kernel) -> list[Region] | None:
    """The memory the hypervisor shall know of, by address; None if that is in too many pieces."""
    regions = list(for_each_mem_region(k.memblock))
    return sorted(regions, key=lambda region: region.base) if len(regions) <= HYP_MEMBLOCK_REGIONS else None


def __hyp_pgtable_max_pages(k: Kernel, nr_pages: int) -> int:
    """The page tables that map `nr_pages` pages wherever these are, at every level there may be."""
    total = 0
    # Since 6.8 there may be a level -1.
    for _ in range(5 if k.release >= (6, 8) else 4):
        nr_pages = -(-nr_pages // k.layout.ptrs_per_pte)
        total += nr_pages
    return total


def __hyp_pgtable_total_pages(k: Kernel, regions: list[Region]) -> int:
    """The page tables that map all memory by pages."""
    return sum(__hyp_pgtable_max_pages(k, region.size >> k.layout.page_shift) for region in regions)


def hyp_s1_pgtable_pages(k: Kernel, regions: list[Region]) -> int:
    """The hypervisor's own page tables: of memory, and of 1 GiB that is its own."""
    private = __hyp_pgtable_max_pages(k, SZ_1G >> k.layout.page_shift)
    return __hyp_pgtable_total_pages(k, regions) + private


def host_s2_pgtable_pages(k: Kernel, regions: list[Region]) -> int:
    """The page tables that say what the kernel may touch: of memory, and of 1 GiB of devices; and roots that
    lie in a row."""
    devices = __hyp_pgtable_max_pages(k, SZ_1G >> k.layout.page_shift)
    return __hyp_pgtable_total_pages(k, regions) + 16 + devices


def hyp_vm_table_pages(k: Kernel) -> int:
    """The table of virtual machines."""
    return -(-KVM_MAX_PVMS * SIZEOF_POINTER // k.layout.page_size)


def hyp_vmemmap_pages(k: Kernel, regions: list[Region]) -> int:
    """The hypervisor's page structs, of every region in pages of their own."""
    shift, page_size = k.layout.page_shift, k.layout.page_size
    total = 0
    for region in regions:
        start = (region.base >> shift) * STRUCT_HYP_PAGE_SIZE
        end = start + (region.size >> shift) * STRUCT_HYP_PAGE_SIZE
        total += ALIGN(end, page_size) - ALIGN_DOWN(start, page_size)
    return total >> shift


def hyp_ffa_proxy_pages(k: Kernel) -> int:
    """Mailboxes to and from the secure world, and room for its longest description of memory."""
    longest = FFA_HEADERS + SG_MAX_SEGMENTS * FFA_ADDR_RANGE
    return 2 * KVM_FFA_MBOX_NR_PAGES + -(-longest // k.layout.page_size)


def _hyp_vmemmap_pages_6_1(k: Kernel, hyp_mem_pages: int) -> int:
    """Until 6.1: page structs of the hypervisor's own memory only, these included, and page tables that map
    them."""
    nr_pages, prev = 0, -1
    while nr_pages != prev:
        prev = nr_pages
        structs = -(-(hyp_mem_pages + prev) * STRUCT_HYP_PAGE_SIZE // k.layout.page_size)
        nr_pages = structs + __hyp_pgtable_max_pages(k, structs)
    return nr_pages


@traced
def kvm_hyp_reserve(k: Kernel) -> None:
    """Set memory aside for a protected hypervisor: enough for any page tables it may ever need."""
    if not is_hyp_mode_available(k) or is_kernel_in_hyp_mode(k) or k.kvm_mode != "protected":
        return
    regions = register_memblock_regions(k)
    if regions is None:
        k.pr_err("kvm [0]: Failed to register hyp memblocks: {}", -ENOMEM)
        return
    hyp_mem_pages = hyp_s1_pgtable_pages(k, regions) + host_s2_pgtable_pages(k, regions)
    # Since 6.2 the hypervisor has page structs of all memory, and keeps virtual machines itself.
    if k.release >= (6, 2):
        hyp_mem_pages += hyp_vm_table_pages(k) + hyp_vmemmap_pages(k, regions)
    else:
        hyp_mem_pages += _hyp_vmemmap_pages_6_1(k, hyp_mem_pages)
    if k.release >= (6, 5):
        # Since 6.5 it reads what the kernel says to the secure world.
        hyp_mem_pages += hyp_ffa_proxy_pages(k)
    size, pmd_size = hyp_mem_pages << k.layout.page_shift, k.layout.pmd_size
    base = memblock_phys_alloc(k.memblock, ALIGN(size, pmd_size), pmd_size)
    if base:
        size = ALIGN(size, pmd_size)
    else:
        base = memblock_phys_alloc(k.memblock, size, k.layout.page_size)
    k.hyp_mem_size, k.hyp_mem_base = size, base
    if not base:
        k.pr_err("kvm [0]: Failed to reserve hyp memory")
        return
    k.pr_info("kvm [0]: Reserved {} MiB at {:#x}", size >> 20, base)
