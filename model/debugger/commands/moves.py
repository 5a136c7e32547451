"""The one table of moves: what gdb calls each, what people read of it, and what it does.

The command line makes its commands of it and the screen its keys, so that a move counts and stops alike
wherever it is asked for.  Nothing is imported to read the table: the first screen needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from ...language.words import translatable

if TYPE_CHECKING:
    from ..debugger import Debugger
    from ..stop import Stop

NO_WAY_ON = frozenset(("start", "end", "panic", "recording"))
"""The reasons to stop from which the same move leads no further."""


class Move(Struct, frozen=True):
    """A way to move through a boot.  `id` is its name in ``config.toml``; `gdb` are its commands, the usual
    one first; `label` and `help` say it in a word and in a phrase.  It leads `back`, or on; if it `counts`, a
    number repeats it: `run` gets that number."""

    id: str
    gdb: tuple[str, ...]
    label: str
    help: str
    back: bool
    counts: bool
    run: Callable[[Debugger, int], Stop]


def _repeated(once: Callable[[Debugger], Stop]) -> Callable[[Debugger, int], Stop]:
    """A move that takes no count, made so many times, as long as it leads further.  Breakpoints on the way
    count as the end of one."""

    def run(debugger: Debugger, n: int) -> Stop:
        stop = debugger.last.stop
        for _ in range(n):
            before = debugger.position
            stop = once(debugger)
            if stop.reason in NO_WAY_ON or debugger.position == before:
                break
        return stop

    return run


FORWARDS = (
    Move(
        "step",
        ("step", "s"),
        translatable("step"),
        translatable("into the next function, or past the next change or log line"),
        back=False,
        counts=True,
        run=lambda debugger, n: debugger.step(n),
    ),
    Move(
        "next",
        ("next", "n"),
        translatable("next"),
        translatable("like step, but calls are executed whole"),
        back=False,
        counts=True,
        run=lambda debugger, n: debugger.next(n),
    ),
    Move(
        "finish",
        ("finish", "fin"),
        translatable("finish"),
        translatable("until the current function has returned"),
        back=False,
        counts=True,
        run=_repeated(lambda debugger: debugger.finish()),
    ),
    Move(
        "continue",
        ("continue", "c", "fg"),
        translatable("continue"),
        translatable("to the next breakpoint, or the end of the boot"),
        back=False,
        counts=True,
        run=_repeated(lambda debugger: debugger.cont()),
    ),
    Move(
        "event",
        ("event", "e", "stepi", "si"),
        translatable("event"),
        translatable("one single event, returns included"),
        back=False,
        counts=True,
        run=lambda debugger, n: debugger.event(n),
    ),
    Move(
        "phase",
        ("phase",),
        translatable("phase"),
        translatable("to the next phase of the boot"),
        back=False,
        counts=True,
        run=lambda debugger, n: debugger.phase(n),
    ),
    Move(
        "end",
        ("end",),
        translatable("end"),
        translatable("to the end of the boot"),
        back=False,
        counts=False,
        run=lambda debugger, n: debugger.end(),
    ),
)
BACKWARDS = (
    Move(
        "back",
        ("reverse-step", "rs"),
        translatable("back"),
        translatable("where a step would have come from"),
        back=True,
        counts=True,
        run=lambda debugger, n: debugger.reverse_step(n),
    ),
    Move(
        "next-back",
        ("reverse-next", "rn"),
        translatable("next back"),
        translatable("where next would have come from: calls are undone whole"),
        back=True,
        counts=True,
        run=lambda debugger, n: debugger.reverse_next(n),
    ),
    Move(
        "to-call",
        ("reverse-finish", "rf"),
        translatable("to call"),
        translatable("back to the call of the current function"),
        back=True,
        counts=True,
        run=_repeated(lambda debugger: debugger.reverse_finish()),
    ),
    Move(
        "continue-back",
        ("reverse-continue", "rc"),
        translatable("continue back"),
        translatable("back to the last breakpoint, or the start"),
        back=True,
        counts=True,
        run=_repeated(lambda debugger: debugger.reverse_cont()),
    ),
    Move(
        "event-back",
        ("reverse-event", "reverse-stepi", "rsi"),
        translatable("event back"),
        translatable("one single event back"),
        back=True,
        counts=True,
        run=lambda debugger, n: debugger.event(-n),
    ),
    Move(
        "phase-back",
        ("reverse-phase",),
        translatable("phase back"),
        translatable("to the start of this phase, or the one before"),
        back=True,
        counts=True,
        run=lambda debugger, n: debugger.phase(-n),
    ),
    Move(
        "start",
        ("start", "starti"),
        translatable("start"),
        translatable("to the start of the boot"),
        back=True,
        counts=False,
        run=lambda debugger, n: debugger.start(),
    ),
)
MOVES: dict[str, Move] = {move.id: move for move in (*FORWARDS, *BACKWARDS)}
