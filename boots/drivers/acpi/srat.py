"""Nodes as ACPI tells them: SRAT, which memory and which CPUs are near each other, and SLIT, how far apart
the rest is.  Mirrors drivers/acpi/numa/srat.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.acpi_tables import (
    ACPI_CEDT_TYPE_CFMWS,
    ACPI_SRAT_TYPE_CPU_AFFINITY,
    ACPI_SRAT_TYPE_GENERIC_AFFINITY,
    ACPI_SRAT_TYPE_GICC_AFFINITY,
    ACPI_SRAT_TYPE_MEMORY_AFFINITY,
    ACPI_SRAT_TYPE_X2APIC_CPU_AFFINITY,
    CEDT_ENTRIES_AT,
    SRAT_ENTRIES_AT,
    MemoryAffinity,
    Slit,
    Subtable,
    gicc_affinity,
    memory_affinity,
    parse_slit,
)
from ....model.memory.memblock import NUMA_NO_NODE, memblock_mark_hotplug
from ....model.trace.recorder import traced
from ...mm.numa_memblks.distance import LOCAL_DISTANCE, numa_set_distance
from ...mm.numa_memblks.meminfo import node_set, numa_fill_memblks, uses_numa_memblks
from ...mm.numa_tables import numa_add_memblk
from .pxm import acpi_map_pxm_to_node, bad_srat, pxm_to_node, srat_disabled
from .root_table import acpi_get_table
from .tables import SubtableProc, acpi_table_parse_entries, acpi_table_parse_entries_array, subtable_handler

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/acpi/numa/srat.c"

EINVAL, ENOENT = 22, 2
U64 = (1 << 64) - 1
GENERIC_AFFINITY_ENABLED = 1


# ---- SRAT ----


@traced
def acpi_numa_memory_affinity_init(k: Kernel, ma: MemoryAffinity) -> int:
    """Put memory on the node of its proximity domain.  Returns 0 or an error."""
    if srat_disabled(k):
        return -EINVAL
    if ma.header_length < MemoryAffinity.LENGTH:
        k.pr_err("ACPI: SRAT: Unexpected header length: {}", ma.header_length)
        bad_srat(k)
        return -EINVAL
    if not ma.flags & MemoryAffinity.ENABLED:
        return -EINVAL
    hotpluggable = bool(ma.flags & MemoryAffinity.HOT_PLUGGABLE) and k.config.enabled("MEMORY_HOTPLUG")
    start, end = ma.base_address, (ma.base_address + ma.length) & U64
    pxm = ma.proximity_domain & 0xFF if k.acpi.srat_revision <= 1 else ma.proximity_domain
    node = acpi_map_pxm_to_node(k, pxm)
    if node == NUMA_NO_NODE:
        k.pr_err("ACPI: SRAT: Too many proximity domains.")
        bad_srat(k)
        return -EINVAL
    last = (end - 1) & U64
    if numa_add_memblk(k, node, start, end) < 0:
        k.pr_err("ACPI: SRAT: Failed to add memblk to node {} [mem {:#010x}-{:#010x}]", node, start, last)
        bad_srat(k)
        return -EINVAL
    node_set(k, node)
    hotplug = " hotplug" if hotpluggable else ""
    volatile = " non-volatile" if ma.flags & MemoryAffinity.NON_VOLATILE else ""
    k.pr_info(
        "ACPI: SRAT: Node {} PXM {} [mem {:#010x}-{:#010x}]{}{}", node, pxm, start, last, hotplug, volatile
    )
    if hotpluggable and memblock_mark_hotplug(k.memblock, start, ma.length):
        k.pr_warn("ACPI: SRAT: Failed to mark hotplug range [mem {:#010x}-{:#010x}] in memblock", start, last)
    k.max_possible_pfn = max(k.max_possible_pfn, -(-last >> k.layout.page_shift))
    return 0


@subtable_handler
def acpi_parse_memory_affinity(k: Kernel, entry: Subtable) -> int:
    """Count what can be used."""
    if not acpi_numa_memory_affinity_init(k, memory_affinity(entry)):
        k.acpi.parsed_numa_memblks += 1
    return 0


@subtable_handler
def acpi_parse_gicc_affinity(k: Kernel, entry: Subtable) -> int:
    """A CPU with a GIC, which an architecture that has such CPUs looks at."""
    if k.arch.acpi_numa_gicc_affinity_init is not None:
        k.arch.acpi_numa_gicc_affinity_init(k, gicc_affinity(entry))
    return 0


@subtable_handler
def acpi_parse_processor_affinity(k: Kernel, entry: Subtable) -> int:
    """A CPU with a local APIC, which an architecture that has such CPUs looks at."""
    if k.arch.acpi_numa_processor_affinity_init is not None:
        k.arch.acpi_numa_processor_affinity_init(k, entry)
    return 0


@subtable_handler
def acpi_parse_x2apic_affinity(k: Kernel, entry: Subtable) -> int:
    """A CPU with an x2APIC: whoever has none says so."""
    if k.arch.acpi_numa_x2apic_affinity_init is not None:
        k.arch.acpi_numa_x2apic_affinity_init(k, entry)
    else:
        k.pr_warn("ACPI: Found unsupported x2apic [0x{:08x}] SRAT entry", entry.number(8, 4))
    return 0


@subtable_handler
def acpi_parse_gi_affinity(k: Kernel, entry: Subtable) -> int:
    """A device that a node may consist of."""
    if not entry.number(24, 4) & GENERIC_AFFINITY_ENABLED:
        return -EINVAL
    node = acpi_map_pxm_to_node(k, entry.number(4, 4))
    if node == NUMA_NO_NODE:
        k.pr_err("ACPI: SRAT: Too many proximity domains.")
        return -EINVAL
    node_set(k, node)
    k.numa.generic_initiators.add(node)
    return 0


SRAT_PROCESSORS = (
    SubtableProc(ACPI_SRAT_TYPE_CPU_AFFINITY, "acpi_parse_processor_affinity"),
    SubtableProc(ACPI_SRAT_TYPE_X2APIC_CPU_AFFINITY, "acpi_parse_x2apic_affinity"),
    SubtableProc(ACPI_SRAT_TYPE_GICC_AFFINITY, "acpi_parse_gicc_affinity"),
    SubtableProc(ACPI_SRAT_TYPE_GENERIC_AFFINITY, "acpi_parse_gi_affinity"),
)


# ---- SLIT ----


def slit_valid(slit: Slit) -> bool:
    """Whether every locality is nearest to itself."""
    rows = range(slit.locality_count)
    return all(
        slit.distance(a, b) == LOCAL_DISTANCE if a == b else slit.distance(a, b) > LOCAL_DISTANCE
        for a in rows
        for b in rows
    )


@traced
def acpi_numa_slit_init(k: Kernel, slit: Slit) -> None:
    """Set the distances of all localities that are nodes."""
    nodes = [pxm_to_node(k, pxm) for pxm in range(slit.locality_count)]
    for a, from_node in enumerate(nodes):
        for b, to_node in enumerate(nodes):
            if from_node != NUMA_NO_NODE and to_node != NUMA_NO_NODE:
                numa_set_distance(k, from_node, to_node, slit.distance(a, b))


@traced
def acpi_parse_slit(k: Kernel) -> int:
    """Take the distances if they make sense.  Returns 0 or an error."""
    table = acpi_get_table(k, "SLIT")
    if table is None:
        return -ENOENT
    slit = parse_slit(table)
    if not slit_valid(slit):
        k.pr_info("ACPI: SLIT table looks invalid. Not used.")
        return -EINVAL
    acpi_numa_slit_init(k, slit)
    return 0


# ---- CEDT ----


@subtable_handler
def acpi_parse_cfmws(k: Kernel, entry: Subtable) -> int:
    """A window for CXL memory that SRAT does not tell of becomes a node of its own, with a proximity domain
    that nobody uses."""
    start = entry.number(8, 8)
    end = (start + entry.number(16, 8)) & U64
    if uses_numa_memblks(k) and numa_fill_memblks(k, start, end):
        return 0
    node = acpi_map_pxm_to_node(k, max(k.acpi.node_to_pxm_map.values(), default=-1) + 1)
    if node == NUMA_NO_NODE:
        k.pr_err("ACPI: ACPI NUMA: Too many proximity domains while processing CFMWS.")
        return -EINVAL
    if numa_add_memblk(k, node, start, end) < 0:
        k.pr_warn(
            "ACPI: ACPI NUMA: Failed to add memblk for CFMWS node {} [mem {:#x}-{:#x}]", node, start, end
        )
    node_set(k, node)
    return 0


@traced
def acpi_numa_init(k: Kernel) -> int:
    """Learn the nodes, their memory and their distances.  Returns 0 or an error."""
    if k.acpi_disabled:
        return -EINVAL
    count = 0
    srat = acpi_get_table(k, "SRAT")
    if srat is not None:
        k.acpi.srat_revision = srat.revision
        acpi_table_parse_entries_array(k, "SRAT", SRAT_ENTRIES_AT, SRAT_PROCESSORS)
        count = acpi_table_parse_entries(
            k, "SRAT", SRAT_ENTRIES_AT, ACPI_SRAT_TYPE_MEMORY_AFFINITY, "acpi_parse_memory_affinity"
        )
    acpi_parse_slit(k)
    acpi_table_parse_entries(k, "CEDT", CEDT_ENTRIES_AT, ACPI_CEDT_TYPE_CFMWS, "acpi_parse_cfmws")
    if count < 0:
        return count
    return 0 if k.acpi.parsed_numa_memblks else -ENOENT
