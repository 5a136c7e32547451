"""The registers that arm64's functions are called with (Procedure Call Standard, AAPCS64)."""

from __future__ import annotations

from ..calling import CallingConvention

GENERAL = tuple(f"x{number}" for number in range(31))
CALLING = CallingConvention(
    arguments=GENERAL[:8],
    result="x0",
    dwarf=(*GENERAL, "sp"),
    pc="pc",
    stack="sp",
    link="x30",
    kept=GENERAL[19:30],
    address_bits=48,
)
