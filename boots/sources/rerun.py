"""The local variables of the boot functions, at any moment.

A trace does not record them.  A boot is the same every time, so one runs it again as far as that moment and
looks.  The second run records as every run does; only the column of its payloads is one that stops it.
"""

from __future__ import annotations

import itertools
import sys
from types import FrameType, TracebackType
from typing import Any

from ...model.source.trace_source import Cancelled, FrameLocals, never
from ...model.text.values import locals_in_words
from ...model.trace import recorder as traced
from ...model.trace.events import Kind
from ...model.trace.stepping import frames_at
from ..core.kernel import Kernel
from ..init.main import boot

ASK_EVERY = 1 << 10
"""Events between two questions whether anybody still waits."""


class _Arrived(BaseException):
    """The second run has got as far as expected, or nobody waits for it any more."""


class _StoppingColumn(list[Any]):
    """A column that ends the run before it takes the event `stop`, once it has looked."""

    def __init__(self, stop: int, waits_for_return: bool, cancelled: Cancelled) -> None:
        super().__init__()
        self.stop = stop
        self.cancelled = cancelled
        self.watch_from = stop - 1 if waits_for_return else -1
        self.frames: list[FrameType] = []
        self.returned: FrameType | None = None

    def append(self, item: Any) -> None:
        """Take an event, or stop.  Raises `_Arrived`."""
        if len(self) >= self.stop:
            sys.setprofile(None)
            self.frames = _bodies(sys._getframe(1))
            raise _Arrived
        if not len(self) % ASK_EVERY and self.cancelled():
            raise _Arrived
        if len(self) == self.watch_from:
            sys.setprofile(self._profile)
        super().append(item)

    def _profile(self, frame: FrameType, event: str, _: Any) -> None:
        """Keep the frame of the traced function that returns: when its return is recorded it is gone."""
        if event == "return" and frame.f_back is not None and _is_wrapper(frame.f_back):
            self.returned = frame


class Probe:
    """Looks at the local variables of all functions open at a position of a kernel's boot, until that is
    `cancelled`."""

    def __init__(self, kernel: Kernel, position: int, cancelled: Cancelled = never) -> None:
        self.kernel = kernel
        self.cancelled = cancelled
        self.enters = frames_at(kernel.trace, position)
        self.at = min(position, len(kernel.trace) - 1)
        self._is_return = kernel.trace.kind(self.at) == Kind.LEAVE
        self._column = _StoppingColumn(self.at, self._is_return, cancelled)

    def run(self) -> tuple[FrameLocals, ...]:
        """Boot again, up to the position.  The open functions, outermost first; none if it was cancelled."""
        if not self.enters:
            return ()
        again = self.kernel.again()
        again.trace.keep_payloads_in(self._column)
        profile = sys.getprofile()
        try:
            boot(again)
        except _Arrived:
            pass
        finally:
            sys.setprofile(profile)
            again.trace.discard()
        return () if self.cancelled() else tuple(self._scopes())

    def _scopes(self) -> list[FrameLocals]:
        frames = self._column.frames
        if self._is_return and self._column.returned is not None:
            frames = [*frames, self._column.returned]
        return [
            FrameLocals(enter, locals_in_words(_own_values(frame, self.kernel.trace.payload(enter))))
            for enter, frame in zip(self.enters, frames, strict=False)
        ]


def _is_wrapper(frame: FrameType) -> bool:
    return frame.f_code.co_filename == traced.__file__


def _bodies(innermost: FrameType) -> list[FrameType]:
    """The frames of the traced functions that are open, outermost first.  Where a panic has already left
    them, they are those of its traceback."""
    frames: list[FrameType] = []
    at: FrameType | None = innermost
    while at is not None:
        frames.append(at)
        at = at.f_back
    frames.reverse()
    error = sys.exception()
    return _within_wrappers(frames) or _within_wrappers(_of_traceback(error.__traceback__ if error else None))


def _within_wrappers(frames: list[FrameType]) -> list[FrameType]:
    return [inner for outer, inner in itertools.pairwise(frames) if _is_wrapper(outer)]


def _of_traceback(traceback: TracebackType | None) -> list[FrameType]:
    found: list[FrameType] = []
    while traceback is not None:
        found.append(traceback.tb_frame)
        traceback = traceback.tb_next
    return found


def _own_values(frame: FrameType, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The local variables without the owner of the trace, and without arguments that are as they were
    given."""
    code = frame.f_code
    parameters = code.co_varnames[: code.co_argcount]
    values = dict(frame.f_locals)
    if parameters:
        values.pop(parameters[0], None)
    for name, given in zip(parameters[1:], arguments, strict=False):
        if name in values and _same(values[name], given):
            del values[name]
    return values


def _same(value: Any, given: Any) -> bool:
    return value is given or (type(value) is type(given) and value == given)
