"""Two whole boots beside each other: what of them can be compared once and for all."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.call_diff import CallRow, Calls, call_rows
from ..model.debugger import Debugger
from ..model.diff import LogRow, log_rows


@dataclass(frozen=True)
class Comparison:
    """The logs of both boots from beginning to end, line by line, and the calls that differ."""

    log: tuple[LogRow, ...]
    calls: tuple[CallRow, ...]

    @classmethod
    def of(cls, left: Debugger, right: Debugger) -> Comparison:
        """Of two boots that are recorded completely; takes a while for large logs."""
        calls = (Calls(each.occurrences, len(each.trace)) for each in (left, right))
        return cls(tuple(log_rows(left, right, is_whole=True)), tuple(call_rows(*calls)))
