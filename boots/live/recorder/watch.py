"""The functions that a recording stops at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ..calling import CallingConvention

Registers = Mapping[str, int]
"""The general registers of a CPU, by gdb's names."""
MEMBLOCK_FILE = "mm/memblock.c"
START = "start_kernel"
DOUBLES = "memblock_double_array"
GIVE_PAGES = frozenset(("memblock_free_all", "memblock_free_late"))
"""Its functions that give pages to the buddy allocator, which zones count."""


class Watched(NamedTuple):
    """A function that is watched: its number in the trace, its name, the kernel's file that it is in, the
    addresses where it is entered as it runs, what it is given and returns by the registers then, and which of
    its arguments are addresses of C strings.  One that is inlined has pieces of other functions' `code`; one
    that is not returns.  One that is called once only need not be watched when it has returned.  Where one
    that `is_walked` begins and ends somebody wants the page tables walked."""

    number: int
    name: str
    file: str
    entries: tuple[int, ...]
    arguments: Callable[[Registers], tuple[Any, ...]]
    result: Callable[[Registers], Any]
    texts: tuple[int, ...] = ()
    code: tuple[range, ...] = ()
    is_once: bool = False
    is_walked: bool = False

    @property
    def is_of_memblock(self) -> bool:
        """Whether it changes nothing but memblock."""
        return self.file == MEMBLOCK_FILE and self.name not in GIVE_PAGES

    @property
    def is_read_whole(self) -> bool:
        """Whether all of the state is read where it begins and ends."""
        return self.is_walked or not self.is_of_memblock


class Watch:
    """All that are watched, in the order in which they matter, by the architecture's `convention`; a
    recording ends when the function named `until` returns.  `code` are the addresses where any functions of
    the kernel begin.  Where ``start_kernel`` is watched, all but memblock's functions and those that are
    `early` can wait for it."""

    def __init__(
        self,
        functions: Iterable[Watched],
        convention: CallingConvention,
        until: str,
        code: Iterable[int] = (),
        early: frozenset[str] = frozenset(),
    ) -> None:
        self.functions = tuple(functions)
        self.convention = convention
        self.until = until
        self._begins = sorted(code)
        self._early = early
        self._doubles = any(function.name == DOUBLES for function in self.functions)
        self._at: dict[int, Watched] = {}
        for function in self.functions:
            for address in function.entries:
                self._at.setdefault(address, function)

    def owner(self, address: int) -> int:
        """Where the function begins, watched or not, whose code is at an address."""
        at = bisect_right(self._begins, address)
        return self._begins[at - 1] if at else 0

    def first(self) -> list[int]:
        """Where those are entered that are watched from the beginning."""
        if all(function.name != START for function in self.functions):
            return list(self._at)
        named = {START, *self._early}
        return [at for at, function in self._at.items() if function.is_of_memblock or function.name in named]

    def later(self) -> list[int]:
        """Where the others are entered, which wait for `START`."""
        first = frozenset(self.first())
        return [at for at in self._at if at not in first]

    def begins(self, function: Watched) -> bool:
        """Whether a boot begins with a function: if it is entered again, the machine has started again."""
        return function.name == START or function.name in self._early

    def is_met_again(self, function: Watched) -> bool:
        """Whether a function that was entered may be entered once more before anything else that is watched
        is: memblock's call themselves only by doubling an array."""
        return not (function.is_of_memblock and self._doubles)

    def at(self, address: int) -> Watched | None:
        """The function that is entered at an address."""
        return self._at.get(address)
