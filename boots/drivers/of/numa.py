"""Nodes as the device tree tells them.  Mirrors drivers/of/of_numa.c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ....model.firmware.devicetree.tree import DTNode
from ....model.memory.memblock import NUMA_NO_NODE
from ....model.trace.recorder import traced
from ...mm.numa_memblks.distance import LOCAL_DISTANCE, numa_set_distance
from ...mm.numa_memblks.meminfo import node_set
from ...mm.numa_tables import numa_add_memblk
from .address import of_address_to_resource
from .base import of_property_read_u32

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/of/of_numa.c"

EINVAL = 22


def for_each_of_cpu_node(k: Kernel) -> Iterator[DTNode]:
    """The nodes of CPUs: below ``/cpus``, named ``cpu`` or of that ``device_type``."""
    cpus = k.fdt.find("/cpus")
    for node in cpus.children if cpus else ():
        if node.name.partition("@")[0] == "cpu" or node.string("device_type") == "cpu":
            yield node


@traced
def of_numa_parse_cpu_nodes(k: Kernel) -> None:
    """A node with a CPU is a node, even if it has no memory."""
    for node in for_each_of_cpu_node(k):
        nid = of_property_read_u32(node, "numa-node-id")
        if nid is None:
            continue
        if nid >= k.memblock.max_numnodes:
            k.pr_warn("OF: NUMA: Node id {} exceeds maximum value", nid)
        else:
            node_set(k, nid)


def _add_memory_of_node(k: Kernel, node: DTNode, nid: int) -> int:
    """Put every range of a memory node's ``reg`` on node `nid`.  Returns 0 or an error."""
    if nid >= k.memblock.max_numnodes:
        k.pr_warn("OF: NUMA: Node id {} exceeds maximum value", nid)
        return -EINVAL
    index = 0
    while (resource := of_address_to_resource(node, index)) is not None:
        error = numa_add_memblk(k, nid, resource.start, resource.end + 1)
        if error:
            return error
        if k.release >= (6, 12):
            # Since 6.12 adding memory does not set the node by itself.
            node_set(k, nid)
        index += 1
    return 0 if index else -EINVAL


@traced
def of_numa_parse_memory_nodes(k: Kernel) -> int:
    """Put the memory of every node of type ``memory`` on the node it names.  Returns 0 or an error."""
    # Since 6.12 no memory node that names its node is an error, though one that is not complained of.
    error = -EINVAL if k.release >= (6, 12) else 0
    for node in k.fdt.nodes():
        if node.string("device_type") != "memory":
            continue
        nid = of_property_read_u32(node, "numa-node-id")
        if nid is None:
            continue
        error = _add_memory_of_node(k, node, nid)
        if error:
            k.pr_err("OF: NUMA: bad property in memory node")
            return error
    return error


@traced
def of_numa_parse_distance_map_v1(k: Kernel, path: str) -> int:
    """Read a matrix of (from, to, distance).  Returns 0 or an error."""
    k.pr_info("OF: NUMA: parsing numa-distance-map-v1")
    node = k.fdt.find(path)
    assert node is not None
    if "distance-matrix" not in node.properties:
        k.pr_err("OF: NUMA: No distance-matrix property in distance-map")
        return -EINVAL
    matrix = node.cells("distance-matrix")
    if not matrix or len(node.properties["distance-matrix"]) % 4:
        k.pr_err("OF: NUMA: Invalid distance-matrix")
        return -EINVAL
    for at in range(0, len(matrix) - 2, 3):
        nodea, nodeb, distance = matrix[at : at + 3]
        if (distance != LOCAL_DISTANCE) if nodea == nodeb else (distance <= LOCAL_DISTANCE):
            k.pr_err("OF: NUMA: Invalid distance[node{} -> node{}] = {}", nodea, nodeb, distance)
            return -EINVAL
        node_set(k, nodea)
        numa_set_distance(k, nodea, nodeb, distance)
        if nodeb > nodea:
            numa_set_distance(k, nodeb, nodea, distance)
    return 0


@traced
def of_numa_parse_distance_map(k: Kernel) -> int:
    """Read the first distance map, if there is any.  Returns 0 or an error."""
    for node in k.fdt.nodes():
        if "numa-distance-map-v1" in node.strings("compatible"):
            return of_numa_parse_distance_map_v1(k, node.path)
    return 0


@traced
def of_numa_init(k: Kernel) -> int:
    """Learn the nodes, their memory and their distances.  Returns 0 or an error."""
    of_numa_parse_cpu_nodes(k)
    error = of_numa_parse_memory_nodes(k)
    return error or of_numa_parse_distance_map(k)


@traced
def of_node_to_nid(k: Kernel, path: str) -> int:
    """The node that a device node, or the nearest node above it that says so, is on; NUMA_NO_NODE if none."""
    node = k.fdt.find(path)
    while node is not None and "numa-node-id" not in node.properties:
        node = node.parent
    if node is None:
        return NUMA_NO_NODE
    nid = of_property_read_u32(node, "numa-node-id")
    if nid is None:
        k.pr_warn('OF: NUMA: Invalid "numa-node-id" property in node {}', node.name.partition("@")[0])
        return NUMA_NO_NODE
    return nid if nid in k.numa.node_possible_map else NUMA_NO_NODE
