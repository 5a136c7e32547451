"""What the names in an expression stand for, at an event or at a position."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from ...build.kconfig import KConfig
from ...build.kernel_source.lines import SourceLines
from ...build.release import DEFAULT_RELEASE
from ...index.affected import Shifts
from ...index.calls import CallIndex
from ...memory.state import Replica, State
from ...text.events import named_arguments, range_of
from ...trace.events import Kind, Trace
from ...trace.stepping import frame_at
from .history import Values

if TYPE_CHECKING:
    from .kernel_state import KernelState
    from .nodes import Scope
    from .types import KernelTypes

FOUR_KIB_PAGES = Shifts(12, 27)
"""What pages and sections are like unless somebody says."""

EVENT_NAMES = (
    "function",
    "caller",
    "stack",
    "depth",
    "event",
    "result",
    "end",
    "text",
    "level",
    "old",
    "new",
)
"""Names that every event may have beside the arguments of its function."""


KERNEL_NAMES = frozenset(
    (
        *(
            "memblock",
            "node_data",
            "contig_page_data",
            "mem_section",
            "numa_meminfo",
            "numa_reserved_meminfo",
        ),
        *("e820_table", "e820_table_kexec", "e820_table_firmware"),
    )
)
"""The kernel's structures that the state has: those of `kernel_state.TARGETS`, which takes its time to
import."""


def no_constants(lookup: Callable[[str], Any]) -> Mapping[str, int]:
    """Of a trace whose kernel's are not known."""
    return {}


