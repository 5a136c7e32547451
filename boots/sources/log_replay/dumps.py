"""The log's own dumps of memblock, held against the replay: where they differ, what the kernel must have done
without a line, or that nothing it may do without one explains it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ....model.logs.kernel_log import KernelLog
from ....model.logs.records.memblock import DumpedArray, DumpedRegion, MemblockDump
from ....model.logs.records.record import Understood
from ....model.memory.memblock.regions import Region, RegionArray
from ....model.memory.memblock.structure import Memblock
from ....model.source.facts import Facts
from .operations import become, node_number
from .silence import Silence, Unlogged
from .spans import Span, cut, parts, spans, without
from .steps import Step


class DumpCheck(NamedTuple):
    """How the replay stood at a dump, before it went on from that.

    `line` is the dump's first line in the file.  `agrees` says whether the dump is reproduced, by what the
    log says and what the kernel may do without a line; `difference` is the first difference between both in
    words, "" if there is none, `inferred` are the steps that must have happened unlogged, in words.  A dump
    is not `complete` if regions of it are missing in the log.
    """

    line: int
    agrees: bool
    difference: str
    inferred: tuple[str, ...]
    complete: bool

    def sentence(self) -> str:
        """All of it in a sentence."""
        if self.agrees and not self.difference:
            return f"the dump in line {self.line} agrees"
        if self.agrees:
            steps = f"{len(self.inferred)} inferred step{'s' * (len(self.inferred) > 1)}"
            return f"the dump in line {self.line} agrees, with {steps}"
        return f"the dump in line {self.line} is not reproduced: {self.difference}"


class DumpChecker:
    """Checks the dumps of a log, one after another."""

    def __init__(self, log: KernelLog, understood: Understood, facts: Facts, arch: str) -> None:
        self.silence = Silence(log, understood, facts, arch)

    def check(self, dump: MemblockDump, memblock: Memblock) -> tuple[DumpCheck, list[Step]]:
        """How a dump agrees with memblock as it is now; and the steps after which it does."""
        self.silence.at(dump)
        steps: list[Step] = []
        unexplained: list[str] = []
        differences: list[str] = []
        shown = (
            (memblock.memory, dump.memory, dump.memory_size),
            (memblock.reserved, dump.reserved, dump.reserved_size),
        )
        for array, dumped, size in shown:
            ours = [region for region in array.regions if region.size]
            theirs = dumped_regions(memblock, array, dumped)
            if not dumped.is_complete:
                theirs = filled(ours, theirs, dumped)
            if ours == theirs:
                continue
            differences.append(first_difference(array, ours, theirs))
            for done in self.silence.explain(array.name, ours, theirs):
                if done.excuse:
                    steps.append(_step(dump, array, done, size if done.after == theirs else None))
                else:
                    unexplained.append(done.words)
                    steps.append(_step(dump, array, done, size))
        self.silence.passed(dump)
        difference = unexplained[0] if unexplained else differences[0] if differences else ""
        inferred = tuple(step.why for step in steps)
        return DumpCheck(dump.line.number, not unexplained, difference, inferred, dump.is_complete), steps


def _step(dump: MemblockDump, array: RegionArray, done: Unlogged, size: int | None) -> Step:
    why = f"{done.words}: {done.excuse}" if done.excuse else f"{done.words}, and nothing tells why"
    return Step(dump.line.number, done.function, become(array, tuple(done.after), size), why, done.arguments)


def dumped_regions(memblock: Memblock, array: RegionArray, dumped: DumpedArray) -> list[Region]:
    """The regions that a dump shows; flags and nodes that are not printed are as ours."""
    found: list[Region] = []
    at = 0
    for shown in dumped.regions:
        if shown.size <= 0:
            continue
        while at < len(array.regions) and array.regions[at].end <= shown.base:
            at += 1
        here = array.regions[at] if at < len(array.regions) else None
        found.append(_region(memblock, shown, here if here and here.base < shown.base + shown.size else None))
    return found


def _region(memblock: Memblock, shown: DumpedRegion, ours: Region | None) -> Region:
    flags = shown.flags if shown.flags is not None else ours.flags if ours else 0
    if not memblock.numa:
        return Region(shown.base, shown.size, flags, 0)
    nid = memblock.max_numnodes if shown.nid is None else node_number(memblock, shown.nid)
    if shown.nid is None and ours and not 0 <= ours.nid < memblock.max_numnodes:
        nid = ours.nid
    return Region(shown.base, shown.size, flags, nid)


def filled(ours: Sequence[Region], shown: Sequence[Region], dumped: DumpedArray) -> list[Region]:
    """A dump with regions left out: what is not shown is taken to be as ours, wherever there is room for it
    between two that are shown."""
    kept: list[Region] = []
    for start, end in _left_out(dumped):
        kept += parts(ours, [Span(start, end)])
    return sorted([*shown, *cut(kept, spans(shown))])


def _left_out(dumped: DumpedArray) -> Iterator[tuple[int, int]]:
    """The ranges of addresses of which a dump does not tell."""
    end, at = 0, 0
    for region in dumped.regions:
        if region.at != at:
            yield end, region.base
        end, at = region.base + region.size, region.at + 1
    if dumped.told is None or at < dumped.told:
        yield end, 1 << 64


def first_difference(array: RegionArray, ours: Sequence[Region], theirs: Sequence[Region]) -> str:
    """Where two arrays differ first, in words."""
    here, there = spans(ours), spans(theirs)
    lost, gained = without(here, there), without(there, here)
    where = sorted([*((span, True) for span in lost), *((span, False) for span in gained)])
    if where:
        span, is_ours = where[0]
        verb = "is not in the dump" if is_ours else "is in the dump only"
        return f"{span} of {array.name} {verb}"
    for mine, other in zip(ours, theirs, strict=False):
        if mine != other:
            return f"{Span(other.base, other.end)} of {array.name} has other limits, flags or another node"
    return f"{array.name} has {len(theirs)} regions, not {len(ours)}"
