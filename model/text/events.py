"""Events in words, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..base.units import hex_address, sized_range
from ..language.words import tr
from ..memory.memblock import Memblock
from ..memory.pagetable.format import EntryFormat
from ..source.provenance import Inferred, provenance
from ..source.reasons import said_reason
from ..trace.events import Kind, Trace
from .results import result_text
from .values import whole_text

RANGES = (
    ("base", "size"),
    ("pa", "size"),
    ("phys", "size"),
    ("start", "end"),
    ("addr", "end"),
    ("start", "size"),
    ("addr", "size"),
)
"""Names of parameters that together say what memory a call is about, in order of preference."""


def named_arguments(trace: Trace, enter: int) -> dict[str, Any]:
    """The arguments of a call, by the names of the parameters."""
    return dict(zip(trace.function(enter).parameters, trace.payload(enter), strict=False))


def range_of(arguments: Mapping[str, Any]) -> tuple[int, int] | None:
    """The memory that a call is about, as base and end in bytes, if its arguments name one."""
    names = _range_names(arguments)
    if names is None:
        return None
    base, extent = arguments[names[0]], arguments[names[1]]
    return (base, base + extent) if names[1] == "size" else (base, extent)


def _range_names(arguments: Mapping[str, Any]) -> tuple[str, str] | None:
    """The two arguments that name the memory a call is about.  An allocation, which has an alignment, is
    about none yet: its start and end are those of a search."""
    if "align" in arguments:
        return None
    pairs = ((first, second) for first, second in RANGES if first in arguments and second in arguments)
    return next(
        (pair for pair in pairs if all(isinstance(arguments[name], int) for name in pair)),
        None,
    )


def call_text(trace: Trace, enter: int) -> str:
    """A call with its arguments, those that name memory as a range: ``memblock_reserve
    [0x48000000-0x480fffff] 1.0 MiB``."""
    arguments = named_arguments(trace, enter)
    name = trace.function(enter).name
    words: list[str] = []
    covered = range_of(arguments)
    if covered is not None:
        base, end = covered
        words.append(
            sized_range(base, end - base) if end > base else tr("{base}, empty", base=hex_address(base))
        )
        for each in _range_names(arguments) or ():
            del arguments[each]
    words += [f"{key}={whole_text(key, value)}" for key, value in arguments.items()]
    return f"{name} {' '.join(words)}" if words else f"{name}()"


def return_text(trace: Trace, leave: int) -> str:
    """A return with its value: ``memblock_reserve returned 0``."""
    result = trace.payload(leave)
    name = trace.function(leave).name
    return (
        tr("{name} returned", name=name)
        if result is None
        else tr("{name} returned {value}", name=name, value=result_text(name, result))
    )


def _log_text(trace: Trace, event: int) -> str:
    return trace.log_text(event)


def _panic_text(trace: Trace, event: int) -> str:
    return tr("panic: {message}", message=trace.payload(event))


WORDS: Mapping[int, Callable[[Trace, int], str]] = {
    Kind.ENTER: call_text,
    Kind.LEAVE: return_text,
    Kind.LOG: _log_text,
    Kind.PANIC: _panic_text,
}


def max_numnodes(trace: Trace) -> int:
    """MAX_NUMNODES of the kernel whose boot this is: how many nodes it can have."""
    from .changes import MOST_NODES

    memblock = trace.targets.get("memblock")
    return memblock.max_numnodes if isinstance(memblock, Memblock) else MOST_NODES


def describe(trace: Trace, event: int, entries: EntryFormat) -> str:
    """One line for people about any event of a kernel with such page-table entries."""
    words = WORDS.get(trace.kind(event))
    if words:
        return words(trace, event)
    from .changes import changes_text  # no boot begins with a change

    return changes_text(trace.payload(event), entries, max_numnodes(trace))


def whence(trace: Trace, event: int) -> str:
    """Where an event of a trace that a log was made into is known from, to be put behind it in words; ""
    where there is nothing to say: in another trace, or of a line itself."""
    known = provenance(trace, event)
    if known is None or trace.kind(event) == Kind.LOG:
        return ""
    return tr("inferred, {why}", why=said_reason(known.why)) if isinstance(known, Inferred) else known.why


def told(trace: Trace, event: int, entries: EntryFormat) -> str:
    """An event in one line, and if it is inferred, why."""
    words = describe(trace, event, entries)
    known = provenance(trace, event)
    return (
        tr("{words} (inferred, {why})", words=words, why=said_reason(known.why))
        if isinstance(known, Inferred)
        else words
    )


def event_text(trace: Trace, event: int, entries: EntryFormat) -> str:
    """An event for who asks about it: its number and what happens; of a call also what came of it, and the
    first sentence about its function; where a log tells it, that."""
    known = whence(trace, event)
    words = tr("Event {event}: {text}", event=event, text=describe(trace, event, entries)) + (
        f" ({known})" if known else ""
    )
    if trace.kind(event) != Kind.ENTER:
        return f"{words.rstrip('.')}."
    leave = trace.partner(event) if event < len(trace) else -1
    result = trace.payload(leave) if leave > event else None
    name = trace.function(event).name
    came = tr(", which returned {value}", value=result_text(name, result)) if result is not None else ""
    about = trace.function(event).doc.partition("\n\n")[0].partition(". ")[0]
    about = " ".join(about.split()).rstrip(".")
    return f"{words}{came}. {about}." if about else f"{words}{came}."
