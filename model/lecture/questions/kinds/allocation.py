"""Where an allocation lands: what ``memblock_find_in_range_node`` (mm/memblock.c) will find."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from ....analysis.explain import SEARCH
from ....analysis.gaps import TAKEN, Gap, Search, gaps, limits
from ....analysis.names import said
from ....base.pfn import ALIGN, ALIGN_DOWN
from ....base.units import address_range, hex_address, node_words, readable_size
from ....language.words import tr, translatable
from ....memory.memblock import Memblock
from ....memory.memblock.regions import U64
from ....trace.events import Kind as Event
from ..choosing import choices_of, one_after_other
from ..kind import Kind, Places, grouped
from ..material import Material
from ..question import ADDRESS, EASY, HARD, MIDDLING, Choice, Cursor, Question, Value


def search_of(material: Material, event: int) -> Search | None:
    """What a search was for; None where the source does not tell."""
    told = material.trace.arguments(event, *(int,) * len(Search._fields))
    return Search(*told) if told is not None and min(told[:2]) > 0 else None


def places(material: Material) -> Places:
    """The searches that found something, of calls that asked only once."""
    found = [
        event
        for event in material.calls(SEARCH)
        if search_of(material, event) is not None and _is_reserved(material, event)
    ]
    return grouped(
        material, found, lambda event: f"{material.asker(event)} {material.name(material.outermost(event))}"
    )


def _is_reserved(material: Material, event: int) -> bool:
    """Whether what a search found is reserved by the call that it was made in: an older kernel's
    ``memblock_find_in_range`` only looks."""
    found = material.trace.payload(material.trace.partner(event))
    index, end = material.occurrences.operations, material.after(material.outermost(event))
    done = index.all()[index.count(event) : index.count(end)]
    return any(each.array == "reserved" and each.adds and each.start == found for each in done)


def make(material: Material, event: int, chance: Random) -> Question | None:
    """The question where a search will end, asked before the call that makes it."""
    search, trace = search_of(material, event), material.trace
    start = material.outermost(event)
    if search is None or material.has(Event.MEMBLOCK, start, event):
        return None
    mb = material.at(start).memblock
    there = list(gaps(mb, search))
    taken = next((gap for gap in there if gap.verdict == TAKEN), None)
    answer = trace.payload(trace.partner(event))
    if taken is None or taken.at != answer or len(choices := _choices(chance, mb, search, there, taken)) < 3:
        return None
    return Question(
        kind=KIND.name,
        difficulty=_difficulty(there, taken, search),
        position=start,
        reveal=material.after(start),
        subject=event,
        moment=material.moment(start),
        text=_text(material, start, search, mb),
        form=ADDRESS,
        answer=answer,
        shown=hex_address(answer),
        choices=choices,
        explanation=_explanation(material, event, search, there, taken),
        place=material.place(event),
        cursor=Cursor("memblock", taken.start, taken.end, answers=True),
    )


def _shown(value: Value) -> str:
    return hex_address(value) if isinstance(value, int) else value


def _choices(
    chance: Random, mb: Memblock, search: Search, there: list[Gap], taken: Gap
) -> tuple[Choice, ...]:
    return choices_of(chance, taken.at, _wrong(mb, search, there, taken), _shown)


def _wrong(mb: Memblock, search: Search, there: list[Gap], taken: Gap) -> Iterator[int]:
    """Where somebody would put it who forgets the alignment, the direction, the size, what is reserved, or
    what does not fit."""
    size, align = search.size, max(search.align, 1)
    yield taken.end - size if not mb.bottom_up else taken.start
    yield ALIGN(taken.start, align) if not mb.bottom_up else ALIGN_DOWN(max(taken.end - size, 0), align)
    at = there.index(taken)
    for gap in (*there[at + 1 : at + 3], *there[max(at - 2, 0) : at]):
        yield ALIGN_DOWN(max(gap.end - size, 0), align) if not mb.bottom_up else ALIGN(gap.start, align)
    for region in mb.memory.regions[-1:]:
        yield ALIGN_DOWN(max(region.end - size, 0), align)
    yield ALIGN_DOWN(taken.end, align)
    yield taken.at - ALIGN(size, align)
    yield taken.at + ALIGN(size, align)


def _difficulty(there: list[Gap], taken: Gap, search: Search) -> int:
    passed_over = there[: there.index(taken)]
    if any(gap.verdict not in ("too small",) for gap in passed_over) or len(passed_over) > 2:
        return HARD
    is_cut = taken.at not in (taken.end - search.size, taken.start)
    return MIDDLING if passed_over or is_cut else EASY


def _text(material: Material, start: int, search: Search, mb: Memblock) -> str:
    low, high = limits(mb, search)
    bounds = tr("below {limit}", limit=hex_address(high)) if high < U64 else tr("anywhere")
    if low > mb.page_size:
        bounds = tr("in {range}", range=address_range(low, high - low))
    nid = search.nid
    on_node = tr(" on {node}", node=node_words(nid, mb.max_numnodes)) if 0 <= nid < mb.max_numnodes else ""
    way = tr("from the bottom up") if mb.bottom_up else tr("from the top down")
    return tr(
        "{asker} asks {function} for {size}, aligned to {align}, {bounds}{on_node}. memblock searches {way}."
        " At which physical address will this allocation begin?",
        asker=material.asker(start) or "start_kernel",
        function=material.name(start),
        size=_exact(search.size),
        align=_exact(search.align),
        bounds=bounds,
        on_node=on_node,
        way=way,
    )


def _exact(size: int) -> str:
    """A size that can be reckoned with."""
    return f"{readable_size(size)} ({size:#x})" if size >= 1 << 10 else f"{size:#x}"


def _explanation(material: Material, event: int, search: Search, there: list[Gap], taken: Gap) -> str:
    mb = material.debugger.state.memblock
    passed_over = there[: there.index(taken)]
    sentences: list[str] = []
    if passed_over:
        words = "; ".join(f"{address_range(gap.start, gap.size)}: {gap.reason}" for gap in passed_over[:2])
        more = len(passed_over) - 2
        sentences.append(tr("Passed over: {gaps}.", gaps=words))
        if more > 0:
            sentences.append(tr("So are {count} gaps more.", count=more))
    sentences.append(
        tr("The first gap that will do is {gap}.", gap=address_range(taken.start, taken.size))
        if passed_over
        else tr(
            "The first free gap is {gap}, and it is large enough.", gap=address_range(taken.start, taken.size)
        )
    )
    numbers = {
        "edge": hex_address(taken.start if mb.bottom_up else taken.end),
        "size": hex(search.size),
        "align": hex(max(search.align, 1)),
        "answer": hex_address(taken.at),
    }
    sentences.append(
        tr("Bottom-up: {edge}, rounded up to a multiple of {align}, is {answer}.", **numbers)
        if mb.bottom_up
        else tr("Top-down: {edge} - {size}, rounded down to a multiple of {align}, is {answer}.", **numbers)
    )
    owner = material.owners.names.owner(event, material.owners.names.reserved)
    sentences.append(tr("It is for: {owner}.", owner=said(owner.name)))
    return one_after_other(sentences)


def compare(material: Material, question: Question, given: Value) -> str:
    """What is where somebody thought that the allocation would begin."""
    search = search_of(material, question.subject)
    if search is None or not isinstance(given, int):
        return ""
    mb = material.at(question.position).memblock
    for gap in gaps(mb, search):
        if gap.start <= given < gap.end:
            return _of_gap(gap, given, search, mb.bottom_up)
    return ""


def _of_gap(gap: Gap, given: int, search: Search, bottom_up: bool) -> str:
    where = address_range(gap.start, gap.size)
    if gap.verdict != TAKEN:
        return tr("The free gap {gap} is: {reason}.", gap=where, reason=gap.reason)
    if given % max(search.align, 1):
        return tr(
            "It is in the right gap, {gap}, but is no multiple of {align}.",
            gap=where,
            align=hex(search.align),
        )
    if given + search.size > gap.end:
        return tr(
            "It is in the right gap, {gap}, which ends before {size} are there.",
            gap=where,
            size=readable_size(search.size),
        )
    end = tr("lowest") if bottom_up else tr("highest")
    return tr(
        "It is in the right gap, {gap}, and would do, but the {end} place is taken.", gap=where, end=end
    )


KIND = Kind(
    "allocation",
    translatable("where an allocation of memblock will land"),
    ("calls", "arguments"),
    places,
    make,
    compare,
)
