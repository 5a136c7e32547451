"""The CPUs that the MADT lists, by their local APICs.  Mirrors arch/x86/kernel/acpi/boot.c."""

from __future__ import annotations

from .....model.firmware.acpi_tables import MADT_ENTRIES_AT, Subtable
from .....model.firmware.madt import (
    ACPI_MADT_ONLINE_CAPABLE,
    ACPI_MADT_TYPE_LOCAL_APIC,
    ACPI_MADT_TYPE_LOCAL_APIC_NMI,
    ACPI_MADT_TYPE_LOCAL_APIC_OVERRIDE,
    ACPI_MADT_TYPE_LOCAL_SAPIC,
    ACPI_MADT_TYPE_LOCAL_X2APIC,
    ACPI_MADT_TYPE_LOCAL_X2APIC_NMI,
    NOBODY,
    NOBODY_X2APIC,
    LocalApic,
    is_whole,
    local_apic,
)
from .....model.trace.recorder import traced
from ....drivers.acpi.madt_entries import acpi_table_print_madt_entry
from ....drivers.acpi.tables import (
    SubtableProc,
    acpi_table_parse_entries_array,
    acpi_table_parse_madt,
    subtable_handler,
)
from ...variables import Kernel
from ..apic.apic import register_lapic_address
from ..apic.ids import MAX_LOCAL_APIC, apic_id_valid, boot_cpu_has_apic
from ..apic.register import register_cpu

KERNEL_FILE = "arch/x86/kernel/acpi/boot.c"

EINVAL, ENODEV = 22, 19
LOWEST_X2APIC_ID = 0xFF


def _is_virtualized(k: Kernel) -> bool:
    """Whether the kernel knows the hypervisor below it: those that it knows tell it the clock's rate."""
    cpu = k.machine.cpu_features
    known = cpu.has("hypervisor") and cpu.has("tsc_known_freq")
    return k.config.enabled("HYPERVISOR_GUEST") and known


def _is_usable(k: Kernel, cpu: LocalApic) -> bool:
    """``acpi_is_processor_usable``: whether a CPU is there or may be plugged in."""
    if cpu.enabled:
        return True
    if k.apic.acpi_support_online_capable:
        return bool(cpu.flags & ACPI_MADT_ONLINE_CAPABLE)
    # Since 6.11 only hypervisors are trusted to mean CPUs that may be plugged in.
    return k.release < (6, 11) or _is_virtualized(k)


@subtable_handler
def acpi_parse_x2apic(k: Kernel, entry: Subtable) -> int:
    """A CPU whose APIC ID has 32 bits.  Returns 0 or an error."""
    if not is_whole(entry):
        return -EINVAL
    if not k.config.enabled("X86_X2APIC"):
        k.pr_warn("ACPI: x2apic entry ignored")
        return 0
    cpu = local_apic(entry)
    if cpu.apic_id == NOBODY_X2APIC or not _is_usable(k, cpu):
        return 0
    # Since 6.9 an entry of either kind lists a CPU, not both.
    if k.release >= (6, 9) and k.apic.has_lapic_cpus and cpu.apic_id < LOWEST_X2APIC_ID:
        return 0
    if apic_id_valid(k, cpu.apic_id):
        register_cpu(k, cpu.apic_id, cpu.enabled)
    elif cpu.enabled:
        k.pr_warn("ACPI: x2apic entry ignored")
    return 0


@subtable_handler
def acpi_check_lapic(k: Kernel, entry: Subtable) -> int:
    """Note that there are CPUs whose APIC ID has eight bits.  Returns 0 or an error."""
    if not is_whole(entry):
        return -EINVAL
    cpu = local_apic(entry)
    if cpu.apic_id != NOBODY and _is_usable(k, cpu):
        k.apic.has_lapic_cpus = True
    return 0


@subtable_handler
def acpi_parse_lapic(k: Kernel, entry: Subtable) -> int:
    """A CPU whose APIC ID has eight bits.  Returns 0 or an error."""
    if not is_whole(entry):
        return -EINVAL
    cpu = local_apic(entry)
    if cpu.apic_id != NOBODY and _is_usable(k, cpu):
        register_cpu(k, cpu.apic_id, cpu.enabled)
    return 0


