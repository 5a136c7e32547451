"""Requests that look: the thread, its stack, what is in its functions and in memory, and sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...model.base.units import hex_address
from .arguments import (
    DapError,
    FrameArguments,
    ModulesArguments,
    Nothing,
    SourceArgument,
    SourceArguments,
    StackTraceArguments,
    VariablesArguments,
)
from .boot import THREAD, Boot
from .scopes import arguments_of, e820_of, locals_of, memblock_of, variables_of, zones_of
from .session import Session
from .tree import MOST_ROWS, Node


def threads(session: Session, arguments: Nothing) -> dict[str, Any]:
    """``threads``: the processor that boots; nothing else runs yet."""
    return {"threads": [{"id": THREAD, "name": "boot CPU"}]}


def stack_trace(session: Session, arguments: StackTraceArguments) -> dict[str, Any]:
    """``stackTrace``: a page of it."""
    boot = session.thread(arguments.thread_id)
    start, levels = arguments.start_frame or 0, arguments.levels or 0
    if start < 0 or levels < 0:
        raise DapError("startFrame and levels count frames, and are not negative")
    return {"stackFrames": boot.stack(start, levels), "totalFrames": boot.depth()}


# ---- variables ----


def scopes(session: Session, arguments: FrameArguments) -> dict[str, Any]:
    """``scopes``: arguments and locals of a frame, and the state of memory."""
    boot = session.here()
    boot.frame(arguments.frame_id)
    return {"scopes": [*_scopes(session, boot, arguments.frame_id)]}


def _scopes(session: Session, boot: Boot, number: int) -> Iterator[dict[str, Any]]:
    frame, facts, debugger = boot.frame(number), boot.debugger.facts, boot.debugger
    if frame is not None:
        node = arguments_of(frame)
        yield _scope(session, -number, node) | {"presentationHint": "arguments"}
        if facts.can.locals:
            yield _locals(session, boot, number, frame.enter)
    yield _scope(session, 0, memblock_of(debugger))
    if facts.can.zones:
        yield _scope(session, 0, zones_of(debugger))
    yield _scope(session, 0, variables_of(debugger))
    if facts.can.e820:
        yield _scope(session, 0, e820_of(debugger))


def _locals(session: Session, boot: Boot, number: int, enter: int) -> dict[str, Any]:
    """The locals of a frame, which are looked for when somebody opens them."""

    def rows(start: int, count: int) -> Iterator[Node]:
        found = boot.locals_at_rest(session.cancelled)
        values = next((each.values for each in found if each.enter == enter), ())
        return iter(locals_of(values)[start : start + count])

    node = Node("Locals", "", rows=rows, named=MOST_ROWS)
    scope = _scope(session, -number, node)
    del scope["namedVariables"]  # nobody knows before they are looked for
    return scope | {"presentationHint": "locals", "expensive": boot.are_locals_slow}


def _scope(session: Session, inside: int, node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": node.name,
        "variablesReference": session.handles.always(node, inside),
        "expensive": False,
    }
    if node.named:
        found["namedVariables"] = node.named
    return found


def variables(session: Session, arguments: VariablesArguments) -> dict[str, Any]:
    """``variables``: a page of what is in something."""
    session.here()
    start, count = arguments.start or 0, arguments.count or 0
    if start < 0 or count < 0:
        raise DapError("start and count count variables, and are not negative")
    if arguments.filter not in (None, "named", "indexed"):
        raise DapError(f"the filter {arguments.filter!r} is neither named nor indexed")
    page = session.handles.page(arguments.variables_reference, arguments.filter, start, count)
    return {"variables": [*page]}


# ---- sources and modules ----


def source(session: Session, arguments: SourceArguments) -> dict[str, Any]:
    """``source``: the text of a file of the boot."""
    text = session.here().files.text(arguments.source or SourceArgument())
    return {"content": text, "mimeType": "text/x-python" if _is_python(arguments) else "text/plain"}


def _is_python(arguments: SourceArguments) -> bool:
    asked = arguments.source
    return asked is not None and (asked.path or "").endswith(".py")


def loaded_sources(session: Session, arguments: Nothing) -> dict[str, Any]:
    """``loadedSources``: the files in which something happens."""
    files = session.here().files
    return {"sources": [files.source(filename) for filename in files.all()]}


def modules(session: Session, arguments: ModulesArguments) -> dict[str, Any]:
    """``modules``: the kernel."""
    facts = session.here().debugger.facts
    kernel: dict[str, Any] = {"id": "vmlinux", "name": "vmlinux", "version": str(facts.release)}
    kernel["symbolStatus"] = f"{len(facts.symbols)} symbols"
    if facts.load_address is not None:
        kernel["addressRange"] = hex_address(facts.load_address)
    return {"modules": [] if arguments.start_module else [kernel], "totalModules": 1}
