"""ELF files that may be damaged, or made to be unreadable, by pyelftools.

What its headers say of a file is believed only as far as the file can hold it: numbers of sections, sizes of
sections, how much a compressed one grows.
"""

from __future__ import annotations

import io
import zlib
from mmap import mmap
from typing import Any

from ...base.errors import InputError
from ...base.units import readable_size
from ...language.words import tr
from ..kernel_files import damaged

MOST_SECTIONS = 100_000
SECTION_HEADER_SIZE = 64
LARGEST_SECTION = 2 << 30
GROWS, ALWAYS_FINE = 50, 64 << 20
"""A compressed section may be so many times larger than it is in the file, or so many bytes in any case."""
OLD_HEADER = 12
"""Bytes before the contents of a ``.zdebug_`` section: its magic number and its size."""


def open_elf(content: bytes | mmap, filename: str) -> Any:
    """pyelftools' view of a file, whose section headers are where it says.  Raises `InputError`."""
    from elftools.elf.elffile import ELFFile

    stream: Any = io.BytesIO(content) if isinstance(content, bytes) else content
    with damaged(f"{filename}: this ELF file is damaged or cut off"):
        elf: Any = ELFFile(stream)
        number: int = elf.num_sections()
        size: int = elf.header["e_shentsize"]
        wrong_size = bool(number) and elf.elfclass == 64 and size != SECTION_HEADER_SIZE
        if number > MOST_SECTIONS or wrong_size or elf.header["e_shoff"] + number * size > len(content):
            raise ValueError(number)
        return elf


def section_data(section: Any, filename: str) -> bytes:
    """The contents of a section.  Raises `InputError` if they are too much."""
    check_section(section, filename)
    with damaged(f"{filename}: the section {section.name} of this ELF file is damaged"):
        return section.data()


def check_section(section: Any, filename: str) -> None:
    """Whether the contents of a section have a size that can be.  Raises `InputError`."""
    with damaged(f"{filename}: the section {section.name} of this ELF file is damaged"):
        inside: int = section["sh_size"]
        size: int = inside if section["sh_type"] == "SHT_NOBITS" else section.data_size
        if section["sh_type"] == "SHT_NOBITS":
            inside = 1
        elif section.name.startswith(".zdebug_"):
            size = _unpacked_size(section.data()[OLD_HEADER:], LARGEST_SECTION)
    if size > LARGEST_SECTION or size > max(inside * GROWS, ALWAYS_FINE):
        words = f"{readable_size(inside)} of the section {section.name} would grow to {readable_size(size)}"
        raise InputError(tr("{filename}: {words}, it is not read", filename=filename, words=words))


def _unpacked_size(packed: bytes, most: int) -> int:
    """How many bytes a compressed section has; no more than `most` are counted."""
    unpacker, size = zlib.decompressobj(), 0
    while packed and size <= most and not unpacker.eof:
        size += len(unpacker.decompress(packed, 1 << 20))
        packed = unpacker.unconsumed_tail
    return size
