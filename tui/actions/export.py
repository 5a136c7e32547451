"""What panes show, taken along: copied to the clipboard, written to a file, put in another order."""

from __future__ import annotations

import re
from asyncio import sleep
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ..shell.prompt import Question
from .registry import Deed

if TYPE_CHECKING:
    from ..panes.pane import Pane
    from ..shell.app import BootstepApp

SLICE = 0.015
"""Seconds to make text before keys and the screen have their turn."""


def copy(app: BootstepApp, count: int) -> None:
    """Copy a pane's text, to the terminal's clipboard."""
    pane = app.focused_pane()

    async def copy_all() -> None:
        text = await whole_text(pane)
        app.copy_to_clipboard(text)
        app.status.say(f"copied {_lines(text)} of {pane.NAME}")

    app.run_worker(copy_all(), group="keeping", exclusive=True)


def copy_name(app: BootstepApp, count: int) -> None:
    """Copy the name of the position."""
    if app.session is not None:
        name = app.session.debugger.position_name()
        app.copy_to_clipboard(name)
        app.status.say(f"copied the name of this position: {name}")


async def write(app: BootstepApp, count: int) -> None:
    """Ask for the name of a file, and write a pane's text to it."""
    pane = app.focused_pane()
    machine = app.snapshot.facts.name if app.snapshot is not None else "bootstep"

    async def entered(line: str) -> None:
        name = line.strip()
        if name:
            app.run_worker(_write(app, pane, name), group="keeping", exclusive=True)

    question = Question(
        f"write {pane.NAME} to:", "the name of a file; ! after it overwrites one that exists", entered
    )
    await app.open_prompt(f"{file_name(machine)}-{file_name(pane.NAME)}.txt", question)


def file_name(words: str) -> str:
    """Words as a part of a file's name."""
    return re.sub(r"[^\w.]+", "-", words).strip("-.") or "bootstep"


async def _write(app: BootstepApp, pane: Pane, name: str) -> None:
    overwrite = name.endswith("!")
    name = name.removesuffix("!").rstrip()
    try:
        text = await whole_text(pane)
        with Path(name).expanduser().open("w" if overwrite else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        app.complain(f"{name} exists and is not overwritten; {name}! would.")
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        app.complain(f"{name or 'a file without a name'} cannot be written: {reason}.")
    else:
        app.status.say(f"wrote {_lines(text)} of {pane.NAME} to {name}")


async def whole_text(pane: Pane) -> str:
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
    return f"{count} line{'s' if count != 1 else ''}"


def order(app: BootstepApp, count: int) -> None:
    """The next order of the focused pane's rows."""
    pane = app.focused_pane()
    pane.put_in_order((pane.order + 1) % len(pane.sorts()))
    app.status.say(f"{pane.NAME} by {pane.sorts()[pane.order]}")


def has_orders(app: BootstepApp) -> str:
    """Not every pane can be sorted."""
    pane = app.focused_pane()
    return "" if pane.sorts() else f"The rows of {pane.NAME} have only one order."


DEEDS: dict[str, Deed] = {
    "copy": Deed(copy),
    "copy-name": Deed(copy_name),
    "write": Deed(write),
    "order": Deed(order, has_orders),
}
