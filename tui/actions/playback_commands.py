"""Commands that only the app has: play and speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.debugger.commands.command import Command, CommandError, CommandOutcome, count
from ...model.language.words import tr
from .arrival import pause
from .playback import FASTEST, SLOWEST, speed_words
from .stepping import before_the_end

if TYPE_CHECKING:
    from ...model.debugger.debugger import Debugger
    from ..session.context import Context


def commands(context: Context) -> tuple[Command, ...]:
    """The commands for this, on the command line."""

    def speed_command(debugger: Debugger, rest: str) -> CommandOutcome:
        if rest:
            context.player.go_at(_speed(rest))
        return CommandOutcome(speed_words(context.player))

    def play_command(debugger: Debugger, rest: str) -> CommandOutcome:
        steps = count(rest) if rest else None
        if steps is not None and steps < 1:
            raise CommandError(tr("play takes how many steps, 1 or more"))
        if reason := before_the_end(context):
            raise CommandError(reason)
        pause(context)
        context.player.play(steps)
        return CommandOutcome(tr("playing at {player}", player=context.player.words()))

    return (
        Command(
            "play", (), "play [N]", tr("N steps by themselves, or until something stops it"), play_command
        ),
        Command("speed", (), "speed [N]", tr("steps a second that play takes"), speed_command),
    )


def _speed(words: str) -> float:
    try:
        speed = float(words)
    except ValueError:
        speed = 0.0
    if not SLOWEST <= speed <= FASTEST:
        raise CommandError(
            tr(
                '"{words}" is no speed: from {slowest:g} to {fastest} steps a second',
                words=words,
                slowest=SLOWEST,
                fastest=FASTEST,
            )
        )
    return speed
