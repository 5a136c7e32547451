"""Tours: the list of them, from stop to stop and back to one, what is shown at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.language.words import local, tr, translatable, trn
from ...session.page import Page, PageChoice
from ..action import Action
from ..arrival import arrive
from ..layout import leave_help
from ..other_boots.what_if import nothing_beside
from ..queries import ask

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger
    from ....model.lecture.tours.tour import Tour
    from ...session.context import Context
    from ...session.session import Session

LIST = translatable("the list of tours")
"""What people call the list."""


def not_yet(context: Context) -> str:
    """A tour needs all of the boot."""
    session = context.session
    if session is not None and session.debugger.trace.finished:
        return ""
    return nothing_beside(context)


def no_tour(context: Context) -> str:
    """One has to be taken."""
    reason = not_yet(context)
    return reason or ("" if context.touring.tour is not None else tr("No tour is on: ⟨tours⟩ lists them."))


# ---- the list ----


async def tours(context: Context, count: int) -> None:
    """The list of tours, and away with it."""
    opened = context.escapes.last()
    if opened is not None and opened.name == tr(LIST):
        context.escapes.leave()
        return
    leave_help(context)
    await show_list(context)


async def tour_or_list(context: Context, count: int) -> None:
    """Back to the stop of the tour that is on, or else the list of tours."""
    if context.touring.tour is not None:
        await go(context, context.touring.index)
    else:
        await show_list(context)


async def show_list(context: Context) -> None:
    """The list, from which Enter takes one."""
    from ....model.lecture.tours.shipped import shipped_tours

    each = shipped_tours()

    def chosen(index: int) -> None:
        leave()
        context.in_background(begin(context, each[index]), "tour")

    def leave() -> None:
        context.narrator.close()
        context.focus_pane(came_from)
        if context.touring.tour is not None:
            context.in_background(go(context, context.touring.index), "tour")

    def is_open() -> bool:
        page = context.narrator.page
        return page is not None and page.chosen is chosen

    came_from = context.focused_pane().ID
    choices = tuple(PageChoice(local(tour.title), _about(tour)) for tour in each)
    hint = tr("Enter takes one · ⟨clear⟩ leaves")
    page = Page("bootstep", tr("Guided tours"), choices=choices, hint=hint, chosen=chosen, most=0.5)
    await context.narrator.open(page)
    context.narrator.focus()
    context.escapes.push(tr(LIST), is_open, leave)
    context.status.say(tr("Guided tours of this boot; all keys are on the page that ⟨help⟩ opens."))


def _about(tour: Tour) -> str:
    stops = trn("{count} stop", "{count} stops", len(tour.stops))
    machine = tour.machine.rpartition("/")[2]
    return f"{stops}, {machine} · {' '.join(local(tour.about).split()) if tour.about else tour.name}"


# ---- from stop to stop ----


async def begin(context: Context, tour: Tour) -> None:
    """Take a tour from its first stop on this boot; of another boot, say how."""
    try:
        lay_course(context, tour, 0)
    except InputError as error:
        context.complain(str(error))
        return
    await go(context, 0)


def lay_course(context: Context, tour: Tour, index: int) -> None:
    """Find the stops of a tour in the boot, and be at one of them, or the last there is.  Raises
    `InputError` where it has none: the tour that is on stays on."""
    from ....model.debugger.debugger import Debugger
    from ....model.lecture.tours.course import course_of, suits

    session = _session(context)
    scout = Debugger(session.debugger.trace, session.facts)
    if reason := suits(tour, scout):
        opens = tr("bootstep tour {tour} opens it with a boot of its own.", tour=tour.name)
        raise InputError(f"{reason} {opens}")
    course = course_of(tour, scout)
    if not course.places:
        raise InputError(tr("The tour {tour} has no stop in this boot.", tour=tour.name))
    touring = context.touring
    touring.tour, touring.course, touring.trace = tour, course, session.debugger.trace
    touring.index, touring.page = min(index, len(course.places) - 1), None


def _session(context: Context) -> Session:
    if context.session is None:
        raise InputError(not_yet(context))
    return context.session


async def go(context: Context, index: int) -> None:
    """To a stop: its position, its pane, its words."""
    touring, session = context.touring, context.session
    if session is None or touring.tour is None:
        return
    if touring.trace is not session.debugger.trace:
        try:
            lay_course(context, touring.tour, index)
        except InputError as error:
            context.complain(str(error))
            return
        index = touring.index
    course = touring.course
    if course is None:
        return
    touring.index = max(0, min(index, len(course.places) - 1))
    touring.is_asked = False
    place = course.places[touring.index]
    touring.page = None
    arrive(context, session.debugger.goto(place.position))
    await _show_stop(context, session.debugger)


async def _show_stop(context: Context, debugger: Debugger) -> None:
    from ....model.lecture.tours.narration import NarrationError
    from ....model.lecture.tours.page import page_of

    place = context.touring.place
    if place is None:
        return
    try:
        context.touring.page = page = page_of(place.stop, debugger)
    except NarrationError as error:
        await context.narrator.open(_page(context, ""))
        context.complain(f"{place.stop.label}: {error}")
        return
    await context.narrator.open(_page(context, page.say))
    pane = context.deck.bring_forward(page.look)
    context.focus_pane(pane.ID)
    for each in context.deck.panes.values():
        each.shine(page.light if each is pane else None)
    if page.ask:
        ask(context, page.ask)


def _page(context: Context, say: str, alert: str = "") -> Page:
    """The page of the stop that one is at."""
    touring = context.touring
    place, course = touring.place, touring.course
    assert place is not None and course is not None and touring.tour is not None
    title = touring.page.title if touring.page is not None else local(place.stop.title)
    hint = tr("⟨tour-next⟩ reads on · ⟨tour-previous⟩ back")
    return Page(touring.tour.name, title, say, touring.index + 1, len(course.places), hint=hint, alert=alert)


def look(context: Context) -> None:
    """Something moved: say so if one is away from the tour's stop."""
    touring, session = context.touring, context.session
    page = context.narrator.page
    is_other = context.quizzing.asked is not None or context.quizzing.is_told
    if touring.page is None or session is None or page is None or not page.of or is_other:
        return
    is_there = touring.is_at_stop(session.debugger.trace, session.debugger.position)
    alert = "" if is_there else tr("away from the tour: ⟨tour⟩ returns")
    if page.alert == alert:
        return
    context.narrator.put(_page(context, touring.page.say, alert))
    if alert:
        for pane in context.deck.panes.values():
            pane.shine(None)


