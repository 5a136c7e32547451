"""In which order the zones are tried.  Mirrors ``build_all_zonelists()`` of mm/page_alloc.c and what it
calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.zones import Node, ZoneRef
from ....model.trace.recorder import traced
from ..mmzone import MAX_NUMNODES, ZONE_MOVABLE, zone_names
from ..numa_memblks.distance import node_distance
from ..numa_tables import numa_node_id

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"

NUMA_NO_NODE = -1
ZONE_IDX = 8
"""Where in a ``struct zoneref`` there is ``zone_idx``: behind a pointer."""


def _has_memory(k: Kernel, nid: int) -> bool:
    """``node_state(nid, N_MEMORY)``."""
    return k.zones.nodes[nid].present > 0


@traced
def find_next_best_node(k: Kernel, node: int, used: tuple[int, ...], load: tuple[int, ...]) -> int:
    """The next node to try after `node` and the nodes `used`: the nearest, rather one behind `node` than
    one before it, and rather one that fewer nodes have to fall back on (`load`).  -1: there is none.  That
    nodes with CPUs are better left alone does not count yet: no CPU has been put on its node."""
    # A node without memory does not begin its own list since 6.7.
    if node not in used and (k.release < (6, 7) or _has_memory(k, node)):
        return node
    candidates = [nid for nid in sorted(k.zones.nodes) if nid not in used and _has_memory(k, nid)]

    def cost(nid: int) -> int:
        return (node_distance(k, node, nid) + (nid < node)) * MAX_NUMNODES(k) + load[nid]

    return min(candidates, key=cost, default=NUMA_NO_NODE)


@traced
def build_zonerefs_node(k: Kernel, nid: int) -> tuple[ZoneRef, ...]:
    """The zones of a node that have pages, from the highest down.  The highest of all that is not
    ZONE_MOVABLE is the one that memory policies are about."""
    node: Node = k.zones.nodes[nid]
    zonerefs = tuple(
        ZoneRef(nid, index) for index in reversed(range(len(node.zones))) if node.zones[index].present
    )
    for _, index in zonerefs:
        if index > k.policy_zone and index != ZONE_MOVABLE(k):
            k.policy_zone = index
    return zonerefs


@traced
def build_zonelists_in_node_order(k: Kernel, nid: int, node_order: tuple[int, ...]) -> None:
    """A node's fallback list: the zones of the first node, then of the second, and so on."""
    zonelist = tuple(zoneref for other in node_order for zoneref in build_zonerefs_node(k, other))
    k.zones.set_node(k.zones.nodes[nid]._replace(zonelist=zonelist))


@traced
def build_zonelists(k: Kernel, nid: int, load: tuple[int, ...]) -> tuple[int, ...]:
    """Find the order in which a node falls back on others, and build its list.  Returns the nodes' loads:
    the first of those equally far counts once more, so that the next node does not begin with it too."""
    node_order: list[int] = []
    loads = list(load)
    previous = nid
    while (node := find_next_best_node(k, nid, tuple(node_order), tuple(loads))) >= 0:
        if node_distance(k, nid, node) != node_distance(k, nid, previous):
            loads[node] += 1
        node_order.append(node)
        previous = node
    build_zonelists_in_node_order(k, nid, tuple(node_order))
    # Printed since 5.16.
    if k.config.enabled("NUMA") and k.release >= (5, 16):
        k.pr_info("Fallback order for Node {}: {}", nid, "".join(f"{node} " for node in node_order))
    return tuple(loads)


@traced
def __build_all_zonelists(k: Kernel) -> None:
    """The lists of all nodes."""
    load = (0,) * MAX_NUMNODES(k)
    for nid in sorted(k.zones.nodes):
        load = build_zonelists(k, nid, load)


@traced
def build_all_zonelists_init(k: Kernel) -> None:
    """The lists for the first time: nothing can be allocated yet."""
    __build_all_zonelists(k)


@traced
def nr_free_zone_pages(k: Kernel) -> int:
    """The pages that the zones of a list manage; there are no watermarks yet.  Any list will do, all have
    every zone: that of this CPU's node is taken."""
    nid = numa_node_id(k)
    if nid not in k.zones.nodes:
        # Where the list would be only names the address; the kernel ends there in any case.
        k.null_dereference(k.sizes.offset("pglist_data", "node_zonelists", 0) + ZONE_IDX)
    node: Node = k.zones.nodes[nid]
    return sum(k.zones.nodes[nid].zones[zone].managed for nid, zone in node.zonelist)


@traced
def build_all_zonelists(k: Kernel) -> None:
    """Build every node's fallback list, and say how much there is to allocate from.  With too few pages,
    blocks are not grouped by how movable they are."""
    build_all_zonelists_init(k)
    vm_total_pages = nr_free_zone_pages(k)
    too_few = vm_total_pages < k.sizes.constant("MIGRATE_TYPES") << k.layout.pageblock_order
    k.pr_info(
        "Built {} zonelists, mobility grouping {}.  Total pages: {}",
        len(k.numa.node_online_map),
        "off" if too_few else "on",
        vm_total_pages,
    )
    if k.config.enabled("NUMA"):
        k.pr_info("Policy zone: {}", zone_names(k)[k.policy_zone])
