"""The end of a move: what is shown then, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ...model.language.words import tr
from ..session.jump_list import SINGLE
from ..session.quizzing import HELD

if TYPE_CHECKING:
    from ...model.debugger.debugger import Debugger
    from ...model.debugger.stop import Stop
    from ..session.context import Context

STOPS = frozenset(("breakpoint", "watch", "panic", "end", "nowhere"))
"""The reasons to stop that deserve a mark."""
JUMPS = frozenset(("goto", "until", "phase", "start", "end"))
"""Those of moves that may lead far away: how to return is said.  From a breakpoint one goes on."""


def arrive(context: Context, stop: Stop, by_itself: bool = False) -> None:
    """Show the end of a move and say why it ended there.  A move that somebody made ends playing."""
    session = context.session
    if session is None:
        return
    if not by_itself:
        pause(context)
        if (said := session.run_at_stop()) is not None:
            context.transcript.add(f"commands {stop.breakpoint or ''}".rstrip(), said.text, said.error)
            stop = session.debugger.last.stop
    is_jump = not context.player.is_playing and context.jumps.arrived(session.debugger.position, stop.reason)
    apart = session.follower.follow() if session.follower else ""
    printed = session.newly_printed()
    context.transcript.add_printed(printed)
    context.show()
    if context.quizzing.moved is not None:
        context.quizzing.moved()
    if stop.reason in SINGLE and not by_itself:
        context.deck.bring_changed_forward(context.focused_pane().ID)
    phase = tr(context.snapshot.where.phase) if context.snapshot else ""
    text = stop.text + session.debugger.stop_place()
    text += tr(" · printed: {printed}", printed=printed[-1]) if printed else ""
    text += "".join(f" · {line}" for line in displayed(session.debugger))
    text += tr(" · the other boot: {apart}", apart=apart) if apart else ""
    jump = context.snapshot.jump if context.snapshot else None
    text += f" · {amounts}" if jump is not None and (amounts := jump.words()) else ""
    text += tr(" · ⟨place-back⟩ returns") if is_jump and stop.reason in JUMPS else ""
    context.status.say(text, "stop" if stop.reason in STOPS else "", phase)
    if stop.reason == HELD and context.quizzing.held is not None:
        context.quizzing.held()


def displayed(debugger: Debugger) -> list[str]:
    """What ``display`` shows after a move."""
    if not len(debugger.displays):
        return []
    from ...model.debugger.commands.displaying import display_lines  # the first screen has none

    return display_lines(debugger)


def seek(context: Context, position: int) -> None:
    """To a position."""
    if context.session is not None:
        arrive(context, context.session.debugger.goto(position))


def pause(context: Context) -> None:
    """Play no more.  Where that began is a place to go back to."""
    if context.player.stop() and context.session is not None:
        context.jumps.arrived(context.session.debugger.position, "play")


def show_and_say(context: Context, sentence: str) -> None:
    """Draw again what a command may have changed, and say what it did."""
    context.show()
    context.status.say(sentence)


def led_by(stop: Stop, words: str) -> Stop:
    """A stop that says first what led there."""
    return replace(stop, text=f"{words}: {stop.text}")
