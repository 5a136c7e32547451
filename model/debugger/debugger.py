"""The debugger: a position in the trace of a boot, and every way to move it.  It knows nothing of screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..analysis.history import AffectingEvents, History
from ..analysis.ownership import Owners
from ..arch.spec import Arch
from ..build.address_map import Placement
from ..build.kernel_source.lines import SourceLines
from ..index.affected import Shifts
from ..index.calls import CallIndex
from ..index.phases import Phase, Phases
from ..index.running_symbols import RunningSymbols
from ..index.selectors import MemoryRange, parse_place
from ..language.words import tr
from ..memory.macros import VmemmapArray, kernel_macros
from ..memory.page_structs import PageStructs, page_structs
from ..memory.pagetable.format import Pgdir
from ..memory.pagetable.tables import PageTables
from ..memory.state import Replica, State
from ..source.facts import Facts
from ..source.provenance import is_from_log
from ..text.events import told
from ..trace import stepping as moves
from ..trace.events import Kind, Trace
from .breakpoints.breakpoints import Breakpoints, Hit, Location
from .displays import Displays
from .expressions.scope import FOUR_KIB_PAGES, Names
from .frames import Frame, Where, frames_at
from .kernel_places import placed
from .looking import Looking
from .position_names import PositionNames
from .stop import Before, Moved, Stop

if TYPE_CHECKING:
    from ..analysis.accounting import Ledger
    from ..analysis.explain import Explainer
    from ..analysis.from_log.of_trace import LogTold
    from ..source.trace_source import FrameLocals
    from .expressions.kernel_state import KernelState
    from .expressions.types import KernelTypes

__all__ = ["Before", "Debugger", "Frame", "Moved", "Stop", "Where"]


class Debugger:
    """One person's way through a trace.  No move fails: where there is no way on, its `Stop` says so.

    `facts` are what is known beside the trace; what they do not tell, no answer uses.  `lines` know where the
    kernel's functions are in its source: give them a `source` to have them of that.
    """

    def __init__(self, trace: Trace, facts: Facts | None = None) -> None:
        self.facts = facts = facts or Facts()
        self.trace = trace
        self.replica = Replica(trace)
        self.occurrences = CallIndex(trace, facts.arch)
        self.phases = Phases(self.occurrences)
        layout = facts.address_map
        shifts = Shifts(layout.page_shift, layout.section_size_bits) if layout else FOUR_KIB_PAGES
        symbols = RunningSymbols(facts, self.occurrences)
        self.lines = SourceLines(facts.release, facts.arch.directory, facts.config)
        self.names = Names(trace, self.occurrences, symbols, shifts, self.constants, self.lines)
        self.position_names = PositionNames(self.occurrences)
        self.owners = Owners(trace, self.occurrences, facts)
        self.history = History(AffectingEvents(self.occurrences, shifts), self.owners)
        self.sizeof_page = facts.memory_model.sizeof_page if facts.memory_model else facts.sizeof_page
        self.names.kernel, self.names.types = self.kernel_state, lambda: self.types
        self.breakpoints = Breakpoints(self.names, self.macros)
        self.displays = Displays()
        self.bookmarks: dict[str, int] = {}
        self.looking = Looking()
        self.locals_at: Callable[[int], tuple[FrameLocals, ...]] | None = None
        """Finds the local variables of the functions open at a position, outermost first, which may take as
        long as the boot; None where nobody does."""
        self.held: Callable[[int, int], Stop | None] | None = None
        """Tells where on the way to a position a move is to be held, as breakpoints do, if anywhere."""
        self.before = Before(trace)
        self.last = Moved(0, 0, Stop(0, "start", tr("start of the boot")))

    @cached_property
    def why(self) -> Explainer:
        """Explains why memory was taken where it was."""
        from ..analysis.explain import Explainer  # no first step asks

        return Explainer(self.occurrences, self.owners)

    @cached_property
    def log(self) -> LogTold | None:
        """What the lines say, of a trace that a log was made into."""
        if not is_from_log(self.trace):
            return None
        from ..analysis.from_log.of_trace import LogTold  # all that lines may say: for logs only

        return LogTold(self.trace, self.facts)

    @cached_property
    def types(self) -> KernelTypes:
        """The kernel's C types, as far as they are known."""
        from .expressions.types import KernelTypes

        return KernelTypes(self.facts)

    @property
    def arch(self) -> Arch:
        """The kernel's architecture."""
        return self.facts.arch

    @property
    def position(self) -> int:
        """Where we stand: the events before this one have happened."""
        return self.replica.position

    @property
    def state(self) -> State:
        """The machine at the position."""
        return self.replica.state

    def trees(self) -> Iterator[tuple[Pgdir, PageTables]]:
        """The kernel's trees of page tables here, its own first."""
        trees = self.state.trees
        return ((pgdir, trees[pgdir.target]) for pgdir in self.arch.pgdirs if pgdir.target in trees)

    def macros(self, lookup: Callable[[str], Any]) -> Mapping[str, Callable[..., Any]]:
        """The kernel's macros by name, with the kernel's variables as `lookup` gives them.  Page structs are
        where they are at the position."""
        from .expressions.whole_values import FUNCTIONS  # no first step evaluates anything

        if self.facts.address_map is None:
            return FUNCTIONS
        placement = self.arch.placement(self.facts.address_map, lookup)
        layout, pages = placement.address_map, self._page_structs(placement)
        pages = pages or VmemmapArray(placement, self.sizeof_page)
        macros = kernel_macros(layout, self.arch.macros(layout, lookup), pages)

        def node_data(nid: int) -> Any:
            return lookup("node_data")[nid]

        return {**FUNCTIONS, **macros, "NODE_DATA": node_data}

    def constants(self, lookup: Callable[[str], Any]) -> Mapping[str, int]:
        """The kernel's constants by name, as its address map lies with the variables that `lookup` gives."""
        if self.facts.address_map is None:
            return {}
        return self.arch.placement(self.facts.address_map, lookup).address_map.constants()

    def page_structs(self) -> PageStructs | None:
        """The page structs here; None if the memory model is not known."""
        placement = self.placement()
        return self._page_structs(placement) if placement is not None else None

    def placement(self) -> Placement | None:
        """How the address map lies here; None if there is none."""
        if self.facts.address_map is None:
            return None
        return self.arch.placement(self.facts.address_map, self.state.variables.__getitem__)

    def _page_structs(self, placement: Placement) -> PageStructs | None:
        if self.facts.memory_model is None:
            return None
        shape = self.facts.memory_model.moved(placement.address_map)
        return page_structs(shape, self.state.sections, placement.linear_base, placement.waits_for)

    def evaluate(self, text: str) -> Any:
        """The value of an expression here.  Raises `ExpressionError`."""
        from .expressions.parser import Expression
        from .telling import Telling

        frame = self.selected_frame() if self.looking.level else None
        known, telling = (
            self.names.at_position(self.state, self.position, frame and frame.enter),
            Telling(self),
        )

        def lookup(name: str) -> Any:
            try:
                return known(name)
            except KeyError:
                return telling.value(name)

        functions = {**telling.functions(), **self.macros(lookup)}
        return Expression.parse(text).evaluate(self.names.scope(lookup, functions, lambda: self.state))

    def kernel_state(self, state: State) -> KernelState:
        """The kernel's own structures, as a state has them."""
        from .expressions.kernel_state import KernelState

        return KernelState(state, self.facts, self.types, self.names.symbols)

    def address(self, text: str) -> Any:
        """The value of an expression where an address is meant: structures lie somewhere.  Raises
        `ExpressionError`."""
        from .expressions.values import address_of

        return address_of(self.evaluate(text))

    def place(self, text: str) -> MemoryRange:
        """The part of memory that somebody means.  Raises `PlaceError`, `ExpressionError`."""
        counts = text.split(maxsplit=1)[:1] in (["section"], ["pfn"])
        evaluate = self.evaluate if counts else self.address
        return parse_place(text, evaluate, self.names.shifts.page)

    def ledger(self) -> Ledger:
        """Who has which memory, here."""
        from ..analysis.accounting import ledger

        return ledger(self.owners, self.state, self.position)

    def position_name(self) -> str:
        """The name of where we stand."""
        return self.position_names.name(self.position)

    # ---- where we are ----

    def where(self) -> Where:
        """The open functions and what comes next."""
        frames = placed(self.lines, self.trace, self.position, frames_at(self.trace, self.position))
        upcoming = self.position if self.position < len(self.trace) else None
        return Where(frames, upcoming, self.phase_here().name, self.looking.level)

    def select_frame(self, level: int) -> None:
        """Look from an open function, 0 being the innermost, until a move is made."""
        self.looking.select(level)

    def selected_frame(self) -> Frame | None:
        """The frame that is selected, the innermost unless somebody says; None if no function is open."""
        frames = self.where().frames
        return frames[-1 - min(self.looking.level, len(frames) - 1)] if frames else None

    def stop_place(self) -> str:
        """Where in the kernel's source we stand, to be put behind what a stop says; "" if nobody knows."""
        frames = self.where().frames
        return tr(", at {place}", place=frames[-1].place) if frames and frames[-1].place.file else ""

    def phase_here(self) -> Phase:
        """The phase of the boot that the position is in."""
        return self.phases.all()[self.phases.at(self.position)]

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

    def until(self, spec: str) -> Stop:
        """Until a place in the sense of a breakpoint (a function is entered, ``name:return``, ``log:…``), or
        a breakpoint.  Where it is never reached, we stay where we are.  Raises `BreakpointError` for a bad
        `spec`."""
        location = Location.parse(spec, self.names)
        finished, end = self.trace.finished, len(self.trace)
        found = location.passed(self.position, end)
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
