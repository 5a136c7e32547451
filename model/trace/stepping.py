"""Where moves lead: pure arithmetic over the events of a trace.

Each function takes a position and returns the one a debugger would come to rest at without breakpoints, or
None when that lies beyond what has been recorded.
"""

from __future__ import annotations

from .events import Kind, Trace

ENTER, LEAVE = int(Kind.ENTER), int(Kind.LEAVE)


def frame_at(trace: Trace, position: int) -> int:
    """The ENTER event of the innermost function open at a position, -1 outside any."""
    if position == 0:
        return -1
    last = position - 1
    return last if trace.kind(last) == ENTER else trace.parent(last)


def frames_at(trace: Trace, position: int) -> list[int]:
    """The ENTER events of all functions open at a position, outermost first."""
    innermost = frame_at(trace, position)
    return [] if innermost < 0 else [*trace.stack(innermost), innermost]


def _after_return(trace: Trace, enter: int) -> int | None:
    # While a boot is being recorded the return may be known an instant before it can be read.
    leave = trace.partner(enter)
    return leave + 1 if 0 < leave < len(trace) else None


def step(trace: Trace, position: int) -> int | None:
    """After the next event that is not a return."""
    kind, end = trace.kind, len(trace)
    while position < end and kind(position) == LEAVE:
        position += 1
    return position + 1 if position < end else None


def reverse_step(trace: Trace, position: int) -> int:
    """The position that a step would have come from."""
    position = max(position - 1, 0)
    while position and trace.kind(position - 1) == LEAVE:
        position -= 1
    return position


def next(trace: Trace, position: int) -> int | None:
    """After the next thing the current function does, calls executed whole.  Where it does nothing more: in
    the nearest caller that still has something to do, before it does it."""
    end = len(trace)
    if position >= end:
        return None
    kind = trace.kind(position)
    if kind == ENTER:
        return _after_return(trace, position)
    position += 1
    if kind == LEAVE:
        while position < end and trace.kind(position) == LEAVE:
            position += 1
        return position if position < end else None
    return position


def reverse_next(trace: Trace, position: int) -> int:
    """Before the last thing that was done, calls undone whole; at a function's first line: before its
    call."""
    if position == 0:
        return 0
    last = position - 1
    return trace.partner(last) if trace.kind(last) == LEAVE else last


def next_event(trace: Trace, position: int) -> int | None:
    """After the next event, a return too; a call is executed whole."""
    if position >= len(trace):
        return None
    return _after_return(trace, position) if trace.kind(position) == ENTER else position + 1


def until_later_line(trace: Trace, position: int) -> int | None:
    """Like `next`, but on to a line of the current function behind the one that runs next: not back to the
    start of a loop.  Where there is none, as far as `next` leads out of the function."""
    frame = frame_at(trace, position)
    if position >= len(trace) or trace.parent(position) != frame:
        return next(trace, position)
    line = trace.site(position).line
    following = next(trace, position)
    while following is not None and following < len(trace) and frame_at(trace, following) == frame:
        if trace.parent(following) != frame or trace.site(following).line > line:
            return following
        following = next(trace, following)
    return following


def finish(trace: Trace, position: int, level: int = 0) -> int | None:
    """After the return of the current function, or of the one `level` calls outward."""
    frame = _outward(trace, position, level)
    return _after_return(trace, frame) if frame >= 0 else None


def reverse_finish(trace: Trace, position: int, level: int = 0) -> int:
    """Before the call of the current function, or of the one `level` calls outward."""
    return max(_outward(trace, position, level), 0)


def _outward(trace: Trace, position: int, level: int) -> int:
    frame = frame_at(trace, position)
    for _ in range(level):
        frame = trace.parent(frame) if frame >= 0 else -1
    return frame
