"""Which node each CPU is on, as SRAT tells by APIC IDs.  Mirrors arch/x86/mm/srat.c."""

from __future__ import annotations

from .....model.firmware.acpi_tables import Subtable
from .....model.memory.memblock import NUMA_NO_NODE
from .....model.trace.recorder import traced
from ....drivers.acpi.pxm import acpi_map_pxm_to_node, bad_srat, srat_disabled
from ....drivers.acpi.srat import acpi_numa_init
from ....mm.numa_memblks.meminfo import node_set
from ...kernel.apic.ids import MAX_LOCAL_APIC, apic_id_valid
from ...variables import Kernel

KERNEL_FILE = "arch/x86/mm/srat.c"

EINVAL = 22
ENABLED = 1
"""``ACPI_SRAT_CPU_ENABLED``"""
CPU_AFFINITY_LENGTH, X2APIC_AFFINITY_LENGTH = 16, 24


def _put_on_node(k: Kernel, apic_id: int, pxm: int, digits: int) -> None:
    """Note the node of an APIC ID, which is printed with so many digits."""
    node = acpi_map_pxm_to_node(k, pxm)
    if node == NUMA_NO_NODE:
        k.pr_err("SRAT: Too many proximity domains {:x}", pxm)
        bad_srat(k)
        return
    if apic_id >= MAX_LOCAL_APIC:
        words = "SRAT: PXM {} -> APIC 0x{:0{}x} -> Node {} skipped apicid that is too big"
        k.pr_info(words, pxm, apic_id, digits, node)
        return
    k.apic.apicid_to_node[apic_id] = node
    node_set(k, node)
    if k.release < (6, 12):
        k.pr_info("SRAT: PXM {} -> APIC 0x{:0{}x} -> Node {}", pxm, apic_id, digits, node)


@traced
def acpi_numa_x2apic_affinity_init(k: Kernel, pa: Subtable) -> None:
    """A CPU whose APIC ID has 32 bits."""
    if srat_disabled(k):
        return
    if pa.length < X2APIC_AFFINITY_LENGTH:
        bad_srat(k)
        return
    if not pa.number(12, 4) & ENABLED:
        return
    pxm, apic_id = pa.number(4, 4), pa.number(8, 4)
    if not apic_id_valid(k, apic_id):
        k.pr_info("SRAT: PXM {} -> X2APIC 0x{:04x} ignored", pxm, apic_id)
        return
    _put_on_node(k, apic_id, pxm, 4)


@traced
def acpi_numa_processor_affinity_init(k: Kernel, pa: Subtable) -> None:
    """A CPU whose APIC ID has 8 bits."""
    if srat_disabled(k):
        return
    if pa.length != CPU_AFFINITY_LENGTH:
        bad_srat(k)
        return
    if not pa.number(4, 4) & ENABLED:
        return
    pxm = pa.number(2, 1)
    if k.acpi.srat_revision >= 2:
        # The kernel reads four bytes of the three, and shifts the fourth out again.
        pxm |= pa.number(9, 3) << 8
    _put_on_node(k, pa.number(3, 1), pxm, 2)


@traced
def x86_acpi_numa_init(k: Kernel) -> int:
    """Learn the nodes from ACPI.  Returns 0 or an error."""
    error = acpi_numa_init(k)
    if error < 0:
        return error
    return -EINVAL if srat_disabled(k) else 0
