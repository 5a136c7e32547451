"""The MP table of old BIOSes: what it says of CPUs, where ACPI does not.  Mirrors
arch/x86/kernel/mpparse.c."""

from __future__ import annotations

from ....model.firmware.mp_table import (
    APIC_USABLE,
    CPU_BOOTPROCESSOR,
    CPU_ENABLED,
    INTSRC,
    IOAPIC,
    PROCESSOR,
    MpcEntry,
    MpTable,
    parse_mp_table,
)
from ....model.firmware.pc_firmware import MpPointer
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap, early_memunmap
from ..subsystems import APIC_DEFAULT_PHYS_BASE
from ..variables import Kernel
from .apic.apic import register_lapic_address
from .apic.io_apic import mp_register_ioapic
from .apic.register import register_cpu
from .mpparse import SIZEOF_MPF, get_mpc_size

KERNEL_FILE = "arch/x86/kernel/mpparse.c"

IO_APIC_DEFAULT_PHYS_BASE = 0xFEC00000
DEFAULT_CPUS, DEFAULT_IOAPIC_ID = 2, 2


def _processors(k: Kernel) -> int:
    """How many CPUs have been found."""
    return k.apic.num_processors if k.release < (6, 9) else k.num_procs


@traced
def MP_processor_info(k: Kernel, apicid: int, cpuflag: int) -> None:
    """Note a CPU by its APIC ID."""
    is_enabled = bool(cpuflag & CPU_ENABLED)
    # Until 6.8 a CPU is told of before it is noted.
    if k.release >= (6, 9):
        register_cpu(k, apicid, is_enabled)
    if is_enabled:
        is_first = bool(cpuflag & CPU_BOOTPROCESSOR)
        if is_first and k.release < (6, 9):
            k.apic.boot_cpu_physical_apicid = apicid
        k.pr_info("Processor #{}{}", apicid, " (Bootup-CPU)" if is_first else "")
        k.num_procs += 1
    if k.release < (6, 9):
        register_cpu(k, apicid, is_enabled)


@traced
def MP_ioapic_info(k: Kernel, apicid: int, address: int) -> None:
    """Note an I/O APIC; its interrupts follow those of the ones before."""
    gsi_top = max((ioapic.gsi_end + 1 for ioapic in k.apic.ioapics), default=0)
    mp_register_ioapic(k, apicid, address, gsi_top)


@traced
def smp_check_mpc(k: Kernel, table: MpTable, data: bytes) -> bool:
    """Say what the table is called.  Returns whether it can be one."""
    header = table.header
    if header.signature != b"PCMP":
        k.pr_err("MPTABLE: bad signature [{}]!", header.signature.decode("latin-1"))
    elif sum(data[: header.length]) & 0xFF:
        k.pr_err("MPTABLE: checksum error!")
    elif header.specification not in (1, 4):
        k.pr_err("MPTABLE: bad table version ({})!!", header.specification)
    elif not header.lapic:
        k.pr_err("MPTABLE: null local APIC address!")
    else:
        k.pr_info("MPTABLE: OEM ID: {}", header.oem)
        k.pr_info("MPTABLE: Product ID: {}", header.product)
        k.pr_info("MPTABLE: APIC at: 0x{:X}", header.lapic)
        return True
    return False


def _read_entry(k: Kernel, entry: MpcEntry) -> None:
    """Note a CPU, if ACPI has told of none, or an I/O APIC; buses and interrupts take no memory."""
    if entry.type == PROCESSOR and not k.apic.acpi_lapic:
        MP_processor_info(k, entry.apic_id, entry.flags)
    elif entry.type == IOAPIC and entry.flags & APIC_USABLE and k.config.enabled("X86_IO_APIC"):
        MP_ioapic_info(k, entry.apic_id, entry.address)


@traced
def smp_read_mpc(k: Kernel, data: bytes, early: bool) -> bool:
    """Read the table; `early` its local APIC only.  Returns whether it makes sense."""
    table = parse_mp_table(data)
    if not smp_check_mpc(k, table, data):
        return False
    if (early or k.release < (6, 9)) and not k.apic.acpi_lapic:
        register_lapic_address(k, table.header.lapic)
    if early:
        return True
    for entry in table.entries:
        _read_entry(k, entry)
    if table.wrong >= 0:
        k.pr_err("Your mptable is wrong, contact your HW vendor!")
        k.pr_err("type {:x}", table.wrong)
    # Since 6.9 it is enough that ACPI knows CPUs.
    enough = bool(_processors(k)) or (k.release >= (6, 9) and k.apic.acpi_lapic)
    if not enough:
        k.pr_err("MPTABLE: no processors registered!")
    return enough


