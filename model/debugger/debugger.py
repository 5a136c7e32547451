"""The debugger: a position in the trace of a boot, and every way to move it.  It knows nothing of screens."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ..language.words import tr
from ..source.facts import Facts
from ..text.events import told
from ..trace import stepping as moves
from ..trace.events import Kind, Trace
from .breakpoints.breakpoints import Hit
from .frames import Frame, Where
from .standing import Standing
from .stop import Before, Moved, Stop

__all__ = ["Before", "Debugger", "Frame", "Moved", "Stop", "Where"]


class Debugger(Standing):
    """One person's way through a trace.  No move fails: where there is no way on, its `Stop` says so."""

    def __init__(self, trace: Trace, facts: Facts | None = None) -> None:
        super().__init__(trace, facts)
        self.held: Callable[[int, int], Stop | None] | None = None
        """Tells where on the way to a position a move is to be held, as breakpoints do, if anywhere."""
        self.before = Before(trace)
        self.last = Moved(0, 0, Stop(0, "start", tr("start of the boot")))

    # ---- forwards ----

    def step(self, n: int = 1) -> Stop:
        """To the first line of the next function called, or past the next change or log line."""
        return self._forward(moves.step, n, "step")

    def next(self, n: int = 1) -> Stop:
        """Like `step`, but calls from the current function are executed whole."""
        return self._forward(moves.next, n, "next")

    def finish(self) -> Stop:
        """Until the function of the selected frame has returned."""
        level = self.looking.level
        return self._forward(lambda trace, position: moves.finish(trace, position, level), 1, "finish")

    def next_event(self, n: int = 1) -> Stop:
        """Past `n` single events, returns included, but calls are executed whole."""
        return self._forward(moves.next_event, n, "event")

    def until_later_line(self) -> Stop:
        """Like `next`, but never back to an earlier line of the function: loops are executed whole."""
        return self._forward(moves.until_later_line, 1, "until")

    def cont(self) -> Stop:
        """Until a breakpoint, or the end."""
        return self._forward(lambda trace, position: None, 1, "end")

    def end(self) -> Stop:
        """To the end of what is recorded, past every breakpoint."""
        finished = self.trace.finished
        return self._arrive(len(self.trace), self._at_end(len(self.trace), finished))

    def _forward(self, target: Callable[[Trace, int], int | None], n: int, reason: str) -> Stop:
        finished, start = self.trace.finished, self.position
        reached = start
        for _ in range(n):
            following = target(self.trace, reached)
            if following is None:
                end = len(self.trace)
                return self._until_hit(end, self._at_end(end, finished))
            reached = following
        return self._until_hit(reached, self._rest(reached, reason))

    def _until_hit(self, target: int, otherwise: Stop) -> Stop:
        """Go to `target`, or to the first breakpoint on the way."""
        held = self.held(self.position, target) if self.held is not None else None
        if held is not None:
            target, otherwise = held.position, held
        if target >= self.position:
            hit = self.breakpoints.forward(self.position, target)
        else:
            hit = self.breakpoints.backward(self.position, target)
        if hit is None:
            return self._arrive(target, otherwise)
        return self._arrive(hit.position, self._hit_stop(hit))

    def _hit_stop(self, hit: Hit) -> Stop:
        return Stop(hit.position, "watch" if hit.watch else "breakpoint", hit.text, hit.number)

    # ---- backwards ----

    def reverse_step(self, n: int = 1) -> Stop:
        """Where `step` would have come from."""
        return self._backward(moves.reverse_step, n, "step")

    def reverse_next(self, n: int = 1) -> Stop:
        """Before the last thing done, calls undone whole; from a function's first line, before its call."""
        return self._backward(moves.reverse_next, n, "next")

    def reverse_finish(self) -> Stop:
        """Back to the call of the function of the selected frame."""
        level = self.looking.level
        return self._backward(
            lambda trace, position: moves.reverse_finish(trace, position, level), 1, "finish"
        )

    def reverse_next_event(self, n: int = 1) -> Stop:
        """Before the last `n` single events, calls undone whole."""
        return self._backward(moves.reverse_next, n, "event")

    def reverse_cont(self) -> Stop:
        """Back to the last breakpoint passed, or the start."""
        return self._backward(lambda trace, position: 0, 1, "start")

    def start(self) -> Stop:
        """To the start of the boot, past every breakpoint."""
        return self._arrive(0, self._rest(0, "start"))

    def _backward(self, target: Callable[[Trace, int], int], n: int, reason: str) -> Stop:
        reached = self.position
        for _ in range(n):
            if reached == 0:
                break
            reached = target(self.trace, reached)
        undone = told(self.trace, reached, self.arch.entries) if reached < len(self.trace) else ""
        return self._until_hit(
            reached, self._rest(reached, reason, tr("back before {undone}", undone=undone))
        )

    # ---- anywhere ----

    def event(self, n: int = 1) -> Stop:
        """`n` single events, backwards if negative, past every breakpoint."""
        return self.goto(self.position + n, "event")

    def goto(self, position: int, reason: str = "goto") -> Stop:
        """To a position, past every breakpoint."""
        if position > len(self.trace):
            return self.end()
        return self._arrive(max(position, 0), self._rest(max(position, 0), reason))

    def goto_name(self, name: str) -> Stop:
        """To a position by its name, or as near as this boot gets to it, which the stop then says.  Raises
        `PositionNameError` if the name leads nowhere at all."""
        found = self.position_names.nearest(name)
        stop = self.goto(found.position)
        if not found.note:
            return stop
        return self._arrive(found.position, replace(stop, text=f"{found.note}; {stop.text}"))

    def until(self, spec: str, in_frame: bool = False) -> Stop:
        """Until a place in the sense of a breakpoint (a function is entered, ``name:return``, ``log:…``), or
        a breakpoint; `in_frame`: or until the function of the selected frame has returned.  Where the place
        is never reached, we stay where we are.  Raises `BreakpointError` for a bad `spec`."""
        from .breakpoints.locations import Location  # a boot begins without

        location = Location.parse(spec, self.names)
        finished, end = self.trace.finished, len(self.trace)
        found = location.passed(self.position, end)
        returned = moves.finish(self.trace, self.position, self.looking.level) if in_frame else None
        if returned is not None and (found or not finished) and (not found or found[0] + 1 > returned):
            stop = self._rest(returned, "until")
            return self._until_hit(
                returned, replace(stop, text=tr("{what}, before {place}", what=stop.text, place=spec))
            )
        if found:
            return self._until_hit(found[0] + 1, self._rest(found[0] + 1, "until"))
        if not finished:
            return self._until_hit(end, self._at_end(end, finished))
        return self._arrive(self.position, Stop(self.position, "nowhere", location.absence(self.position)))

    def phase(self, n: int = 1) -> Stop:
        """To the first line of the next phase of the boot, or back to that of this one, then the one
        before."""
        phases = self.phases.all()
        index = self.phases.at(self.position)
        if n < 0 and self.position > phases[index].start + 1:
            n += 1
        index += n
        if index >= len(phases):
            return self.end()
        if index < 0 or phases[index].start == 0:
            return self.start()
        position = phases[index].start + 1
        return self._arrive(
            position, Stop(position, "phase", tr("phase: {name}", name=tr(phases[index].name)))
        )

    # ---- arriving ----

    def _arrive(self, position: int, stop: Stop) -> Stop:
        start = self.position
        self.replica.move(position)
        self.looking.anew()
        self.before.set(start, position)
        self.last = Moved(start, position, stop)
        return stop

    def _rest(self, position: int, reason: str, words: str = "") -> Stop:
        """A stop for no other reason than that the move is done; without `words`, it tells the last event."""
        if position == 0:
            return Stop(0, "start", tr("start of the boot"))
        if position == len(self.trace) and self.trace.finished:
            return self._at_end(position, True)
        return Stop(position, reason, words or told(self.trace, position - 1, self.arch.entries))

    def _at_end(self, position: int, finished: bool) -> Stop:
        if not finished:
            return Stop(
                position,
                "recording",
                tr("the boot is still being recorded: {position} events so far", position=position),
            )
        if position and self.trace.kind(position - 1) == Kind.PANIC:
            return Stop(position, "panic", self.trace.ending(position - 1))
        last = f": {told(self.trace, position - 1, self.arch.entries)}" if position else ""
        return Stop(position, "end", tr("end of the trace{last}", last=last))
