"""The header of an arm64 Image, and of the EFI program that it also is.

Mirrors Documentation/arch/arm64/booting.rst and arch/arm64/kernel/efi-header.S.
"""

from __future__ import annotations

import struct

from msgspec import Struct

MAGIC = b"ARM\x64"
MAGIC_AT = 56
HEADER = struct.Struct("<QQQ")
"""``text_offset``, ``image_size``, ``flags``, from byte 8 on."""
BIG_ENDIAN = 1
PAGES = (None, 4, 16, 64)
"""Page size in KiB, by bits 1 and 2 of the flags."""
SEGMENT_ALIGN = 64 << 10
"""The parts of the image are aligned so; its head takes as much."""
PE_AT = 0x3C
SECTION = struct.Struct("<8sIIII")
"""Name, size in memory, address, size in the file, place in the file."""


class Header(Struct, frozen=True):
    """What the header tells: bytes from 2 MiB to the image (``TEXT_OFFSET``), from ``_text`` to ``_end``
    (0 before 3.17), and the page size in KiB, None if it is not told."""

    text_offset: int
    size: int
    pages: int | None
    is_big_endian: bool


class Parts(Struct, frozen=True):
    """Where parts of the image begin, as bytes from ``_text``: what follows its head, ``__initdata_begin``,
    ``_edata`` and ``_end``."""

    head_end: int
    initdata_begin: int
    edata: int
    end: int


def is_image(content: bytes) -> bool:
    """Whether these bytes begin like an arm64 Image."""
    return content[MAGIC_AT : MAGIC_AT + 4] == MAGIC


def image_size(content: bytes) -> int:
    """Bytes of the image in memory."""
    return read_header(content).size


def read_header(content: bytes) -> Header:
    """The header of an Image, which is there."""
    text_offset, size, flags = HEADER.unpack_from(content, 8)
    pages = PAGES[int(flags) >> 1 & 3]
    return Header(text_offset, size, pages, bool(flags & BIG_ENDIAN))


def read_parts(content: bytes) -> Parts | None:
    """What the EFI program's table of sections tells of an Image; None if it is no EFI program, or tells what
    cannot be."""
    try:
        at = int.from_bytes(content[PE_AT : PE_AT + 4], "little")
        if content[at : at + 4] != b"PE\0\0":
            return None
        count, optional = struct.unpack_from("<H12xH", content, at + 6)
        table = at + 24 + optional
        sections = [SECTION.unpack_from(content, table + 40 * number) for number in range(min(count, 8))]
    except struct.error:
        return None
    by_name = {name.rstrip(b"\0"): fields for name, *fields in sections}
    if not {b".text", b".data"} <= set(by_name):
        return None
    (_, head_end, _, _), (size, data, in_file, _) = by_name[b".text"], by_name[b".data"]
    if not head_end < data <= data + in_file <= data + size <= max(image_size(content), 1):
        return None
    return Parts(head_end, data, data + in_file, data + size)
