"""ACPI's tables at boot.  Mirrors drivers/acpi/tables.c."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from ....model.firmware.acpi_tables import MADT_ENTRIES_AT, Subtable, subtables
from ....model.memory.memblock import memblock_reserve
from ....model.trace.recorder import traced
from ...core.params import early_param
from ...lib.cmdline import simple_strtoull
from .root_table import acpi_get_table, acpi_os_get_root_pointer, acpi_tb_parse_root_table

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/acpi/tables.c"

EINVAL, ENODEV = 22, 19

Handler = Callable[[Any, Subtable], int]
"""What an entry of a table is handed to, with the kernel; returns 0 or an error."""
HANDLERS: dict[str, Handler] = {}


class SubtableProc(NamedTuple):
    """Which entries go to which handler, ``struct acpi_subtable_proc``."""

    id: int
    handler: str


def subtable_handler(handler: Handler) -> Handler:
    """Make a handler known by its name."""
    HANDLERS[getattr(handler, "__name__", "")] = handler
    return handler


@early_param("acpi_apic_instance")
@traced
def acpi_parse_apic_instance(k: Kernel, value: str | None) -> int:
    """``acpi_apic_instance=``: which MADT to use if there are several."""
    number, rest = simple_strtoull(value or "")
    if not value or rest:
        return -EINVAL
    k.acpi.apic_instance = number
    k.pr_notice("ACPI: Shall use APIC/MADT table {}", number)
    return 0


@early_param("acpi_force_table_verification")
@traced
def acpi_force_table_verification_setup(k: Kernel, value: str | None) -> int:
    """``acpi_force_table_verification``: check every table's sum."""
    k.acpi.verify_table_checksum = True
    return 0


@traced
def acpi_table_upgrade(k: Kernel) -> None:
    """Tables in the initrd would go before firmware's own.  What is in an initrd nobody told, so there are
    none."""


@traced
def acpi_locate_initial_tables(k: Kernel) -> int:
    """Find all tables.  Returns 0 or an error."""
    words = "enabled" if k.acpi.verify_table_checksum else "disabled"
    k.pr_info("ACPI: Early table checksum verification {}", words)
    rsdp_address = acpi_os_get_root_pointer(k)
    if not rsdp_address or not acpi_tb_parse_root_table(k, rsdp_address):
        return -EINVAL
    return 0


def check_multiple_madt(k: Kernel) -> None:
    """Firmware should have one MADT only."""
    if acpi_get_table(k, "APIC", 2) is None:
        k.acpi.apic_instance = 0
        return
    used = k.acpi.apic_instance
    k.pr_warn("ACPI: BIOS bug: multiple APIC/MADT found, using {}", used)
    k.pr_warn(
        'ACPI: If "acpi_apic_instance={}" works better, notify linux-acpi@vger.kernel.org', 0 if used else 2
    )


@traced
def acpi_reserve_initial_tables(k: Kernel) -> None:
    """Reserve the memory of all tables."""
    for table in k.acpi.tables:
        if not table.address or not table.length:
            break
        start, last = table.address, table.address + table.length - 1
        k.pr_info("ACPI: Reserving {:4} table memory at [mem 0x{:x}-0x{:x}]", table.signature, start, last)
        memblock_reserve(k.memblock, start, table.length)


@traced
def acpi_table_init_complete(k: Kernel) -> None:
    """Look whether there are two MADTs.  An initrd could have tables, too; what is in it nobody told."""
    check_multiple_madt(k)


@traced
def acpi_table_init(k: Kernel) -> int:
    """Find the tables and look whether there are two MADTs.  Returns 0 or an error."""
    error = acpi_locate_initial_tables(k)
    if not error:
        acpi_table_init_complete(k)
    return error


def _call(k: Kernel, proc: tuple[SubtableProc, ...], entry: Subtable) -> tuple[bool, bool]:
    """Hand an entry to its handler.  Returns whether there was one, and whether it failed."""
    for candidate in proc:
        if candidate.id == entry.type:
            return True, HANDLERS[candidate.handler](k, entry) != 0
    return False, False


@traced
def acpi_table_parse_entries_array(
    k: Kernel, id: str, table_size: int, proc: tuple[SubtableProc, ...], max_entries: int = 0
) -> int:
    """Hand the entries of a table, which begin at offset `table_size`, to their handlers: at most
    `max_entries`, if that is not 0.  After one failed, none is called any more.  Returns how many there were,
    or an error."""
    table = None if k.acpi_disabled else acpi_get_table(k, id, k.acpi.apic_instance if id == "APIC" else 0)
    if table is None:
        return -ENODEV
    count, failed = 0, False
    for entry in subtables(table, table_size):
        if max_entries and count >= max_entries:
            break
        if failed:
            count += any(candidate.id == entry.type for candidate in proc)
        else:
            handled, failed = _call(k, proc, entry)
            count += handled and not failed
        if not entry.length:
            k.pr_err("ACPI: [{:4}:0x{:02x}] Invalid zero length", id, proc[0].id)
            return -EINVAL
    return -EINVAL if failed else count


@traced
def acpi_table_parse_entries(
    k: Kernel, id: str, table_size: int, entry_id: int, handler: str, max_entries: int = 0
) -> int:
    """Hand the entries of one kind to a handler, at most `max_entries` if that is not 0.  Returns how many
    there were, or an error."""
    proc = (SubtableProc(entry_id, handler),)
    return acpi_table_parse_entries_array(k, id, table_size, proc, max_entries)


@traced
def acpi_table_parse_madt(k: Kernel, entry_id: int, handler: str, max_entries: int = 0) -> int:
    """The same of the MADT."""
    return acpi_table_parse_entries(k, "APIC", MADT_ENTRIES_AT, entry_id, handler, max_entries)
