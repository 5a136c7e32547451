"""What is said of a moment where nobody has written anything: where it is, and what the function there is
for."""

from __future__ import annotations

from ...base.units import one_line
from ...debugger.debugger import Debugger
from ...debugger.position_names import END, START
from ...language.words import tr
from ...text.events import call_text, describe
from ...trace.events import Kind
from ..explaining.purposes import sentence
from .stop import PageStop

MEMBLOCK = "memblock_"
"""How the names of memblock's own functions begin."""


def told(debugger: Debugger, position: int) -> PageStop:
    """A moment with a title and a sentence or two."""
    trace = debugger.trace
    name = debugger.position_names.name(position)
    if name in (START, END) or not position:
        return PageStop(position, _ends(debugger, name))
    event = position - 1
    kind = trace.kind(event)
    if kind == Kind.ENTER:
        function = trace.function(event)
        title = tr("{function} begins", function=function.name)
        return _of_call(debugger, position, event, title)
    if kind == Kind.LEAVE:
        enter = trace.partner(event)
        function = trace.function(enter)
        caller = trace.parent(enter)
        if function.name.startswith(MEMBLOCK) and caller >= 0:
            caller_name = trace.function(caller).name
            title = tr("{caller}: {function} has returned", caller=caller_name, function=function.name)
        else:
            title = tr("{function} has returned", function=function.name)
        return _of_call(debugger, position, enter, title)
    return PageStop(position, one_line(describe(trace, event, debugger.arch.entries)))


def _ends(debugger: Debugger, name: str) -> str:
    return tr("The kernel has not done anything yet") if name == START else tr("The end of what is recorded")


def _of_call(debugger: Debugger, position: int, enter: int, title: str) -> PageStop:
    """A moment at the beginning or the end of a call: with its arguments, what it is for, and what its caller
    is for if the call is one that many make."""
    trace = debugger.trace
    function, call = trace.function(enter), one_line(call_text(trace, enter))
    is_bare = call == f"{function.name}()"
    calls = [trace.parent(enter), enter] if function.name.startswith(MEMBLOCK) else [enter]
    told = tuple(said for each in calls if each >= 0 and (said := sentence(trace, each)))
    return PageStop(position, title, told, call="" if is_bare else call)
