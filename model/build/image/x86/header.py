"""The setup header of a bzImage, and the kernel that is packed behind it.

Mirrors Documentation/arch/x86/boot.rst and ``struct setup_header`` of
arch/x86/include/uapi/asm/bootparam.h.
"""

from __future__ import annotations

import struct

from msgspec import Struct

MAGIC = b"HdrS"
MAGIC_AT = 0x202
SETUP_SECTS_AT = 0x1F1
DEFAULT_SETUP_SECTS = 4
"""Sectors of setup code if the header says 0."""
SECTOR = 512
FIELDS = struct.Struct("<H46xH16xII8xQI")
"""From byte 0x206: version, xloadflags, payload_offset, payload_length, pref_address, init_size."""
XLF_KERNEL_64 = 1
SINCE_XLOADFLAGS = 0x20C


class Header(Struct, frozen=True):
    """What the header tells: the protocol's version, whether the kernel has 64 bits, where in the file the
    packed kernel begins and how long it is, the physical address it is linked for, and the bytes that it
    needs there until it runs."""

    version: int
    is_64_bit: bool
    payload_at: int
    payload_length: int
    pref_address: int
    init_size: int


def read_header(content: bytes) -> Header | None:
    """The setup header of a bzImage; None if there is none."""
    if content[MAGIC_AT : MAGIC_AT + 4] != MAGIC or len(content) < MAGIC_AT + 4 + FIELDS.size:
        return None
    version, xloadflags, offset, length, address, size = FIELDS.unpack_from(content, MAGIC_AT + 4)
    sectors = content[SETUP_SECTS_AT] or DEFAULT_SETUP_SECTS
    is_64_bit = version >= SINCE_XLOADFLAGS and bool(xloadflags & XLF_KERNEL_64)
    return Header(version, is_64_bit, (sectors + 1) * SECTOR + offset, length, address, size)