@subtable_handler
def acpi_parse_sapic(k: Kernel, entry: Subtable) -> int:
    """A CPU of a machine that is built like an Itanium.  Returns 0 or an error."""
    if not is_whole(entry):
        return -EINVAL
    cpu = local_apic(entry)
    register_cpu(k, cpu.apic_id, cpu.enabled)
    return 0


@subtable_handler
def acpi_parse_lapic_addr_ovr(k: Kernel, entry: Subtable) -> int:
    """Where local APICs are, in 64 bits.  Returns 0 or an error."""
    if not is_whole(entry):
        return -EINVAL
    acpi_table_print_madt_entry(k, entry)
    k.apic.acpi_lapic_addr = entry.number(4, 8)
    return 0


def _parse_nmi(k: Kernel, entry: Subtable, lint_at: int) -> int:
    """The pin at which a CPU gets interrupts that cannot be masked."""
    if not is_whole(entry):
        return -EINVAL
    acpi_table_print_madt_entry(k, entry)
    if entry.number(lint_at, 1) != 1:
        k.pr_warn("ACPI: NMI not connected to LINT 1!")
    return 0


@subtable_handler
def acpi_parse_x2apic_nmi(k: Kernel, entry: Subtable) -> int:
    """A pin of an x2APIC.  Returns 0 or an error."""
    return _parse_nmi(k, entry, 8)


@subtable_handler
def acpi_parse_lapic_nmi(k: Kernel, entry: Subtable) -> int:
    """A pin of a local APIC.  Returns 0 or an error."""
    return _parse_nmi(k, entry, 5)


LAPICS = (
    SubtableProc(ACPI_MADT_TYPE_LOCAL_APIC, "acpi_parse_lapic"),
    SubtableProc(ACPI_MADT_TYPE_LOCAL_X2APIC, "acpi_parse_x2apic"),
)


@traced
def early_acpi_parse_madt_lapic_addr_ovr(k: Kernel) -> int:
    """Map the local APIC where the MADT says it is.  Returns how many entries say so, or an error."""
    if not boot_cpu_has_apic(k):
        return -ENODEV
    count = acpi_table_parse_madt(k, ACPI_MADT_TYPE_LOCAL_APIC_OVERRIDE, "acpi_parse_lapic_addr_ovr")
    if count < 0:
        k.pr_err("ACPI: Error parsing LAPIC address override entry")
        return count
    register_lapic_address(k, k.apic.acpi_lapic_addr)
    return count


@traced
def acpi_parse_madt_lapic_entries(k: Kernel) -> int:
    """Number the CPUs that the MADT lists.  Returns 0 or an error."""
    if not boot_cpu_has_apic(k):
        return -ENODEV
    count = acpi_table_parse_madt(k, ACPI_MADT_TYPE_LOCAL_SAPIC, "acpi_parse_sapic", MAX_LOCAL_APIC)
    if not count:
        if k.release >= (6, 9):
            acpi_table_parse_madt(k, ACPI_MADT_TYPE_LOCAL_APIC, "acpi_check_lapic", MAX_LOCAL_APIC)
        count = acpi_table_parse_entries_array(k, "APIC", MADT_ENTRIES_AT, LAPICS, MAX_LOCAL_APIC)
        if count < 0:
            k.pr_err("ACPI: Error parsing LAPIC/X2APIC entries")
            return count
    if not count:
        k.pr_err("ACPI: No LAPIC entries present")
        return -ENODEV
    if count < 0:
        k.pr_err("ACPI: Error parsing LAPIC entry")
        return count
    x2count = acpi_table_parse_madt(k, ACPI_MADT_TYPE_LOCAL_X2APIC_NMI, "acpi_parse_x2apic_nmi")
    count = acpi_table_parse_madt(k, ACPI_MADT_TYPE_LOCAL_APIC_NMI, "acpi_parse_lapic_nmi")
    if count < 0 or x2count < 0:
        k.pr_err("ACPI: Error parsing LAPIC NMI entry")
        return count
    return 0
