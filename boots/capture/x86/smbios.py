"""SMBIOS: what firmware says of the parts of a machine.

The kernel keeps its strings, so their lengths move what is allocated later; what they say is serial numbers
and the like, which are nobody else's business and are written over.
"""

from __future__ import annotations

import re
from typing import Any

from ..source import Source

ENTRY_POINT = "/sys/firmware/dmi/tables/smbios_entry_point"
TABLE = "/sys/firmware/dmi/tables/DMI"
LARGEST = 1 << 20
BIOS_AREA = 0xF0000
"""Where the kernel begins to look for what a BIOS has left."""
HEADER = 4
END_OF_TABLE = 127
SYSTEM, UUID = 1, slice(8, 24)
PRINTED = {0: 3, SYSTEM: 2, 2: 2}
"""How many strings of a structure, by its type, the kernel prints in its log: makers, products, versions."""


def capture_smbios(source: Source, log: str, with_keys: bool, by_uefi: bool) -> list[dict[str, Any]]:
    """The entry point and the structures, as firmware.json has them; as they are `with_keys`.  `by_uefi`
    tells whether UEFI starts the kernel, and tells it where they are."""
    entry, table = source.look(ENTRY_POINT, LARGEST), source.look(TABLE, LARGEST)
    if not entry or not table:
        why = f"{TABLE} is not there or may only be read by root"
        source.note("SMBIOS", why, "run 'bootstep capture' as root; else the kernel finds none of it")
        return []
    if not with_keys:
        table = masked(table)
        source.left.append("SMBIOS: serial numbers and all that is not in the kernel's log are written over")
    is_newer = entry.startswith(b"_SM3_")
    address = int.from_bytes(entry[16:24] if is_newer else entry[24:28], "little")
    count = 0 if is_newer else int.from_bytes(entry[28:30], "little")
    return [
        {
            "entry_point_pa": hex(_entry_point(source, log, is_newer) if by_uefi else BIOS_AREA),
            "entry_point": entry.hex(),
            "table_pa": hex(address),
            "table_size": len(table),
            "count": count,
            "table": table.hex(),
        }
    ]


def _entry_point(source: Source, log: str, is_newer: bool) -> int:
    """Where the entry point lies: UEFI tells; a BIOS has it where the kernel looks for it."""
    texts = (log, source.text("/sys/firmware/efi/systab"))
    name = r"SMBIOS3|SMBIOS 3\.0" if is_newer else "SMBIOS"
    told = (re.search(rf"(?:{name})=0x([0-9a-f]+)", text) for text in texts)
    return next((int(found[1], 16) for found in told if found), BIOS_AREA)


def masked(table: bytes) -> bytes:
    """The structures, each string as long as it was."""
    found = bytearray(table)
    at = 0
    while at + HEADER <= len(found) and found[at + 1] >= HEADER:
        type, strings = found[at], at + found[at + 1]
        if type == SYSTEM and found[at + 1] >= UUID.stop:
            given = found[at + UUID.start : at + UUID.stop]
            if len(set(given)) > 1 or given[0] not in (0, 0xFF):
                found[at + UUID.start : at + UUID.stop] = b"\x11" * 16
        at = _masked_strings(found, strings, PRINTED.get(type, 0))
        if type == END_OF_TABLE:
            break
    return bytes(found)


def _masked_strings(found: bytearray, at: int, kept: int) -> int:
    """Write over the strings of a structure but for the first `kept`; returns where the next one begins."""
    end = found.find(b"\0\0", at)
    if end < 0:
        return len(found)
    number = 0
    for place in range(at, end):
        if found[place] == 0:
            number += 1
        elif number >= kept and found[place] != ord(" "):
            found[place] = ord("x")
    return end + 2
