"""What every CPU has mapped while it enters the kernel, also in the page tables of user space.  Mirrors
arch/x86/mm/cpu_entry_area.c."""

from __future__ import annotations

from typing import NamedTuple

from ....model.arch.x86.address_map import X86Layout
from ....model.arch.x86.entry_format import GLOBAL, PAGE_KERNEL, PRESENT, page_kernel_ro
from ....model.trace.recorder import traced
from ...core.kernel import U64
from ..variables import Kernel
from .cpu_features import boot_cpu_has
from .set_pte_vaddr import set_pte_vaddr

KERNEL_FILE = "arch/x86/mm/cpu_entry_area.c"

EXCEPTION_STACKS = ("DF", "NMI", "DB", "MCE")
"""Double fault, non-maskable interrupt, debugging, machine check."""
VC_STACKS = 2
"""Those of encrypted guests: others have the room, and do not map them."""
DEBUG_STORE_PAGES = 1
BUFFER_PAGES = 2 * 16
"""Of ``struct debug_store_buffers``: for branches and for samples of performance counters."""
PAGE_NONE = 0
"""Entries that are not present: only the tables above them are made."""


class EntryArea(NamedTuple):
    """Where the parts of a ``struct cpu_entry_area`` begin, in pages; `end` is its size."""

    gdt: int
    entry_stack: int
    tss: int
    stacks: tuple[int, ...]
    debug_store: int
    buffers: int
    end: int


def tss_pages(k: Kernel) -> int:
    """Pages of a ``struct tss_struct``: one, and two bitmaps of I/O ports."""
    return k.sizes.sizeof("struct tss_struct") >> k.layout.page_shift


def stack_pages(k: Kernel) -> int:
    """``EXCEPTION_STKSZ`` in pages."""
    return k.layout.extra["EXCEPTION_STKSZ"] >> k.layout.page_shift


def cpu_entry_area(k: Kernel) -> EntryArea:
    """The parts in their order (arch/x86/include/asm/cpu_entry_area.h); there is a page that is never mapped
    below each stack, and above the last."""
    stacks = 2 + tss_pages(k)
    each = 1 + stack_pages(k)
    debug_store = stacks + (len(EXCEPTION_STACKS) + VC_STACKS) * each + 1
    buffers = debug_store + DEBUG_STORE_PAGES
    places = tuple(stacks + number * each + 1 for number in range(len(EXCEPTION_STACKS)))
    return EntryArea(0, 1, 2, places, debug_store, buffers, buffers + BUFFER_PAGES)


def are_shuffled(k: Kernel) -> bool:
    """Whether KASLR draws a place for each CPU's area, as it does since 6.2."""
    return k.release >= (6, 2) and k.machine.kaslr is not None


def cea_offset(k: Kernel, cpu: int) -> int:
    """Which place a CPU's area has: its number's, or one that is drawn of half a terabyte of them.  What is
    drawn nobody can know: here they lie as far from each other as they can, since hardly two that are drawn
    have tables in common."""
    if not are_shuffled(k):
        return cpu
    room = X86Layout(k.layout).cpu_entry_area.size - k.layout.page_size
    max_cea = room // (cpu_entry_area(k).end << k.layout.page_shift)
    return cpu * max_cea // len(k.cpu_possible)


def get_cpu_entry_area(k: Kernel, cpu: int) -> int:
    """The virtual address of a CPU's area; the first is behind the page of the interrupt descriptors."""
    first = X86Layout(k.layout).cpu_entry_area.start + k.layout.page_size
    return first + (cea_offset(k, cpu) * cpu_entry_area(k).end << k.layout.page_shift)


def per_cpu_ptr_to_phys(k: Kernel, cpu: int, symbol: str, offset: int = 0) -> int:
    """The physical address `offset` bytes into a CPU's copy of a per-CPU variable (mm/percpu.c): of the page
    behind it, where CPUs have pages one by one in the vmalloc area."""
    address = k.image.symbol(symbol) + offset + k.state.numa.per_cpu_offset[cpu] & U64
    run = k.page_tables.leaf(address)
    return run.pa_start + address - run.va_start if run else k.virt_to_phys(address)


