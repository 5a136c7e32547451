"""Nodes: which memory and which CPUs belong together.  Mirrors arch/x86/mm/numa.c and numa_64.c, and, of a
kernel without nodes, init_64.c.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .....model.memory.memblock import PHYS_ADDR_MAX, memblock_set_node
from .....model.trace.recorder import traced
from ....core.params import early_param
from ....drivers.acpi.pxm import disable_srat
from ....mm.numa_memblks.emulation import numa_emu_cmdline
from ....mm.numa_memblks.memblks import learn_nodes_by, numa_memblks_init
from ....mm.numa_memblks.meminfo import node_set
from ....mm.numa_tables import numa_add_memblk
from ...variables import Kernel
from .numa_cpus import leave_offline_nodes, numa_init_array
from .numa_nodes import numa_register_memblks, numa_register_nodes
from .srat import x86_acpi_numa_init

KERNEL_FILE = "arch/x86/mm/numa.c"

EINVAL, ENOENT = 22, 2


@early_param("numa")
@traced
def numa_setup(k: Kernel, opt: str | None) -> int:
    """``numa=``: off (there is one node), fake= (there are more), noacpi (SRAT is not read)."""
    if opt is None:
        return -EINVAL
    if opt.startswith("off"):
        k.numa_off = True
    if opt.startswith("fake="):
        return numa_emu_cmdline(k, opt.removeprefix("fake="))
    if opt.startswith("noacpi") and k.config.enabled("ACPI_NUMA"):
        disable_srat(k)
    return 0


@traced
def numa_init(k: Kernel, init_func: str) -> int:
    """Try one way of learning the nodes.  Returns 0 or an error."""
    k.apic.apicid_to_node.clear()
    if k.release >= (6, 12):
        error = numa_memblks_init(k, init_func, True)
        error = error if error < 0 else numa_register_nodes(k)
    else:
        error = learn_nodes_by(k, init_func, True)
        error = error if error < 0 else numa_register_memblks(k)
    if error < 0:
        return error
    leave_offline_nodes(k)
    numa_init_array(k)
    return 0


@traced
def dummy_numa_init(k: Kernel) -> int:
    """Put all memory on node 0.  Returns 0."""
    end = k.max_pfn << k.layout.page_shift
    k.pr_info("NUMA turned off" if k.numa_off else "No NUMA configuration found")
    k.pr_info("Faking a node at [mem {:#018x}-{:#018x}]", 0, end - 1)
    node_set(k, 0)
    numa_add_memblk(k, 0, 0, end)
    return 0


@traced
def amd_numa_init(k: Kernel) -> int:
    """Learn the nodes from the northbridges of the first Opterons (arch/x86/mm/amdtopology.c).  The registers
    of a machine's PCI devices are told by no input: there are no such northbridges here.  Returns -ENOENT."""
    return -ENOENT


INIT_FUNCTIONS: Mapping[str, Callable[[Kernel], int]] = {
    "x86_acpi_numa_init": x86_acpi_numa_init,
    "amd_numa_init": amd_numa_init,
    "dummy_numa_init": dummy_numa_init,
}
"""The ways of learning the nodes, by their names."""


def numa_emu_dma_end(k: Kernel) -> int:
    """Where ZONE_DMA32 ends, which fake nodes should not divide (bytes)."""
    return 1 << 32


@traced
def x86_numa_init(k: Kernel) -> None:
    """Learn the nodes from ACPI, or else put all memory on one."""
    if not k.numa_off and k.config.enabled("ACPI_NUMA") and numa_init(k, "x86_acpi_numa_init") == 0:
        return
    if not k.numa_off and k.config.enabled("AMD_NUMA") and numa_init(k, "amd_numa_init") == 0:
        return
    numa_init(k, "dummy_numa_init")


@traced
def initmem_init(k: Kernel) -> None:
    """Learn which node has which memory; without CONFIG_NUMA all is on node 0."""
    if k.config.enabled("NUMA"):
        x86_numa_init(k)
    else:
        memblock_set_node(k.memblock, 0, PHYS_ADDR_MAX, "memory", 0)
