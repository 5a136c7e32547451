"""ACPI's tables at boot: finding and keeping them, and reading of CPUs, interrupt controllers and timers.
Mirrors arch/x86/kernel/acpi/boot.c.
"""

from __future__ import annotations

from .....model.firmware.acpi_tables import AcpiTable
from .....model.firmware.madt import MADT_ADDRESS_AT
from .....model.memory.memblock import memblock_alloc
from .....model.trace.recorder import traced
from ....drivers.acpi.root_table import acpi_get_table
from ....drivers.acpi.spcr import acpi_parse_spcr
from ....drivers.acpi.tables import (
    acpi_locate_initial_tables,
    acpi_reserve_initial_tables,
    acpi_table_init_complete,
)
from ....drivers.efi.efi_bgrt import efi_bgrt_init
from ...variables import Kernel
from ..apic.ids import boot_cpu_has_apic
from .ioapics import acpi_parse_madt_ioapic_entries
from .lapics import acpi_parse_madt_lapic_entries, early_acpi_parse_madt_lapic_addr_ovr
from .params import disable_acpi

KERNEL_FILE = "arch/x86/kernel/acpi/boot.c"

EINVAL = 22
FADT2_REVISION_ID = 3
FADT_PM_TIMER_AT, FADT_MINOR_REVISION_AT, FADT_XPM_TIMER_AT = 76, 131, 208
HPET_ID_AT, HPET_SPACE_AT, HPET_ADDRESS_AT = 36, 40, 44
SYSTEM_MEMORY, SYSTEM_IO = 0, 1
HPET_RESOURCE_NAME_SIZE = 9
HPET_SHIFTED = 0xFED0000000000000


@traced
def acpi_boot_table_init(k: Kernel) -> None:
    """Find ACPI's tables and reserve their memory."""
    if k.acpi_disabled:
        return
    if acpi_locate_initial_tables(k):
        disable_acpi(k)
    else:
        acpi_reserve_initial_tables(k)


@traced
def acpi_parse_madt(k: Kernel, madt: AcpiTable) -> None:
    """Where local APICs are, and whether the table may list CPUs that come later."""
    if not boot_cpu_has_apic(k):
        return
    k.apic.acpi_lapic_addr = madt.u32(MADT_ADDRESS_AT) or k.apic.acpi_lapic_addr
    fadt = acpi_get_table(k, "FACP")
    if fadt is not None and (fadt.revision, fadt.u8(FADT_MINOR_REVISION_AT)) >= (6, 3):
        k.apic.acpi_support_online_capable = True


def _invalid_madt(k: Kernel) -> None:
    k.pr_err("ACPI: Invalid BIOS MADT, disabling ACPI")
    disable_acpi(k)


@traced
def early_acpi_process_madt(k: Kernel) -> None:
    """Map the local APIC of the CPU that boots."""
    madt = acpi_get_table(k, "APIC", k.acpi.apic_instance)
    if madt is None or not k.config.enabled("X86_LOCAL_APIC"):
        return
    acpi_parse_madt(k, madt)
    error = early_acpi_parse_madt_lapic_addr_ovr(k)
    if not error:
        k.apic.acpi_lapic = k.apic.smp_found_config = True
    if error == -EINVAL:
        _invalid_madt(k)


@traced
def early_acpi_boot_init(k: Kernel) -> int:
    """Read from the MADT what NUMA needs.  Returns 0, or 1 without ACPI."""
    if k.acpi_disabled:
        return 1
    acpi_table_init_complete(k)
    early_acpi_process_madt(k)
    return 0


@traced
def acpi_process_madt(k: Kernel) -> None:
    """Read from the MADT which CPUs and I/O APICs there are."""
    apic = k.apic
    if not k.config.enabled("X86_LOCAL_APIC"):
        return
    madt = acpi_get_table(k, "APIC", k.acpi.apic_instance)
    if madt is None:
        if apic.smp_found_config:
            k.pr_warn("ACPI: No APIC-table, disabling MPS")
            apic.smp_found_config = False
    else:
        acpi_parse_madt(k, madt)
        error = acpi_parse_madt_lapic_entries(k)
        if not error:
            apic.acpi_lapic = True
            error = acpi_parse_madt_ioapic_entries(k)
            if not error:
                apic.acpi_ioapic = apic.smp_found_config = True
        if error == -EINVAL:
            _invalid_madt(k)
    if apic.acpi_lapic and apic.acpi_ioapic:
        k.pr_info("ACPI: Using ACPI (MADT) for SMP configuration information")
    elif apic.acpi_lapic:
        k.pr_info("ACPI: Using ACPI for processor (LAPIC) configuration information")


@traced
def acpi_parse_fadt(k: Kernel, fadt: AcpiTable) -> None:
    """Say where the timer is."""
    port = fadt.u32(FADT_PM_TIMER_AT)
    if fadt.revision >= FADT2_REVISION_ID and fadt.u64(FADT_XPM_TIMER_AT + 4):
        if fadt.u8(FADT_XPM_TIMER_AT) != SYSTEM_IO:
            return
        port = fadt.u64(FADT_XPM_TIMER_AT + 4)
    if port and k.config.enabled("X86_PM_TIMER"):
        k.pr_info("ACPI: PM-Timer IO Port: {:#x}", port & 0xFFFFFFFF)


@traced
def acpi_parse_hpet(k: Kernel, table: AcpiTable) -> None:
    """Say where the event timer is, and allocate its line of /proc/iomem."""
    if table.u8(HPET_SPACE_AT) != SYSTEM_MEMORY:
        k.pr_warn("ACPI: HPET timers must be located in memory.")
        return
    id, address = table.u32(HPET_ID_AT), table.u64(HPET_ADDRESS_AT)
    if not address:
        k.pr_warn("ACPI: HPET id: {:#x} base: {:#x} is invalid", id, address)
        return
    if address == HPET_SHIFTED:
        k.pr_warn(
            "ACPI: HPET id: {:#x} base: 0xfed0000000000000 is bogus, try hpet=force on the kernel command"
            " line to fix it up to 0xfed00000.",
            id,
        )
        return
    k.apic.hpet_address = address
    k.pr_info("ACPI: HPET id: {:#x} base: {:#x}", id, address)
    size = k.sizes.sizeof("struct resource") + HPET_RESOURCE_NAME_SIZE
    if not memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES")):
        k.panic(f"acpi_parse_hpet: Failed to allocate {size} bytes")


@traced
def acpi_boot_init(k: Kernel) -> int:
    """Read what the tables say of CPUs, interrupt controllers and timers.  Returns 0, or 1 without ACPI."""
    if k.acpi_disabled:
        return 1
    fadt, hpet = acpi_get_table(k, "FACP"), acpi_get_table(k, "HPET")
    if fadt is not None:
        acpi_parse_fadt(k, fadt)
    acpi_process_madt(k)
    if k.acpi_disabled:
        # Nothing can be asked of ACPI's tables any more.
        return 0
    if hpet is not None and k.config.enabled("HPET_TIMER"):
        acpi_parse_hpet(k, hpet)
    if k.config.enabled("ACPI_BGRT") and not k.apic.acpi_nobgrt:
        efi_bgrt_init(k)
    if k.config.enabled("ACPI_SPCR_TABLE"):
        acpi_parse_spcr(k, k.earlycon_acpi_spcr_enable)
    return 0
