"""What tells a kernel from all others, in its file and in its memory: the banner, which says who built it and
when, and the build ID, a number that the linker makes of all that it links.

Mirrors init/version-timestamp.c (``linux_banner``) and include/uapi/linux/elf.h (``NT_GNU_BUILD_ID``).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from functools import partial
from mmap import mmap
from typing import NamedTuple

from .embedded import BANNER
from .section_headers import place_in_file

SYMBOL = "linux_banner"
NOTES = ("__start_notes", "__stop_notes")
"""The symbols between which the notes are."""
LINE = re.compile(BANNER.pattern + rb"[^\n\0]{0,400}")
NOTE = struct.Struct("<III")
"""``Elf64_Nhdr``: the sizes of name and contents, the type."""
NT_GNU_BUILD_ID = 3
GNU = b"GNU\0"
LONGEST = 64
MOST_NOTES = 1 << 16
"""Bytes of notes that are looked through."""
Place = Callable[[int], int | None]
"""Where in a file the byte at an address is; None if it is not there."""


class Identity(NamedTuple):
    """The banner without its end of line and its address, and the build ID as hexadecimal digits; "" and None
    are not known."""

    line: str = ""
    address: int | None = None
    build_id: str = ""


def flat_identity(content: bytes, start: int, symbols: Mapping[str, int]) -> Identity:
    """That of a kernel as it lies in memory, whose first byte is at an address.  Without a symbol the longest
    banner counts: kernels since 6.1 have a second one, without the time."""
    if SYMBOL not in symbols and (found := _longest(content)):
        symbols = {**symbols, SYMBOL: start + found.start()}
    return _identity(content, lambda address: address - start, symbols)


def elf_identity(content: bytes | mmap, symbols: Mapping[str, int]) -> Identity:
    """That of a vmlinux; what is not in the file is not known, as where only the symbols are left."""
    return _identity(content, partial(place_in_file, content), symbols)


def _identity(content: bytes | mmap, place: Place, symbols: Mapping[str, int]) -> Identity:
    address, begin, end = (symbols.get(name) for name in (SYMBOL, *NOTES))
    at = place(address) if address is not None else None
    found = LINE.match(content, at) if at is not None and 0 <= at < len(content) else None
    line = found[0].decode("ascii", "replace") if found else ""
    notes_at = place(begin) if begin is not None else None
    if notes_at is None or begin is None or end is None or notes_at < 0 or not 0 < end - begin <= MOST_NOTES:
        return Identity(line, address)
    return Identity(line, address, find_build_id(content[notes_at : notes_at + end - begin]))


def find_build_id(notes: bytes) -> str:
    """The build ID among some notes, as hexadecimal digits; "" if there is none."""
    at = 0
    while at + NOTE.size <= len(notes):
        name_size, size, type = NOTE.unpack_from(notes, at)
        begins = at + NOTE.size + (name_size + 3 & ~3)
        if type == NT_GNU_BUILD_ID and notes[at + NOTE.size : begins] == GNU:
            found = notes[begins : begins + size]
            return found.hex() if 0 < len(found) == size <= LONGEST else ""
        at = begins + (size + 3 & ~3)
    return ""


def find_line(memory: bytes) -> str:
    """The longest banner in some memory, "" if there is none."""
    found = _longest(memory)
    return found[0].decode("ascii", "replace") if found else ""


def _longest(memory: bytes) -> re.Match[bytes] | None:
    return max(LINE.finditer(memory), key=lambda found: found.end() - found.start(), default=None)
