"""The calls that are open while a kernel runs: who is called, and where that returns to."""

from __future__ import annotations

from typing import NamedTuple

from ..functions.traced import TracedFunction


class OpenCall(NamedTuple):
    """A call that has not returned: it returns to an address, with the stack pointer above `stack`."""

    function: TracedFunction
    returns_to: int
    stack: int


class OpenCalls:
    """The open calls, outermost first."""

    def __init__(self) -> None:
        self._open: list[OpenCall] = []

    def __len__(self) -> int:
        return len(self._open)

    def push(self, call: OpenCall) -> None:
        """A function is called."""
        self._open.append(call)

    def returning(self, address: int, stack: int) -> int:
        """How many of the innermost calls are over, if the kernel stands at an address with this stack
        pointer: those that return there, and those inside of them whose return was not seen."""
        for number, call in enumerate(reversed(self._open), 1):
            if call.stack > stack:
                return 0
            if call.returns_to == address:
                return self._with_callers(number, address, stack)
        return 0

    def _with_callers(self, number: int, address: int, stack: int) -> int:
        """The same with the callers that return at the same place: their last call was a jump."""
        while number < len(self._open):
            call = self._open[-number - 1]
            if call.returns_to != address or call.stack > stack:
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

    def pop(self) -> OpenCall:
        """The innermost call is over."""
        return self._open.pop()
