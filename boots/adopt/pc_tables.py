"""ACPI's tables as a log tells of them: where each lies, how long it is, and what is in it of CPUs, interrupt
controllers and nodes.  The rest of a table is zeros.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from math import isqrt
from typing import NamedTuple

from ...model.base.units import readable_size
from ...model.build.bounds import OPTION_BOUNDS
from ...model.firmware.acpi_tables import ACPI_HEADERLESS, HEADER_SIZE
from ...model.logs.log_line import LogLine
from .places import cpu_groups

TABLE = re.compile(
    r"ACPI: (?P<signature>[A-Z0-9]{4}) 0x(?P<address>[0-9A-Fa-f]{8,16}) (?P<length>[0-9A-Fa-f]{6,8})"
    r"(?: \(v(?P<revision>\d{1,9}) (?P<oem>.{6})(?: (?P<table>.{8}) (?P<oem_revision>[0-9A-Fa-f]{8})"
    r" (?P<compiler>.{4}) (?P<compiler_revision>[0-9A-Fa-f]{8}))?)?"
)
CPUS = (
    re.compile(r"smpboot: Allowing (\d{1,9}) CPUs, (\d{1,9}) hotplug CPUs"),
    re.compile(r"CPU topo: Allowing (\d{1,9}) present CPUs plus (\d{1,9}) hotplug CPUs"),
)
APIC_OF_NODE = re.compile(r"SRAT: PXM (\d{1,9}) -> APIC 0x([0-9a-f]+) -> Node \d+")
MEMORY = re.compile(
    r"ACPI: SRAT: Node \d+ PXM (\d{1,9}) \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]( hotplug)?( non-volatile)?"
)
IOAPIC = re.compile(
    r"IOAPIC\[\d+\]: apic_id (\d{1,9}), version \d+, address 0x([0-9a-f]+), GSI (\d{1,9})-\d+"
)
TIMER = re.compile(r"ACPI: PM-Timer IO Port: 0x([0-9a-f]+)")
HPET = re.compile(r"ACPI: HPET id: 0x([0-9a-f]+) base: 0x([0-9a-f]+)")
FALLBACK = re.compile(r"Fallback order for Node (\d{1,9}): ((?:\d{1,9} ?)+)")
FILLER = 0x80
"""An entry of no known kind, which fills what is left of a table."""
LOCAL, REMOTE = 10, 20
LARGEST = 16 << 20
"""Bytes of all tables together that are made: no board's come near it."""
MOST_CPUS = OPTION_BOUNDS["NR_CPUS"]


class LoggedTable(NamedTuple):
    """A line of a table's header; `head` are the bytes of it behind its length, and its sum to be."""

    signature: str
    address: int
    length: int
    head: bytes


class Cpus(NamedTuple):
    """How many CPUs are there, and how many may be plugged in."""

    present: int
    hotplug: int


def logged_tables(lines: Sequence[LogLine]) -> list[LoggedTable]:
    """The tables that a log lists, in its order."""
    found: list[LoggedTable] = []
    for line in lines:
        row = TABLE.match(line.text.strip())
        if row is not None:
            head = struct.pack(
                "<BB6s8sI4sI",
                int(row["revision"] or 0) & 0xFF,
                0,
                (row["oem"] or "").encode("latin-1", "replace"),
                (row["table"] or "").encode("latin-1", "replace"),
                int(row["oem_revision"] or "0", 16),
                (row["compiler"] or "").encode("latin-1", "replace"),
                int(row["compiler_revision"] or "0", 16),
            )
            length = int(row["length"], 16)
            found.append(LoggedTable(row["signature"], int(row["address"], 16), length, head))
    return found


def cpus_of(lines: Sequence[LogLine]) -> Cpus | None:
    """The CPUs that a kernel allows, None if that is not told.  Raises `ValueError` for more than any kernel
    allows."""
    found = next(filter(None, (_allowed(line.text.strip()) for line in lines)), None)
    if found is None:
        return None
    if not (MOST_CPUS.has(found.present) and MOST_CPUS.has(found.present + found.hotplug)):
        told = f"{found.present} CPUs, and {found.hotplug} to be plugged in"
        raise ValueError(f"the log tells of {told}: {MOST_CPUS.expected()}")
    # With possible_cpus= it is not firmware that says how many may come.
    is_limited = any("possible_cpus=" in line.text for line in lines)
    return found._replace(hotplug=0) if is_limited else found


