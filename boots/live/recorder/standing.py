"""Where a kernel stands, with what is read there of the function that begins: its arguments, and where it
returns to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...remote.target import Range, Target
from ..calling import Stood
from ..memory import WORD
from .watch import Registers, Watch, Watched

LONGEST_TEXT = 64
"""Bytes of a C string that is an argument."""


class Standing(NamedTuple):
    """A kernel that stands at a place.  If a watched `function` begins there, it is given `arguments`, and
    returns to the address `back`; `stack` are bytes from the stack pointer on, None if they were not read."""

    registers: Registers
    place: Stood
    function: Watched | None
    arguments: tuple[Any, ...]
    back: int
    stack: bytes | None

    @property
    def is_called(self) -> bool:
        """Whether a function is called there, and not one that is inlined begins."""
        return self.function is not None and not self.function.code

    @property
    def inside(self) -> int:
        """An address in the function that is open there, or that calls the one that begins."""
        return self.back - 1 if self.is_called else self.place.pc


async def read_standing(target: Target, watch: Watch, registers: Registers, stack_size: int) -> Standing:
    """What there is to know of where a kernel with these registers stands, with `stack_size` bytes of its
    stack.  Raises `RemoteError`."""
    place = watch.convention.place(registers)
    function, link = watch.at(place.pc), watch.convention.link
    arguments = function.arguments(registers) if function is not None else ()
    texts = function.texts if function is not None else ()
    wanted = [_text_range(arguments[index]) for index in texts]
    if function is not None and not link:
        wanted.append(Range(place.stack, WORD))
    read = await target.read([*wanted, Range(place.stack, stack_size)]) if wanted or stack_size else [None]
    *beside, stack = read
    back = 0
    if function is not None:
        back = registers.get(link, 0) if link else int.from_bytes(beside[-1] or b"", "little")
    given = _with_texts(arguments, dict(zip(texts, beside, strict=False)))
    return Standing(registers, place, function, given, back, stack if stack_size else None)


def _text_range(address: Any) -> Range:
    return Range(address if isinstance(address, int) else 0, LONGEST_TEXT)


def _with_texts(arguments: Sequence[Any], texts: dict[int, bytes | None]) -> tuple[Any, ...]:
    """The arguments, with texts in place of the addresses of those that could be read."""
    told = {
        index: (data or b"").partition(b"\0")[0].decode("ascii", "replace") for index, data in texts.items()
    }
    return tuple(told.get(index) or value for index, value in enumerate(arguments))
