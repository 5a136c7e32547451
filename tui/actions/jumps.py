"""Back and forward among the places that jumps left, as in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...model.language.words import tr, translatable
from ..session.jump_list import JumpList
from .action import Action, Run, Unavailable, once_recording
from .arrival import arrive, led_by, pause

if TYPE_CHECKING:
    from ..session.context import Context


def _along(follow: Callable[[JumpList, int], int], word: str) -> Run:
    def run(context: Context, count: int) -> None:
        if context.session is not None:
            pause(context)
            stop = context.session.debugger.goto(follow(context.jumps, count))
            arrive(context, led_by(stop, word))

    return run


def _without(places: Callable[[JumpList], list[int]], sentence: str) -> Unavailable:
    def unavailable(context: Context) -> str:
        if context.session is None:
            return once_recording(context)
        return "" if any(place != context.jumps.here for place in places(context.jumps)) else tr(sentence)

    return unavailable


ACTIONS: dict[str, Action] = {
    "place-back": Action(
        _along(JumpList.back, "back"),
        _without(
            lambda jumps: jumps.behind,
            translatable("There is no place to go back to: jumps leave one, steps do not."),
        ),
    ),
    "place-forward": Action(
        _along(JumpList.forward, "forward"),
        _without(
            lambda jumps: jumps.ahead,
            translatable("There is no place to go forward to: it undoes going back."),
        ),
    ),
}
