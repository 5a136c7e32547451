"""Requests that move: every step of the debugger, forwards and backwards, and what is told on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ...model.debugger.stop import Stop
from ...model.trace.events import Kind, Trace
from .arguments import DapError, FrameArguments, GotoArguments, MoveArguments, PlaceArguments, ThreadArguments
from .boot import THREAD, Boot
from .breakpoints import PANIC
from .session import Session

MOST_LINES = 200
"""Lines passed that are told one by one, each with its place in the source; more come in pieces."""
PIECE = 200
"""Lines of a piece."""
NOTHING_MORE = {"start": "entry", "goto": "goto", "breakpoint": "breakpoint", "watch": "data breakpoint"}
"""The protocol's reasons to stop by the debugger's, where they are others."""


class Said(NamedTuple):
    """A line that was passed, or that a log point printed, at an event."""

    event: int
    category: str
    text: str


def resume(session: Session, arguments: MoveArguments) -> dict[str, Any]:
    """``continue``."""
    boot = session.thread(arguments.thread_id)
    moved(session, boot, boot.debugger.cont)
    return {"allThreadsContinued": True}


def reverse_continue(session: Session, arguments: MoveArguments) -> None:
    """``reverseContinue``."""
    boot = session.thread(arguments.thread_id)
    moved(session, boot, boot.debugger.reverse_cont)


def step_over(session: Session, arguments: MoveArguments) -> None:
    """``next``."""
    boot = session.thread(arguments.thread_id)
    moved(session, boot, _single(arguments, boot.debugger.next, lambda: boot.debugger.event(1)))


def step_in(session: Session, arguments: MoveArguments) -> None:
    """``stepIn``."""
    boot = session.thread(arguments.thread_id)
    moved(session, boot, _single(arguments, boot.debugger.step, lambda: boot.debugger.event(1)))


def step_out(session: Session, arguments: MoveArguments) -> None:
    """``stepOut``."""
    boot = session.thread(arguments.thread_id)
    moved(session, boot, boot.debugger.finish)


def step_back(session: Session, arguments: MoveArguments) -> None:
    """``stepBack``."""
    boot = session.thread(arguments.thread_id)
    moved(session, boot, _single(arguments, boot.debugger.reverse_next, lambda: boot.debugger.event(-1)))


def _single(
    arguments: MoveArguments, usual: Callable[[], Stop], event: Callable[[], Stop]
) -> Callable[[], Stop]:
    """A single event where the smallest of steps is asked for."""
    return event if arguments.granularity == "instruction" else usual


def pause(session: Session, arguments: ThreadArguments) -> None:
    """``pause``: the boot is recorded, and stands already."""
    boot = session.thread(arguments.thread_id)
    body = stop_body(session, boot, boot.debugger.last.stop)
    session.later("stopped", body | {"reason": "pause", "description": "a recorded boot always stands"})


def restart_frame(session: Session, arguments: FrameArguments) -> None:
    """``restartFrame``: back to the first line of an open function."""
    boot = session.here()
    frame = boot.frame(arguments.frame_id)
    if frame is None:
        raise DapError("no function is open here that could be begun again")
    moved(session, boot, lambda: boot.debugger.goto(frame.enter + 1), "restart")


def goto_targets(session: Session, arguments: PlaceArguments) -> dict[str, Any]:
    """``gotoTargets``: when a line runs next and ran last."""
    boot, line = session.here(), arguments.line + 1 - session.client.first_line
    filename = boot.files.named(arguments.source)
    names = boot.debugger.position_names
    targets = [
        {
            "id": position,
            "label": f"{words}: position {position}, {names.name(position)}",
            "line": line,
        }
        for words, position in boot.files.runs(filename, line, boot.debugger.position)
    ]
    return {"targets": targets}


def goto(session: Session, arguments: GotoArguments) -> None:
    """``goto``: to a position, which is what the targets' ids are."""
    boot, target = session.thread(arguments.thread_id), arguments.target_id
    if not 0 <= target <= len(boot.debugger.trace):
        raise DapError(f"there is no position {target}: the last one is {len(boot.debugger.trace)}")
    moved(session, boot, lambda: boot.debugger.goto(target), "goto")


# ---- what a move leaves ----


def moved(session: Session, boot: Boot, move: Callable[[], Stop], reason: str = "") -> None:
    """Move; then tell the lines passed, and where it stopped (for `reason`, if it has its own)."""
    start, printed = boot.debugger.position, len(boot.debugger.breakpoints.printed)
    stop = move()
    tell_move(session, boot, start, printed)
    tell_stop(session, boot, stop, reason)


def tell_move(session: Session, boot: Boot, start: int, printed: int) -> None:
    """The kernel's lines since position `start`, and what log points printed since `printed`."""
    points = boot.debugger.breakpoints
    said = [_printed(line) for line in points.printed[printed:]]
    del points.printed[:]
    said += passed(boot.debugger.trace, start, boot.debugger.position)
    said.sort(key=lambda each: each.event)
    if len(said) <= MOST_LINES:
        for each in said:
            session.later("output", _placed(boot, each) if each.category == "stdout" else _output([each]))
        return
    for at in range(0, len(said), PIECE):
        session.later("output", _output(said[at : at + PIECE]))


def tell_stop(session: Session, boot: Boot, stop: Stop, reason: str = "") -> None:
    """Where the boot stands now.  What was shown of it before is old."""
    session.handles.clear()
    body = stop_body(session, boot, stop)
    session.later("stopped", body | {"reason": reason} if reason else body)


def passed(trace: Trace, start: int, end: int) -> Iterator[Said]:
    """The kernel's lines between two positions, if one went forwards."""
    for event in trace.of_kind(Kind.LOG, start, max(start, end)):
        if trace.is_printed(event):
            yield Said(event, "stdout", trace.log_text(event))


def _printed(line: str) -> Said:
    """What a log point printed, after the number of its event."""
    event, _, text = line.partition(": ")
    return Said(int(event), "console", text)


def _output(said: list[Said]) -> dict[str, Any]:
    categories = {each.category for each in said}
    text = "".join(f"{each.text}\n" for each in said)
    return {"category": categories.pop() if len(categories) == 1 else "console", "output": text}


def _placed(boot: Boot, said: Said) -> dict[str, Any]:
    site = boot.debugger.trace.site(said.event)
    found = _output([said])
    if site.filename and site.line:
        found |= {"source": boot.files.source(site.filename), "line": site.line}
    return found


def stop_body(session: Session, boot: Boot, stop: Stop) -> dict[str, Any]:
    """The protocol's ``stopped``."""
    body: dict[str, Any] = {"reason": "step", "threadId": THREAD, "allThreadsStopped": True}
    body["description"] = stop.text
    if stop.breakpoint is not None:
        body["reason"], ids = session.points.hit(stop.breakpoint)
        if stop.reason == "watch":
            body["reason"] = "data breakpoint"
        if ids:
            body["hitBreakpointIds"] = ids
    elif stop.reason == "panic":
        body["reason"] = "exception" if PANIC in session.points.filters else "pause"
    elif stop.reason in ("end", "recording", "nowhere"):
        body["reason"] = "pause"
    else:
        body["reason"] = NOTHING_MORE.get(stop.reason, "step")
    if body["reason"] == "exception":
        body["text"] = stop.text
    return body
