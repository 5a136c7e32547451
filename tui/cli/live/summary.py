"""What a live recording has brought, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ....boots.live.ending import ending_sentence
from ....boots.live.options import LiveOptions
from ....boots.live.report import LiveReport
from ....boots.live.run import LiveRun
from ....model.base.units import hex_address, one_line, readable_size
from ....model.debugger.debugger import Debugger
from ....model.language.columns import padded, wrapped
from ....model.language.words import tr, trn
from ....model.memory.memblock.regions import RegionArray
from ....model.trace.events import Kind

WIDTH = 12
"""Columns of what a line is about."""
WIDEST = 100
"""Columns of what is missing: names by the dozen."""


class Array(Struct, frozen=True):
    """An array of memblock: how many regions, and the sum of their sizes in bytes."""

    regions: int
    size: int

    @classmethod
    def of(cls, array: RegionArray) -> Array:
        """What there is of one; the empty region that stands in for none is none."""
        sizes = [region.size for region in array.regions if region.size]
        return cls(len(sizes), sum(sizes))


class Against(Struct, frozen=True):
    """What the recording was held against, and what came of it, as lines and as plain data; `are_same` says
    whether both did the same."""

    other: str
    lines: Sequence[str]
    plain: dict[str, Any]
    are_same: bool


class Summary(Struct, frozen=True):
    """What is told of a recording: its `report`, how much of what the trace has, memblock at its end, and
    where it was `saved` to, with its bytes; where its `machine` was written to; and what it was held
    `against`."""

    options: LiveOptions
    report: LiveReport
    events: int
    calls: int
    log_lines: int
    memory: Array
    reserved: Array
    saved: str = ""
    saved_size: int = 0
    machine: str = ""
    against: Against | None = None

    def lines(self) -> list[str]:
        """As people read it."""
        lines = [f"{padded(about, WIDTH)}{text}".rstrip() for about, text in self._rows()]
        if self.against is None:
            return lines
        head = tr("held against {other} (>):", other=one_line(self.against.other))
        return [*lines, "", head, *self.against.lines]

    def _rows(self) -> Iterator[tuple[str, str]]:
        report = self.report
        yield tr("kernel"), one_line(report.banner or self.options.name)
        if report.release is not None and str(report.release) not in report.banner:
            yield tr("release"), str(report.release)
        yield tr("loaded at"), self._place()
        yield tr("ended"), ending_sentence(report, self.options) or tr("It goes on.")
        yield tr("recorded"), self._amounts()
        yield tr("watched"), self._watched()
        for name, array in (("memory", self.memory), ("reserved", self.reserved)):
            regions = trn("{count} region", "{count} regions", array.regions)
            yield name, f"{regions}, {readable_size(array.size)}"
        yield tr("took"), tr("{seconds:.1f} s", seconds=report.seconds)
        if self.saved:
            yield tr("saved in"), f"{one_line(self.saved)}, {readable_size(self.saved_size)}"
        if self.machine:
            yield tr("machine"), one_line(self.machine)
        about = tr("missing")
        for sentence in report.missing:
            for line in wrapped(one_line(sentence), WIDEST - WIDTH):
                yield about, line
                about = ""

    def _place(self) -> str:
        report = self.report
        place = hex_address(report.load_address) if report.load_address is not None else tr("(unknown)")
        if report.moved is None:
            return tr("{place}; whether KASLR moved it was not found", place=place)
        if not report.moved:
            return tr("{place}; KASLR did not move it", place=place)
        distance = report.moved - (1 << 64) if report.moved >> 63 else report.moved
        return tr("{place}; KASLR moved it by {moved:#x}", place=place, moved=distance)

    def _amounts(self) -> str:
        events = trn("{count:,} event", "{count:,} events", self.events)
        calls = trn("{count:,} call", "{count:,} calls", self.calls)
        lines = trn("{count:,} log line", "{count:,} log lines", self.log_lines)
        return f"{events}: {calls}, {lines}"

    def _watched(self) -> str:
        report = self.report
        stops = trn("it stood {count:,} time", "it stood {count:,} times", report.stops)
        return tr(
            "{watched} of {known} functions; {stops}", watched=report.watched, known=report.known, stops=stops
        )

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        report = self.report
        return {
            "kind": "live",
            "kernel": self.options.name,
            "banner": report.banner,
            "release": None if report.release is None else str(report.release),
            "architecture": report.architecture,
            "load_address": _address(report.load_address),
            "moved": _address(report.moved),
            "ending": None if report.ending is None else report.ending.value,
            "ending_words": report.ending_words,
            "events": self.events,
            "calls": self.calls,
            "log_lines": self.log_lines,
            "watched": report.watched,
            "known": report.known,
            "stops": report.stops,
            "seconds": round(report.seconds, 3),
            "memory": {"cnt": self.memory.regions, "total_size": self.memory.size},
            "reserved": {"cnt": self.reserved.regions, "total_size": self.reserved.size},
            "missing": list(report.missing),
            "saved": self.saved or None,
            "machine": self.machine or None,
            "against": None if self.against is None else {"boot": self.against.other, **self.against.plain},
        }


def _address(value: int | None) -> str | None:
    return None if value is None else hex_address(value)


def summary_of(run: LiveRun) -> Summary:
    """What there is to tell of a recording that has ended."""
    debugger = Debugger(run.trace, run.facts)
    debugger.end()
    memblock = debugger.state.memblock
    report = run.report()
    return Summary(
        run.options,
        replace(report, missing=(*run.facts.assumed, *report.missing)),
        len(run.trace),
        sum(1 for _ in run.trace.of_kind(Kind.ENTER)),
        len(run.trace.logs),
        Array.of(memblock.memory),
        Array.of(memblock.reserved),
    )
