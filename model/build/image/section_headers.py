"""Section headers of ELF files as linkers write them, read at once (include/uapi/linux/elf.h).

pyelftools reads every ELF file, but to import it takes longer than to read the kernels that are shipped.
What is unusual about a file or wrong with it is left to it.
"""

from __future__ import annotations

import struct
from mmap import mmap
from typing import NamedTuple

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
"""``Elf64_Ehdr``."""
SECTION = struct.Struct("<IIQQQQIIQQ")
"""``Elf64_Shdr``."""
LITTLE_ENDIAN_64 = b"\x7fELF\x02\x01"
SHT_NULL, SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_NOTE, SHT_NOBITS = 0, 1, 2, 3, 7, 8
USUAL = frozenset((SHT_NULL, SHT_PROGBITS, SHT_SYMTAB, SHT_STRTAB, SHT_NOTE, SHT_NOBITS))
SHF_ALLOC, SHF_COMPRESSED = 1 << 1, 1 << 11
SYMBOL_SIZE = 24


class SectionHeader(NamedTuple):
    """A section: its name, ``sh_type``, ``sh_flags``, virtual address, place in the file, size, alignment
    (bytes), and the number of the section with its names."""

    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int
    alignment: int
    link: int


def usual_sections(content: bytes | mmap) -> tuple[SectionHeader, ...] | None:
    """All sections, which lie in the file as they are used; None if anything is unusual."""
    if len(content) < HEADER.size or content[: len(LITTLE_ENDIAN_64)] != LITTLE_ENDIAN_64:
        return None
    _, _, _, _, _, _, start, _, _, _, _, size, number, names_at = HEADER.unpack_from(content)
    if size != SECTION.size or names_at >= number or start + number * size > len(content):
        return None
    rows = list(SECTION.iter_unpack(content[start : start + number * size]))
    names = content[rows[names_at][4] : rows[names_at][4] + rows[names_at][5]]
    found: list[SectionHeader] = []
    for name_at, type, flags, address, offset, length, link, _, alignment, entry in rows:
        end = names.find(b"\0", name_at)
        name = names[name_at:end]
        inside = type == SHT_NOBITS or offset + length <= len(content)
        fits = type != SHT_SYMTAB or (entry == SYMBOL_SIZE and length % entry == 0 and link < number)
        if type not in USUAL or flags & SHF_COMPRESSED or not inside or not fits:
            return None
        if name_at >= len(names) or end < 0 or not name.isascii():
            return None
        found.append(SectionHeader(name.decode(), type, flags, address, offset, length, alignment, link))
    return tuple(found)


def place_in_file(content: bytes | mmap, address: int) -> int | None:
    """Where in an ELF file the byte is that is loaded to a virtual address, whatever else is unusual about
    the file; None if it is not there."""
    if len(content) < HEADER.size or content[: len(LITTLE_ENDIAN_64)] != LITTLE_ENDIAN_64:
        return None
    _, _, _, _, _, _, start, _, _, _, _, size, number, _ = HEADER.unpack_from(content)
    if size != SECTION.size or start + number * size > len(content):
        return None
    for row in SECTION.iter_unpack(content[start : start + number * size]):
        _, type, flags, begins, offset, length, *_ = row
        is_there = type not in (SHT_NULL, SHT_NOBITS) and flags & SHF_ALLOC and not flags & SHF_COMPRESSED
        if is_there and begins <= address < begins + length and offset + length <= len(content):
            return offset + address - begins
    return None
