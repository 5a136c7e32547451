"""What firmware handed over: UEFI's memory map and tables, ACPI's tables.

On arm64 Linux shows UEFI's map nowhere but in its log, with ``efi=debug``, and the addresses of tables only
there too.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from ...model.firmware.devicetree.tree import DeviceTree
from ...model.firmware.efi_memmap import ATTRIBUTE_NAMES, MEMORY_TYPE_NAME
from ...model.firmware.efi_tables import GUIDS
from ..loader.firmware import ADDRESSES, uefi_number
from .source import Source

ACPI_TABLES = "/sys/firmware/acpi/tables"
DESCRIPTOR = struct.Struct("<I4xQQQQ")
MAP_LINE = re.compile(r"efi: +0x([0-9a-f]+)-0x([0-9a-f]+) \[([^|\]]+)\|([^\]\n]*)")
TABLE_LINE = re.compile(r"ACPI: (\S{4}) 0x([0-9A-F]{16}) ([0-9A-F]{6}) \(v([0-9A-F]{2}) ([^)\n]*)\)")
KEY_TABLES = {
    "MSDM": "it holds a key of Windows",
    "SLIC": "it holds a licence of Windows",
    "SVKL": "it tells where keys of disks are",
    "KEYP": "it tells how memory's keys are set",
    "WPBT": "it holds a program of the maker",
}
"""The tables that are nobody else's business, by signature."""
LARGEST_TABLE, MOST_TABLES = 4 << 20, 500
NOT_LISTED = ("RSDP", "XSDT", "RSDT", "DSDT", "FACS")
"""The tables that the root table does not list."""
ACPI_HEADER = struct.Struct("<4sIBB6s8sI4sI")
TABLE_NAMES = sorted(GUIDS, key=len, reverse=True)
DEBUG_HOW = (
    "boot once with efi=debug on the command line, without memblock=debug, whose lines may push the map out"
    " of the kernel's log; then capture again"
)


Descriptor = tuple[int, int, int, int]
"""Type, first address, pages of 4 KiB and attributes of a descriptor of UEFI's map."""


def started_by_uefi(fdt: DeviceTree | None) -> bool:
    """Whether UEFI's boot stub made this device tree."""
    return fdt is not None and uefi_number(fdt, "size") is not None


def capture_uefi(source: Source, fdt: DeviceTree, log: str) -> dict[str, bytes]:
    """efi_memmap.bin and efi.json, as far as they can be had."""
    size, each = uefi_number(fdt, "size") or 0, uefi_number(fdt, "desc-size") or DESCRIPTOR.size
    return uefi_files(source, log, list(descriptors(log)), size, each)


