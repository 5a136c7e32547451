"""What kernels do to memblock without a line: by what a dump has and the lines before it do not tell.

mm/memblock.c prints ``memblock_add``, ``memblock_remove``, ``memblock_reserve`` and ``memblock_free`` under
``memblock=debug``, once that is parsed; it trims to pages, limits memory, and sets flags and nodes without a
word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ....model.logs.kernel_log import KernelLog
from ....model.logs.records.memblock import MemblockCall, MemblockDump, Operation
from ....model.logs.records.record import Understood
from ....model.memory.memblock.regions import (
    MEMBLOCK_DRIVER_MANAGED,
    MEMBLOCK_HOTPLUG,
    MEMBLOCK_MIRROR,
    MEMBLOCK_NOMAP,
    MEMBLOCK_RSRV_NOINIT,
    Region,
    TypeName,
)
from ....model.source.facts import Facts
from .spans import Span, cut, merged, parts, spans, without
from .stages import LIMITED_IN_THEIR_MAP
from .steps import speaks_from_the_start

BEFORE_DEBUG = "it happened before memblock=debug was parsed"
IN_A_GAP = "it happened in lines that are missing in this log"
BEGINS_LATE = "it happened before this log begins"
FLAGS = {
    MEMBLOCK_HOTPLUG: "hotplug",
    MEMBLOCK_MIRROR: "mirror",
    MEMBLOCK_NOMAP: "nomap",
    MEMBLOCK_DRIVER_MANAGED: "driver_managed",
    MEMBLOCK_RSRV_NOINIT: "noinit",
}
"""The flags of regions, as memblock_mark_… and memblock_clear_… have them in their names."""


class Unlogged(NamedTuple):
    """Something that a kernel's `function` did without a line, after which the array has the regions `after`.
    `words` say what, `excuse` why no line tells of it, "" if one should."""

    function: str
    words: str
    excuse: str
    after: list[Region]
    arguments: tuple[tuple[str, object], ...] = ()


class Silence:
    """What may go unsaid in a log, up to the dump that was looked `at` last."""

    def __init__(self, log: KernelLog, understood: Understood, facts: Facts, arch: str) -> None:
        self.page_size = facts.page_size
        self.limits_memory = arch not in LIMITED_IN_THEIR_MAP
        self.log = log
        calls = [record for record in understood.records if isinstance(record, MemblockCall)]
        self.said = {call.operation for call in calls}
        self.unheard = BEFORE_DEBUG if log.extent.begins else BEGINS_LATE
        self.since = 0
        self.until = 0
        self.all_was_told = speaks_from_the_start(log, understood)

    def at(self, dump: MemblockDump) -> None:
        """The dump that is explained next."""
        self.until = dump.line.number

    def passed(self, dump: MemblockDump) -> None:
        """The state is known from this dump on."""
        self.since = dump.line.number
        self.all_was_told = self.all_was_told or dump.is_complete

    def explain(self, array: TypeName, ours: list[Region], theirs: list[Region]) -> Iterator[Unlogged]:
        """What leads from our regions to those of a dump, in this order: what is lost, what is new, flags,
        nodes."""
        now = ours
        found: list[Unlogged] = []
        for change in (self._lost, self._gained, self._flags, self._nodes):
            for done in change(array, now, theirs):
                found.append(done)
                now = done.after
        if found and merged(now) == merged(theirs):
            found[-1] = found[-1]._replace(after=theirs)
        elif now != theirs:
            words = f"regions of {array} are divided otherwise"
            found.append(Unlogged("memblock_merge_regions", words, "no line says how", theirs))
        yield from found

    # ---- addresses ----

    def _missing_lines(self) -> str:
        """Why lines before the dump may be missing, "" if they may not."""
        if any(self.since < gap <= self.until for gap in self.log.gaps):
            return IN_A_GAP
        return "" if self.all_was_told else self.unheard

    def _lost(self, array: TypeName, ours: list[Region], theirs: list[Region]) -> Iterator[Unlogged]:
        lost = without(spans(ours), spans(theirs))
        if not lost:
            return
        if array == "reserved":
            yield self._freed(ours, theirs, lost)
            return
        edges = [span for span in lost if self._is_edge(span)]
        if edges:
            words = f"memory is trimmed to whole pages: {_several(edges)} is no whole page"
            ours = cut(ours, edges)
            yield Unlogged(
                "memblock_trim_memory",
                words,
                "the kernel says nothing of that",
                ours,
                (("align", self.page_size),),
            )
        rest = [span for span in lost if span not in edges]
        if rest:
            yield self._removed(ours, theirs, rest)

    def _is_edge(self, span: Span) -> bool:
        mask = self.page_size - 1
        return span.end - span.start < self.page_size and bool(span.start & mask or span.end & mask)

    def _removed(self, ours: list[Region], theirs: list[Region], lost: list[Span]) -> Unlogged:
        after = cut(ours, lost)
        kept = [region for region in theirs if not region.flags & MEMBLOCK_NOMAP]
        limit = max((region.end for region in kept), default=0)
        words = f"{_several(lost)} is no memory any more"
        if lost[0].start >= limit and self.limits_memory:
            excuse = "memory above that is cut off, by a limit of the command line or of the kernel"
            return Unlogged(
                "memblock_enforce_memory_limit", words, excuse, after, (("limit", lost[0].start),)
            )
        outside = [region for region in kept if region.base < lost[0].end]
        if not outside and Operation.REMOVE not in self.said:
            return Unlogged("memblock_cap_memory_range", words, "memory below a limit is cut off", after)
        excuse = self._missing_lines()
        if not excuse and Operation.REMOVE not in self.said:
            excuse = "this kernel has no line for memory that is removed"
        return Unlogged("memblock_remove", words, excuse, after)

    def _freed(self, ours: list[Region], theirs: list[Region], lost: list[Span]) -> Unlogged:
        after = cut(ours, lost)
        words = f"{_several(lost)} is not reserved any more"
        excuse = IN_A_GAP if self._missing_lines() == IN_A_GAP else ""
        return Unlogged("memblock_free", words, excuse, after)

    def _gained(self, array: TypeName, ours: list[Region], theirs: list[Region]) -> Iterator[Unlogged]:
        gained = without(spans(theirs), spans(ours))
        if not gained:
            return
        after = sorted([*ours, *parts(theirs, gained)])
        operation = Operation.ADD if array == "memory" else Operation.RESERVE
        excuse = self._missing_lines()
        if not excuse and operation not in self.said:
            excuse = "this kernel has no line for that"
        verb = "memory" if array == "memory" else "reserved"
        function = "memblock_add" if array == "memory" else "memblock_reserve"
        yield Unlogged(function, f"{_several(gained)} is {verb} without a line", excuse, after)

    # ---- what belongs to regions ----

    def _flags(self, array: TypeName, ours: list[Region], theirs: list[Region]) -> Iterator[Unlogged]:
        for flag, name in FLAGS.items():
            had = spans(region for region in ours if region.flags & flag)
            has = spans(region for region in theirs if region.flags & flag)
            for verb, which in (("clear", without(had, has)), ("mark", without(has, had))):
                if not which:
                    continue
                new = flag if verb == "mark" else 0
                marked = [each._replace(flags=each.flags & ~flag | new) for each in parts(ours, which)]
                ours = merged([*marked, *cut(ours, which)])
                prefix = "memblock_reserved_" if flag == MEMBLOCK_RSRV_NOINIT else "memblock_"
                done = "set" if verb == "mark" else "cleared"
                words = f"flag {name} is {done} of {_several(which)} of {array}"
                yield Unlogged(f"{prefix}{verb}_{name}", words, "the kernel says nothing of flags", ours)

    def _nodes(self, array: TypeName, ours: list[Region], theirs: list[Region]) -> Iterator[Unlogged]:
        if merged(region._replace(nid=0) for region in ours) != merged(
            region._replace(nid=0) for region in theirs
        ) or merged(ours) == merged(theirs):
            return
        words = f"regions of {array} are given their nodes"
        yield Unlogged("memblock_set_node", words, "the kernel says nothing of that", theirs)


def _several(found: Sequence[Span]) -> str:
    """Ranges in words: the first three."""
    told = ", ".join(map(str, found[:3]))
    return f"{told} and {len(found) - 3} more" if len(found) > 3 else told
