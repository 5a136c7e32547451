"""Finding ACPI's tables: from the root pointer to the list of them.

Mirrors drivers/acpi/acpica/tbutils.c, tbprint.c, tbxface.c and tbfadt.c.  Each table is mapped for a moment
by early_memremap() and unmapped again; that is not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.acpi_tables import ACPI_HEADERLESS, HEADER_SIZE, AcpiTable, checksum, text
from ....model.trace.recorder import traced
from ..efi.flags import EFI_CONFIG_TABLES

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/acpi/acpica/tbutils.c"

ACPI_MAX_TABLES = 128
RSDT_ENTRY_SIZE, XSDT_ENTRY_SIZE = 4, 8
FADT_FACS_AT, FADT_DSDT_AT, FADT_XFACS_AT, FADT_XDSDT_AT, FADT_FLAGS_AT = 36, 40, 132, 140, 112
ACPI_FADT_HW_REDUCED = 1 << 20


def acpi_get_table(k: Kernel, signature: str, instance: int = 0) -> AcpiTable | None:
    """The table with a signature; of several the one numbered `instance`, counted from 1 (tbxface.c)."""
    found = [table for table in k.acpi.tables if table.signature == signature]
    at = max(instance, 1) - 1
    return found[at] if at < len(found) else None


@traced
def acpi_os_get_root_pointer(k: Kernel) -> int:
    """The physical address of the root pointer, which the boot loader tells, or UEFI's configuration tables,
    or the memory of a BIOS; 0 if there is none (drivers/acpi/osl.c)."""
    told = k.arch.acpi_arch_get_root_pointer(k)
    if told:
        return told
    if not k.efi.enabled(EFI_CONFIG_TABLES):
        lookup = k.config.enabled("ACPI_LEGACY_TABLES_LOOKUP")
        return k.arch.acpi_find_root_pointer(k) if lookup else 0
    address = k.efi.tables.get("ACPI 2.0", k.efi.tables.get("ACPI"))
    if address is None:
        k.pr_err("ACPI: System description tables not found")
    return address or 0


def acpi_tb_print_table_header(k: Kernel, table: AcpiTable) -> None:
    """Print a table's header, if it is known where the table is (tbprint.c)."""
    data = table.data
    if not table.address:
        return
    if table.signature in ACPI_HEADERLESS:
        k.pr_info("ACPI: {:4} 0x{:016X} {:06X}", table.signature, table.address, table.length)
        return
    k.pr_info(
        "ACPI: {:4} 0x{:016X} {:06X} (v{:02} {:6} {:8} {:08X} {:4} {:08X})",
        table.signature,
        table.address,
        table.length,
        table.revision,
        text(data[10:16]),
        text(data[16:24]),
        table.u32(24),
        text(data[28:32]),
        table.u32(32),
    )


def _print_root_pointer(k: Kernel, address: int) -> None:
    raw = k.firmware.rsdp
    if not raw:
        return
    revision = raw[15]
    length = int.from_bytes(raw[20:24], "little") if revision else 20
    k.pr_info("ACPI: RSDP 0x{:016X} {:06X} (v{:02} {:6})", address, length, revision, text(raw[9:15]))


def acpi_tb_verify_checksum(k: Kernel, table: AcpiTable) -> None:
    """Complain of a table whose bytes do not add up; it is used all the same (tbprint.c)."""
    wrong = checksum(table.data)
    if wrong and table.signature not in ACPI_HEADERLESS:
        k.pr_warn(
            "ACPI BIOS Warning (bug): Incorrect checksum in table [{:4}] - 0x{:02X}, should be 0x{:02X}",
            table.signature,
            table.data[9],
            (table.data[9] - wrong) & 0xFF,
        )


def acpi_tb_install_standard_table(k: Kernel, table: AcpiTable) -> None:
    """Print a table and put it into the list (tbinstal.c)."""
    if len(k.acpi.tables) >= ACPI_MAX_TABLES:
        return
    if k.acpi.verify_table_checksum:
        acpi_tb_verify_checksum(k, table)
    acpi_tb_print_table_header(k, table)
    k.acpi.tables.append(table)


@traced
def acpi_tb_parse_fadt(k: Kernel) -> None:
    """The FADT tells of two tables that the root table does not list: DSDT, and FACS on hardware that has one
    (tbfadt.c)."""
    fadt = acpi_get_table(k, "FACP")
    assert fadt is not None
    wanted = [("DSDT", fadt.u64(FADT_XDSDT_AT) or fadt.u32(FADT_DSDT_AT))]
    if not fadt.u32(FADT_FLAGS_AT) & ACPI_FADT_HW_REDUCED:
        # A FADT that tells of it twice has it listed twice.
        wanted += [("FACS", fadt.u32(FADT_FACS_AT)), ("FACS", fadt.u64(FADT_XFACS_AT))]
    for signature, address in wanted:
        table = next((table for table in k.firmware.acpi if table.signature == signature), None)
        if table is not None and (address or signature == "DSDT"):
            acpi_tb_install_standard_table(k, AcpiTable(address, table.data, table.filename))


def _root_table(k: Kernel) -> tuple[AcpiTable | None, int]:
    """The root table, if it is known, and the size of its entries (bytes): XSDT, if the root pointer is new
    enough to tell of one, or else RSDT."""
    firmware = k.firmware
    new_enough = not firmware.rsdp or firmware.rsdp[15] > 1
    if firmware.rsdt is None or (firmware.xsdt is not None and new_enough and not k.acpi.do_not_use_xsdt):
        return firmware.xsdt, XSDT_ENTRY_SIZE
    return firmware.rsdt, RSDT_ENTRY_SIZE


def _listed(k: Kernel, root: AcpiTable | None, entry_size: int) -> list[AcpiTable]:
    """The tables of the root table, as far as it and their addresses are known, in its order."""
    tables = [table for table in k.firmware.acpi if table.signature not in ("DSDT", *ACPI_HEADERLESS)]
    if root is None:
        return tables
    read = root.u64 if entry_size == XSDT_ENTRY_SIZE else root.u32
    listed = {read(at) for at in range(HEADER_SIZE, root.length, entry_size)}
    return [table for table in tables if not table.address or table.address in listed]


@traced
def acpi_tb_parse_root_table(k: Kernel, rsdp_address: int) -> bool:
    """Install every table that the root table lists.  Returns whether it made sense."""
    _print_root_pointer(k, rsdp_address)
    root, entry_size = _root_table(k)
    if root is not None:
        acpi_tb_print_table_header(k, root)
        if root.length < HEADER_SIZE + entry_size:
            k.pr_err("ACPI BIOS Error (bug): Invalid table length 0x{:X} in RSDT/XSDT", root.length)
            return False
        acpi_tb_verify_checksum(k, root)
    for table in _listed(k, root, entry_size):
        acpi_tb_install_standard_table(k, table)
        if table.signature == "FACP":
            acpi_tb_parse_fadt(k)
    return True
