"""Checkpoints: numbered bookmarks, as gdb has them of a process."""

from __future__ import annotations

from ...language.words import tr, translatable
from ..debugger import Debugger
from .command import Command, CommandError, CommandOutcome, count

NAME = "checkpoint"


def _all(debugger: Debugger) -> dict[int, int]:
    """The positions of the checkpoints, by number."""
    found = {
        int(name.removeprefix(NAME)): position
        for name, position in debugger.bookmarks.items()
        if name.startswith(NAME) and name.removeprefix(NAME).isdecimal() and len(name) < 20
    }
    return dict(sorted(found.items()))


def _checkpoint(debugger: Debugger, rest: str) -> CommandOutcome:
    if rest:
        raise CommandError(tr('nothing may follow checkpoint; "bookmark NAME" gives this position a name'))
    number = max(_all(debugger), default=0) + 1
    debugger.bookmarks[f"{NAME}{number}"] = debugger.position
    return CommandOutcome(
        tr(
            "checkpoint {number}: position {position}, {position_name}",
            number=number,
            position=debugger.position,
            position_name=debugger.position_name(),
        )
    )


def _number(debugger: Debugger, rest: str) -> int:
    known = _all(debugger)
    if not rest:
        raise CommandError(
            tr("which checkpoint? ({known})", known=", ".join(map(str, known)) or tr("there are none"))
        )
    number = count(rest)
    if number not in known:
        there = (
            tr("; there are {known}", known=", ".join(map(str, known)))
            if known
            else tr("; checkpoint makes one")
        )
        raise CommandError(tr("there is no checkpoint {number}{there}", number=number, there=there))
    return number


def _restart(debugger: Debugger, rest: str) -> CommandOutcome:
    return CommandOutcome(debugger.goto(_all(debugger)[_number(debugger, rest)]).text)


def delete_checkpoint(debugger: Debugger, rest: str) -> CommandOutcome:
    """Delete checkpoints by their numbers.  Raises `CommandError`."""
    numbers = [_number(debugger, word) for word in rest.split() or [""]]
    for number in numbers:
        debugger.bookmarks.pop(f"{NAME}{number}", None)
    return CommandOutcome(tr("deleted checkpoint {numbers}", numbers=", ".join(map(str, numbers))))


def checkpoints_topic(debugger: Debugger, rest: str) -> str:
    """The checkpoints, and where they are."""
    lines = [
        f"{number}: {position}  {debugger.position_names.name(position)}"
        for number, position in _all(debugger).items()
    ]
    return "\n".join(lines) or tr("no checkpoints")


COMMANDS = (
    Command(
        "checkpoint",
        (),
        "checkpoint",
        translatable("keep this position under a number, for restart"),
        _checkpoint,
    ),
    Command(
        "restart",
        (),
        "restart N",
        translatable("back to checkpoint N"),
        _restart,
        complete=lambda debugger: [str(number) for number in _all(debugger)],
    ),
)
