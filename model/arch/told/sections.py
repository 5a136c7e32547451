"""How large sections, pages and page structs are, where a log does not tell.

SECTION_SIZE_BITS and MAX_PHYSMEM_BITS are those of arch/*/include/asm/sparsemem.h; what a configuration
decides is taken as most have it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ...build.release import Release


class Sizes(NamedTuple):
    """Of an architecture: the bits of an address in a section and of any physical address (None where
    memory is flat), those of a page as most kernels have it, and of a pointer."""

    section_size_bits: int | None
    max_physmem_bits: int | None
    page_shift: int
    long_bits: int

    @property
    def sizeof_page(self) -> int:
        """``sizeof(struct page)`` as most kernels have it, in bytes."""
        return self.long_bits


SIZES: Mapping[str, Sizes] = {
    "arm64": Sizes(27, 48, 12, 64),
    "x86_64": Sizes(27, 46, 12, 64),
    "32-bit x86": Sizes(29, 36, 12, 32),
    "32-bit Arm": Sizes(28, 36, 12, 32),
    "RISC-V": Sizes(27, 56, 12, 64),
    "MIPS": Sizes(28, 48, 12, 32),
    "PowerPC": Sizes(24, 46, 16, 64),
    "s390": Sizes(28, 46, 12, 64),
    "LoongArch": Sizes(29, 48, 14, 64),
    "PA-RISC": Sizes(27, 39, 12, 32),
    "SuperH": Sizes(26, 32, 12, 32),
    "OpenRISC": Sizes(None, None, 13, 32),
}
"""By the names of architectures."""
OF_64_BITS = Sizes(27, 48, 12, 64)
"""Of one that nobody tells."""
LARGE_PAGE = 16


def sizes_of(name: str, release: Release | None, page_shift: int | None) -> Sizes:
    """The sizes of an architecture, as a release has them."""
    sizes = SIZES.get(name, OF_64_BITS)
    if name != "arm64":
        return sizes
    if release is not None and release < (5, 12):
        return sizes._replace(section_size_bits=30)
    return sizes._replace(section_size_bits=29) if page_shift == LARGE_PAGE else sizes
