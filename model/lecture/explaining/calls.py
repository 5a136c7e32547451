"""Calls and returns in sentences: what a function is for, what it is given here, what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...analysis.explain import ALLOCATION, SEARCH
from ...base.units import hex_address, readable_size
from ...debugger.inspect.answers import Said
from ...index.calls import within
from ...language.words import tr, trn
from ...memory.memblock.regions import TypeName
from ...text.events import named_arguments, range_of
from ...text.values import local_text
from ...trace.events import Kind
from . import later
from .ground import Ground
from .phrases import extent, listed, whose
from .purposes import sentence
from .searches import searched

MOST_ARGUMENTS = 6
Arguments = Mapping[str, Any]


def entered(ground: Ground, enter: int) -> Iterator[Said]:
    """What a call is about."""
    trace = ground.trace
    arguments, name = named_arguments(trace, enter), trace.function(enter).name
    special = RANGES.get(name)
    about = range_of(arguments)
    if special is not None and about is not None and about[1] > about[0]:
        yield Said(special(ground, enter, *about))
    elif _asks(name, arguments):
        yield Said(_request(ground, enter, arguments))
    else:
        yield from _generic(ground, enter, arguments)
    yield from (Said(words) for words in _came(ground, enter))


def _generic(ground: Ground, enter: int, arguments: Arguments) -> Iterator[Said]:
    trace = ground.trace
    name = trace.function(enter).name
    yield Said(sentence(trace, enter) or tr("{function} is entered.", function=name))
    if (about := range_of(arguments)) is not None and about[1] > about[0]:
        yield Said(tr("It is about {range} here.", range=extent(about[0], about[1] - about[0])))
    elif given := {key: value for key, value in arguments.items() if value is not None}:
        shown = [f"{key} = {local_text(key, value)}" for key, value in [*given.items()][:MOST_ARGUMENTS]]
        yield Said(tr("It is given {arguments}.", arguments=listed(shown)))


# ---- what memblock is asked to do with a range ----


def _reserve(ground: Ground, enter: int, start: int, end: int) -> str:
    names = ground.owners.names
    owner = whose(names.of_call(enter, names.reserved))
    name, where = ground.trace.function(enter).name, extent(start, end - start)
    there = _covered(ground, enter, "reserved", start, end)
    if there == end - start:
        return tr(
            "{function} marks {range} as reserved, for {owner}. All of it was reserved already, so nothing "
            "changes.",
            function=name,
            range=where,
            owner=owner,
        )
    said = tr(
        "{function} marks {range} as reserved, for {owner}. No search of memblock will give it to others.",
        function=name,
        range=where,
        owner=owner,
    )
    return said + _already(there)


def _already(there: int) -> str:
    return tr(" {size} of it were in already.", size=readable_size(there)) if there else ""


def _add(ground: Ground, enter: int, start: int, end: int) -> str:
    names = ground.owners.names
    said = tr(
        "{function} adds {range} to memblock.memory: {owner}. From now on the kernel knows that memory is "
        "there.",
        function=ground.trace.function(enter).name,
        range=extent(start, end - start),
        owner=whose(names.of_call(enter, names.memory)),
    )
    return said + _already(_covered(ground, enter, "memory", start, end))


def _remove(ground: Ground, enter: int, start: int, end: int) -> str:
    names = ground.owners.names
    there = _covered(ground, enter, "memory", start, end)
    said = tr(
        "{function} takes out of memblock.memory what lies in {range} ({owner}): the kernel will not use it, "
        "nor map it.",
        function=ground.trace.function(enter).name,
        range=extent(start, end - start)
        if end < 1 << 63
        else tr("everything from {base} on", base=hex_address(start)),
        owner=whose(names.of_call(enter, names.memory)),
    )
    if not there:
        return said + tr(" There is no memory, so nothing changes.")
    return said + tr(" {size} of memory are lost that way.", size=readable_size(there))


def _free(ground: Ground, enter: int, start: int, end: int) -> str:
    claim = ground.owners.reserved_by(start, enter)
    said = tr(
        "{function} gives {range} back to memblock: they may be found by searches again.",
        function=ground.trace.function(enter).name,
        range=extent(start, end - start),
    )
    return said + tr(" They were reserved for {owner}.", owner=whose(claim.owner)) if claim else said


def _mark(ground: Ground, enter: int, start: int, end: int) -> str:
    purpose = sentence(ground.trace, enter)
    return tr("{purpose} Here that is {range}.", purpose=purpose, range=extent(start, end - start))


RANGES: Mapping[str, Callable[[Ground, int, int, int], str]] = {
    "memblock_reserve": _reserve,
    "memblock_add": _add,
    "memblock_add_node": _add,
    "memblock_remove": _remove,
    "memblock_free": _free,
    "memblock_phys_free": _free,
    **dict.fromkeys(
        (
            "memblock_mark_nomap",
            "memblock_clear_nomap",
            "memblock_mark_hotplug",
            "memblock_clear_hotplug",
            "memblock_mark_mirror",
            "memblock_reserved_mark_noinit",
            "memblock_set_node",
        ),
        _mark,
    ),
}
"""What memblock is asked to do with a range, and who tells of it."""


def _covered(ground: Ground, position: int, array: TypeName, start: int, end: int) -> int:
    """The bytes of [start, end) that an array has at a position."""
    regions = ground.state(position).memblock.type(array).regions
    return sum(max(min(each.end, end) - max(each.base, start), 0) for each in regions)


# ---- what memblock is asked for ----


def _asks(name: str, arguments: Arguments) -> bool:
    """Whether a call asks memblock for memory, or to look for some."""
    size, align = arguments.get("size"), arguments.get("align")
    return name.startswith("memblock_") and isinstance(size, int) and isinstance(align, int)


def _request(ground: Ground, enter: int, arguments: Arguments) -> str:
    names = ground.owners.names
    owner = whose(names.of_call(enter, names.reserved))
    values = {
        "function": ground.trace.function(enter).name,
        "size": readable_size(arguments["size"]),
        "align": readable_size(arguments["align"]),
        "owner": owner,
    }
    if "find" in str(values["function"]):
        return tr("{function} looks for {size} of free memory, aligned to {align}, for {owner}.", **values)
    return tr("{function} asks for {size} of memory, aligned to {align}, for {owner}.", **values)


# ---- what comes of a call ----


def _came(ground: Ground, enter: int) -> Iterator[str]:
    """What happens before the call returns, in numbers, and its result."""
    trace = ground.trace
    leave = trace.partner(enter)
    if not leave:
        yield tr("It does not return as far as this boot is recorded.")
        return
    counted = {kind: sum(1 for _ in trace.of_kind(kind, enter + 1, leave)) for kind in (Kind.ENTER, Kind.LOG)}
    changed = sum(1 for _ in trace.changes(enter + 1, leave))
    if changed:
        said = trn("It makes one change", "It makes {count} changes", changed)
        calls, lines = counted[Kind.ENTER], counted[Kind.LOG]
        more = [trn("one call", "{count} calls", calls)] if calls else []
        more += [trn("one line of the log", "{count} lines of the log", lines)] if lines else []
        yield said + (tr(", with {more}", more=listed(more)) if more else "") + tr(".")
    elif counted[Kind.ENTER] or counted[Kind.LOG]:
        yield tr("It changes nothing of what is followed here.")
    result = _result(ground, enter, leave)
    if result:
        yield tr("It returns at event {event}: {result}.", event=leave, result=result)


def _result(ground: Ground, enter: int, leave: int) -> str:
    """What a call returned, in words; "" where that says nothing."""
    result, name = ground.trace.payload(leave), ground.trace.function(enter).name
    if result is None:
        return ""
    if isinstance(result, bool) or not isinstance(result, int):
        return local_text("", result)
    if result == 0:
        if "find" in name or "alloc" in name:
            return tr("0, there is none")
        return tr("0, it went well") if name in RANGES else "0"
    if result < 0:
        return tr("{result}, an error", result=result)
    return local_text("", result)


def returned(ground: Ground, leave: int) -> Iterator[Said]:
    """What a return means."""
    trace = ground.trace
    enter = trace.partner(leave)
    name = trace.function(enter).name
    result = _result(ground, enter, leave)
    if result:
        yield Said(tr("{function} returns {result}.", function=name, result=result))
    else:
        yield Said(tr("{function} returns.", function=name))
    yield Said(tr("It was entered at event {event}.", event=enter), enter)
    if said := sentence(trace, enter):
        yield Said(said)
    changed = list(trace.changes(enter + 1, leave))
    if changed:
        yield Said(
            trn(
                "One change was made meanwhile, at event {first}.",
                "{count} changes were made meanwhile, the first at event {first}, the last at event {last}.",
                len(changed),
                first=changed[0][0],
                last=changed[-1][0],
            ),
            changed[0][0],
        )
    else:
        yield Said(tr("Nothing of what is followed here was changed meanwhile."))
    caller = trace.parent(enter)
    if caller >= 0:
        yield Said(tr("{caller} goes on from here.", caller=trace.function(caller).name), caller)


def becomes(ground: Ground, enter: int) -> Iterator[Said]:
    """What becomes of the memory that a call is about."""
    trace = ground.trace
    name, arguments = trace.function(enter).name, named_arguments(trace, enter)
    about = range_of(arguments)
    if name in RANGES and about is not None and about[0] < about[1] < 1 << 63:
        if RANGES[name] is _reserve:
            yield from later.fate(ground, *about, ground.end_of(enter))
        elif RANGES[name] is _add:
            yield from later.memory_fate(ground, *about, ground.end_of(enter))
        else:
            yield from later.iomem(ground, *about)
    elif _asks(name, arguments):
        found = trace.payload(trace.partner(enter)) if trace.partner(enter) else None
        if isinstance(found, int) and found > 0 and arguments["size"] > 0:
            yield from later.fate(ground, found, found + arguments["size"], ground.end_of(enter))


def why_there(ground: Ground, enter: int) -> Iterator[Said]:
    """Why a search for memory in a call came out as it did."""
    functions, enters = ground.occurrences.functions_named(SEARCH), ground.occurrences.enters
    number = sum(len(within(enters(each.number), enter, ground.end_of(enter))) for each in functions)
    name = ground.trace.function(enter).name
    if number == 1 or (number and _asks(name, named_arguments(ground.trace, enter))):
        yield from searched(ground, enter)


def allocation_of(ground: Ground, event: int) -> int | None:
    """The call that looks for memory and reserves it, of which a change of memblock is a part; None: nobody
    looked, the range was given."""
    for enter in ground.trace.outwards(event):
        name = ground.trace.function(enter).name
        if name == ALLOCATION:
            return enter
        if not name.startswith("memblock_"):
            return None
    return None
