"""The calls that are open while a kernel runs: who is called, and where that returns to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ....model.trace.functions import NOWHERE, Site
from .watch import Watched


class OpenCall(NamedTuple):
    """A call that has not returned: it returns to the address `until`, with the stack pointer at `stack` or
    above; None if it is inlined: it is over when the function that it is in has left its code.  `place` is
    where it is made."""

    function: Watched
    until: int | None
    stack: int
    place: Site = NOWHERE


class OpenCalls:
    """The open calls, outermost first."""

    def __init__(self) -> None:
        self._open: list[OpenCall] = []

    def __len__(self) -> int:
        return len(self._open)

    def push(self, call: OpenCall) -> None:
        """A function is called."""
        self._open.append(call)

    def pop(self) -> OpenCall:
        """The innermost call is over."""
        return self._open.pop()

    def outermost(self) -> int | None:
        """The stack pointer at which the outermost call began; None if none is open."""
        return self._open[0].stack if self._open else None

    def innermost(self, count: int) -> list[OpenCall]:
        """So many of the innermost calls."""
        return self._open[len(self._open) - count :]

    def over_at(self, address: int, stack: int) -> int:
        """How many of the innermost calls are over, if the kernel stands at an address with this stack
        pointer: one that ends there, with those inside of it whose end was not seen, and with its callers
        that end there too, since their last call was a jump."""
        over = 0
        for number, call in enumerate(reversed(self._open), 1):
            if call.stack > stack or (over and address != call.until):
                break
            if address == call.until:
                over = number
        return over

    def passed_by(self, place: int, owner: Callable[[int], int]) -> int:
        """How many of the innermost calls, which are inlined, are over if the function that they are in has
        got to an address: it lies outside of their code.  `owner` tells by an address where the function
        begins that it is in."""
        number = 0
        while number < len(self._open):
            code = self._open[-number - 1].function.code
            is_there = any(place in piece for piece in code)
            if not code or is_there or owner(place) != owner(code[0].start):
                break
            number += 1
        return number

    def left_behind(self, stack: int) -> int:
        """How many of the innermost calls cannot be open any more when a function is entered with this stack
        pointer: it lies above theirs."""
        number = 0
        while number < len(self._open) and self._open[-number - 1].stack < stack:
            number += 1
        return number
