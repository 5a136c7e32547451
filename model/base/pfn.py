"""Page frame numbers.  Mirrors include/linux/pfn.h and the rounding of include/linux/align.h.

`shift` is PAGE_SHIFT throughout; addresses and sizes are bytes.
"""

from __future__ import annotations


def PFN_ALIGN(address: int, shift: int) -> int:
    """`address` rounded up to a page."""
    return PFN_UP(address, shift) << shift


def PFN_UP(address: int, shift: int) -> int:
    """The first page frame that starts at or after `address`."""
    return (address + (1 << shift) - 1) >> shift


def PFN_DOWN(address: int, shift: int) -> int:
    """The page frame that `address` lies in."""
    return address >> shift


def PFN_PHYS(pfn: int, shift: int) -> int:
    """The physical address at which a page frame starts."""
    return pfn << shift


def PHYS_PFN(address: int, shift: int) -> int:
    """The page frame that a physical address lies in."""
    return address >> shift


def ALIGN(value: int, alignment: int) -> int:
    """`value` rounded up to a multiple of `alignment`, a power of two."""
    return (value + alignment - 1) & -alignment


def ALIGN_DOWN(value: int, alignment: int) -> int:
    """`value` rounded down to a multiple of `alignment`, a power of two."""
    return value & -alignment


def IS_ALIGNED(value: int, alignment: int) -> bool:
    """Whether `value` is a multiple of `alignment`, a power of two."""
    return not value & (alignment - 1)
