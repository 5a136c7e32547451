"""How an architecture's compilers let functions call each other, in the names that gdb has for registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Stood(NamedTuple):
    """Where a CPU stands: the address of its next instruction, and of the top of its stack."""

    pc: int
    stack: int


class CallingConvention(NamedTuple):
    """The registers that hold the first `arguments` that are numbers or pointers, and the `result`; `dwarf`
    has the registers by the numbers that DWARF gives them.  `pc` and `stack` say where a CPU stands, `link`
    holds the return address when a function is entered ("": the word on top of the stack does).  A function
    leaves the registers `kept` as they were.  Above `address_bits` an address of code may carry a
    signature (arm64's pointer authentication)."""

    arguments: tuple[str, ...]
    result: str
    dwarf: tuple[str, ...]
    pc: str
    stack: str
    link: str = ""
    kept: tuple[str, ...] = ()
    address_bits: int = 64

    def place(self, registers: Mapping[str, int]) -> Stood:
        """Where a CPU with these registers stands."""
        return Stood(registers.get(self.pc, 0), registers.get(self.stack, 0))

    def code_address(self, address: int) -> int:
        """An address of the kernel's code without a signature in it."""
        return address | (1 << 64) - (1 << self.address_bits) if address else 0
