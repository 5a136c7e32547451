"""ACPI tables: what their bytes say about memory, nodes and CPUs.

Mirrors the structures of include/acpi/actbl.h, actbl1.h, actbl2.h and actbl3.h.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from ..base.errors import InputError
from ..language.words import tr

HEADER = struct.Struct("<4sIBB6s8sI4sI")
HEADER_SIZE = HEADER.size
ACPI_HEADERLESS = ("FACS", "S3PT")

(
    ACPI_SRAT_TYPE_CPU_AFFINITY,
    ACPI_SRAT_TYPE_MEMORY_AFFINITY,
    ACPI_SRAT_TYPE_X2APIC_CPU_AFFINITY,
    ACPI_SRAT_TYPE_GICC_AFFINITY,
) = range(4)
ACPI_SRAT_TYPE_GENERIC_AFFINITY = 5
ACPI_MADT_TYPE_GENERIC_INTERRUPT = 11
ACPI_CEDT_TYPE_CFMWS = 1
SRAT_ENTRIES_AT = 48
LONGEST_READ = 80
"""How far into an entry the kernel looks without asking for its length."""
MADT_ENTRIES_AT = 44
CEDT_ENTRIES_AT = HEADER_SIZE


class AcpiTable(Struct, frozen=True):
    """One table: its physical `address` (0: not known), and its bytes, header and all."""

    address: int
    data: bytes
    filename: str

    @property
    def signature(self) -> str:
        """The four letters it begins with."""
        return text(self.data[:4])

    @property
    def length(self) -> int:
        """What its header says, bytes."""
        return int.from_bytes(self.data[4:8], "little")

    @property
    def revision(self) -> int:
        """The revision of its kind of table."""
        return self.data[8]

    def u8(self, at: int) -> int:
        """The byte at an offset; 0 behind the end."""
        return self._number(at, 1)

    def u16(self, at: int) -> int:
        """The 16 bits at an offset; 0 behind the end."""
        return self._number(at, 2)

    def u32(self, at: int) -> int:
        """The 32 bits at an offset; 0 behind the end."""
        return self._number(at, 4)

    def u64(self, at: int) -> int:
        """The 64 bits at an offset; 0 behind the end."""
        return self._number(at, 8)

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self.data[at : at + size], "little")


class Subtable(NamedTuple):
    """An entry inside a table: its type, the length it says, and its bytes, which may be fewer."""

    type: int
    length: int
    data: bytes

    def number(self, at: int, size: int) -> int:
        """The little-endian number of `size` bytes at an offset; what lies behind the table counts as 0."""
        return int.from_bytes(self.data[at : at + size], "little")


class MemoryAffinity(NamedTuple):
    """``struct acpi_srat_mem_affinity``: memory (bytes) in a proximity domain.  `header_length` is the length
    the entry claims."""

    header_length: int
    proximity_domain: int
    base_address: int
    length: int
    flags: int

    LENGTH = 40
    ENABLED, HOT_PLUGGABLE, NON_VOLATILE = 1, 2, 4


class GiccAffinity(NamedTuple):
    """``struct acpi_srat_gicc_affinity``: a CPU, by its ACPI processor UID, in a proximity domain."""

    header_length: int
    proximity_domain: int
    acpi_processor_uid: int
    flags: int

    LENGTH = 18
    ENABLED = 1


class GenericInterrupt(NamedTuple):
    """``struct acpi_madt_generic_interrupt``: a CPU."""

    header_length: int
    uid: int
    flags: int
    parked_address: int
    arm_mpidr: int

    MIN_LENGTH = 76
    ENABLED = 1


def text(raw: bytes) -> str:
    """Letters of a header as the kernel prints them: up to a NUL, ``?`` for what cannot be printed."""
    return "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in raw.partition(b"\0")[0])


def parse_table(data: bytes, address: int, filename: str) -> AcpiTable:
    """A table as read from a file.  Raises `InputError` if it is none, or not whole."""
    minimum = 8 if text(data[:4]) in ACPI_HEADERLESS else HEADER_SIZE
    if len(data) < minimum:
        raise InputError(
            tr(
                "{filename}: this is no ACPI table, {count} bytes are less than a header",
                filename=filename,
                count=len(data),
            )
        )
    table = AcpiTable(address, data, filename)
    if table.length < minimum:
        raise InputError(
            tr(
                "{filename}: the table claims {length} bytes, its header alone is longer",
                filename=filename,
                length=table.length,
            )
        )
    if table.length > len(data):
        raise InputError(
            tr(
                "{filename}: the table is cut off, {count} of {length} bytes are there",
                filename=filename,
                count=len(data),
                length=table.length,
            )
        )
    return AcpiTable(address, data[: table.length], filename)


def checksum(data: bytes) -> int:
    """The sum of all bytes, modulo 256: 0 if a table is as it was made."""
    return sum(data) & 0xFF


def subtables(table: AcpiTable, first: int) -> Iterator[Subtable]:
    """The entries of a table, from offset `first` on, as ``acpi_parse_entries_array`` walks them.  One of
    length 0 is the last."""
    header = 4 if table.signature == "CEDT" else 2
    at = first
    while at + header < table.length:
        length = table.u16(at + 2) if header == 4 else table.u8(at + 1)
        yield Subtable(table.u8(at), length, table.data[at : at + max(length, LONGEST_READ)])
        if not length:
            return
        at += length


def memory_affinity(entry: Subtable) -> MemoryAffinity:
    """Read an SRAT entry of type 1."""
    number = entry.number
    return MemoryAffinity(entry.length, number(2, 4), number(8, 8), number(16, 8), number(28, 4))


def gicc_affinity(entry: Subtable) -> GiccAffinity:
    """Read an SRAT entry of type 3."""
    return GiccAffinity(entry.length, entry.number(2, 4), entry.number(6, 4), entry.number(10, 4))


def generic_interrupt(entry: Subtable) -> GenericInterrupt:
    """Read a MADT entry of type 11."""
    number = entry.number
    return GenericInterrupt(entry.length, number(8, 4), number(12, 4), number(24, 8), number(68, 8))


class Slit(NamedTuple):
    """``struct acpi_table_slit``: the distances between localities, row after row."""

    locality_count: int
    entry: bytes

    def distance(self, a: int, b: int) -> int:
        """From one locality to another."""
        return self.entry[self.locality_count * a + b]


def parse_slit(table: AcpiTable) -> Slit:
    """Read a SLIT.  Raises `InputError` if it is too short for its localities."""
    count = table.u64(HEADER_SIZE)
    entry = table.data[HEADER_SIZE + 8 :]
    if count * count > len(entry):
        raise InputError(
            tr(
                "{filename}: {count} localities want {count2} distances, {count3} are there",
                filename=table.filename,
                count=count,
                count2=count * count,
                count3=len(entry),
            )
        )
    return Slit(count, entry)


class IortNode(NamedTuple):
    """A node of the IORT: its type, its revision, and how many bits of address its devices can drive (-1
    where the kind of node does not say)."""

    type: int
    revision: int
    memory_address_limit: int

    NAMED_COMPONENT, PCI_ROOT_COMPLEX = 1, 2


def iort_nodes(table: AcpiTable) -> Iterator[IortNode]:
    """The nodes of an IORT, as ``acpi_iort_dma_get_max_cpu_address`` walks them."""
    limits = {IortNode.NAMED_COMPONENT: 12, IortNode.PCI_ROOT_COMPLEX: 16}
    at = table.u32(40)
    for _ in range(table.u32(36)):
        if at >= table.length:
            return
        kind, length = table.u8(at), table.u16(at + 1)
        limit = table.u8(at + 16 + limits[kind]) if kind in limits else -1
        yield IortNode(kind, table.u8(at + 3), limit)
        if not length:
            # The kernel would read the same node again and again, to the same end.
            return
        at += length