@traced
def check_physptr(k: Kernel, mpf: MpPointer, early: bool) -> bool:
    """Read the table that a pointer points to.  Returns whether there are CPUs to be told of."""
    size = get_mpc_size(k, mpf.table_address, mpf.table)
    mpc = early_memremap(k, mpf.table_address, size)
    valid = smp_read_mpc(k, mpf.table, early)
    if not valid:
        k.apic.smp_found_config = False
        k.pr_err("BIOS bug, MP table errors detected!...")
        k.pr_err("... disabling SMP support. (tell your hw vendor)")
    early_memunmap(k, mpc, size)
    if not valid or early:
        return False
    interrupts = [entry for entry in parse_mp_table(mpf.table).entries if entry.type == INTSRC]
    if not interrupts and k.config.enabled("X86_IO_APIC"):
        k.pr_err("BIOS bug, no explicit IRQ entries, using default mptable. (tell your hw vendor)")
    return True


@traced
def construct_default_ISA_mptable(k: Kernel, mpc_default_type: int) -> None:
    """A standard configuration: two CPUs and an I/O APIC, all at their usual places."""
    if k.release < (6, 9):
        k.apic.mp_lapic_addr = APIC_DEFAULT_PHYS_BASE
    for apicid in range(DEFAULT_CPUS):
        MP_processor_info(k, apicid, CPU_ENABLED)
    if k.config.enabled("X86_IO_APIC"):
        MP_ioapic_info(k, DEFAULT_IOAPIC_ID, IO_APIC_DEFAULT_PHYS_BASE)


def _default_lapic(k: Kernel) -> None:
    """The local APIC of a standard configuration is where it usually is."""
    if k.release < (6, 9):
        k.apic.mp_lapic_addr = APIC_DEFAULT_PHYS_BASE
    else:
        register_lapic_address(k, APIC_DEFAULT_PHYS_BASE)


def _read(k: Kernel, mpf: MpPointer, early: bool) -> None:
    """Read what the pointer says and points to."""
    k.pr_info("Intel MultiProcessor Specification v1.{}", mpf.specification)
    if mpf.feature1 and early:
        _default_lapic(k)
        return
    if mpf.feature1:
        k.pr_info("Default MP configuration #{}", mpf.feature1)
        construct_default_ISA_mptable(k, mpf.feature1)
    elif mpf.table_address:
        if not check_physptr(k, mpf, early):
            return
    else:
        k.bug("!mpf->physptr")
    if not early and (k.release < (6, 9) or not k.apic.acpi_lapic):
        k.pr_info("Processors: {}", _processors(k))


def _get_smp_config(k: Kernel, early: bool) -> None:
    """Read the MP table, unless ACPI has told all that is in it."""
    apic = k.apic
    if not apic.smp_found_config or k.mpf is None:
        return
    if apic.acpi_lapic and (early or apic.acpi_ioapic):
        return
    pointer = early_memremap(k, k.mpf_base, SIZEOF_MPF)
    _read(k, k.mpf, early)
    early_memunmap(k, pointer, SIZEOF_MPF)


@traced
def default_get_smp_config(k: Kernel, early: bool) -> None:
    """Read the MP table (until 6.8)."""
    _get_smp_config(k, early)


@traced
def mpparse_get_smp_config(k: Kernel, early: bool) -> None:
    """Read the MP table (since 6.9)."""
    _get_smp_config(k, early)


def early_parse_smp_cfg(k: Kernel) -> None:
    """Read the local APIC's address from the MP table (since 6.9)."""
    if k.config.enabled("X86_MPPARSE"):
        mpparse_get_smp_config(k, True)


def parse_smp_cfg(k: Kernel) -> None:
    """Read the CPUs and I/O APICs from the MP table."""
    if not k.config.enabled("X86_MPPARSE"):
        return
    if k.release < (6, 9):
        default_get_smp_config(k, False)
    else:
        mpparse_get_smp_config(k, False)
