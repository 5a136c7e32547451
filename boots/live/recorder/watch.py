"""The functions that a recording stops at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Registers = Mapping[str, int]
"""The general registers of a CPU, by gdb's names."""
MEMBLOCK_FILE = "mm/memblock.c"
GIVE_PAGES = frozenset(("memblock_free_all", "memblock_free_late"))
"""Its functions that give pages to the buddy allocator, which zones count."""


class Place(NamedTuple):
    """Where a CPU stands: the address of its next instruction, and of the top of its stack."""

    pc: int
    stack: int


class Convention(NamedTuple):
    """How an architecture calls: the registers that say where a CPU stands, and the one that holds the return
    address when a function is entered ("": the word on top of the stack does)."""

    pc: str
    stack: str
    link: str = ""

    def place(self, registers: Registers) -> Place:
        """Where a CPU with these registers stands."""
        return Place(registers.get(self.pc, 0), registers.get(self.stack, 0))


class Watched(NamedTuple):
    """A function that is watched: its number in the trace, its name, the kernel's file that it is in, the
    addresses where it is entered as it runs, what it is given and returns by the registers then, and which of
    its arguments are addresses of C strings.  One that is inlined has pieces of other functions' `code`; one
    that is not returns."""

    number: int
    name: str
    file: str
    entries: tuple[int, ...]
    arguments: Callable[[Registers], tuple[Any, ...]]
    result: Callable[[Registers], Any]
    texts: tuple[int, ...] = ()
    code: tuple[range, ...] = ()

    @property
    def is_of_memblock(self) -> bool:
        """Whether it changes nothing but memblock."""
        return self.file == MEMBLOCK_FILE and self.name not in GIVE_PAGES


class Watch:
    """All that are watched, in the order in which they matter, by the architecture's `convention`; a
    recording ends when the function named `until` returns.  `code` are the addresses where any functions of
    the kernel begin."""

    def __init__(
        self, functions: Iterable[Watched], convention: Convention, until: str, code: Iterable[int] = ()
    ) -> None:
        self.functions = tuple(functions)
        self.convention = convention
        self.until = until
        self._begins = sorted(code)
        self._at: dict[int, Watched] = {}
        for function in self.functions:
            for address in function.entries:
                self._at.setdefault(address, function)

    def owner(self, address: int) -> int:
        """Where the function begins, watched or not, whose code is at an address."""
        at = bisect_right(self._begins, address)
        return self._begins[at - 1] if at else 0

    @property
    def addresses(self) -> list[int]:
        """Where they are entered."""
        return list(self._at)

    def at(self, address: int) -> Watched | None:
        """The function that is entered at an address."""
        return self._at.get(address)