def _allowed(text: str) -> Cpus | None:
    """What one line says of CPUs: until 6.8 of all and of those to come, since then of those that are there
    and those to come."""
    older, newer = (form.match(text) for form in CPUS)
    if older is not None:
        return Cpus(int(older[1]) - int(older[2]), int(older[2]))
    return Cpus(int(newer[1]), int(newer[2])) if newer is not None else None


def tables_of(lines: Sequence[LogLine]) -> dict[str, bytes]:
    """The tables of a log as files, by their names; none if it lists no root table.  Raises `ValueError` if
    they are longer than any board's."""
    logged = logged_tables(lines)
    if sum(table.length for table in logged) > LARGEST:
        longest = max(logged, key=lambda table: table.length)
        raise ValueError(
            f"ACPI's tables are longer than {readable_size(LARGEST)} together, "
            f"{longest.signature} alone has {longest.length} bytes"
        )
    root = next((table for table in logged if table.signature in ("XSDT", "RSDT")), None)
    if root is None:
        return {}
    texts = [line.text.strip() for line in lines]
    apart = ("RSDP", "XSDT", "RSDT")
    tables = [table for table in logged if table.signature not in apart]
    files = {"RSDP.bin": _root_pointer(logged, root)}
    counts: dict[str, int] = {}
    for table in tables:
        counts[table.signature] = number = counts.get(table.signature, 0) + 1
        if table.signature in ("DSDT", "FACS") and number > 1:
            continue
        body = _body(table, tables, texts, lines)
        name = table.signature if number == 1 else f"{table.signature}{number}"
        files[f"{name}.bin"] = _whole(table, body)
    listed = [table.address for table in tables if table.signature not in ("DSDT", *ACPI_HEADERLESS)]
    width = "Q" if root.signature == "XSDT" else "I"
    files[f"{root.signature}.bin"] = _whole(root, struct.pack(f"<{len(listed)}{width}", *listed))
    return files


def _whole(table: LoggedTable, body: bytes) -> bytes:
    """A table of the length that the log tells, whose bytes add up to 0."""
    if table.signature in ACPI_HEADERLESS:
        return struct.pack("<4sI", table.signature.encode(), table.length).ljust(table.length, b"\0")
    length = max(table.length, HEADER_SIZE)
    raw = bytearray(struct.pack("<4sI", table.signature.encode(), length) + table.head + body)
    raw = raw[:length].ljust(length, b"\0")
    raw[9] = -sum(raw) & 0xFF
    return bytes(raw)


def _root_pointer(logged: Sequence[LoggedTable], root: LoggedTable) -> bytes:
    pointer = next((table for table in logged if table.signature == "RSDP"), None)
    revision, oem = (pointer.head[0], pointer.head[2:8]) if pointer else (0, bytes(6))
    is_new = root.signature == "XSDT"
    old = b"RSD PTR \0" + oem + bytes([max(revision, 2) if is_new else revision])
    old += struct.pack("<I", 0 if is_new else root.address)
    return old + struct.pack("<IQB3x", 36, root.address, 0) if is_new else old


def _body(
    table: LoggedTable, tables: Sequence[LoggedTable], texts: Sequence[str], lines: Sequence[LogLine]
) -> bytes:
    """What is behind a table's header."""
    room = table.length - HEADER_SIZE
    if table.signature == "APIC":
        return _filled(struct.pack("<II", 0xFEE00000, 1), _madt_entries(texts, lines), room)
    if table.signature == "SRAT":
        return _filled(bytes(12), _srat_entries(texts, lines), room)
    if table.signature == "SLIT":
        return _slit(room, texts)
    if table.signature == "FACP":
        return _fadt(tables, texts, room)
    if table.signature == "HPET":
        told = next(filter(None, map(HPET.match, texts)), None)
        return struct.pack("<IIQ", int(told[1], 16), 0, int(told[2], 16)) if told else b""
    return b""


