"""The I/O APICs that the MADT lists, and interrupts of old devices.  Mirrors arch/x86/kernel/acpi/boot.c."""

from __future__ import annotations

from .....model.firmware.acpi_tables import Subtable
from .....model.firmware.madt import (
    ACPI_MADT_TYPE_INTERRUPT_OVERRIDE,
    ACPI_MADT_TYPE_IO_APIC,
    ACPI_MADT_TYPE_NMI_SOURCE,
    interrupt_override,
    is_whole,
)
from .....model.trace.recorder import traced
from ....drivers.acpi.madt_entries import acpi_table_print_madt_entry
from ....drivers.acpi.root_table import acpi_get_table
from ....drivers.acpi.tables import acpi_table_parse_madt, subtable_handler
from ...variables import Kernel
from ..apic.ids import boot_cpu_has_apic
from ..apic.io_apic import MAX_IO_APICS, mp_find_ioapic, mp_register_ioapic

KERNEL_FILE = "arch/x86/kernel/acpi/boot.c"

EINVAL, ENODEV = 22, 19
NR_IRQS_LEGACY = 16
FADT_SCI_INTERRUPT_AT = 46


@subtable_handler
def acpi_parse_ioapic(k: Kernel, entry: Subtable) -> int:
    """An I/O APIC.  Returns 0 or an error."""
    if not is_whole(entry):
        return -EINVAL
    mp_register_ioapic(k, entry.number(2, 1), entry.number(4, 4), entry.number(8, 4))
    return 0


@subtable_handler
def acpi_parse_int_src_ovr(k: Kernel, entry: Subtable) -> int:
    """An interrupt of the ISA bus that comes in elsewhere than where it usually does.  Returns 0 or an
    error."""
    if not is_whole(entry):
        return -EINVAL
    acpi_table_print_madt_entry(k, entry)
    irq = interrupt_override(entry)
    fadt = acpi_get_table(k, "FACP")
    is_acpis_own = fadt is not None and irq.source_irq == fadt.u16(FADT_SCI_INTERRUPT_AT)
    if irq.source_irq >= NR_IRQS_LEGACY and not is_acpis_own:
        k.pr_warn("ACPI: Invalid bus_irq {} for legacy override", irq.source_irq)
    elif mp_find_ioapic(k, irq.global_irq) < 0:
        k.pr_warn("ACPI: Failed to find ioapic for gsi : {}", irq.global_irq)
    return 0


@subtable_handler
def acpi_parse_nmi_src(k: Kernel, entry: Subtable) -> int:
    """An interrupt that cannot be masked.  Returns 0 or an error."""
    if not is_whole(entry):
        return -EINVAL
    acpi_table_print_madt_entry(k, entry)
    return 0


@traced
def acpi_parse_madt_ioapic_entries(k: Kernel) -> int:
    """Take the I/O APICs into the list.  Returns 0 or an error."""
    if k.acpi_disabled or k.apic.acpi_noirq or not boot_cpu_has_apic(k):
        return -ENODEV
    if k.apic.skip_ioapic_setup:
        k.pr_info("ACPI: Skipping IOAPIC probe due to 'noapic' option.")
        return -ENODEV
    count = acpi_table_parse_madt(k, ACPI_MADT_TYPE_IO_APIC, "acpi_parse_ioapic", MAX_IO_APICS)
    if not count:
        k.pr_err("ACPI: No IOAPIC entries present")
        return -ENODEV
    if count < 0:
        k.pr_err("ACPI: Error parsing IOAPIC entry")
        return count
    count = acpi_table_parse_madt(k, ACPI_MADT_TYPE_INTERRUPT_OVERRIDE, "acpi_parse_int_src_ovr")
    if count < 0:
        k.pr_err("ACPI: Error parsing interrupt source overrides entry")
        return count
    count = acpi_table_parse_madt(k, ACPI_MADT_TYPE_NMI_SOURCE, "acpi_parse_nmi_src")
    if count < 0:
        k.pr_err("ACPI: Error parsing NMI SRC entry")
        return count
    return 0
