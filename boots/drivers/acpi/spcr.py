"""The console that ACPI names.  Mirrors drivers/acpi/spcr.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.acpi_tables import AcpiTable
from ....model.trace.recorder import traced
from ..earlycon import setup_earlycon
from .root_table import acpi_get_table

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/acpi/spcr.c"

ENOENT = 2
SYSTEM_MEMORY = 0
ACCESS_BIT_MAX = 4
INTERFACE_TYPE_AT, SPACE_ID_AT, ACCESS_WIDTH_AT, ADDRESS_AT, BAUD_RATE_AT = 36, 40, 43, 44, 58
IO_TYPES = {8: "mmio", 16: "mmio16", 32: "mmio32"}
ARM_SBSA_32BIT = 0x0D
PL011_TYPES = frozenset((0x03, ARM_SBSA_32BIT, 0x0E, 0x0F))
UART_TYPES = frozenset((0x00, 0x01, 0x05, 0x12))
BAUD_RATES = {0: 0, 3: 9600, 4: 19200, 6: 57600, 7: 115200}


def _io_type(k: Kernel, table: AcpiTable) -> str:
    """How wide the registers are read."""
    if table.u8(SPACE_ID_AT) != SYSTEM_MEMORY:
        return "io"
    width = table.u8(ACCESS_WIDTH_AT)
    if width > ACCESS_BIT_MAX:
        k.pr_err("ACPI: SPCR: Unacceptable wide SPCR Access Width.  Defaulting to byte size")
        width = 1
    bits = 1 << (width + 2)
    if bits not in IO_TYPES:
        k.pr_err("ACPI: SPCR: Unexpected SPCR Access Width.  Defaulting to byte size")
    return IO_TYPES.get(bits, "mmio")


@traced
def acpi_parse_spcr(k: Kernel, enable_earlycon: bool) -> int:
    """Say which console firmware uses, and use it if ``earlycon`` asks for that.  Returns 0 or an error."""
    table = acpi_get_table(k, "SPCR")
    if table is None:
        return -ENOENT
    if table.revision < 2:
        k.pr_info("ACPI: SPCR: SPCR table version {}", table.revision)
    io_type, kind = _io_type(k, table), table.u8(INTERFACE_TYPE_AT)
    baud_rate = BAUD_RATES.get(table.u8(BAUD_RATE_AT))
    if (kind not in PL011_TYPES and kind not in UART_TYPES) or baud_rate is None:
        return -ENOENT
    uart = "pl011" if kind in PL011_TYPES else "uart"
    if kind == ARM_SBSA_32BIT:
        io_type = "mmio32"
    options = f"{uart},{io_type},{table.u64(ADDRESS_AT):#x}" + (f",{baud_rate}" if baud_rate else "")
    k.pr_info("ACPI: SPCR: console: {}", options)
    if enable_earlycon:
        setup_earlycon(k, options)
    return 0
