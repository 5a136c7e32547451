"""Checkpoints: numbered bookmarks, as gdb has them of a process."""

from __future__ import annotations

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
        raise CommandError('nothing may follow checkpoint; "bookmark NAME" gives this position a name')
    number = max(_all(debugger), default=0) + 1
    debugger.bookmarks[f"{NAME}{number}"] = debugger.position
    return CommandOutcome(f"checkpoint {number}: position {debugger.position}, {debugger.position_name()}")


def _number(debugger: Debugger, rest: str) -> int:
    known = _all(debugger)
    if not rest:
        raise CommandError(f"which checkpoint? ({', '.join(map(str, known)) or 'there are none'})")
    number = count(rest)
    if number not in known:
        there = f"; there are {', '.join(map(str, known))}" if known else "; checkpoint makes one"
        raise CommandError(f"there is no checkpoint {number}{there}")
    return number


def _restart(debugger: Debugger, rest: str) -> CommandOutcome:
    return CommandOutcome(debugger.goto(_all(debugger)[_number(debugger, rest)]).text)


def delete_checkpoint(debugger: Debugger, rest: str) -> CommandOutcome:
    """Delete checkpoints by their numbers.  Raises `CommandError`."""
    numbers = [_number(debugger, word) for word in rest.split() or [""]]
    for number in numbers:
        debugger.bookmarks.pop(f"{NAME}{number}", None)
    return CommandOutcome(f"deleted checkpoint {', '.join(map(str, numbers))}")


def checkpoints_topic(debugger: Debugger, rest: str) -> str:
    """The checkpoints, and where they are."""
    lines = [
        f"{number}: {position}  {debugger.position_names.name(position)}"
        for number, position in _all(debugger).items()
    ]
    return "\n".join(lines) or "no checkpoints"


COMMANDS = (
    Command("checkpoint", (), "checkpoint", "keep this position under a number, for restart", _checkpoint),
    Command(
        "restart",
        (),
        "restart N",
        "back to checkpoint N",
        _restart,
        complete=lambda debugger: [str(number) for number in _all(debugger)],
    ),
)