@traced
def cea_set_pte(k: Kernel, cea_vaddr: int, pa: int, flags: int) -> None:
    """Map a page of the area.  User space's tables have it too, so it may stay in TLBs when they change."""
    if boot_cpu_has(k, "pge") and flags & PRESENT:
        flags |= GLOBAL
    set_pte_vaddr(k, cea_vaddr, pa, flags)


@traced
def cea_map_percpu_pages(
    k: Kernel, cea_vaddr: int, cpu: int, symbol: str, first: int, pages: int, prot: int
) -> None:
    """Map pages of a CPU's copy of a variable, from the `first` on."""
    for number in range(pages):
        offset = first + number << k.layout.page_shift
        pa = per_cpu_ptr_to_phys(k, cpu, symbol, offset)
        cea_set_pte(k, cea_vaddr + (number << k.layout.page_shift), pa, prot)


@traced
def percpu_setup_debug_store(k: Kernel, cpu: int) -> None:
    """Map where Intel's CPUs write what they have seen; the buffers are mapped when somebody wants them."""
    if not k.config.enabled("CPU_SUP_INTEL") or k.machine.cpu_features.vendor != "GenuineIntel":
        return
    parts, cea, page = cpu_entry_area(k), get_cpu_entry_area(k, cpu), k.layout.page_shift
    store = cea + (parts.debug_store << page)
    cea_map_percpu_pages(k, store, cpu, "cpu_debug_store", 0, DEBUG_STORE_PAGES, _kernel_prot(k))
    for number in range(parts.buffers, parts.end):
        cea_set_pte(k, cea + (number << page), 0, PAGE_NONE)


def _kernel_prot(k: Kernel) -> int:
    return PAGE_KERNEL & k.default_kernel_pte_mask


@traced
def percpu_setup_exception_stacks(k: Kernel, cpu: int) -> None:
    """Map the stacks of exceptions that cannot use the one that is in use."""
    cea, pages = get_cpu_entry_area(k, cpu), stack_pages(k)
    for number, place in enumerate(cpu_entry_area(k).stacks):
        stack = cea + (place << k.layout.page_shift)
        cea_map_percpu_pages(k, stack, cpu, "exception_stacks", number * pages, pages, _kernel_prot(k))


@traced
def setup_cpu_entry_area(k: Kernel, cpu: int) -> None:
    """Map the area of one CPU: descriptors and the task state, which may not be written through it, and
    stacks."""
    parts, cea, page = cpu_entry_area(k), get_cpu_entry_area(k, cpu), k.layout.page_shift
    read_only = page_kernel_ro(k.release) & k.default_kernel_pte_mask
    cea_set_pte(k, cea + (parts.gdt << page), per_cpu_ptr_to_phys(k, cpu, "gdt_page"), read_only)
    stack, task_state = (cea + (part << page) for part in (parts.entry_stack, parts.tss))
    cea_map_percpu_pages(k, stack, cpu, "entry_stack_storage", 0, 1, _kernel_prot(k))
    cea_map_percpu_pages(k, task_state, cpu, "cpu_tss_rw", 0, tss_pages(k), read_only)
    percpu_setup_exception_stacks(k, cpu)
    percpu_setup_debug_store(k, cpu)


@traced
def setup_cpu_entry_areas(k: Kernel) -> None:
    """Map the areas of all CPUs that there may be."""
    for cpu in k.cpu_possible:
        setup_cpu_entry_area(k, cpu)


@traced
def trap_init(k: Kernel) -> None:
    """Map the areas through which CPUs enter the kernel (arch/x86/kernel/traps.c)."""
    setup_cpu_entry_areas(k)