def _filled(head: bytes, entries: Iterator[bytes], room: int) -> bytes:
    """Entries as far as there is room for them, and what is left in entries of no known kind."""
    body = bytearray(head)
    for entry in entries:
        if len(body) + len(entry) <= room:
            body += entry
    while room - len(body) > 2:
        size = min(room - len(body), 0x80)
        body += bytes([FILLER, size]).ljust(size, b"\0")
    return bytes(body)


def apic_ids(texts: Sequence[str], cpus: Cpus) -> list[int]:
    """The APIC IDs of the CPUs that are there, then of those that may come: as SRAT's lines say, or else one
    after the other."""
    told = list(dict.fromkeys(int(row[2], 16) for row in map(APIC_OF_NODE.match, texts) if row))
    number = cpus.present + cpus.hotplug
    others = (apic_id for apic_id in range(number + len(told)) if apic_id not in told)
    return [*told, *others][:number]


def _madt_entries(texts: Sequence[str], lines: Sequence[LogLine]) -> Iterator[bytes]:
    for row in filter(None, map(IOAPIC.match, texts)):
        yield struct.pack("<BBBBII", 1, 12, int(row[1]) & 0xFF, 0, int(row[2], 16), int(row[3]))
    cpus = cpus_of(lines) or Cpus(1, 0)
    for number, apic_id in enumerate(apic_ids(texts, cpus)):
        flags = int(number < cpus.present)
        if apic_id < 0xFF:
            yield struct.pack("<BBBBI", 0, 8, number & 0xFF, apic_id, flags)
        else:
            yield struct.pack("<BBHIII", 9, 16, 0, apic_id, flags, number)


def _srat_entries(texts: Sequence[str], lines: Sequence[LogLine]) -> Iterator[bytes]:
    for row in filter(None, map(MEMORY.match, texts)):
        start, last = int(row[2], 16), int(row[3], 16)
        flags = 1 | 2 * bool(row[4]) | 4 * bool(row[5])
        yield struct.pack("<BBIHQQIIQ", 1, 40, int(row[1]), 0, start, last + 1 - start, 0, flags, 0)
    cpus = [(int(row[1]), int(row[2], 16)) for row in map(APIC_OF_NODE.match, texts) if row]
    # Since 6.12 these are not printed; per-CPU areas are in groups by nodes.
    groups: Mapping[int, int] = cpu_groups(lines)
    for pxm, apic_id in cpus or [(nid, cpu) for cpu, nid in sorted(groups.items())]:
        if apic_id < 0xFF:
            yield struct.pack("<BBBBIB3sI", 0, 16, pxm & 0xFF, apic_id, 1, 0, b"\0\0\0", 0)
        else:
            yield struct.pack("<BBHIIIII", 2, 24, 0, pxm, apic_id, 1, 0, 0)


def _slit(room: int, texts: Sequence[str]) -> bytes:
    """Nodes the further apart, the later one takes memory of the other; 20, as it usually is, where the log
    does not tell."""
    count = isqrt(max(room - 8, 0))
    told = {int(row[1]): [int(nid) for nid in row[2].split()] for row in map(FALLBACK.match, texts) if row}

    def distance(a: int, b: int) -> int:
        if a == b:
            return LOCAL
        order = told.get(a, [])
        return min(LOCAL + 10 * order.index(b), 254) if b in order[1:] else REMOTE

    rows = bytes(distance(a, b) for a in range(count) for b in range(count))
    return struct.pack("<Q", count) + rows


def _fadt(tables: Sequence[LoggedTable], texts: Sequence[str], room: int) -> bytes:
    """A FADT that tells of the two tables that the root table does not list, and of the timer."""
    places = {table.signature: table.address for table in reversed(tables)}
    dsdt, facs = places.get("DSDT", 0), places.get("FACS", 0)
    told = next(filter(None, map(TIMER.match, texts)), None)
    body = bytearray(244)
    wide = room + HEADER_SIZE >= 148 and max(dsdt, facs) > 0xFFFFFFFF
    struct.pack_into("<II", body, 0, 0 if wide else facs & 0xFFFFFFFF, 0 if wide else dsdt & 0xFFFFFFFF)
    struct.pack_into("<I", body, 76 - HEADER_SIZE, int(told[1], 16) if told else 0)
    if wide:
        struct.pack_into("<QQ", body, 132 - HEADER_SIZE, facs, dsdt)
    return bytes(body[: max(room, 0)])