def uefi_files(source: Source, log: str, found: list[Descriptor], size: int, each: int) -> dict[str, bytes]:
    """The same, of the descriptors that the log has and the map's size, `each` of them so many bytes."""
    files: dict[str, bytes] = {}
    if size and len(found) == size // each:
        files["efi_memmap.bin"] = b"".join(_packed(*one).ljust(each, b"\0") for one in found)
    else:
        why = f"the log has {len(found)} of its {size // each} descriptors"
        source.note("UEFI memory map", why, DEBUG_HOW)
    tables = _config_tables(source, log)
    if not tables:
        source.note("UEFI tables", "the log does not begin with them", "capture soon after booting")
    facts: dict[str, Any] = {
        "config_tables": [{"guid": GUIDS[name], "table": hex(address)} for name, address in tables],
        ADDRESSES: [[one.signature, hex(one.address), one.length] for one in listed_tables(log)],
    }
    header = re.search(r"efi: EFI v(\d+)\.(\d+)(?:\.(\d+))? by (.*)", log)
    if header:
        minor = int(header[2]) * (1 if len(header[2]) > 1 else 10) + int(header[3] or 0)
        facts |= {"revision": int(header[1]) << 16 | minor, "vendor": header[4].strip()}
    files["efi.json"] = (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode()
    return files


def descriptors(log: str) -> Iterator[Descriptor]:
    """Type, first address, pages and attributes of every descriptor that was printed."""
    seen = False
    for line in log.splitlines():
        found = MAP_LINE.search(line)
        if found is None:
            # The map is printed in one piece, between memblock's lines.
            if seen and "memblock_" not in line and "efi:" in line:
                return
            continue
        seen = True
        start, last, kind, flags = int(found[1], 16), int(found[2], 16), found[3].strip(), found[4]
        yield _type(kind), start, (last + 1 - start) >> 12, _attributes(flags)


def _type(kind: str) -> int:
    names = [name.strip() for name in MEMORY_TYPE_NAME]
    if kind in names:
        return names.index(kind)
    number = re.fullmatch(r"type=(\d+)", kind)
    return int(number[1]) if number else 0


def _attributes(flags: str) -> int:
    raw = re.fullmatch(r"attr=0x([0-9a-f]+)", flags)
    if raw:
        return int(raw[1], 16)
    words = {word.strip() for word in flags.split("|")}
    return sum(attribute for attribute, name, _ in ATTRIBUTE_NAMES if name in words)


def _packed(kind: int, start: int, pages: int, attribute: int) -> bytes:
    return DESCRIPTOR.pack(kind, start, 0, pages, attribute)


def _config_tables(source: Source, log: str) -> list[tuple[str, int]]:
    """The names and addresses of configuration tables: from the log, or else from sysfs."""
    named = "|".join(re.escape(name) for name in TABLE_NAMES)
    for line in log.splitlines():
        found = re.findall(rf"({named})=0x([0-9a-f]+) ?", line) if "efi: " in line else []
        if found:
            return [(name, int(address, 16)) for name, address in found]
    systab = source.text("/sys/firmware/efi/systab")
    known = {"ACPI20": "ACPI 2.0", "ACPI": "ACPI", "SMBIOS3": "SMBIOS 3.0", "SMBIOS": "SMBIOS"}
    return [
        (known[name], int(at, 16))
        for name, at in re.findall(r"^(\w+)=0x([0-9a-f]+)$", systab, re.M)
        if name in known
    ]


def capture_acpi(source: Source, log: str, with_keys: bool = False) -> dict[str, bytes]:
    """The ACPI tables, `with_keys` those that hold keys too; and the root tables, which Linux does not show,
    put together from the log."""
    if not source.files.is_directory(ACPI_TABLES):
        return {}
    files: dict[str, bytes] = {}
    for name, is_directory in source.names(ACPI_TABLES)[:MOST_TABLES]:
        if is_directory:
            continue
        if name[:4] in KEY_TABLES and not with_keys:
            source.left.append(f"ACPI table {name}: {KEY_TABLES[name[:4]]}; --with-keys takes it too")
            continue
        how = "run as root"
        content = source.read(f"{ACPI_TABLES}/{name}", f"ACPI table {name}", how, LARGEST_TABLE)
        if content and (content[:4].decode("latin-1") not in KEY_TABLES or with_keys):
            files[f"acpi/{name}.bin"] = content
    root = _root_table(log)
    if files and root:
        files |= root
    elif files:
        source.note("ACPI root table", "the log does not have it any more", "capture soon after booting")
    return files


def _root_table(log: str) -> dict[str, bytes]:
    """The root pointer and the root table, as the log lists them and what they list; nothing if it does
    not."""
    tables = {table.signature: table for table in listed_tables(log)}
    pointer = re.search(r"ACPI: RSDP 0x[0-9A-F]{16} [0-9A-F]{6} \(v([0-9A-F]{2}) ([^)\n]*)\)", log)
    root = tables.get("XSDT") or tables.get("RSDT")
    if pointer is None or root is None:
        return {}
    addresses = [table.address for table in listed_tables(log) if table.signature not in NOT_LISTED]
    return {
        f"acpi/{root.signature}.bin": _root(root, addresses),
        "acpi/RSDP.bin": _rsdp(int(pointer[1], 16), pointer[2][:6].encode(), root),
    }


class Listed(NamedTuple):
    """A table as the kernel lists it: its signature, address, length and revision, and what it says of its
    makers, in columns."""

    signature: str
    address: int
    length: int
    revision: int
    makers: str


def listed_tables(log: str) -> Iterator[Listed]:
    """The tables that a log lists, in its order."""
    for signature, address, length, revision, makers in TABLE_LINE.findall(log):
        yield Listed(signature, int(address, 16), int(length, 16), int(revision, 16), makers)


def _root(table: Listed, addresses: list[int]) -> bytes:
    """A root table, whose addresses have 32 bits in an RSDT; its line ends in maker, table, its revision,
    compiler, its revision."""
    size = 4 if table.signature == "RSDT" else 8
    entries = [at & (1 << 8 * size) - 1 for at in addresses][
        : max(0, table.length - ACPI_HEADER.size) // size
    ]
    columns = table.makers.encode()
    revisions = [int(word, 16) for word in re.findall(r"\b[0-9A-F]{8}\b", table.makers[15:])] or [0]
    length = ACPI_HEADER.size + size * len(entries)
    header = ACPI_HEADER.pack(
        *(table.signature.encode(), length, table.revision, 0, columns[:6], columns[7:15]),
        *(revisions[0], columns[25:29], revisions[-1]),
    )
    return _summed(header + b"".join(at.to_bytes(size, "little") for at in entries), 9)


def _rsdp(revision: int, maker: bytes, root: Listed) -> bytes:
    if root.signature == "RSDT":
        address = root.address & 0xFFFFFFFF
        return _summed(struct.pack("<8sB6sBI", b"RSD PTR ", 0, maker, revision, address), 8)
    raw = struct.pack("<8sB6sBIIQB3s", b"RSD PTR ", 0, maker, revision, 0, 36, root.address, 0, b"")
    return _summed(_summed(raw[:20], 8) + raw[20:], 32)


def _summed(table: bytes, at: int) -> bytes:
    """A table with the checksum at a byte, so that all bytes add up to 0."""
    changed = bytearray(table)
    changed[at] = -sum(changed) & 0xFF
    return bytes(changed)
