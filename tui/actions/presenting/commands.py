"""The commands ``present``, ``keys`` and ``timer``, which only the app has."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr, translatable

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger
    from ...session.context import Context
    from ...session.screen_parts import PresenterLike

SWITCH = ("on", "off")
TIMES = (*SWITCH, "reset")
PRESENT = translatable("for a projector: few panes, what changed in the light, keys and time shown")
KEYS = translatable("whether a presentation shows keys as they are pressed")
TIMER = translatable("the time of a presentation: shown, from 0 again, or the minutes that are planned")


def commands(context: Context) -> tuple[Command, ...]:
    """The commands, on the command line."""

    def present(debugger: Debugger, rest: str) -> CommandOutcome:
        from ...session.presenting.options import PresentOptions

        wanted = _switched(rest, context.presenter is not None)
        if wanted == (context.presenter is not None):
            return CommandOutcome(tr("It is so already."))
        context.present(PresentOptions() if wanted else None)
        return CommandOutcome(
            tr("Presenting: 'bootstep follow' in another terminal has the notes; present off ends it.")
            if wanted
            else tr("Presenting no more.")
        )

    def keys(debugger: Debugger, rest: str) -> CommandOutcome:
        presenter = _presenter(context)
        presenter.shows_keys = _switched(rest, presenter.shows_keys)
        presenter.refresh()
        return CommandOutcome(
            tr("Keys are shown as they are pressed.") if presenter.shows_keys else tr("Keys are not shown.")
        )

    def timer(debugger: Debugger, rest: str) -> CommandOutcome:
        presenter = _presenter(context)
        said = _timed(presenter, rest)
        presenter.refresh()
        return CommandOutcome(said)

    return (
        Command("present", (), "present [on|off]", tr(PRESENT), present, complete=_offered(SWITCH)),
        Command("keys", (), "keys [on|off]", tr(KEYS), keys, complete=_offered(SWITCH)),
        Command(
            "timer",
            (),
            "timer [on|off|reset|MINUTES]",
            tr(TIMER),
            timer,
            complete=_offered((*SWITCH, "reset")),
        ),
    )


def _offered(words: tuple[str, ...]) -> Callable[[Debugger], list[str]]:
    return lambda debugger: list(words)


def _presenter(context: Context) -> PresenterLike:
    if context.presenter is None:
        raise CommandError(tr("nothing is presented: present begins it"))
    return context.presenter


def _switched(word: str, is_on: bool) -> bool:
    """What a switch is set to: a word says so, or it is turned over."""
    word = word.strip()
    if word not in ("", *SWITCH):
        raise CommandError(tr('expected on or off, not "{word}"', word=word[:40]))
    return not is_on if not word else word == "on"


def _timed(presenter: PresenterLike, rest: str) -> str:
    """Do what was said to the timer; says so."""
    from ...session.presenting.timer import minutes_of

    word, timer = rest.strip(), presenter.timer
    if word == "reset":
        timer.reset()
        return tr("The time begins again.")
    if word in ("", *SWITCH):
        presenter.shows_time = _switched(word, presenter.shows_time)
        return tr("The time is shown.") if presenter.shows_time else tr("The time is not shown.")
    minutes = minutes_of(word)
    if minutes is None:
        raise CommandError(tr('expected on, off, reset or a number of minutes, not "{word}"', word=word[:40]))
    timer.minutes, presenter.shows_time = minutes, True
    return tr("{minutes:g} minutes are planned.", minutes=minutes)
