"""``bootstep explain``: an event of a boot in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence

from ....model.base.errors import InputError
from ....model.debugger.commands.command import CommandError
from ....model.language.words import tr
from ....model.lecture.commands import event_meant
from .. import sources
from .question import Question, answer, parser_of, recorded


def run(words: Sequence[str]) -> int:
    """Print what happens at an event of a boot, who does it and why, and what becomes of it.  Raises
    `InputError`."""
    parser = parser_of(
        "explain", tr("an event in plain sentences: what happens, who does it, why, and what becomes of it")
    )
    parser.add_argument(
        "--at",
        default="end",
        metavar="POSITION",
        help=tr(
            "which event: its number; FUNCTION, its first call; FUNCTION:return; log:TEXT; line:N; "
            "'paging_init › map_mem +3'; end, which it is if nothing is given"
        ),
    )
    given = sources.parse(parser, words)
    debugger = recorded(given)
    try:
        event = event_meant(debugger, given.at.strip())
    except CommandError as error:
        raise InputError(f"--at {given.at}: {error}") from None
    debugger.goto(event + 1)
    return answer(Question(debugger, [str(event)], given), "explain")
