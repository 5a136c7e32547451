"""Which node each of ACPI's proximity domains is.  Mirrors drivers/acpi/numa/srat.c."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ....model.memory.memblock import NUMA_NO_NODE
from ....model.trace.recorder import traced
from ...mm.numa_memblks.meminfo import node_set

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/acpi/numa/srat.c"


def max_pxm_domains(k: Kernel) -> int:
    """``MAX_PXM_DOMAINS``: how many proximity domains there may be."""
    return max(k.memblock.max_numnodes, 256)


@traced
def disable_srat(k: Kernel) -> None:
    """Do not use the SRAT."""
    k.acpi_numa = -1


@traced
def bad_srat(k: Kernel) -> None:
    """Say that the SRAT makes no sense."""
    k.pr_err("ACPI: SRAT: SRAT not used.")
    disable_srat(k)


def srat_disabled(k: Kernel) -> bool:
    """Whether the SRAT turned out bad."""
    return k.acpi_numa < 0


@traced
def pxm_to_node(k: Kernel, pxm: int) -> int:
    """The node of a proximity domain, NUMA_NO_NODE if it has none."""
    if k.numa_off:
        return NUMA_NO_NODE
    return k.acpi.pxm_to_node_map.get(pxm, NUMA_NO_NODE)


@traced
def acpi_map_pxm_to_node(k: Kernel, pxm: int) -> int:
    """The node of a proximity domain: the next number if it has none yet.  NUMA_NO_NODE if there are too
    many."""
    if not 0 <= pxm < max_pxm_domains(k) or k.numa_off:
        return NUMA_NO_NODE
    node = k.acpi.pxm_to_node_map.get(pxm, NUMA_NO_NODE)
    if node == NUMA_NO_NODE:
        node = len(k.acpi.node_to_pxm_map)
        if node >= k.memblock.max_numnodes:
            return NUMA_NO_NODE
        k.acpi.pxm_to_node_map[pxm] = node
        k.acpi.node_to_pxm_map[node] = pxm
    return node


def _domains_of_fakes(k: Kernel, emu_nid_to_phys: Mapping[int, int], max_nid: int) -> dict[int, int] | None:
    """The proximity domain of each fake node: that of the physical one.  None if something does not fit."""
    physical = k.acpi.node_to_pxm_map
    domains = {
        nid: physical[emu_nid_to_phys[nid]]
        for nid in range(max_nid + 1)
        if emu_nid_to_phys.get(nid) in physical
    }
    highest = max(domains, default=-1)
    if domains and highest != max_nid:
        k.warn("{} max nid  when expected {}", highest, max_nid)
        return None
    return domains


@traced
def fix_pxm_node_maps(k: Kernel, emu_nid_to_phys: Mapping[int, int], max_nid: int) -> bool:
    """Let proximity domains lead to fake nodes; a node that has none gets a number behind them.  Returns
    whether that went well."""
    if k.numa_off:
        return False
    if srat_disabled(k):
        return True
    domains = _domains_of_fakes(k, emu_nid_to_phys, max_nid)
    if not domains:
        return domains is not None
    used = {emu_nid_to_phys[nid] for nid in domains}
    others: list[int] = []
    for node, pxm in sorted(k.acpi.node_to_pxm_map.items()):
        if node in used:
            continue
        hole = next((nid for nid in range(k.memblock.max_numnodes) if nid not in domains), -1)
        if hole < 0:
            k.warn("Number of nodes exceeds MAX_NUMNODES")
            return False
        domains[hole] = pxm
        others.append(hole)
    k.acpi.node_to_pxm_map = dict(sorted(domains.items()))
    k.acpi.pxm_to_node_map = {pxm: node for node, pxm in sorted(domains.items(), reverse=True)}
    for node in others:
        node_set(k, node)
    return True
