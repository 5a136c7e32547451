"""e820 maps as people have them in text: rows of start, end and type.

The files of captured machines, ``/sys/firmware/memmap``, and what firmware setups print.  What a kernel log
says of its map is read in `model.logs`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..base.errors import InputError
from ..language.words import tr
from ..memory.e820 import (
    E820_TYPE_ACPI,
    E820_TYPE_PMEM,
    E820_TYPE_RAM,
    E820_TYPE_RESERVED,
    E820_TYPE_RESERVED_KERN,
    E820_TYPE_SOFT_RESERVED,
    RESOURCE_NAMES,
    TYPE_NAMES,
    E820Entry,
    type_name,
)

MOST_ENTRIES = 3 * 128 + 3 * 1024
"""``E820_MAX_ENTRIES`` of a kernel with 1024 nodes, the most there can be."""
_U64 = (1 << 64) - 1
_NAMES = {
    **{
        name.lower(): type
        for names in (RESOURCE_NAMES, TYPE_NAMES)
        for type, name in names.items()
        if type != E820_TYPE_RESERVED_KERN
    },
    "ram": E820_TYPE_RAM,
    "device reserved": E820_TYPE_RESERVED,
    "acpi reclaimable": E820_TYPE_ACPI,
    "persistent": E820_TYPE_PMEM,
    "persistent ram": E820_TYPE_PMEM,
    "application reserved": E820_TYPE_SOFT_RESERVED,
    "unknown e820 type": 0,
}
"""What kernels call the types, in logs and in /sys/firmware/memmap, and what firmware setups do."""
_TYPE = r"(?:\w+ )*\(?type (\d{1,10}|0x[0-9a-f]{1,8})\)?|(\d{1,10}|0x[0-9a-f]{1,8})"
_HEX = r"(?:0x)?([0-9a-f]{1,16})"
_ROW = (
    rf"\[?(?:mem )?{_HEX}(?:(?P<dash>\s*-\s*)|\s+|,\s*){_HEX}"
    r"(?:\]?\s*[,:]\s*|\]?\s+|\])\(?(?P<type>\w.*?)\)?"
)


def type_of(name: str) -> int | None:
    """The type that a name or number stands for, None if it is none: ``ACPI NVS``, ``persistent (type 12)``,
    ``type 9``, ``2``."""
    words = " ".join(name.lower().split())
    known = _NAMES.get(words)
    if known is not None:
        return known
    number = re.fullmatch(_TYPE, words)
    found = int(number[1] or number[2], 0) if number else None
    return found if found is not None and found <= 0xFFFFFFFF else None


def parse_e820(text: str, filename: str) -> tuple[E820Entry, ...]:
    """The map in a text, a range in each line, in its order: ``START END TYPE``, whose end is not included,
    or ``START-END TYPE``, whose end is if it is odd.  Blank lines and comments (#) count for nothing.  Raises
    `InputError`."""
    rows = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1))
    return checked((_row(line, f"{filename}: line {number}") for number, line in rows if line), filename)


def _row(line: str, where: str) -> E820Entry:
    row = re.fullmatch(_ROW, line, flags=re.IGNORECASE)
    if row is None:
        raise InputError(
            tr("{where}: expected a start, an end and a type, not {line!r}", where=where, line=line[:80])
        )
    start, end = int(row[1], 16), int(row[3], 16)
    type = type_of(row["type"] + (")" if "(" in row["type"] else ""))
    if type is None:
        raise InputError(
            tr(
                "{where}: there is no type {row!r}, known are {_known}",
                where=where,
                row=row["type"][:40],
                _known=_known(),
            )
        )
    if row["dash"] and end & 1:
        end += 1
    if end < start:
        raise InputError(
            tr(
                "{where}: the range ends at {end:#x}, before it starts at {start:#x}",
                where=where,
                end=end,
                start=start,
            )
        )
    return E820Entry(start, end - start, type)


def _known() -> str:
    return "usable, reserved, ACPI data, ACPI NVS, unusable, persistent, soft reserved and numbers (type 9)"


def checked(entries: Iterable[E820Entry], filename: str) -> tuple[E820Entry, ...]:
    """A map that a machine can have: with a range, and no more of them than fit.  Ranges may overlap, or wrap
    around the end of memory, as firmware's do.  Raises `InputError`."""
    found: list[E820Entry] = []
    for entry in entries:
        if not (0 <= entry.addr <= _U64 and 0 <= entry.size <= _U64):
            raise InputError(
                tr(
                    "{filename}: {addr:#x} and {size:#x} have more than 64 bits",
                    filename=filename,
                    addr=entry.addr,
                    size=entry.size,
                )
            )
        found.append(entry)
        if len(found) > MOST_ENTRIES:
            raise InputError(
                tr(
                    "{filename}: there are more than {most_entries} ranges, no kernel takes so many",
                    filename=filename,
                    most_entries=MOST_ENTRIES,
                )
            )
    if not found:
        raise InputError(tr("{filename}: there is no range of memory in this e820 map", filename=filename))
    return tuple(found)


def entry_of_sysfs(start: str, end: str, type: str, where: str) -> E820Entry:
    """A range of /sys/firmware/memmap: the contents of its three files; its end is included.  Raises
    `InputError`."""
    try:
        first, last = int(start, 0), int(end, 0)
    except ValueError:
        raise InputError(tr("{where}: start and end are expected to be numbers", where=where)) from None
    number = type_of(type)
    if number is None or last < first - 1:
        raise InputError(
            tr(
                "{where}: {start}, {end}, {type}: this is no range of memory",
                where=where,
                start=start.strip(),
                end=end.strip(),
                type=type.strip(),
            )
        )
    return E820Entry(first, last + 1 - first, number)


def spelled(entries: Iterable[E820Entry]) -> str:
    """The map as `parse_e820` reads it."""
    return "".join(f"{entry.addr:#018x} {entry.end:#018x} {_spelled_type(entry.type)}\n" for entry in entries)


def _spelled_type(type: int) -> str:
    """The kernel's name, unless it stands for another type too."""
    name = type_name(type)
    return name if type_of(name) == type else f"type {type}"
