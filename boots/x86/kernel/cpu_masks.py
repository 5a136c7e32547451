"""Sets of CPUs, in kernels for so many CPUs that a set is allocated.  Mirrors arch/x86/kernel/cpu/common.c
(smpboot.c since 6.9: ``setup_cpu_local_masks``), arch/x86/mm/numa.c (``setup_node_to_cpumask_map``) and
lib/cpumask.c."""

from __future__ import annotations

from ....model.memory.memblock import memblock_alloc
from ....model.trace.recorder import traced
from ...mm.mm_init import setup_nr_node_ids
from ...mm.mmzone import MAX_NUMNODES
from ..variables import Kernel

KERNEL_FILE = "arch/x86/kernel/cpu/common.c"

BITS_PER_LONG = 64


def cpumask_size(k: Kernel) -> int:
    """The bytes of a set of CPUs, in whole longs (include/linux/cpumask.h)."""
    bits, most = k.nr_cpu_ids, k.config.integer("NR_CPUS", 1)
    # Since 6.3 sets of up to 256 CPUs have the size that is known when the kernel is compiled.
    if k.release >= (6, 3) and most <= 4 * BITS_PER_LONG:
        bits = most
    return -(-bits // BITS_PER_LONG) * 8


@traced
def alloc_bootmem_cpumask_var(k: Kernel) -> None:
    """Allocate a set of CPUs, where it is not part of the image."""
    if not k.config.enabled("CPUMASK_OFFSTACK"):
        return
    size = cpumask_size(k)
    if not memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES")):
        k.panic(f"alloc_bootmem_cpumask_var: Failed to allocate {size} bytes")


@traced
def setup_node_to_cpumask_map(k: Kernel) -> None:
    """A set of CPUs for each node."""
    if k.nr_node_ids == MAX_NUMNODES(k):
        setup_nr_node_ids(k)
    for _ in range(k.nr_node_ids):
        alloc_bootmem_cpumask_var(k)
    k.pr_debug("Node to cpumask map for {} nodes", k.nr_node_ids)


@traced
def setup_cpu_local_masks(k: Kernel) -> None:
    """The sets of CPUs that are initialised, called in, called out, and that know their siblings."""
    # Of these, the first three are gone since 6.5.
    for _ in range(1 if k.release >= (6, 5) else 4):
        alloc_bootmem_cpumask_var(k)
