"""`traced`: a kernel function that records its calls."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from .events import NUMBERING, Function, Kind, Trace


class HasTrace(Protocol):
    """What a traced function takes first: the Kernel, or the part of the memory it works on."""

    trace: Trace


Owner = TypeVar("Owner", bound=HasTrace)
Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Body = Callable[Concatenate[Owner, Parameters], Result]


def _register(body: FunctionType, tail_call: bool) -> Function:
    code = body.__code__
    names = code.co_varnames[: code.co_argcount]
    with NUMBERING:
        function = Function(
            number=len(Function.known),
            name=body.__name__,
            kernel_file=cast("str", body.__globals__.get("KERNEL_FILE", "")),
            filename=str(Path(code.co_filename)),
            first_line=code.co_firstlineno,
            parameters=names[1:],
            doc=(body.__doc__ or "").strip(),
            tail_call=tail_call,
        )
        Function.known.append(function)
    return function


def _traced(body: Body[Owner, Parameters, Result], tail_call: bool) -> Body[Owner, Parameters, Result]:
    number = _register(cast("FunctionType", body), tail_call).number
    plain = cast("Callable[..., Result]", body)
    enter, leave, getframe = int(Kind.ENTER), int(Kind.LEAVE), sys._getframe

    @functools.wraps(plain)
    def wrapper(owner: Any, *arguments: Any) -> Result:
        # The hottest few lines of the program: everything `Trace._append` does, spelled out.
        trace: Trace = owner.trace
        payloads = trace._payloads
        kinds, parents, sites, tags, partners = (
            trace._kinds,
            trace._parents,
            trace._sites,
            trace._tags,
            trace._partners,
        )
        site = trace._site_number(getframe(1))
        caller = trace.current
        at = len(payloads)
        kinds.append(enter)
        parents.append(caller)
        sites.append(site)
        tags.append(number)
        partners.append(0)
        payloads.append(arguments)
        trace.current = at
        result = plain(owner, *arguments)
        trace.current = caller
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
    return _traced(body, tail_call=False)


def traced_tail_call(body: Body[Owner, Parameters, Result]) -> Body[Owner, Parameters, Result]:
    """Like `traced`, for a function whose compiled form never shows as a caller (see
    `Function.tail_call`)."""
    return _traced(body, tail_call=True)
