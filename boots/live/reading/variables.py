"""The variables of a running kernel that the model's state keeps.

Left out are those that no symbol tells: what the compiler has merged with others, words that the model makes
of several variables, and roots of page tables, which stand in registers.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence

from ....model.language.words import tr
from ....model.memory.contents import Variable
from ...remote.target import Range
from ..memory import KernelMemory
from .batches import Batch
from .said_once import SaidOnce
from .variable_rows import GENERIC, PHYSICAL, STATIC_LOG, VariableRow

BESIDE = 256
"""So many bytes away is close."""
FIRST_PAGE = 4096
"""Pointers below are no addresses but say something of their own."""
PAIR = struct.Struct("<QQ")
"""``struct range``."""
MOST_PAIRS = 4096
FEW_PAIRS = 16
MOST_NAMES = 12
"""So many are named where symbols are missing."""


class VariablesReader:
    """Reads variables, `rows` beside the generic ones and `pairs`: arrays of ``struct range``, each with the
    symbol of the variable that counts them.  `ranges` is what to read, `update` takes what came of it;
    `values` are by the names that the model's state has.  `physical` tells the physical address of a virtual
    one."""

    def __init__(
        self,
        memory: KernelMemory,
        physical: Callable[[int], int | None],
        rows: Sequence[VariableRow] = (),
        pairs: Mapping[str, str] | None = None,
    ) -> None:
        self.memory = memory
        self.values: dict[str, Variable] = {}
        self._physical = physical
        self._rows = {row.name: row for row in (*GENERIC, *rows)}
        self._pointers = {row.name: row for row in PHYSICAL}
        self._pairs = {name: count for name, count in (pairs or {}).items() if memory.address(name)}
        self._lengths = dict.fromkeys(self._pairs, FEW_PAIRS)
        self._said = SaidOnce()
        self._places = self._found_places()
        self._batch = self._batched()

    @property
    def missing(self) -> list[str]:
        """What cannot be read of this kernel, in sentences."""
        return self._said.sentences

    # ---- where they are ----

    def _found_places(self) -> dict[str, Range]:
        numbered = _numbered(self.memory.symbols)
        places: dict[str, Range] = {}
        for name, row in {**self._rows, **self._pointers}.items():
            symbol = row.symbol or row.name
            address = self.memory.address(symbol) or self.memory.address(numbered.get(symbol, ""))
            other = self.memory.address(row.not_beside) if row.not_beside else None
            if address is not None and (other is None or abs(address - other) > BESIDE):
                places[name] = Range(address, row.size)
        absent = sorted(name for name in self._rows if name not in places)
        if absent:
            self._said.say(_absent_words(absent))
        for count in self._pairs.values():
            address = self.memory.address(count)
            if address is not None:
                places[count] = Range(address, 4)
        return places

    def _batched(self) -> Batch[str]:
        places = dict(self._places)
        for name, length in self._lengths.items():
            places[name] = Range(self.memory.address(name) or 0, length * PAIR.size)
        return Batch(places)

    # ---- at a stop ----

    def ranges(self) -> list[Range]:
        """What to read, at virtual addresses."""
        return self._batch.ranges

    def update(self, data: Sequence[bytes | None]) -> bool:
        """Take what was read for `ranges`; False if they have to be asked for and read once more at this
        stop.  A variable that could not be read has no entry in `values`."""
        parts = self._batch.cut(data)
        counts = {
            name: int.from_bytes(parts[count], "little")
            for name, count in self._pairs.items()
            if count in parts
        }
        longer = {name: count for name, count in counts.items() if self._lengths[name] < count <= MOST_PAIRS}
        if longer:
            self._lengths.update(longer)
            self._batch = self._batched()
            return False
        self.values = {name: row.decode(parts[name]) for name, row in self._rows.items() if name in parts}
        for name in self._pointers:
            if name in parts:
                self._put_pointer(name, int.from_bytes(parts[name], "little"))
        for name, count in counts.items():
            if name in parts and count <= self._lengths[name]:
                flat = PAIR.iter_unpack(parts[name][: count * PAIR.size])
                self.values[name] = tuple(number for pair in flat for number in pair)
        return True

    def _put_pointer(self, name: str, pointer: int) -> None:
        if self._is_in_image(pointer):
            self.values[name] = 0
        elif pointer < FIRST_PAGE:
            self.values[name] = pointer
        else:
            pa = self._physical(pointer)
            if pa is not None:
                self.values[name] = pa

    def _is_in_image(self, pointer: int) -> bool:
        """Whether something is where it was linked, and not in memory that was allocated for it."""
        start, end = self.memory.address("_text"), self.memory.address("_end")
        if start is None or end is None:
            return pointer == self.memory.address(STATIC_LOG)
        return start <= pointer < end

    async def read(self) -> dict[str, Variable]:
        """Ask for them now, by themselves."""
        for _ in range(2):
            if self.update(await self.memory.many(self.ranges())):
                break
        return self.values


def _absent_words(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return tr("the kernel has no symbols for these variables: {names}", names=shown)
    count = len(names) - MOST_NAMES
    return tr(
        "the kernel has no symbols for these variables: {names} and {count} more", names=shown, count=count
    )


def _numbered(symbols: Mapping[str, int]) -> dict[str, str]:
    """Symbols of variables inside functions, which compilers number, by the name that C has."""
    found: dict[str, str] = {}
    for symbol in symbols:
        name, dot, number = symbol.partition(".")
        if dot and number.isdecimal():
            found.setdefault(name, symbol)
    return found
