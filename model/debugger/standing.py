"""Where one stands in the trace of a boot, and all that can be asked there: the state, expressions, places in
memory, the open functions.  `Debugger` moves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

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
from ..memory.pagetable.format import Pgdir
from ..memory.pagetable.tables import PageTables
from ..memory.state import Replica, State
from ..source.facts import Facts
from ..source.provenance import is_from_log
from ..trace.events import Trace
from .breakpoints.breakpoints import Breakpoints
from .displays import Displays
from .expressions.scope import FOUR_KIB_PAGES, Names
from .frames import Frame, Where, frames_at
from .kernel_places import model_words, placed
from .looking import Looking
from .position_names import PositionNames

if TYPE_CHECKING:
    from ..analysis.accounting import Ledger
    from ..analysis.explain import Explainer
    from ..analysis.from_log.of_trace import LogTold
    from ..memory.page_structs import PageStructs
    from ..source.trace_source import FrameLocals
    from .expressions.kernel_state import KernelState
    from .expressions.nodes import Scope
    from .expressions.types import KernelTypes


class Standing:
    """Where one stands in a trace, and what is known there.

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
        from ..memory.macros import VmemmapArray, kernel_macros
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
        from ..memory.page_structs import page_structs

        shape = self.facts.memory_model.moved(placement.address_map)
        return page_structs(shape, self.state.sections, placement.linear_base, placement.waits_for)

    def evaluate(self, text: str) -> Any:
        """The value of an expression here.  Raises `ExpressionError`."""
        from .expressions.parser import Expression

        return Expression.parse(text).evaluate(self.scope())

    def scope(self) -> Scope:
        """What expressions see here, from the selected frame."""
        from .telling import Telling

        frame = self.selected_frame() if self.looking.level else None
        known = self.names.at_position(self.state, self.position, frame.enter if frame else None)
        telling = Telling(self)

        def lookup(name: str) -> Any:
            try:
                return known(name)
            except KeyError:
                return telling.value(name)

        functions = {**telling.functions(), **self.macros(lookup)}
        return self.names.scope(lookup, functions, lambda: self.state)

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
        """Where in the kernel's source we stand, or if nobody knows that, in the model's or in a log, to be
        put behind what a stop says; "" where no function is open."""
        frames = self.where().frames
        if not frames:
            return ""
        place = str(frames[-1].place) or model_words(self.trace, frames[-1].site)
        return tr(", at {place}", place=place) if place else ""

    def phase_here(self) -> Phase:
        """The phase of the boot that the position is in."""
        return self.phases.all()[self.phases.at(self.position)]
