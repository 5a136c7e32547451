"""The command ``tour``: takes one, goes on, goes back, ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr
from .walking import end, go, lay_course, no_tour, not_yet, read_back, read_on, show_list

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from ....model.debugger.debugger import Debugger
    from ...session.context import Context

HELP = """a guided tour of this boot
  tour                              the list of tours
  tour dt-memblock, tour my.toml    take one, from its first stop on
  tour next, tour prev              its next stop, the one before; tour 3: the third
  tour back                         back to its stop, from wherever one is
  tour end                          end it"""


def commands(context: Context) -> tuple[Command, ...]:
    """The command, on the command line."""

    def later(work: Coroutine[Any, Any, None]) -> CommandOutcome:
        context.in_background(work, "tour")
        return CommandOutcome("")

    def tour(debugger: Debugger, rest: str) -> CommandOutcome:
        word = rest.strip()
        moves = {"next": read_on, "prev": read_back, "previous": read_back}
        reason = not_yet(context) if word not in (*moves, "back", "end") else no_tour(context)
        if reason:
            raise CommandError(context.keys.words(reason))
        if not word:
            return later(show_list(context))
        if word in moves:
            return later(moves[word](context, 1))
        if word == "back":
            return later(go(context, context.touring.index))
        if word == "end":
            return CommandOutcome(context.keys.words(end(context)))
        if word.isdecimal():
            return later(_to(context, word))
        return _taken(context, word)

    def names(debugger: Debugger) -> list[str]:
        from ....model.lecture.tours.shipped import shipped_names

        return [*shipped_names(), "next", "prev", "back", "end"]

    return (Command("tour", (), "tour [NAME|next|prev|back|end|N]", HELP, tour, complete=names),)


def _to(context: Context, word: str) -> Coroutine[Any, Any, None]:
    course = context.touring.course
    if course is None:
        raise CommandError(context.keys.words(no_tour(context)))
    number = int(word[:6])
    if not 1 <= number <= len(course.places):
        raise CommandError(tr("the tour has stops 1 to {count}", count=len(course.places)))
    return go(context, number - 1)


def _taken(context: Context, word: str) -> CommandOutcome:
    from ....model.lecture.tours.shipped import tour_named

    try:
        lay_course(context, tour_named(word), 0)
    except InputError as error:
        raise CommandError(str(error)) from None
    context.in_background(go(context, 0), "tour")
    return CommandOutcome("")
