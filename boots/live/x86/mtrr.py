"""The memory type range registers as the kernel has read them (``mtrr_state``), as /proc/mtrr prints them.

Mirrors ``struct mtrr_state_type`` and ``generic_get_mtrr`` of arch/x86/kernel/cpu/mtrr.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..memory import KernelMemory

STATE = "mtrr_state"
REGISTER, MOST, FIXED = 16, 256, 88
ENABLED_AT = REGISTER * MOST + FIXED
STATE_SIZE = ENABLED_AT + 3
MTRRS_ENABLED = 2
VALID = 1 << 11
TYPES = ("uncachable", "write-combining", "?", "?", "write-through", "write-protect", "write-back")
PAGE, MIB = 12, 20


async def read_mtrr(memory: KernelMemory, physical_bits: int) -> list[str] | None:
    """The lines; none if the registers are off, None if they cannot be read."""
    address = memory.address(STATE)
    data = await memory.bytes_at(address, STATE_SIZE) if address is not None else None
    if data is None:
        return None
    return list(_lines(data, physical_bits)) if data[ENABLED_AT] & MTRRS_ENABLED else []


def _lines(data: bytes, physical_bits: int) -> Iterator[str]:
    for number in range(MOST):
        first = number * REGISTER
        base, mask = (int.from_bytes(data[place : place + 8], "little") for place in (first, first + 8))
        kind, start = base & 0xFF, base >> PAGE << PAGE
        size = -(mask >> PAGE << PAGE) & (1 << physical_bits) - 1
        if not mask & VALID or not size or kind >= len(TYPES):
            continue
        shown = f"{size >> 10:5d}K" if size < 1 << MIB else f"{size >> MIB:5d}M"
        at = f"base=0x{start:09x} ({start >> MIB:5d}MB)"
        yield f"reg{number:02d}: {at}, size={shown}B, count=1: {TYPES[kind]}"
