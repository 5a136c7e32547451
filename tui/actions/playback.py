"""Playing a boot: step after step by itself, at a speed, until something stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.language.words import tr
from .action import Action, once_recording
from .arrival import arrive, pause, show_and_say
from .stepping import before_the_end

if TYPE_CHECKING:
    from ..session.context import Context
    from ..session.player import Player

SPEEDS = (1, 2, 5, 10, 20, 50, 200, 1000)
"""Steps a second that one key goes through."""
SLOWEST, FASTEST = 0.1, 10_000


def take_steps(context: Context) -> None:
    """The steps until the next screen."""
    player = context.player
    if context.session is None or not player.is_playing:
        return
    debugger, start = context.session.debugger, context.session.debugger.position
    steps = player.at_once if player.left is None else min(player.at_once, player.left)
    stop = debugger.step(steps)
    if player.left is not None and debugger.position > start:
        player.left -= steps
    if stop.reason not in ("step", "recording") or player.left == 0:
        pause(context)
    arrive(context, stop, by_itself=True)


def play(context: Context, count: int) -> None:
    """Play until something stops it, or so many steps; or pause."""
    player = context.player
    if player.is_playing:
        pause(context)
        show_and_say(context, tr("paused: {text}", text=context.status.sentence))
    else:
        player.play(count if context.prefix.typed else None)
        context.escapes.push(tr("playing"), lambda: player.is_playing, lambda: pause(context))
        show_and_say(
            context,
            tr("playing at {player}: ⟨play⟩ or any move pauses, ⟨speed⟩ goes faster", player=player.words()),
        )


def faster(context: Context, count: int) -> None:
    """The next speed, the slowest after the fastest; or the speed that was typed."""
    speed = min(count, FASTEST) if context.prefix.typed else _next_speed(context.player.speed)
    context.player.go_at(speed)
    show_and_say(
        context, tr("{speed_words}; a number before ⟨speed⟩ sets it", speed_words=speed_words(context.player))
    )


def _next_speed(speed: float) -> int:
    return next((faster for faster in SPEEDS if faster > speed), SPEEDS[0])


def speed_words(player: Player) -> str:
    """What the speed is, and whether it plays."""
    if player.is_playing:
        return tr("playing {speed:g} steps a second", speed=player.speed)
    return tr("p plays {speed:g} steps a second", speed=player.speed)


def cannot_play(context: Context) -> str:
    """It takes steps that are left; but what plays can pause."""
    if context.session is not None and context.player.is_playing:
        return ""
    return before_the_end(context)


ACTIONS: dict[str, Action] = {"play": Action(play, cannot_play), "speed": Action(faster, once_recording)}
