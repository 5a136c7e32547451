"""Words of an image that the kernel fills in when it relocates itself, and what it fills in.

Mirrors arch/arm64/kernel/pi/relocate.c (`relocate_kernel`): with CONFIG_RELOCATABLE the image holds 0 in such
places, and a table of what belongs there for the address it was linked at.
"""

from __future__ import annotations

import re
import struct

R_AARCH64_RELATIVE = 1027
ENTRY = struct.Struct("<QQq")
"""``Elf64_Rela``: r_offset, r_info, r_addend."""
BASE_ALIGN = 128 << 20
"""The kernel is linked at a multiple of this, the size of areas that lie before it."""
TEXT_OFFSET = 0x80000
"""Before 5.8 so much above it."""


def relocated(memory: bytes, at: int) -> tuple[int, int] | None:
    """The address at which the first byte of an image is linked, and the word that belongs at byte `at`; None
    if the image has no entry for that place."""
    for above in (0, TEXT_OFFSET):
        low = (at + above) % BASE_ALIGN
        last = low >> 24
        ends = b"".join(b"\\x%02x" % (last | high << 3) for high in range(32))
        place = re.escape((low & 0xFFFFFF).to_bytes(3, "little")) + b"[" + ends + b"]..\xff\xff"
        info = re.escape(R_AARCH64_RELATIVE.to_bytes(8, "little"))
        for found in re.finditer(place + info, memory, re.DOTALL):
            if found.start() + ENTRY.size > len(memory):
                break
            offset, _, addend = ENTRY.unpack_from(memory, found.start())
            base, word = offset - at, addend % (1 << 64)
            if base <= word < base + (1 << 32):
                return base, word
    return None
