"""Lines of the kernel log, and the end of a kernel, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ...base.units import one_line
from ...debugger.inspect.answers import Said
from ...language.words import local, tr
from ..texts import tables
from .ground import Ground

FILE = Path(__file__).with_name("lines.toml")


@cache
def _known() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple((re.compile(pattern), said) for pattern, said in tables(FILE).items())


def meaning(text: str) -> str:
    """What a line of the log tells; "" where its function says it all."""
    return next((local(said) for pattern, said in _known() if pattern.search(text)), "")


def printed(ground: Ground, event: int) -> Iterator[Said]:
    """What a line of the log is."""
    trace = ground.trace
    text, format = trace.log_text(event), trace.log_format(event)
    yield Said(tr("The kernel prints: “{text}”", text=one_line(text)))
    if about := meaning(text):
        yield Said(about)
    if not trace.is_printed(event):
        yield Said(
            tr(
                "This command line does not print it: only with {parameter} is the line seen.",
                parameter=format.parameter,
            )
            if format.parameter
            else tr("This command line does not print it.")
        )
    elif format.parameter:
        yield Said(tr("It is printed because the command line has {parameter}.", parameter=format.parameter))
    if format.level:
        yield Said(
            tr("Its level is “{level}”; dmesg shows it whatever the console does.", level=format.level)
        )


def panicked(ground: Ground, event: int) -> Iterator[Said]:
    """How a kernel ends."""
    yield Said(tr("Here the boot ends: {words}.", words=one_line(ground.trace.ending(event)).rstrip(".")))
    yield Said(
        tr("The kernel cannot go on from here; whatever comes next on the screen is nothing of its doing.")
    )
