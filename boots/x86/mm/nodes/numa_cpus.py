"""Which node each CPU is on.  Mirrors arch/x86/mm/numa.c."""

from __future__ import annotations

from collections.abc import Mapping

from .....model.memory.memblock import NUMA_NO_NODE
from .....model.trace.recorder import traced
from ...variables import Kernel

KERNEL_FILE = "arch/x86/mm/numa.c"


def numa_cpu_node(k: Kernel, cpu: int) -> int:
    """The node that SRAT tells of a CPU, NUMA_NO_NODE if it does not."""
    apic_id = k.apic.x86_cpu_to_apicid.get(cpu, -1)
    return k.apic.apicid_to_node.get(apic_id, NUMA_NO_NODE)


def numa_set_node(k: Kernel, cpu: int, node: int) -> None:
    """Put a CPU on a node."""
    k.numa.cpu_to_node[cpu] = node


def node_set_online(k: Kernel, nid: int) -> None:
    """Add a node to ``node_online_map``."""
    k.numa.node_online_map = tuple(sorted({*k.numa.node_online_map, nid}))


def leave_offline_nodes(k: Kernel) -> None:
    """CPUs of nodes that are not online belong to none for now."""
    for cpu, nid in k.numa.cpu_to_node.items():
        if nid not in k.numa.node_online_map:
            numa_set_node(k, cpu, NUMA_NO_NODE)


@traced
def numa_init_array(k: Kernel) -> None:
    """Deal out the CPUs that have no node to those that are online, in turn: not every board has memory at
    each CPU."""
    online = k.numa.node_online_map
    homeless = [
        cpu for cpu in range(k.nr_cpu_ids) if k.numa.cpu_to_node.get(cpu, NUMA_NO_NODE) == NUMA_NO_NODE
    ]
    for turn, cpu in enumerate(homeless if online else ()):
        numa_set_node(k, cpu, online[turn % len(online)])


@traced
def init_cpu_to_node(k: Kernel) -> None:
    """Put every possible CPU on the node that SRAT tells, which is online from then on."""
    for cpu in k.cpu_possible:
        node = numa_cpu_node(k, cpu)
        if node != NUMA_NO_NODE:
            node_set_online(k, node)
            numa_set_node(k, cpu, node)


@traced
def init_gi_nodes(k: Kernel) -> None:
    """Nodes that have neither memory nor CPUs, but devices that start transfers, are online as well."""
    for nid in sorted(k.numa.generic_initiators):
        node_set_online(k, nid)


@traced
def numa_emu_update_cpu_to_node(k: Kernel, emu_nid_to_phys: Mapping[int, int]) -> None:
    """Put each CPU on the first fake node of its physical one."""
    for apic_id, node in k.apic.apicid_to_node.items():
        fakes = (nid for nid, physical in sorted(emu_nid_to_phys.items()) if physical == node)
        k.apic.apicid_to_node[apic_id] = next(fakes, 0)