async def read_on(context: Context, count: int) -> None:
    """The rest of the words, or the next stop."""
    touring, session = context.touring, context.session
    if session is None or touring.course is None:
        return
    is_there = touring.is_at_stop(session.debugger.trace, session.debugger.position)
    if is_there and count == 1 and (context.narrator.reads_on() or await _asks(context)):
        return
    if touring.index + count >= len(touring.course.places) and is_there:
        context.status.say(
            tr("This was the last stop: ⟨tour-previous⟩ reads back, ⟨command⟩tour end ends it.")
        )
        return
    await go(context, touring.index + count)


async def _asks(context: Context) -> bool:
    """Ask the question of the stop, once; False: it has none, or it was asked."""
    touring = context.touring
    if touring.page is None or touring.is_asked:
        return False
    if touring.page.made is not None:
        from ..quizzing.predicting import ask_made

        touring.is_asked = True
        ask_made(context, touring.page.made.kind, touring.page.made.options)
        return True
    if touring.page.question is None:
        return False
    from .questions import ask_there

    touring.is_asked = True
    await ask_there(context, touring.page.question)
    return True


async def read_back(context: Context, count: int) -> None:
    """The stop before."""
    touring, session = context.touring, context.session
    if session is None:
        return
    if touring.index == 0 and touring.is_at_stop(session.debugger.trace, session.debugger.position):
        context.status.say(tr("This is the first stop."), "stop")
        return
    await go(context, touring.index - count)


def end(context: Context) -> str:
    """No tour any more; says so."""
    name = context.touring.tour.name if context.touring.tour is not None else ""
    context.touring.end()
    context.narrator.close()
    for pane in context.deck.panes.values():
        pane.shine(None)
    return tr("The tour {tour} is over: ⟨tours⟩ lists the others.", tour=name)


ACTIONS: dict[str, Action] = {
    "tours": Action(tours, not_yet),
    "tour": Action(tour_or_list, not_yet),
    "tour-next": Action(read_on, no_tour),
    "tour-previous": Action(read_back, no_tour),
}