class Names:
    """The names of a trace: arguments, what is known of an event, kernel variables, symbols, constants;
    `shifts` is for places in memory, `constants` gives the kernel's by the variables that a lookup has,
    `lines` where its functions are in its source.  `values` are what was printed and set by the person who
    debugs; `kernel` makes the kernel's own structures of a state, `types` gives theirs."""

    kernel: Callable[[State], KernelState] | None = None
    types: Callable[[], KernelTypes] | None = None

    def __init__(
        self,
        trace: Trace,
        occurrences: CallIndex,
        symbols: Mapping[str, int],
        shifts: Shifts = FOUR_KIB_PAGES,
        constants: Callable[[Callable[[str], Any]], Mapping[str, int]] = no_constants,
        lines: SourceLines | None = None,
    ) -> None:
        self.lines = lines or SourceLines(DEFAULT_RELEASE, "", KConfig({}))
        self.shifts = shifts
        self.constants = constants
        self.trace = trace
        self.occurrences = occurrences
        self.symbols = symbols
        self.values = Values()
        self._replica: Replica | None = None

    def state_after(self, event: int) -> State:
        """The state just after an event, until another is asked for."""
        if self._replica is None:
            self._replica = Replica(self.trace)
        if self._replica.position != event + 1:
            self._replica.move(event + 1)
        return self._replica.state

    def scope(
        self,
        lookup: Callable[[str], Any],
        functions: Mapping[str, Callable[..., Any]],
        state: Callable[[], State],
    ) -> Scope:
        """What an expression sees that has a lookup and functions, where the state is one that is made if it
        is needed."""
        from .nodes import Scope

        def structured(value: Any) -> Any:
            return self.kernel(state()).structured(value) if self.kernel is not None else value

        types = self.types() if self.types is not None else None
        return Scope(lookup, functions, types, self.symbols, structured)

    def _of_kernel(self, name: str, state: Callable[[], State]) -> Any:
        """One of the kernel's structures.  Raises KeyError for other names."""
        if self.kernel is None or name not in KERNEL_NAMES:
            raise KeyError(name)
        return self.kernel(state()).value(name)

    def frame(self, event: int) -> int:
        """The ENTER event of the function an event is about, or happened in; -1 outside any."""
        kind = self.trace.kind(event)
        if kind == Kind.ENTER:
            return event
        return self.trace.partner(event) if kind == Kind.LEAVE else self.trace.parent(event)

    def arguments(self, event: int) -> dict[str, Any]:
        """The arguments of that function, by name."""
        frame = self.frame(event)
        return named_arguments(self.trace, frame) if frame >= 0 else {}

    def variables(self) -> frozenset[str]:
        """The kernel's variables."""
        return frozenset(self.trace.at_start("variables"))

    def at_event(self, event: int) -> Callable[[str], Any]:
        """A lookup of names as an event sees them.  It raises KeyError for those it has not."""
        return self._lookup(self.frame(event), event, event, event)

    def before_event(self, event: int) -> Callable[[str], Any]:
        """A lookup of names as the function that an event is about to happen in sees them."""
        frame = self.trace.parent(event)
        return self._lookup(frame, max(frame, 0), event, event - 1)

    def _lookup(self, frame: int, subject: int, event: int, seen: int) -> Callable[[str], Any]:
        """The arguments of `frame`, what is known of the event `subject`, variables as they are at an `event`
        and the state as it is after the event `seen`."""
        values = self.trace.payload(frame) if frame >= 0 else ()
        parameters = self.trace.function(frame).parameters if frame >= 0 else ()

        def lookup(name: str) -> Any:
            # Looked up where they stand: a condition is tested thousands of times and asks for one or two.
            if name in parameters and (index := parameters.index(name)) < len(values):
                return values[index]
            if name == "event":
                return event
            if name in EVENT_NAMES:
                return self._of_event(name, subject, self.arguments(subject))
            if name.startswith("$"):
                return self.values.lookup(name)
            try:
                return self.occurrences.variable(name, event)
            except KeyError:
                pass
            try:
                return self._of_kernel(name, lambda: self.state_after(seen))
            except KeyError:
                found = self.symbols.get(name)
            if found is not None:
                return found
            return self.constants(lambda variable: self.occurrences.variable(variable, event))[name]

        return lookup

    def at_position(self, state: State, position: int, selected: int | None = None) -> Callable[[str], Any]:
        """A lookup of names as one who stands at a position sees them: the current function's arguments (or
        those of the call `selected`, by its ENTER event), the parts of the state, the kernel's variables,
        symbols.  It raises KeyError for what there is not."""
        frame = frame_at(self.trace, position) if selected is None else selected
        arguments = named_arguments(self.trace, frame) if frame >= 0 else {}

        def lookup(name: str) -> Any:
            if name in arguments:
                return arguments[name]
            if name in ("event", "position"):
                return position
            if name.startswith("$"):
                return self.values.lookup(name)
            if name in state.variables:
                return state.variables[name]
            try:
                return self._of_kernel(name, lambda: state)
            except KeyError:
                pass
            if name in self.symbols:
                return self.symbols[name]
            if name == "result" and position and self.trace.kind(position - 1) == Kind.LEAVE:
                return self.trace.payload(position - 1)
            if frame >= 0 and name in EVENT_NAMES:
                return self._of_event(name, frame, arguments)
            try:
                return state_part(state, name)
            except KeyError:
                return self.constants(state.variables.__getitem__)[name]

        return lookup

    def _of_event(self, name: str, event: int, arguments: Mapping[str, Any]) -> Any:
        trace, kind = self.trace, self.trace.kind(event)
        frame = self.frame(event)
        if name == "event":
            return event
        if name == "stack":
            return tuple(trace.function(enter).name for enter in trace.stack(event))
        if name == "depth":
            return len(trace.stack(event)) + (kind in (Kind.ENTER, Kind.LEAVE))
        if name in ("function", "caller") and frame >= 0:
            return trace.function(frame).name if name == "function" else trace.callers(frame)
        if name == "result" and kind == Kind.LEAVE:
            return trace.payload(event)
        if name == "end" and (covered := range_of(arguments)):
            return covered[1]
        if kind == Kind.LOG and name in ("text", "level"):
            return trace.log_text(event) if name == "text" else trace.log_format(event).level
        if kind == Kind.VARIABLE and name in ("old", "new"):
            return getattr(trace.payload(event)[0], name)
        raise KeyError(name)


def state_part(state: State, name: str) -> Any:
    """The part of the state that an expression means by a name, with what lies in it.  Raises KeyError."""
    meant = [part for part in state.parts if part.expression.partition(".")[0] == name]
    if not meant:
        raise KeyError(name)
    whole = {part.expression: state[part.target].view() for part in meant}
    if list(whole) == [name]:
        return whole[name]
    inside = {path.removeprefix(f"{name}."): value for path, value in whole.items() if path != name}
    return {**cast("Mapping[str, Any]", whole.get(name, {})), **inside}
