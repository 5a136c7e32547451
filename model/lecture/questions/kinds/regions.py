"""What memblock's arrays look like after a call: which region comes of it, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

from ....base.units import address_range, sized_range
from ....index.calls import within
from ....index.memblock_ops import Operation
from ....language.words import tr, translatable, trn
from ....memory.memblock.regions import Region
from ..choosing import around, choices_of
from ..kind import Kind, Places, grouped
from ..material import Material
from ..question import AMOUNT, EASY, HARD, MIDDLING, RANGE, Cursor, Question, Value

RESERVES, FREES = "memblock_reserve", "memblock_phys_free"
ADDS = (RESERVES, "memblock_add", "memblock_add_node")
TAKES = (FREES, "memblock_remove")


class Deed(NamedTuple):
    """A call that changes one of the arrays in [start, end): the array's name, its regions before and after,
    and those before that it touches or overlaps."""

    array: str
    start: int
    end: int
    before: tuple[Region, ...]
    after: tuple[Region, ...]
    beside: tuple[Region, ...]


def _places(material: Material, names: Sequence[str]) -> Places:
    trace = material.trace
    found = [
        event
        for event in sorted(material.calls(*names))
        if trace.arguments(event, int, int) and _operations(material, event)
    ]
    return grouped(material, found, lambda event: f"{material.name(event)} {material.asker(event)}")


def _operations(material: Material, event: int) -> Sequence[Operation]:
    """What a call did to the arrays."""
    index = material.occurrences.operations
    end = material.trace.partner(event)
    return index.all()[index.count(event) : index.count(end)]


def deed_of(material: Material, event: int) -> Deed | None:
    """What a call did; None if it did more than it says, such as to double an array."""
    base, size = (material.trace.arguments(event, int, int) or (0, 0))[:2]
    end = base + size
    array = "reserved" if material.name(event) in (RESERVES, FREES) else "memory"
    operations = _operations(material, event)
    if any(each.array != array or each.start < base or each.end > end for each in operations):
        return None
    before, after = (
        tuple(getattr(material.at(position).memblock, array).regions)
        for position in (event, material.after(event))
    )
    if before == after or not all(region.size for region in before):
        return None  # an array that is empty counts the one region that it begins with
    beside = tuple(region for region in before if region.base <= end and base <= region.end)
    return Deed(array, base, end, before, after, beside)


# ---- which region ----


def merge_places(material: Material) -> Places:
    """Calls that add memory or reserve it."""
    return _places(material, ADDS)


def make_merge(material: Material, event: int, chance: Random) -> Question | None:
    """The question which region a range will be part of that touches another."""
    deed = deed_of(material, event)
    if deed is None or not deed.beside:
        return None
    holding = [region for region in deed.after if region.base <= deed.start < region.end]
    if len(holding) != 1:
        return None
    answer = _words(holding[0].base, holding[0].end)
    choices = choices_of(chance, answer, _wrong_regions(deed), str)
    if len(choices) < 2:
        return None
    return Question(
        kind=MERGE.name,
        difficulty=_merge_difficulty(deed, holding[0]),
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=tr(
            "memblock.{array} has {neighbours}, and {call} is called. Which region of the array will have"
            " {address} then?",
            array=deed.array,
            neighbours=_listed(deed.beside),
            call=material.call_words(event),
            address=hex(deed.start),
        ),
        form=RANGE,
        answer=answer,
        shown=answer,
        choices=choices,
        explanation=_why_merged(deed, holding[0]),
        place=_place(material, event, "memblock_merge_regions", "memblock_add_range"),
        cursor=Cursor("memblock", holding[0].base, holding[0].end, answers=True),
    )


def _words(start: int, end: int) -> str:
    return f"{start:#x}-{end - 1:#x}"


def _listed(regions: Sequence[Region]) -> str:
    told = [address_range(region.base, region.size) for region in regions[:3]]
    return ", ".join(told) + (" …" if len(regions) > 3 else "")


def _wrong_regions(deed: Deed) -> Iterator[str]:
    yield _words(deed.start, deed.end)
    first, last = deed.beside[0], deed.beside[-1]
    yield _words(min(first.base, deed.start), max(last.end, deed.end))
    yield _words(min(first.base, deed.start), deed.end)
    yield _words(deed.start, max(last.end, deed.end))
    yield _words(first.base, first.end)
    for region in deed.before:
        if region.base > deed.end:
            yield _words(deed.start, region.end)
            break


def _merge_difficulty(deed: Deed, region: Region) -> int:
    if (region.base, region.end) == (deed.start, deed.end) or len(deed.beside) > 2:
        return HARD
    return EASY if len(deed.beside) == 1 else MIDDLING


def _why_merged(deed: Deed, region: Region) -> str:
    whole = sized_range(region.base, region.size)
    if (region.base, region.end) == (deed.start, deed.end):
        other = next((each for each in deed.beside if each[2:] != region[2:]), None)
        if other is not None:
            return tr(
                "It touches {neighbour}, but memblock_merge_regions joins only regions of the same node and"
                " with the same flags: it stays {region}.",
                neighbour=address_range(other.base, other.size),
                region=whole,
            )
        return tr("What it overlaps lies inside of it: the region is {region}.", region=whole)
    joined = [each for each in deed.beside if region.base <= each.base and each.end <= region.end]
    return tr(
        "{range} touches or overlaps {neighbours}, of the same node and with the same flags:"
        " memblock_merge_regions makes one region of them, {region}.",
        range=address_range(deed.start, deed.end - deed.start),
        neighbours=_listed(joined or deed.beside),
        region=whole,
    )


# ---- how many ----


def count_places(material: Material) -> Places:
    """Calls that change an array."""
    return _places(material, (*ADDS, *TAKES))


def make_count(material: Material, event: int, chance: Random) -> Question | None:
    """The question how many regions an array has after a call."""
    deed = deed_of(material, event)
    if deed is None:
        return None
    before, answer = len(deed.before), len(deed.after)
    return Question(
        kind=COUNT.name,
        difficulty=EASY if answer == before + 1 else MIDDLING if answer == before else HARD,
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=trn(
            "memblock.{array} has {count} region, and {call} is called. How many will it have then?",
            "memblock.{array} has {count} regions, and {call} is called. How many will it have then?",
            before,
            array=deed.array,
            call=material.call_words(event),
        ),
        form=AMOUNT,
        answer=answer,
        shown=str(answer),
        choices=choices_of(chance, answer, [before, before + 1, before - 1, *around(answer, 1, 2)], str),
        explanation=_why_so_many(deed, material.name(event) in TAKES),
        place=_place(material, event, "memblock_add_range", "memblock_isolate_range"),
    )


def _why_so_many(deed: Deed, is_taken: bool) -> str:
    change = (len(deed.after) > len(deed.before)) - (len(deed.after) < len(deed.before))
    put_in = PUT_IN[change] if deed.beside else ALONE
    sentence = TAKEN_OUT[change] if is_taken else put_in
    return tr(
        sentence,
        range=address_range(deed.start, deed.end - deed.start),
        neighbours=_listed(deed.beside),
        before=len(deed.before),
        after=len(deed.after),
    )


ALONE = translatable("{range} touches no region: it is one more, {before} become {after}.")
PUT_IN = {
    1: translatable(
        "{range} lies at {neighbours}, but is not of the same node, or has other flags:"
        " {before} become {after}."
    ),
    0: translatable("{range} only makes {neighbours} longer: it stays at {after}."),
    -1: translatable("{range} joins {neighbours}, which become one: {before} become {after}."),
}
TAKEN_OUT = {
    1: translatable("{range} is taken out of the middle of {neighbours}: {before} become {after}."),
    0: translatable("{range} is taken off the end of {neighbours}: it stays at {after}."),
    -1: translatable("{range} has whole regions in it, {neighbours}: {before} become {after}."),
}
"""Why a change makes more regions, as many, or fewer."""


def _place(material: Material, event: int, *names: str) -> str:
    """Where the kernel does it: in one of these functions, if the call is traced down to it."""
    for name in names:
        for function in material.occurrences.functions_named(name):
            inside = within(material.occurrences.enters(function.number), event, material.after(event))
            if inside:
                return material.place(inside[0])
    return material.place(event)


def compare_count(material: Material, question: Question, given: Value) -> str:
    """Whether somebody forgot that neighbours merge."""
    deed = deed_of(material, question.subject)
    if deed is not None and given == len(deed.before) + 1 and len(deed.after) <= len(deed.before):
        return tr("It would be one more if nothing merged.")
    return ""


MERGE = Kind(
    "merge",
    translatable("which region comes of a range and its neighbours"),
    (),
    merge_places,
    make_merge,
)
COUNT = Kind(
    "regions",
    translatable("how many regions an array has after a call"),
    (),
    count_places,
    make_count,
    compare_count,
)
