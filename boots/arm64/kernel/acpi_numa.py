"""Which CPU is on which node, as SRAT tells.  Mirrors arch/arm64/kernel/acpi_numa.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.acpi_tables import (
    ACPI_SRAT_TYPE_GICC_AFFINITY,
    SRAT_ENTRIES_AT,
    GiccAffinity,
    Subtable,
    gicc_affinity,
)
from ....model.memory.memblock import NUMA_NO_NODE
from ....model.trace.recorder import traced
from ...drivers.acpi.pxm import acpi_map_pxm_to_node, bad_srat, pxm_to_node, srat_disabled
from ...drivers.acpi.tables import acpi_table_parse_entries, subtable_handler
from ...mm.numa_memblks.meminfo import node_set

if TYPE_CHECKING:
    from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kernel/acpi_numa.c"

EINVAL = 22
INVALID_HWID = (1 << 64) - 1


def get_cpu_for_acpi_id(k: Kernel, uid: int) -> int:
    """The CPU with an ACPI processor UID, -1 if there is none.  A CPU the MADT did not tell of has UID 0."""
    for cpu in range(k.nr_cpu_ids):
        gicc = k.acpi.cpu_madt_gicc.get(cpu)
        if (gicc.uid if gicc else 0) == uid:
            return cpu
    return -1


def acpi_numa_get_nid(k: Kernel, cpu: int) -> int:
    """The node of a CPU, NUMA_NO_NODE if SRAT does not tell."""
    return k.acpi.early_node_map.get(cpu, NUMA_NO_NODE)


@traced
def acpi_numa_gicc_affinity_init(k: Kernel, pa: GiccAffinity) -> None:
    """A node with a CPU is a node, even if it has no memory."""
    if srat_disabled(k):
        return
    if pa.header_length < GiccAffinity.LENGTH:
        k.pr_err("ACPI: NUMA: SRAT: Invalid SRAT header length: {}", pa.header_length)
        bad_srat(k)
        return
    if not pa.flags & GiccAffinity.ENABLED:
        return
    node = acpi_map_pxm_to_node(k, pa.proximity_domain)
    if node == NUMA_NO_NODE:
        k.pr_err("ACPI: NUMA: SRAT: Too many proximity domains {}", pa.proximity_domain)
        bad_srat(k)
        return
    node_set(k, node)


@subtable_handler
def acpi_parse_gicc_pxm(k: Kernel, entry: Subtable) -> int:
    """Remember the node of a CPU that is possible."""
    if srat_disabled(k):
        return -EINVAL
    affinity = gicc_affinity(entry)
    if not affinity.flags & GiccAffinity.ENABLED:
        return 0
    node = pxm_to_node(k, affinity.proximity_domain)
    cpu = get_cpu_for_acpi_id(k, affinity.acpi_processor_uid)
    if cpu < 0:
        return 0
    k.acpi.early_node_map[cpu] = node
    k.pr_info(
        "ACPI: NUMA: SRAT: PXM {} -> MPIDR 0x{:x} -> Node {}",
        affinity.proximity_domain,
        k.acpi.cpu_logical_map.get(cpu, INVALID_HWID),
        node,
    )
    return 0


@traced
def acpi_map_cpus_to_nodes(k: Kernel) -> None:
    """Go through SRAT once more, now that CPUs have numbers."""
    acpi_table_parse_entries(k, "SRAT", SRAT_ENTRIES_AT, ACPI_SRAT_TYPE_GICC_AFFINITY, "acpi_parse_gicc_pxm")
