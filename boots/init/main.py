"""The boot, from the first C function until the buddy allocator owns memory.  Mirrors init/main.c."""

from __future__ import annotations

import gc

from ...model.base.errors import InputError
from ...model.base.units import readable_size
from ...model.memory.memblock import MemblockConfig, MemblockPanic, memblock_phys_mem_size
from ...model.trace.events import TraceFull
from ...model.trace.recorder import traced
from ..core.event_limit import bound, could_be_long
from ..core.kernel import Kernel, KernelPanic
from ..core.params import early_param, parse_early_param
from ..kernel.printk import setup_log_buf
from ..kernel.stackdepot import stack_depot_early_init
from ..mm.deferred import page_alloc_init_late
from ..mm.hash import page_alloc_init, vfs_caches_init, vfs_caches_init_early
from ..mm.kfence import kfence_alloc_pool, kfence_alloc_pool_and_metadata
from ..mm.mem_init import init_mem_debugging_and_hardening, mem_init_print_info, report_meminit
from ..mm.percpu import percpu
from ..mm.zones.zonelists import build_all_zonelists
from .params import parse_boot_params, setup_command_line, setup_nr_cpu_ids

KERNEL_FILE = "init/main.c"


@early_param("rodata")
@traced
def set_debug_rodata(k: Kernel, arg: str | None) -> int:
    """``rodata=``: whether read-only data is protected (off, on); an architecture may know more words."""
    if k.arch.arch_parse_debug_rodata(k, arg):
        return 0
    if arg in ("on", "off"):
        k.rodata_enabled = arg == "on"
    else:
        k.pr_warn("Invalid option string for rodata: '{}'", arg)
    return 0


@traced
def mm_init(k: Kernel) -> None:
    """Hand memory over from memblock to the buddy allocator."""
    if k.release < (5, 8):
        # In 5.7 the architecture also says how much memory there is.
        report_meminit(k)
        k.order.mem_init(k)
        return
    init_mem_debugging_and_hardening(k)
    kfence_alloc_pool(k)
    report_meminit(k)
    stack_depot_early_init(k)
    k.order.mem_init(k)
    mem_init_print_info(k)


@traced
def mm_core_init(k: Kernel) -> None:
    """Hand memory over from memblock to the buddy allocator (mm/mm_init.c, since 6.4)."""
    build_all_zonelists(k)
    init_mem_debugging_and_hardening(k)
    if k.release >= (6, 6):
        kfence_alloc_pool_and_metadata(k)
    else:
        kfence_alloc_pool(k)
    report_meminit(k)
    stack_depot_early_init(k)
    k.order.mem_init(k)
    if k.release < (6, 11):
        mem_init_print_info(k)


@traced
def start_kernel(k: Kernel) -> None:
    """The kernel's first C function, as far as early memory goes."""
    k.arch.smp_setup_processor_id(k)
    k.pr_notice("Linux version {}", k.release)
    k.arch.setup_arch(k)
    setup_command_line(k)
    setup_nr_cpu_ids(k)
    if k.config.enabled("HAVE_SETUP_PER_CPU_AREA"):
        k.arch.setup_per_cpu_areas(k)
    else:
        percpu.setup_per_cpu_areas(k)
    k.arch.smp_prepare_boot_cpu(k)
    if k.release < (6, 4):
        build_all_zonelists(k)
        page_alloc_init(k)
    k.pr_notice("Kernel command line: {}", k.boot_command_line)
    parse_early_param(k)
    parse_boot_params(k)
    setup_log_buf(k, 0)
    vfs_caches_init_early(k)
    k.arch.trap_init(k)
    if k.release >= (6, 4):
        # Since 6.4 the zone lists are built as late as this.
        mm_core_init(k)
    else:
        mm_init(k)
    if k.release >= (6, 11):
        # Since 6.11 the last word on memory comes when all CPUs run, after everything that follows here.
        if k.panic_later:
            k.panic(k.panic_later)
        if k.arch.arch_cpu_finalize_init:
            k.arch.arch_cpu_finalize_init(k)
        vfs_caches_init(k)
        page_alloc_init_late(k)


def configure_memblock(k: Kernel) -> None:
    """memblock as it is compiled into this kernel, empty.  It says what it does from the first call on if the
    machine wants that, else where the kernel has read ``memblock=debug``."""
    k.memblock.configure(
        MemblockConfig(
            release=k.release,
            numa=k.config.enabled("NUMA"),
            max_numnodes=k.layout.max_numnodes,
            page_shift=k.layout.page_shift,
            smp_cache_bytes=k.sizes.constant("SMP_CACHE_BYTES"),
            init_memory_regions=k.sizes.constant("INIT_MEMBLOCK_MEMORY_REGIONS"),
            init_reserved_regions=k.sizes.constant("INIT_MEMBLOCK_RESERVED_REGIONS"),
            region_struct_size=k.sizes.sizeof("struct memblock_region"),
        ),
        k.trace,
    )
    k.memblock.memset = k.access
    k.memblock.debug = k.machine.memblock_debug


def prepare(k: Kernel) -> None:
    """The state before the first instruction, and the trace's first keyframe."""
    configure_memblock(k)
    k.arch.set_page_table_roots(k)
    k.trace.start()


def boot(k: Kernel) -> None:
    """Run the boot of a kernel into its trace.  A panic ends the trace where the kernel stopped.  Raises
    `InputError` if it takes more events than can be recorded."""
    bound(k)
    prepare(k)
    collecting = gc.isenabled()
    # Nothing here becomes garbage in cycles, and a pass over a million events takes longer than the boot.
    gc.disable()
    try:
        k.order.enter(k)
        start_kernel(k)
    except KernelPanic:
        pass
    except MemblockPanic as words:
        k.trace.printk("Kernel panic - not syncing: {}", str(words), level="emerg")
        k.trace.panic(str(words))
    except TraceFull as full:
        memory = readable_size(memblock_phys_mem_size(k.memblock))
        remedy = "; --long does it all the same, in some minutes and 2 GB" if could_be_long(k, full) else ""
        raise InputError(
            f"{k.machine.name}: with {memory} of memory this boot is too long to record{remedy}"
        ) from None
    finally:
        if collecting:
            gc.enable()
        k.trace.finish()
