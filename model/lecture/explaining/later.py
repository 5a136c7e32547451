"""What becomes of memory after an event: given back, in the buddy allocator, in /proc/iomem."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.units import hex_address, readable_size
from ...debugger.inspect.answers import Said
from ...index.memblock_ops import Operation
from ...language.words import tr
from ...memory.buddy import FreeRun
from ...text.iomem import Resource
from .ground import Ground
from .phrases import extent


def fate(ground: Ground, start: int, end: int, event: int) -> Iterator[Said]:
    """What becomes of reserved memory [start, end) after an event."""
    freed = _freed(ground, start, end, event)
    if freed is not None:
        yield Said(_freed_words(ground, freed, start, end), freed.event)
    yield from _handed_over(ground, start, event)
    if freed is None and ground.trace.finished and _is_reserved(ground, start):
        yield Said(tr("It stays reserved as long as this boot is followed."))
    yield from iomem(ground, start, end)


def _freed(ground: Ground, start: int, end: int, event: int) -> Operation | None:
    """The first operation after an event that takes some of it out of memblock.reserved."""
    for operation in ground.occurrences.operations.touching(start, end):
        if operation.event > event and operation.array == "reserved" and operation.removes:
            return operation
    return None


def _freed_words(ground: Ground, freed: Operation, start: int, end: int) -> str:
    low, high = max(freed.start, start), min(freed.end, end)
    path = ground.history.path(freed.event)
    if (low, high) == (start, end):
        return tr("It is given back at event {event} ({path}).", event=freed.event, path=path)
    return tr(
        "{part} of it are given back at event {event} ({path}).",
        part=extent(low, high - low),
        event=freed.event,
        path=path,
    )


def _is_reserved(ground: Ground, address: int) -> bool:
    return ground.owners.reserved_by(address, len(ground.trace)) is not None


def _handed_over(ground: Ground, start: int, event: int) -> Iterator[Said]:
    """That the buddy allocator has the first page in the end."""
    if not ground.trace.finished:
        return
    page = start >> ground.shifts.page
    free: list[FreeRun] = [*ground.state(len(ground.trace)).zones.free]
    found = next((run for run in free if run.start_pfn <= page < run.end_pfn), None)
    if found is not None:
        yield Said(
            tr(
                "In the end the buddy allocator has its first page, in the free pages from pfn {first} to "
                "{last}: anybody may get it from there.",
                first=hex_address(found.start_pfn),
                last=hex_address(found.end_pfn - 1),
            )
        )


def iomem(ground: Ground, start: int, end: int) -> Iterator[Said]:
    """Where memory is found in /proc/iomem in the end."""
    root = ground.resources()
    if root is None:
        return
    lines = [line for line in _lines(root, start) if line is not root]
    if not lines:
        yield Said(tr("/proc/iomem will have no line for it: to the kernel no memory is there."))
        return
    inner = lines[-1]
    shown = f"{inner.start:08x}-{inner.end:08x} : {inner.name}"
    if len(lines) > 1:
        yield Said(
            tr(
                "In /proc/iomem it will be in the line “{line}”, below “{outer}”.",
                line=shown,
                outer=lines[0].name,
            )
        )
    else:
        yield Said(tr("In /proc/iomem it will be in the line “{line}”.", line=shown))


def _lines(resource: Resource, address: int) -> Iterator[Resource]:
    """The lines that an address is in, from the outside in."""
    yield resource
    for child in resource.children:
        if child.start <= address <= child.end:
            yield from _lines(child, address)


def memory_fate(ground: Ground, start: int, end: int, event: int) -> Iterator[Said]:
    """What becomes of memory [start, end) that memblock.memory got at an event: how much of it is taken by
    and by, and its line of /proc/iomem."""
    later = [
        each
        for each in ground.occurrences.operations.touching(start, end)
        if each.event > event and each.array == "memory" and each.removes
    ]
    if later:
        first = later[0]
        yield Said(
            tr(
                "{part} of it are taken out of memory again at event {event} ({path}).",
                part=extent(max(first.start, start), min(first.end, end) - max(first.start, start)),
                event=first.event,
                path=ground.history.path(first.event),
            ),
            first.event,
        )
    if ground.trace.finished:
        taken = sum(
            min(piece.end, end) - max(piece.start, start)
            for piece in ground.owners.reserved(len(ground.trace)).within(start, end)
        )
        yield Said(
            tr(
                "At the end of this boot {taken} of its {whole} are reserved; the rest is for everybody.",
                taken=readable_size(taken),
                whole=readable_size(end - start),
            )
        )
    yield from iomem(ground, start, end)
