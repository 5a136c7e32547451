"""Names for positions that stay true from run to run, and as far as may be from machine to machine.

A name is a path of calls: ``paging_init › map_mem › early_pgtable_alloc #87`` stands at the first line of the
87th call of the last function within the call before it.  Behind it may follow ``:return``, just after that
call has returned, or ``+3``, just after the third thing that the function itself does (a change, a log
line).  ``>`` may be written for ``›``.  ``start`` and ``end`` are names too, and ``log:TEXT`` stands just
after the first line of the log that has this text.  In a trace that was made of a log (`LogReplay`) that is
after what the line tells: after the call that it is the first word of, a stage of the boot too; and
``line:N`` is the moment at which line N of the file was printed.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left

from msgspec import Struct, structs

from ..index.calls import ON_EVERY_PATH, CallIndex, close_matches
from ..language.words import tr, trn
from ..source.provenance import is_from_log, log_event_at
from ..trace.stepping import ENTER, LEAVE

START, END = "start", "end"
LOG = "log:"
LINE = r"line:\s*(\d{1,9})"
SEPARATOR = " › "
LONGEST = 2000
"""Characters of the longest name."""
_STEP = r"([A-Za-z_]\w*)\s*(?:#\s*(\d+))?"
_MOMENT = r"(.*?)\s*(?::(entry|return))?\s*(?:\+\s*(\d+))?"


class PositionNameError(ValueError):
    """Why a name leads nowhere, in one sentence."""


class CallStep(Struct, frozen=True):
    """The `ordinal`th call of a function, within the call that the step before it names."""

    function: str
    ordinal: int


class PositionName(Struct, frozen=True):
    """A name, understood: the calls, whether it stands at the return of the last, and how many things that
    one has done."""

    steps: tuple[CallStep, ...]
    at_return: bool
    done: int

    @classmethod
    def parse(cls, text: str) -> PositionName:
        """Read a name.  Raises `PositionNameError`."""
        _check_length(text)
        found = re.fullmatch(_MOMENT, text.strip())
        path = re.split(r"\s*[›>]\s*", found[1]) if found else []
        read = [re.fullmatch(_STEP, word.strip()) for word in path]
        steps = tuple(CallStep(step[1], int(step[2] or 1)) for step in read if step)
        if not found or len(steps) != len(read) or not steps or any(step.ordinal == 0 for step in steps):
            raise PositionNameError(
                tr(
                    "{text!r} is no position: it reads like sparse_init › sparse_init_nid › "
                    "memblock_reserve #2, then perhaps :entry, :return or +3; or it is log:TEXT, "
                    "line:N, start or end",
                    text=text,
                )
            )
        if found[2] == "return" and found[3]:
            raise PositionNameError(tr("{text!r}: a function does nothing more after its :return", text=text))
        return cls(steps, found[2] == "return", int(found[3] or 0))


def _check_length(text: str) -> None:
    if len(text) > LONGEST:
        raise PositionNameError(
            tr(
                "'{text}…' is no position: it has {count} characters, a position at most {longest}",
                text=text[:20],
                count=len(text),
                longest=LONGEST,
            )
        )


def check(text: str) -> None:
    """Whether some words may name a position.  Raises `PositionNameError` if they do in no boot."""
    _check_length(text)
    text = text.strip()
    if text.lower() in (START, END) or _after_start(text) is not None or re.fullmatch(LINE, text):
        return
    if text.startswith(LOG):
        if not text[len(LOG) :].strip():
            raise PositionNameError(
                tr("{text!r} is no position: log: needs some text of a line of the log", text=text)
            )
        return
    PositionName.parse(text)


def _after_start(text: str) -> int | None:
    """N of ``start +N``, what is done before the first function; None if that is not what it says."""
    found = re.fullmatch(rf"{START}\s*\+\s*(\d+)", text)
    return int(found[1]) if found else None


class FoundPosition(Struct, frozen=True):
    """Where a name leads; `note` says what had to give way where it does not lead there exactly."""

    position: int
    note: str = ""


class _Missing(Exception):
    """A name leads no further than to a call: its ENTER event (-1: none), and why, in one sentence."""

    def __init__(self, enter: int, why: str) -> None:
        super().__init__(why)
        self.enter = enter


class PositionNames:
    """Names and finds the positions of a trace, also while it grows."""

    def __init__(self, occurrences: CallIndex) -> None:
        self.occurrences = occurrences
        self.trace = occurrences.trace

    # ---- naming ----

    def name(self, position: int) -> str:
        """The name of a position."""
        trace = self.trace
        if position <= 0:
            return START
        if position >= len(trace) and trace.finished:
            return END
        event = min(position, len(trace)) - 1
        if trace.kind(event) == ENTER:
            return self.call_name(event)
        if trace.kind(event) == LEAVE:
            return f"{self.call_name(trace.partner(event))}:return"
        frame = trace.parent(event)
        path = f"{self.call_name(frame)} " if frame >= 0 else f"{START} "
        return f"{path}+{sum(1 for _ in self._own_events(frame, event + 1))}"

    def call_name(self, enter: int) -> str:
        """The name of the first line of the call at an ENTER event."""
        name = self.trace.function(enter).name
        calls = self._calls(name)
        if len(calls) == 1:
            return name
        path = [each for each in self._once_called(enter) if each not in ON_EVERY_PATH][-2:]
        inside = self._calls(path[-1])[0] if path else 0
        first = bisect_left(calls, inside)
        ordinal = bisect_left(calls, enter) - first + 1
        alone = first + 1 == len(calls) or calls[first + 1] > self._end_of(inside)
        return SEPARATOR.join([*path, name if path and alone else f"{name} #{ordinal}"])

    def _once_called(self, enter: int) -> list[str]:
        """The functions around a call that this boot calls once, outermost first."""
        names = [self.trace.function(caller).name for caller in self.trace.stack(enter)]
        return [name for name in names if len(self._calls(name)) == 1]

    def _calls(self, name: str) -> array[int]:
        """The ENTER events of every function of a name, in order."""
        functions = self.occurrences.functions_named(name)
        found = [calls for each in functions if (calls := self.occurrences.enters(each.number))]
        return (
            found[0] if len(found) == 1 else array("I", sorted(event for calls in found for event in calls))
        )

    def _end_of(self, enter: int) -> int:
        """The event that a call ends with, or the end of what is recorded."""
        return self.trace.partner(enter) or len(self.trace)

    def _own_events(self, frame: int, stop: int) -> list[int]:
        """What a call itself has done before an event: its events but calls and returns."""
        trace = self.trace
        found: list[int] = []
        at = frame + 1
        while at < stop:
            if trace.kind(at) == ENTER:
                at = self._end_of(at) + 1
                continue
            if trace.kind(at) == LEAVE:
                break
            found.append(at)
            at += 1
        return found

    # ---- finding ----

    def find(self, text: str) -> int:
        """The position of that name.  Raises `PositionNameError` if this boot has none."""
        try:
            return self._find(text)
        except _Missing as missing:
            raise PositionNameError(str(missing)) from None

    def nearest(self, text: str) -> FoundPosition:
        """The position of that name, or the nearest one: at the call that the name leads to as far as it
        leads.  Raises `PositionNameError` if it leads nowhere at all."""
        try:
            return FoundPosition(self._find(text))
        except _Missing as missing:
            if missing.enter < 0:
                raise PositionNameError(str(missing)) from None
            return FoundPosition(missing.enter + 1, str(missing))

    def _find(self, text: str) -> int:
        check(text)
        text = text.strip()
        if text.lower() == START:
            return 0
        if text.lower() == END:
            return len(self.trace)
        if text.startswith(LOG):
            return self._after_line(text[len(LOG) :].strip())
        if (line := re.fullmatch(LINE, text)) is not None:
            return self._at_line(int(line[1]))
        if (done := _after_start(text)) is not None:
            return self._after(-1, PositionName((), False, done))
        name, canonical = PositionName.parse(text), self.occurrences.canonical_name
        name = structs.replace(
            name, steps=tuple(CallStep(canonical(step.function), step.ordinal) for step in name.steps)
        )
        enter = -1
        for step in name.steps:
            enter = self._call(step, enter)
        if name.at_return:
            leave = self.trace.partner(enter)
            if not leave:
                raise _Missing(
                    enter, tr("{function} never returns in this boot", function=name.steps[-1].function)
                )
            return leave + 1
        return self._after(enter, name)

    def _after_line(self, text: str) -> int:
        trace = self.trace
        event = next((event for event in trace.logs if text in trace.log_text(event)), None)
        if event is None:
            raise PositionNameError(tr("no line of this boot's log has {text!r}", text=text))
        return self._after_what_it_tells(event) if is_from_log(trace) else event + 1

    def _after_what_it_tells(self, event: int) -> int:
        """The end of the call that a line of a log is the first word of; just after any other line."""
        trace = self.trace
        enter = trace.parent(event)
        if enter < 0 or enter != event - 1 or trace.function(enter).name in ON_EVERY_PATH:
            return event + 1
        leave = trace.partner(enter)
        return leave + 1 if leave else event + 1

    def _at_line(self, number: int) -> int:
        if not is_from_log(self.trace):
            raise PositionNameError(
                tr("line:{number} is a line of a log, and this boot was not made of one", number=number)
            )
        event = log_event_at(self.trace, number)
        if event is None:
            raise PositionNameError(tr("the boot in this log begins after line {number}", number=number))
        return event + 1

    def _call(self, step: CallStep, inside: int) -> int:
        calls = self._calls(step.function)
        start, end = (0, len(self.trace)) if inside < 0 else (inside + 1, self._end_of(inside))
        first = bisect_left(calls, start)
        index = first + step.ordinal - 1
        if index < len(calls) and calls[index] < end:
            return calls[index]
        count = bisect_left(calls, end) - first
        where = tr("this boot") if inside < 0 else self.trace.function(inside).name
        if count:
            raise _Missing(
                calls[first + count - 1],
                trn(
                    "{where} calls {function} only once",
                    "{where} calls {function} only {count} times",
                    count,
                    where=where,
                    function=step.function,
                ),
            )
        names = (function.name for function in self.occurrences.called())
        offer = "" if calls else close_matches(step.function, names)
        raise _Missing(
            inside,
            tr("{where} never calls {function}{offer}", where=where, function=step.function, offer=offer),
        )

    def _after(self, enter: int, name: PositionName) -> int:
        if not name.done:
            return enter + 1
        own = self._own_events(enter, len(self.trace) if enter < 0 else self._end_of(enter))
        if name.done > len(own):
            function = self.trace.function(enter).name if enter >= 0 else tr("the kernel's start")
            raise _Missing(
                enter, tr("{function} does only {count} things of its own", function=function, count=len(own))
            )
        return own[name.done - 1] + 1
