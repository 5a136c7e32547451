"""Who calls whom: the function that comes next, and the one that a call comes from."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ....index.calls import ON_EVERY_PATH
from ....language.words import tr, translatable
from ....trace.events import Kind as Event
from ..choosing import choices_of
from ..kind import Kind, Places, grouped
from ..material import Material
from ..question import EASY, HARD, MIDDLING, NAME, Question

MOST_EVENTS = 200_000
"""Events of the longest boot of which every call is looked at; of a longer one, those of its beginning."""
SHALLOW = 2
"""Functions around a call that everybody knows of."""


def _enters(material: Material) -> Iterator[int]:
    trace = material.trace
    return (
        event
        for event in trace.of_kind(Event.ENTER, 0, min(len(trace), MOST_EVENTS))
        if trace.parent(event) >= 0
    )


# ---- what comes next ----


def next_places(material: Material) -> Places:
    """Calls that another call of the same function came before, of another function."""
    found = [
        event
        for event in _enters(material)
        if (before := _before(material, event)) is not None and material.name(before) != material.name(event)
    ]
    return grouped(material, found, lambda event: material.name(material.trace.parent(event)))


def _before(material: Material, event: int) -> int | None:
    """The call that the same function made just before, without anything else between."""
    trace = material.trace
    if event == 0 or trace.kind(event - 1) != Event.LEAVE:
        return None
    return trace.partner(event - 1)


def _callees(material: Material, caller: int) -> list[str]:
    """The functions that a call calls, in order, each once."""
    trace, found = material.trace, dict[str, None]()
    at, end = caller + 1, trace.partner(caller) or len(trace)
    while at < end:
        if trace.kind(at) == Event.ENTER:
            found[material.name(at)] = None
            at = trace.partner(at) or end
        at += 1
    return list(found)


def _around(material: Material, caller: int) -> list[str]:
    """The functions that are called beside a call, and those that it was made in."""
    outer = material.trace.parent(caller)
    beside = _callees(material, outer) if outer >= 0 else []
    return [*beside[:4], *(material.name(each) for each in material.trace.outwards(caller))]


def make_next(material: Material, event: int, chance: Random) -> Question | None:
    """The question which function is called next."""
    trace = material.trace
    caller, before = trace.parent(event), _before(material, event)
    if before is None:
        return None
    answer, known = material.name(event), material.name(before)
    siblings = [name for name in _callees(material, caller) if name not in (answer, known)]
    strangers = [name for name in _around(material, caller) if name not in (answer, known)]
    inside = [name for name in _callees(material, event) if name != answer]
    choices = choices_of(chance, answer, [*siblings[:4], *inside[:2], *strangers], str)
    if len(choices) < 3:
        return None
    function = material.trace.function(event)
    return Question(
        kind=NEXT.name,
        difficulty=EASY if len(trace.stack(event)) <= SHALLOW else MIDDLING if siblings else HARD,
        position=event,
        reveal=event + 1,
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{caller} has just called {before}. Which function does it call next?",
            caller=material.name(caller),
            before=known,
        ),
        form=NAME,
        answer=answer,
        shown=f"{answer}()",
        choices=choices,
        explanation=_told(function.doc, answer),
        place=material.place(caller),
    )


def _told(doc: str, name: str) -> str:
    """The first sentence about a function, which is in English, behind its name."""
    first = " ".join(doc.partition("\n\n")[0].partition(". ")[0].replace("`", "").split()).rstrip(".")
    return f"{name}: {first}." if first else f"{name}()."


# ---- who calls ----


def caller_places(material: Material) -> Places:
    """The first call of each function that everybody's functions do not make themselves."""
    found: list[int] = []
    seen: set[str] = set()
    for event in _enters(material):
        name = material.name(event)
        if name not in seen:
            seen.add(name)
            found.append(event)
    return grouped(material, found, lambda event: material.name(material.trace.parent(event)))


def make_caller(material: Material, event: int, chance: Random) -> Question | None:
    """The question from where a function is called first, asked when the phase of the boot begins."""
    phase = material.debugger.phases.all()[material.debugger.phases.at(event + 1)]
    caller = material.trace.parent(event)
    answer = material.name(caller)
    start = min(phase.start, caller)
    stack = [material.name(each) for each in material.trace.stack(event)]
    wrong = [name for name in reversed(stack) if name != answer]
    wrong = [*wrong[:1], *_callees(material, caller)[:3], *wrong[1:]]
    choices = choices_of(chance, answer, [name for name in wrong if name != material.name(event)], str)
    if len(choices) < 3:
        return None
    return Question(
        kind=CALLER.name,
        difficulty=EASY if answer in ON_EVERY_PATH else MIDDLING if len(stack) <= SHALLOW + 1 else HARD,
        position=start,
        reveal=event + 1,
        subject=event,
        moment=material.moment(start),
        text=tr(
            "In the phase “{phase}”: which function calls {function} the first time?",
            phase=phase.name,
            function=material.name(event),
        ),
        form=NAME,
        answer=answer,
        shown=f"{answer}()",
        choices=choices,
        explanation=tr("The way there: {path}.", path=" › ".join([*stack, material.name(event)])),
        place=material.place(caller),
    )


NEXT = Kind(
    "next-call",
    translatable("which function is called next"),
    ("calls", "exact_state"),
    next_places,
    make_next,
)
CALLER = Kind(
    "caller",
    translatable("which function calls another"),
    ("calls", "exact_state"),
    caller_places,
    make_caller,
)
