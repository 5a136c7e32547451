"""Which CPUs there are, as ACPI's MADT tells.  Mirrors arch/arm64/kernel/smp.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.acpi_tables import (
    ACPI_MADT_TYPE_GENERIC_INTERRUPT,
    MADT_ENTRIES_AT,
    GenericInterrupt,
    Subtable,
    generic_interrupt,
    subtables,
)
from ....model.trace.recorder import traced
from ...drivers.acpi.root_table import acpi_get_table
from ...drivers.acpi.tables import acpi_table_parse_entries, subtable_handler
from ...mm.numa_tables import early_map_cpu_to_node
from .acpi import FADT_ARM_BOOT_FLAGS_AT
from .acpi_numa import INVALID_HWID, acpi_map_cpus_to_nodes, acpi_numa_get_nid

if TYPE_CHECKING:
    from ..variables import Kernel

KERNEL_FILE = "arch/arm64/kernel/smp.c"

EINVAL = 22
MPIDR_HWID_BITMASK = 0xFF00FFFFFF
ACPI_FADT_PSCI_COMPLIANT = 1


def _boot_hwid(k: Kernel) -> int:
    """The MPIDR of the CPU we run on: the first that the MADT says is there."""
    table = acpi_get_table(k, "APIC", k.acpi.apic_instance)
    for entry in subtables(table, MADT_ENTRIES_AT) if table else ():
        processor = generic_interrupt(entry)
        if entry.type == ACPI_MADT_TYPE_GENERIC_INTERRUPT and processor.flags & GenericInterrupt.ENABLED:
            return processor.arm_mpidr
    return 0


def can_enable(k: Kernel, cpu: int) -> bool:
    """Whether there is a way to start a CPU: by PSCI, or the parking protocol."""
    fadt = acpi_get_table(k, "FACP")
    if fadt is not None and fadt.u16(FADT_ARM_BOOT_FLAGS_AT) & ACPI_FADT_PSCI_COMPLIANT:
        return True
    if k.acpi.cpu_madt_gicc[cpu].parked_address and k.config.enabled("ARM64_ACPI_PARKING_PROTOCOL"):
        return True
    k.pr_warn("Unsupported ACPI enable-method")
    return False


@traced
def acpi_map_gic_cpu_interface(k: Kernel, processor: GenericInterrupt) -> None:
    """Give a CPU a number."""
    hwid = processor.arm_mpidr
    logical_map = k.acpi.cpu_logical_map
    if not processor.flags & GenericInterrupt.ENABLED:
        return
    if hwid & ~MPIDR_HWID_BITMASK or hwid == INVALID_HWID:
        k.pr_err("skipping CPU entry with invalid MPIDR 0x{:x}", hwid)
    elif any(known == hwid for cpu, known in logical_map.items() if cpu):
        k.pr_err("duplicate CPU MPIDR 0x{:x} in MADT", hwid)
    elif logical_map[0] == hwid:
        if 0 in k.acpi.cpu_madt_gicc:
            k.pr_err("duplicate boot CPU MPIDR: 0x{:x} in MADT", hwid)
        else:
            k.acpi.cpu_madt_gicc[0] = processor
    elif len(logical_map) < k.config.integer("NR_CPUS", 1):
        cpu = len(logical_map)
        logical_map[cpu] = hwid
        k.acpi.cpu_madt_gicc[cpu] = processor


@subtable_handler
def acpi_parse_gic_cpu_interface(k: Kernel, entry: Subtable) -> int:
    """An entry of the MADT that is long enough is a CPU."""
    if entry.length < GenericInterrupt.MIN_LENGTH or entry.length > len(entry.data):
        return -EINVAL
    acpi_map_gic_cpu_interface(k, generic_interrupt(entry))
    return 0


@traced
def acpi_parse_and_init_cpus(k: Kernel) -> None:
    """Number the CPUs of the MADT, and put them on nodes."""
    k.acpi.cpu_logical_map = {0: _boot_hwid(k)}
    acpi_table_parse_entries(
        k, "APIC", MADT_ENTRIES_AT, ACPI_MADT_TYPE_GENERIC_INTERRUPT, "acpi_parse_gic_cpu_interface"
    )
    if k.config.enabled("ACPI_NUMA"):
        acpi_map_cpus_to_nodes(k)
    for cpu in range(k.nr_cpu_ids):
        early_map_cpu_to_node(k, cpu, acpi_numa_get_nid(k, cpu))
