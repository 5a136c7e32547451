"""How an architecture's compilers let functions call each other, in the names that gdb has for registers."""

from __future__ import annotations

from typing import NamedTuple


class CallingConvention(NamedTuple):
    """The registers that hold the first `arguments` that are numbers or pointers, and the `result`; `dwarf`
    has the registers by the numbers that DWARF gives them."""

    arguments: tuple[str, ...]
    result: str
    dwarf: tuple[str, ...]
