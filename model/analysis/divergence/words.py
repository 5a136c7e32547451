"""The first divergence of two boots in words, line by line; ``<`` and ``>`` are the two boots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...base.units import hex_address
from ...build.kernel_source.found import Place
from ...language.words import tr, trn
from .find import MOST_COUNTED, Divergence, DivergentCall, Half, Held
from .finding import What
from .further import Further
from .states import PartDifference

MARKS = ("<", ">")


def held_lines(found: Held) -> Iterator[str]:
    """Two boots held against each other: where they part, or that they did the same."""
    if found.divergence is not None:
        yield from divergence_lines(found.divergence)
    elif found.is_nothing:
        yield tr("nothing can be compared: both boots have no function in common that they call")
    elif found.at_the_end:
        yield tr("all calls are the same in both boots")
    else:
        yield tr("both boots did the same")
    yield from remarks(found)


def remarks(found: Held) -> Iterator[str]:
    """What was not compared."""
    if found.is_moved:
        yield tr(
            "(the kernels ran at different virtual addresses: those were compared by the memory behind them,"
            " or not at all)"
        )
    if found.loaded is not None:
        yield tr(
            "(the kernel images lie at {one} and at {other}: what is in them was compared by its place)",
            one=hex_address(found.loaded[0]),
            other=hex_address(found.loaded[1]),
        )
    if found.breaks_off and not found.is_nothing:
        yield tr(
            "(one of them ends before the other: both were compared up to events {one} and {other})",
            one=found.ends[0],
            other=found.ends[1],
        )


def end_lines(found: Held) -> Iterator[str]:
    """What of the states differs at the end."""
    if found.at_the_end:
        yield tr("at the end:")
        yield from (f"  {line}" for line in _part_lines(found.at_the_end))


def divergence_lines(found: Divergence) -> Iterator[str]:
    """Everything about the first divergence."""
    yield tr("first divergence: {what}", what=headline(found))
    yield from (f"  {line}" for line in _details(found))
    if found.further:
        yield further_headline(found)
        yield from (f"  {line}" for each in found.further for line in _further_lines(each))


def headline(found: Divergence) -> str:
    """What is not the same, in a few words."""
    function = found.function
    match found.what:
        case What.ARGUMENTS:
            return tr(
                "{function} is called with another {names}",
                function=function,
                names=", ".join(found.finding.names),
            )
        case What.RESULT:
            return tr("{function} returns something else", function=function)
        case What.STATE:
            return _state_headline(found)
        case What.ONLY_LEFT:
            return tr("only the first boot calls {function}", function=function)
        case What.ONLY_RIGHT:
            return tr("only the second boot calls {function}", function=function)
        case What.OTHER_CALL:
            return tr(
                "the first boot calls {one}, the second {other}",
                one=_function(found.left),
                other=_function(found.right),
            )
        case What.ENDS:
            return tr("one of the kernels stops")


def _state_headline(found: Divergence) -> str:
    part, function = found.finding.part, found.function
    if not function:
        return tr("{part} is not the same at the end", part=part)
    if found.finding.left_position == found.finding.left:
        return tr("{part} is not the same when {function} is called", part=part, function=function)
    return tr("{part} is not the same when {function} returns", part=part, function=function)


def _function(half: Half) -> str:
    return half.call.function if half.call is not None else ""


def _details(found: Divergence) -> Iterator[str]:
    halves = (found.left, found.right)
    for mark, half in zip(MARKS, halves, strict=True):
        yield f"{mark} {_half_words(half)}"
    calls = [half.call for half in halves if half.call is not None]
    yield from _callers(calls)
    yield from _made_at(halves)
    yield from _places(calls)
    for mark, half in zip(MARKS, halves, strict=True):
        if half.call is not None and half.call.log:
            yield tr("log {mark} {line}", mark=mark, line=half.call.log)
    if found.states:
        yield tr("after it, differing:")
        yield from (f"  {line}" for line in _part_lines(found.states))
    if found.given:
        yield tr("they were not given the same:")
        yield from (f"  {line}" for line in found.given)


def _half_words(half: Half) -> str:
    if half.ending:
        return tr("event {event}: {words}", event=half.position, words=half.ending)
    if half.call is None:
        return tr("(not called: {instead})", instead=half.instead)
    words = tr("event {event}: {words}", event=half.call.event, words=half.call.text)
    if half.call.returned:
        words = tr("{call}, which returned {value}", call=words, value=half.call.returned)
    return words


def _callers(calls: Sequence[DivergentCall]) -> Iterator[str]:
    """Who called it, outermost first; once where both were called by the same."""
    told = list(dict.fromkeys(_path(call) for call in calls if call.callers))
    if len(told) == 1:
        yield tr("called by {callers}", callers=told[0])
    elif told:
        for mark, call in zip(MARKS, calls, strict=False):
            yield tr("called by {mark} {callers}", mark=mark, callers=_path(call))


def _path(call: DivergentCall) -> str:
    return " › ".join(reversed(call.callers))


def _made_at(halves: Sequence[Half]) -> Iterator[str]:
    """Where it was called, as return addresses tell; once where that is the same in both."""
    calls = [(mark, half.call) for mark, half in zip(MARKS, halves, strict=True) if half.call is not None]
    told = [(mark, call.call_place.words()) for mark, call in calls if call.call_place is not None]
    if len(told) == len(calls) and len({words for _, words in told}) == 1:
        yield tr("called at {place}", place=told[0][1])
        return
    for mark, words in told:
        yield tr("called at {mark} {place}", mark=mark, place=words)


def _places(calls: Sequence[DivergentCall]) -> Iterator[str]:
    """Where the function is defined; and who called it, where nothing tells the place of the call."""
    told: dict[str, None] = {}
    for call in calls:
        told |= _is_at(call.function, call.place)
        if call.callers and call.call_place is None:
            told |= _is_at(call.callers[0], call.caller_place)
    yield from told


def _is_at(function: str, place: Place) -> dict[str, None]:
    if not function or not place.file:
        return {}
    return {tr("{function} is defined at {place}", function=function, place=place): None}


def _part_lines(parts: Sequence[PartDifference]) -> Iterator[str]:
    for part in parts:
        yield f"{part.part}:"
        for row in part.rows:
            yield from (
                f"  {mark} {text}" for mark, text in zip(MARKS, (row.left, row.right), strict=True) if text
            )
        if part.count > len(part.rows):
            more = part.count - len(part.rows)
            yield f"  {trn('… {count} more', '… {count} more', more)}"


def further_headline(found: Divergence) -> str:
    """How many calls differ behind it."""
    if found.count >= MOST_COUNTED:
        return tr("{count} or more calls behind it differ, the first of them:", count=found.count)
    return trn(
        "{count} call behind it differs:", "{count} calls behind it differ, the first of them:", found.count
    )


def _further_lines(each: Further) -> Iterator[str]:
    sides = [
        (mark, text, event)
        for mark, text, event in zip(
            MARKS, (each.left, each.right), (each.left_event, each.right_event), strict=True
        )
        if text
    ]
    for mark, text, event in sides:
        yield f"{mark} {tr('event {event}: {words}', event=event, words=text)}"
    if each.times > 1:
        more = each.times - 1
        yield trn("  and {count} more of this function", "  and {count} more of this function", more)
