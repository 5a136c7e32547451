"""Code that is patched for the CPUs there are, and what is not needed any more then.  Mirrors
arch/x86/kernel/alternative.c, of arch/x86/kernel/cpu/common.c ``arch_cpu_finalize_init()``, and of
arch/x86/mm/init.c ``free_init_pages()``."""

from __future__ import annotations

from ....model.trace.recorder import traced
from ...core.setup_params import setup_param
from ...mm.page_alloc import free_reserved_area
from ..mm.pfn_mapped import first_unmapped
from ..mm.physaddr import phys_to_virt
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/alternative.c"


@setup_param
@traced
def setup_noreplace_smp(k: Kernel, str_: str) -> int:
    """``noreplace-smp``: code for many CPUs stays what it is, even if there is only one."""
    k.noreplace_smp = True
    return 1


@traced
def free_init_pages(k: Kernel, what: str, begin: str, end: str) -> None:
    """Free the part of the image between two symbols, unless faults shall show who still uses it.  Its pages
    are overwritten first, through the direct map: where that has no such memory, the kernel ends."""
    if k.debug_pagealloc_enabled:
        return
    start, stop = k.pa_symbol(begin), k.pa_symbol(end)
    unmapped = first_unmapped(k, start >> k.layout.page_shift, stop >> k.layout.page_shift)
    if unmapped is not None:
        k.fault(k.arch.fault_words.paging_request, phys_to_virt(k, unmapped << k.layout.page_shift))
    free_reserved_area(k, start, stop, what)


@traced
def alternative_instructions(k: Kernel) -> None:
    """Patch the kernel.  Where its locks are needs to be known only as long as a second CPU may still come
    to a system of one."""
    if not k.config.enabled("SMP"):
        return
    num_present_cpus = max(1, len(k.apic.x86_cpu_to_apicid))
    uniproc_patched = not k.noreplace_smp and min(num_present_cpus, k.setup_max_cpus) <= 1
    if not uniproc_patched or len(k.cpu_possible) == 1:
        free_init_pages(k, "SMP alternatives", "__smp_locks", "__smp_locks_end")


@traced
def arch_cpu_finalize_init(k: Kernel) -> None:
    """What has waited for all features of the boot CPU to be known."""
    alternative_instructions(k)
