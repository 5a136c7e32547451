"""The registers that x86-64's functions are called with (System V ABI)."""

from __future__ import annotations

from ..calling import CallingConvention

NUMBERED = tuple(f"r{number}" for number in range(8, 16))
CALLING = CallingConvention(
    arguments=("rdi", "rsi", "rdx", "rcx", "r8", "r9"),
    result="rax",
    dwarf=(
        "rax",
        "rdx",
        "rcx",
        "rbx",
        "rsi",
        "rdi",
        "rbp",
        "rsp",
        *(f"r{number}" for number in range(8, 16)),
    ),
    pc="rip",
    stack="rsp",
    kept=("rbx", "rbp", *NUMBERED[4:]),
)
