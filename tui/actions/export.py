"""What panes show, taken along: copied to the clipboard, or written to a file."""

from __future__ import annotations

import re
from asyncio import sleep
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ...model.language.words import tr, trn
from ..session.question import Question
from .action import Action

if TYPE_CHECKING:
    from ..session.context import Context
    from ..session.screen_parts import PaneLike

SLICE = 0.015
"""Seconds to make text before keys and the screen have their turn."""
EXPORT = "export"
"""One text is copied or written at a time."""


def copy(context: Context, count: int) -> None:
    """Copy a pane's text, to the terminal's clipboard."""
    pane = context.focused_pane()

    async def copy_all() -> None:
        text = await whole_text(pane)
        context.copy_to_clipboard(text)
        context.status.say(tr("copied {lines} of {pane}", lines=_lines(text), pane=tr(pane.NAME)))

    context.in_background(copy_all(), EXPORT)


def copy_name(context: Context, count: int) -> None:
    """Copy the name of the position."""
    if context.session is not None:
        name = context.session.debugger.position_name()
        context.copy_to_clipboard(name)
        context.status.say(tr("copied the name of this position: {name}", name=name))


async def write(context: Context, count: int) -> None:
    """Ask for the name of a file, and write a pane's text to it."""
    pane = context.focused_pane()
    machine = context.snapshot.facts.name if context.snapshot is not None else "bootstep"

    async def entered(line: str) -> None:
        name = line.strip()
        if name:
            context.in_background(_write(context, pane, name), EXPORT)

    question = Question(
        tr("write {pane} to:", pane=tr(pane.NAME)),
        tr("the name of a file; ! after it overwrites one that exists"),
        entered,
    )
    await context.foot.open(f"{file_name(machine)}-{file_name(pane.NAME)}.txt", question)


def file_name(words: str) -> str:
    """Words as a part of a file's name."""
    return re.sub(r"[^\w.]+", "-", words).strip("-.") or "bootstep"


async def _write(context: Context, pane: PaneLike, name: str) -> None:
    overwrite = name.endswith("!")
    name = name.removesuffix("!").rstrip()
    try:
        text = await whole_text(pane)
        with Path(name).expanduser().open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        context.complain(tr("{name} exists and is not overwritten; {name}! would.", name=name))
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        context.complain(
            tr(
                "{name} cannot be written: {reason}.",
                name=name or tr("a file without a name"),
                reason=reason,
            )
        )
    else:
        context.status.say(
            tr("wrote {lines} of {pane} to {name}", lines=_lines(text), pane=tr(pane.NAME), name=name)
        )


async def whole_text(pane: PaneLike) -> str:
    """All that a pane has, made a little at a time."""
    lines: list[str] = []
    end = monotonic() + SLICE
    for line in pane.text_lines():
        lines.append(line)
        if monotonic() > end:
            await sleep(0)
            end = monotonic() + SLICE
    return "\n".join(lines) + "\n"


def _lines(text: str) -> str:
    count = text.count("\n")
    return trn("{count} line", "{count} lines", count)


ACTIONS: dict[str, Action] = {
    "copy": Action(copy),
    "copy-name": Action(copy_name),
    "write": Action(write),
}
