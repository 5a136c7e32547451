"""An SRAT that is made: which memory and which CPUs are near each other, as QEMU writes it.

Mirrors ``build_srat`` of QEMU's hw/i386/acpi-build.c and hw/arm/virt-acpi-build.c; the entries are those of
include/acpi/actbl3.h.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from .acpi_tables import (
    ACPI_SRAT_TYPE_CPU_AFFINITY,
    ACPI_SRAT_TYPE_GICC_AFFINITY,
    ACPI_SRAT_TYPE_MEMORY_AFFINITY,
    ACPI_SRAT_TYPE_X2APIC_CPU_AFFINITY,
    HEADER_SIZE,
    AcpiTable,
    GiccAffinity,
    MemoryAffinity,
)

OEM_AT = 10
"""Where a table's header begins to say whose it is."""
LARGEST_XAPIC = 254


def local_apic_affinity(apic_id: int, node: int) -> bytes:
    """A PC's CPU on a node: 8 bits of APIC ID, or 32."""
    if apic_id > LARGEST_XAPIC:
        return struct.pack("<BBHIIIII", ACPI_SRAT_TYPE_X2APIC_CPU_AFFINITY, 24, 0, node, apic_id, 1, 0, 0)
    high = (node >> 8).to_bytes(3, "little")
    return struct.pack("<BBBBIB3sI", ACPI_SRAT_TYPE_CPU_AFFINITY, 16, node & 0xFF, apic_id, 1, 0, high, 0)


def gicc_affinity(uid: int, node: int) -> bytes:
    """A CPU with a GIC on a node, by its ACPI processor UID."""
    kind = ACPI_SRAT_TYPE_GICC_AFFINITY
    return struct.pack("<BBIIII", kind, GiccAffinity.LENGTH, node, uid, GiccAffinity.ENABLED, 0)


def memory_affinity(node: int, start: int, size: int, flags: int = MemoryAffinity.ENABLED) -> bytes:
    """`size` bytes of memory from physical address `start` on a node."""
    kind = ACPI_SRAT_TYPE_MEMORY_AFFINITY
    return struct.pack("<BBIHQQIIQ", kind, MemoryAffinity.LENGTH, node, 0, start, size, 0, flags, 0)


def made_srat(
    revision: int, like: AcpiTable, cpus: Iterable[bytes], memory: Sequence[bytes], least: int = 0
) -> bytes:
    """The table of these entries, with the names that the header of another table of the board has; unused
    entries stand behind the memory if there are less than `least` of them."""
    spare = [memory_affinity(0, 0, 0, flags=0)] * (least - len(memory))
    body = struct.pack("<IQ", 1, 0) + b"".join((*cpus, *memory, *spare))
    size = HEADER_SIZE + len(body)
    head = struct.pack("<4sIBB", b"SRAT", size, revision, 0) + like.data[OEM_AT:HEADER_SIZE]
    return summed(head + body)


def summed(data: bytes) -> bytes:
    """A table whose bytes add up to 0."""
    return data[:9] + bytes([(data[9] - sum(data)) & 0xFF]) + data[10:]
