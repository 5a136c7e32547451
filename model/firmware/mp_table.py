"""The MP table of the MultiProcessor Specification 1.1 and 1.4: which CPUs and I/O APICs there are.

Mirrors the structures of arch/x86/include/asm/mpspec_def.h.
"""

from __future__ import annotations

from typing import NamedTuple

HEADER_SIZE = 44
PROCESSOR, BUS, IOAPIC, INTSRC, LINTSRC = range(5)
ENTRY_SIZES = {PROCESSOR: 20, BUS: 8, IOAPIC: 8, INTSRC: 8, LINTSRC: 8}
CPU_ENABLED, CPU_BOOTPROCESSOR = 1, 2
APIC_USABLE = 1


class MpcHeader(NamedTuple):
    """``struct mpc_table``: its signature, bytes, version, names of maker and product as they stand there,
    and the physical address of the local APIC."""

    signature: bytes
    length: int
    specification: int
    oem: str
    product: str
    lapic: int


class MpcEntry(NamedTuple):
    """An entry of the table: its type and all its bytes."""

    type: int
    data: bytes

    @property
    def apic_id(self) -> int:
        """Of a CPU or an I/O APIC."""
        return self.data[1]

    @property
    def flags(self) -> int:
        """Of a CPU or an I/O APIC."""
        return self.data[3]

    @property
    def address(self) -> int:
        """Of an I/O APIC, as a physical address."""
        return int.from_bytes(self.data[4:8], "little")


class MpTable(NamedTuple):
    """The header and the entries, up to the first of a type that nobody knows, which is `wrong` (-1: there is
    none)."""

    header: MpcHeader
    entries: tuple[MpcEntry, ...]
    wrong: int = -1


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("latin-1")


def parse_mp_table(table: bytes) -> MpTable:
    """The table of these bytes; what is missing of them is 0."""
    head = table.ljust(HEADER_SIZE, b"\0")
    length = int.from_bytes(head[4:6], "little")
    lapic = int.from_bytes(head[36:40], "little")
    header = MpcHeader(head[:4], length, head[6], _text(head[8:16]), _text(head[16:28]), lapic)
    data = table[:length].ljust(length, b"\0")
    entries: list[MpcEntry] = []
    at = HEADER_SIZE
    while at < length:
        size = ENTRY_SIZES.get(data[at])
        if size is None:
            return MpTable(header, tuple(entries), data[at])
        entries.append(MpcEntry(data[at], data[at : at + size].ljust(size, b"\0")))
        at += size
    return MpTable(header, tuple(entries))
