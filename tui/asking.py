"""Questions about memory: what the keys for them do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .command_line import in_short
from .deeds import Deed, always

if TYPE_CHECKING:
    from .app import BootstepApp


def ask(app: BootstepApp, line: str) -> None:
    """Give a command as if it were typed; the answer is in the console, and the keys stay where they are if
    that can be seen."""
    if app.session is None:
        return
    result = app.session.execute(line)
    app.console_pane.add(line, result.text, result.error)
    if result.error:
        app.complain(result.text)
        return
    app.status.say(in_short(line, result.text))
    app.deck.bring_forward(app.console_pane.NUMBER)
    if app.focused is None or not app.focused.display:
        app.screen.set_focus(app.console_pane)


def ledger(app: BootstepApp, count: int) -> None:
    """Where memory went."""
    ask(app, "ledger")


async def about(app: BootstepApp, count: int) -> None:
    """All about what the cursor of the focused pane is on; where it is on nothing, ask what about."""
    subject = app.focused_pane().subject()
    if subject is not None:
        ask(app, f"x {subject}")
        return
    await app.open_prompt("x ")


async def command(app: BootstepApp, count: int) -> None:
    """The command line."""
    await app.open_prompt()


DEEDS: dict[str, Deed] = {
    "about": Deed(about),
    "ledger": Deed(ledger),
    "command": Deed(command, always),
}
