"""A trace that a boot in Python writes by running: `traced` functions record their calls, and every event
knows the line of Python that it comes from.

This is the one module of a trace that knows frames and code objects.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from types import CodeType, FrameType, FunctionType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from .changes import Change
from .events import Kind, Trace
from .functions import FunctionTable, Site, SiteTable

FUNCTIONS = FunctionTable()
"""The functions marked `traced`; all boots in Python share them."""


class FrameSites(SiteTable):
    """Places in the source as a running boot meets them: a code object and how far into it.  Which line that
    is, is found out when somebody asks."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[int, int] = {}
        self._places: list[tuple[CodeType, int]] = []
        self._known: dict[int, Site] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> Site:
        site = self._known.get(number)
        if site is None:
            site = self._known[number] = _site(*self._places[number])
        return site

    def number_of_frame(self, frame: FrameType) -> int:
        """The number of the place that a frame has got to."""
        code = frame.f_code
        key = id(code) << 20 | frame.f_lasti
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self._places)
            # The code object is kept, so that no other one gets its identity.
            self._places.append((code, frame.f_lasti))
        return number


def _site(code: CodeType, offset: int) -> Site:
    for start, end, line in code.co_lines():
        if start <= offset < end and line is not None:
            return Site(code.co_filename, line, code.co_name)
    return Site(code.co_filename, code.co_firstlineno, code.co_name)


class BootTrace(Trace):
    """The trace of a boot in Python.  `depth` counts the Python frames between the boot's own line and the
    call that records it."""

    def __init__(self, symbols: Mapping[str, str] | None = None) -> None:
        frames = FrameSites()
        super().__init__(symbols, FUNCTIONS, frames)
        self._site_number = frames.number_of_frame

    def change(self, kind: Kind, changes: tuple[Change, ...], depth: int = 1) -> None:
        """Record what has just been changed; `kind` says in which part of the kernel."""
        self._append_changes(kind, self._site_number(sys._getframe(depth)), changes)

    def printk(
        self,
        template: str,
        *values: Any,
        level: str = "info",
        parameter: str = "",
        printed: bool = True,
        depth: int = 1,
    ) -> None:
        """Record a line of the kernel log; it is formatted when somebody reads it.  One that is not `printed`
        is what the kernel would say if it were given the `parameter`.  Raises `TraceFull`."""
        site = self._site_number(sys._getframe(depth))
        self._append_log(site, self.formats.number_of(template, level, parameter, printed), values)

    def panic(self, words: str, depth: int = 1, tag: int = 0) -> None:
        """Record that the kernel panicked, in its own words, or stops `WITHOUT_A_WORD` (the `tag`), then in
        ours."""
        self._append(Kind.PANIC, self._site_number(sys._getframe(depth)), tag, words)


class HasTrace(Protocol):
    """What a traced function takes first: the Kernel, or the part of the memory it works on."""

    trace: BootTrace


Owner = TypeVar("Owner", bound=HasTrace)
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Body = Callable[Concatenate[Owner, Parameters], Result]


SIBLING_CALLS: dict[str, str] = {}
"""The functions that end in a call, each with the option that puts something after it (none: "")."""


def _register(body: FunctionType, hides: int) -> int:
    code = body.__code__
    return FUNCTIONS.add(
        body.__name__,
        kernel_file=cast("str", body.__globals__.get("KERNEL_FILE", "")),
        parameters=code.co_varnames[1 : code.co_argcount],
        site=Site(code.co_filename, code.co_firstlineno, body.__name__),
        doc=(body.__doc__ or "").strip(),
        hides=hides,
    ).number


def _traced(body: Body[Owner, Parameters, Result], hides: int) -> Body[Owner, Parameters, Result]:
    number = _register(cast("FunctionType", body), hides)
    plain = cast("Callable[..., Result]", body)
    enter, leave, getframe = int(Kind.ENTER), int(Kind.LEAVE), sys._getframe

    @functools.wraps(plain)
    def wrapper(owner: Any, *arguments: Any) -> Result:
        # The hottest few lines of the program: everything `Trace._append` does, spelled out.
        trace: BootTrace = owner.trace
        payloads = trace._payloads
        kinds, parents, sites, tags, partners = (
            trace._kinds,
            trace._parents,
            trace._sites,
            trace._tags,
            trace._partners,
        )
        site = trace._site_number(getframe(1))
        caller = trace._current
        at = len(payloads)
        kinds.append(enter)
        parents.append(caller)
        sites.append(site)
        tags.append(number)
        partners.append(0)
        payloads.append(arguments)
        trace._current = at
        result = plain(owner, *arguments)
        trace._current = caller
        partners[at] = len(payloads)
        kinds.append(leave)
        parents.append(caller)
        sites.append(site)
        tags.append(number)
        partners.append(at)
        payloads.append(result)
        return result

    return cast("Body[Owner, Parameters, Result]", wrapper)


def traced(body: Body[Owner, Parameters, Result]) -> Body[Owner, Parameters, Result]:
    """Record every call of a kernel function.  Its first parameter carries the trace; the others are given by
    position.  It is known by its own name, and by the kernel file its module names in ``KERNEL_FILE``.  An
    exception (a panic) leaves it open in the trace: that is where the kernel stopped."""
    return _traced(body, hides=0)


def traced_tail_call(body: Body[Owner, Parameters, Result]) -> Body[Owner, Parameters, Result]:
    """Like `traced`, for a function whose compiled form never shows as a caller (see `Function.hides`)."""
    return _traced(body, hides=1)


def traced_sibling_call(body: Body[Owner, Parameters, Result]) -> Body[Owner, Parameters, Result]:
    """Like `traced`, for a function that does nothing more after its only call: where functions have no frame
    pointers to keep, the compiler makes a jump of that call, and the function shows as nobody's caller."""
    SIBLING_CALLS[cast("FunctionType", body).__name__] = ""
    return _traced(body, hides=0)


def traced_unless_debugged(body: Body[Owner, Parameters, Result]) -> Body[Owner, Parameters, Result]:
    """Like `traced_sibling_call`, for a function that does nothing more but ``pr_debug()``: with
    CONFIG_DYNAMIC_DEBUG that is something."""
    SIBLING_CALLS[cast("FunctionType", body).__name__] = "DYNAMIC_DEBUG"
    return _traced(body, hides=0)


def traced_jump(body: Body[Owner, Parameters, Result]) -> Body[Owner, Parameters, Result]:
    """Like `traced`, for what is no function of the kernel but the last call of one: the compiler makes a
    jump of it, so whoever calls this shows as the caller of nothing in it (see `Function.hides`)."""
    return _traced(body, hides=2)
