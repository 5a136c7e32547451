"""A trace that any source of events writes: a kernel log, a live kernel, a file."""

from __future__ import annotations

from typing import Any

from .changes import Change
from .events import WITHOUT_A_WORD, Kind, Trace
from .functions import NOWHERE, Site


class TraceWriter:
    """Writes the events of a trace, in the order in which they happened.

    Whoever writes names the parts of the state first (`Trace.add_target`), has the first keyframe taken
    (`Trace.start`), gives each function a number (`FunctionTable.add`), and says at last that it is done
    (`Trace.finish`).  A change is made to the targets before it is written.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace

    def enter(self, function: int, arguments: tuple[Any, ...] = (), site: Site = NOWHERE) -> int:
        """The function of that number is called, at a line of its caller.  Returns the event."""
        trace = self.trace
        if not 0 <= function < len(trace.functions):
            raise ValueError(f"no function of this trace has number {function}")
        at = trace._append(Kind.ENTER, trace.sites.number_of(site), function, arguments)
        trace._current = at
        return at

    def leave(self, result: Any = None, site: Site = NOWHERE) -> None:
        """The innermost open function returns.  Raises ValueError if none is open."""
        trace, enter = self.trace, self.trace._current
        if enter < 0:
            raise ValueError("no function is open that could return")
        trace._current = trace._parents[enter]
        at = trace._append(Kind.LEAVE, trace.sites.number_of(site), trace._tags[enter], result)
        trace._partners[at] = enter
        trace._partners[enter] = at

    def change(self, kind: Kind, changes: tuple[Change, ...], site: Site = NOWHERE) -> None:
        """The state has changed; `kind` says in which part of the kernel.  Raises `TraceFull`."""
        self.trace._append_changes(kind, self.trace.sites.number_of(site), changes)

    def log(
        self,
        template: str,
        values: tuple[Any, ...] = (),
        level: str = "info",
        site: Site = NOWHERE,
        parameter: str = "",
        printed: bool = True,
    ) -> None:
        """The kernel says a line: see `LogFormat`.  Raises `TraceFull`."""
        format = self.trace.formats.number_of(template, level, parameter, printed)
        self.trace._append_log(self.trace.sites.number_of(site), format, values)

    def log_goes_on(self, values: tuple[Any, ...]) -> None:
        """The last line that the kernel said was not all of it: the values with what was added.  Raises
        ValueError if there is none."""
        if not self.trace.logs:
            raise ValueError("no line was said that could go on")
        self.trace._payloads[self.trace.logs[-1]] = values

    def panic(self, words: str, site: Site = NOWHERE, silent: bool = False) -> None:
        """The kernel panics, in its own words, or stops without printing any (`silent`), then in ours."""
        tag = WITHOUT_A_WORD if silent else 0
        self.trace._append(Kind.PANIC, self.trace.sites.number_of(site), tag, words)
