"""The way in: an event explained, side by side what happens, who does it, why there, what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ...debugger.inspect.answers import Paragraph, Said, WordsAnswer
from ...language.words import tr
from ...trace.events import Kind
from . import later
from .calls import allocation_of, becomes, entered, returned, why_there
from .firmware import e820_changes, numa_changes
from .ground import Ground, ground_of
from .lines import panicked, printed
from .mappings import table_changes
from .memory_model import section_changes
from .nodes import zone_changes
from .regions import memblock_changes
from .values import variable_changes
from .who import known, who

if TYPE_CHECKING:
    from ...debugger.debugger import Debugger

KIND = "explanation"
WHAT: Mapping[int, Callable[[Ground, int], Iterator[Said]]] = {
    Kind.ENTER: entered,
    Kind.LEAVE: returned,
    Kind.LOG: printed,
    Kind.MEMBLOCK: memblock_changes,
    Kind.PAGE_TABLE: table_changes,
    Kind.SECTION: section_changes,
    Kind.ZONE: zone_changes,
    Kind.VARIABLE: variable_changes,
    Kind.PANIC: panicked,
    Kind.E820: e820_changes,
    Kind.NUMA: numa_changes,
}
"""What happens, by the kind of event."""


def explain(debugger: Debugger, event: int) -> WordsAnswer:
    """An event of a debugger's boot in sentences, in the chosen language.  Raises `IndexError`: there is no
    such event."""
    if not 0 <= event < len(debugger.trace):
        raise IndexError(event)
    ground = ground_of(debugger)
    paragraphs = (
        _paragraph(tr("what happens"), WHAT[ground.trace.kind(event)](ground, event)),
        _paragraph(tr("why there"), _why_there(ground, event)),
        _paragraph(tr("who does it, and why"), who(ground, event)),
        _paragraph(tr("what becomes of it"), _later(ground, event)),
        _paragraph(tr("how that is known"), known(ground, event)),
    )
    return WordsAnswer(KIND, tuple(each for each in paragraphs if each.said))


def _paragraph(heading: str, said: Iterable[Said]) -> Paragraph:
    return Paragraph(heading, tuple(said))


def _why_there(ground: Ground, event: int) -> Iterator[Said]:
    kind = ground.trace.kind(event)
    enter = allocation_of(ground, event) if kind == Kind.MEMBLOCK else event
    if enter is not None and kind in (Kind.ENTER, Kind.MEMBLOCK):
        yield from why_there(ground, enter)


def _later(ground: Ground, event: int) -> Iterator[Said]:
    """What becomes of what an event is about."""
    trace = ground.trace
    if trace.kind(event) == Kind.ENTER:
        yield from becomes(ground, event)
    elif trace.kind(event) == Kind.MEMBLOCK:
        operations = ground.occurrences.operations.of_event(event)
        first = operations[0] if operations else None
        if first is None:
            return
        if first.array == "reserved" and not first.removes:
            yield from later.fate(ground, first.start, first.end, event)
        elif first.array == "memory" and first.adds:
            yield from later.memory_fate(ground, first.start, first.end, event)
        else:
            yield from later.iomem(ground, first.start, first.end)
