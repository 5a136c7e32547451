"""Writes a vmlinux without contents: sections and symbols, which is all that bootstep reads of one."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import NamedTuple

EM_AARCH64 = 183
ET_EXEC = 2
SHT_NULL, SHT_SYMTAB, SHT_STRTAB, SHT_NOBITS = 0, 2, 3, 8
STB_LOCAL, STB_GLOBAL = 0, 1
STT_OBJECT, STT_FUNC = 1, 2
FLAGS = {"W": 1, "A": 2, "X": 4, "M": 16, "S": 32}
HEADER_SIZE, SECTION_HEADER_SIZE, SYMBOL_SIZE = 64, 64, 24


class Section(NamedTuple):
    """A section: name, flags as ``readelf`` has them, first and last address."""

    name: str
    flags: str
    first: int
    last: int


class Symbol(NamedTuple):
    """A symbol; `is_function` tells functions from data."""

    name: str
    address: int
    size: int = 0
    is_function: bool = False


class _Strings:
    """A string table."""

    def __init__(self) -> None:
        self.content = bytearray(b"\0")
        self.places = {"": 0}

    def place(self, text: str) -> int:
        """Where a string stands in the table."""
        if text not in self.places:
            self.places[text] = len(self.content)
            self.content += text.encode() + b"\0"
        return self.places[text]


def _section_index(sections: list[Section], address: int) -> int:
    """The section an address belongs to: the last that begins at or below it."""
    return max((at for at, section in enumerate(sections, 1) if section.first <= address), default=1)


def write_vmlinux(sections: Iterable[Section], symbols: Iterable[Symbol]) -> bytes:
    """The bytes of an ELF file with these sections, which take no place in it, and these symbols."""
    sections = list(sections)
    names, strings = _Strings(), _Strings()
    table = bytearray(SYMBOL_SIZE)
    for symbol in symbols:
        info = STB_GLOBAL << 4 | (STT_FUNC if symbol.is_function else STT_OBJECT)
        index = _section_index(sections, symbol.address)
        name = strings.place(symbol.name)
        table += struct.pack("<IBBHQQ", name, info, 0, index, symbol.address, symbol.size)

    count = len(sections)
    at = HEADER_SIZE
    headers = [struct.pack("<IIQQQQIIQQ", *(0,) * 10)]
    for section in sections:
        flags = sum(FLAGS[letter] for letter in section.flags)
        size = section.last - section.first + 1
        place = (names.place(section.name), SHT_NOBITS, flags, section.first, at, size)
        headers.append(struct.pack("<IIQQQQIIQQ", *place, 0, 0, 1, 0))
    symtab, strtab, shstrtab = (names.place(name) for name in (".symtab", ".strtab", ".shstrtab"))
    contents = (bytes(table), bytes(strings.content), bytes(names.content))
    places = [at, at + len(contents[0]), at + len(contents[0]) + len(contents[1])]
    headers.append(
        struct.pack(
            "<IIQQQQIIQQ", symtab, SHT_SYMTAB, 0, 0, places[0], len(table), count + 2, 1, 8, SYMBOL_SIZE
        )
    )
    for name, place, content in ((strtab, places[1], contents[1]), (shstrtab, places[2], contents[2])):
        headers.append(struct.pack("<IIQQQQIIQQ", name, SHT_STRTAB, 0, 0, place, len(content), 0, 0, 1, 0))
    body = b"".join(contents)
    body += bytes(-len(body) % 8)
    return _header(at + len(body), len(headers)) + body + b"".join(headers)


def _header(section_headers: int, count: int) -> bytes:
    identity = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    sizes = (HEADER_SIZE, 0, 0, SECTION_HEADER_SIZE, count, count - 1)
    return identity + struct.pack("<HHIQQQIHHHHHH", ET_EXEC, EM_AARCH64, 1, 0, 0, section_headers, 0, *sizes)
