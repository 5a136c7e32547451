"""What a kernel log tells of UEFI: with ``efi=debug`` all of the memory map.

Nothing else shows the map once Linux runs.
"""

from __future__ import annotations

import re
from typing import Any

from ..language.words import tr
from .efi_memmap import EFI_PAGE_SHIFT, MEMORY_TYPE_NAME, EfiMemoryDesc, attributes_of_names
from .efi_tables import GUIDS

_DESCRIPTOR = re.compile(r"efi:   0x([0-9a-f]{12,16})-0x([0-9a-f]{12,16}) \[([^|]*)\|([^]]*)")
_NUMBERED = re.compile(
    r"efi: mem(?P<number>[0-9]{2,6}): \[([^|]*)\|([^]]*)\] range=\[0x([0-9a-f]{16})-0x([0-9a-f]{16})\]"
)
"""A descriptor as a PC prints it, more than once if the map changes."""
_TABLES = re.compile(r"efi: ((?:[A-Z][\w. ]*=0x[0-9a-f]+ ?)+)$", re.MULTILINE)
_TABLE = re.compile(r"([A-Z][\w. ]*?)=0x([0-9a-f]+)")
_VERSION = re.compile(r"efi: EFI v([0-9]{1,5})\.([0-9]{1,5})(?:\.([0-9]))? by (.*)")
_MEMATTR = re.compile(r"memblock_reserve: \[0x([0-9a-f]+)-0x([0-9a-f]+)\] efi_memattr_init")
_MEMATTR_HEADER, _MEMATTR_ENTRY = 16, 48
_U64 = (1 << 64) - 1


def memory_map_of_log(text: str) -> tuple[EfiMemoryDesc, ...]:
    """The descriptors that a log prints, in its order; empty if it prints none.  Raises `ValueError` for one
    that no kernel prints."""
    numbered = list(_NUMBERED.finditer(text))
    if numbered:
        first = (found for at, found in enumerate(numbered) if int(found["number"]) == at)
        return tuple(_descriptor(found[4], found[5], found[2], found[3]) for found in first)
    return tuple(_descriptor(*found.groups()) for found in _DESCRIPTOR.finditer(text))


def _descriptor(first: str, last: str, kind: str, attributes: str) -> EfiMemoryDesc:
    start, end, kind = int(first, 16), int(last, 16) + 1, kind.strip()
    number = kind.removeprefix("type=")
    type = (
        int(number) if number.isdecimal() else MEMORY_TYPE_NAME.index(kind) if kind in MEMORY_TYPE_NAME else 0
    )
    attribute = attributes.removeprefix("attr=")
    try:
        bits = int(attribute, 16) if attribute != attributes else attributes_of_names(attributes.split("|"))
    except ValueError:
        raise ValueError(
            tr("expected attributes such as attr=0xf, not {attributes!r}", attributes=attributes)
        ) from None
    return EfiMemoryDesc(type, start, 0, ((end - start) & _U64) >> EFI_PAGE_SHIFT, bits)


def efi_facts_of_log(text: str) -> dict[str, Any]:
    """The configuration tables that a log prints, and what it says of them, as efi.json has it.  With
    ``memblock=debug`` that is the size of the memory attributes table, too."""
    facts: dict[str, Any] = {}
    version = _VERSION.search(text)
    if version:
        # Until 6.1 two digits are the minor version; since 6.2 each is a number of its own.
        minor = version[2] if len(version[2]) == 2 else version[2] + (version[3] or "0")
        facts["revision"] = int(version[1]) << 16 | int(minor)
        facts["vendor"] = version[4].strip()
    line = _TABLES.search(text)
    listed = [(name.strip(), int(at, 16)) for name, at in _TABLE.findall(line[1])] if line else []
    facts["config_tables"] = [{"guid": GUIDS[name], "table": at} for name, at in listed if name in GUIDS]
    memattr = _MEMATTR.search(text)
    if memattr:
        size = int(memattr[2], 16) - int(memattr[1], 16) + 1
        entries = (size - _MEMATTR_HEADER) // _MEMATTR_ENTRY
        facts["tables"] = {"MEMATTR": {"entries": entries, "desc_size": _MEMATTR_ENTRY}}
    return facts
