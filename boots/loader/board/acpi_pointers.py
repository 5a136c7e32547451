"""What points to ACPI's tables, once they lie elsewhere."""

from __future__ import annotations

import struct
from collections.abc import Callable

from msgspec.structs import replace

from ....model.firmware.acpi_tables import HEADER_SIZE, AcpiTable

FACS_AT, DSDT_AT, X_FACS_AT, X_DSDT_AT = 36, 40, 132, 140
"""Where the FADT has addresses of others."""


def with_pointers(table: AcpiTable, moved: Callable[[int], int]) -> AcpiTable:
    """A root table or a FADT that points to where others are now, its sum as it was."""
    at = {
        "RSDT": [(place, 4) for place in range(HEADER_SIZE, table.length - 3, 4)],
        "XSDT": [(place, 8) for place in range(HEADER_SIZE, table.length - 7, 8)],
        "FACP": [(FACS_AT, 4), (DSDT_AT, 4), (X_FACS_AT, 8), (X_DSDT_AT, 8)],
    }
    data = bytearray(table.data)
    for place, size in at.get(table.signature, ()):
        if place + size <= len(data):
            address = int.from_bytes(data[place : place + size], "little")
            data[place : place + size] = struct.pack("<Q", moved(address))[:size]
    data[9] = (data[9] + sum(table.data) - sum(data)) & 0xFF if len(data) > 9 else 0
    return replace(table, data=bytes(data))
