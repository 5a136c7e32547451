"""What kernel functions are for, in a sentence each; a function without one of its own does a part of what
its caller does."""

from __future__ import annotations

from pathlib import Path

from ...language.words import local, tr
from ...trace.events import Trace
from ..texts import tables

FILE = Path(__file__).with_name("purposes.toml")


def purpose(name: str) -> str:
    """What a function of the kernel does, to be said behind its name: "memblock_reserve marks …"; "" if it
    has no sentence of its own."""
    found = tables(FILE).get(name)
    return local(found) if found else ""


def holder(trace: Trace, enter: int) -> int:
    """The call whose sentence holds for the call at an ENTER event: itself, or the innermost around it that
    has one; -1 if none has."""
    at = enter
    while at >= 0 and not purpose(trace.function(at).name):
        at = trace.parent(at)
    return at


def sentence(trace: Trace, enter: int) -> str:
    """What a call is for, in a sentence; "" if nobody knows."""
    name, at = trace.function(enter).name, holder(trace, enter)
    if at < 0:
        return ""
    if at == enter:
        return tr("{function} {purpose}.", function=name, purpose=purpose(name))
    outer = trace.function(at).name
    return tr(
        "{function} does a part of the work of {outer}, which {purpose}.",
        function=name,
        outer=outer,
        purpose=purpose(outer),
    )
