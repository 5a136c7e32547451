"""What an expression may ask of the boot beside its state: who has an address, how often something was
called, what the log said, where and of what kernel this is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ..build.release import parse_release
from ..index.calls import within
from ..language.words import tr
from ..text.events import named_arguments
from .expressions.values import Structure, Typed, Untold, number_of
from .expressions.whole_values import BYTES, COUNT, WholeValues

if TYPE_CHECKING:
    from ..analysis.accounting import Ledger
    from ..analysis.ownership import Owners
    from ..index.calls import CallIndex
    from ..index.phases import Phase
    from ..memory.state import State
    from ..source.facts import Facts
    from ..trace.events import Trace
    from .expressions.kernel_state import KernelState


class Stander(Protocol):
    """A debugger, as far as this asks it."""

    owners: Owners
    occurrences: CallIndex
    trace: Trace
    facts: Facts

    @property
    def position(self) -> int: ...
    @property
    def state(self) -> State: ...
    def ledger(self) -> Ledger: ...
    def phase_here(self) -> Phase: ...
    def kernel_state(self, state: State) -> KernelState: ...


class Telling:
    """The functions and names of a debugger where it stands."""

    def __init__(self, debugger: Stander) -> None:
        self._debugger = debugger

    def functions(self) -> Mapping[str, WholeValues]:
        """By the names that expressions have for them."""
        each: Mapping[str, Callable[..., Any]] = {
            "owner": self.owner,
            "owned": self.owned,
            "free": self.free,
            "mapped": self.mapped,
            "tables": self.tables,
            "tree": self.tree,
            "entry": self.entry,
            "zone": self.zone,
            "calls": self.calls,
            "argument": self.argument,
            "result": self.result,
            "line": self.line,
            "since": self.since,
        }
        return {name: WholeValues(function) for name, function in each.items()}

    def value(self, name: str) -> Any:
        """The value of a name.  Raises KeyError."""
        facts = self._debugger.facts
        if name == "phase":
            return self._debugger.phase_here().name
        if name == "pages_of_ram":
            return Typed(self._debugger.state.memblock.memory.total_size >> facts.page_shift, COUNT)
        return {"machine": facts.name, "release": str(facts.release), "arch": facts.arch.name}[name]

    def owner(self, address: Any) -> str:
        """Who has a physical address, or a virtual one of the linear map."""
        number = number_of(address)
        if number is None:
            raise Untold(tr("it takes an address"))
        debugger = self._debugger
        claim = debugger.owners.reserved_by(number, debugger.position)
        if claim is not None:
            return claim.owner.name
        return tr("nobody") if debugger.owners.memory_by(number, debugger.position) else tr("no RAM")

    def owned(self, text: Any) -> Typed:
        """The bytes of RAM of all owners whose name has a text, or that are of a kind: cma, no-map."""
        words, rows = _text(text), self._debugger.ledger().rows
        found = (row.size for row in rows if words in row.owner.name or words == row.kind)
        return Typed(sum(found), BYTES)

    def free(self) -> Typed:
        """The bytes of RAM that nobody has."""
        return Typed(self._debugger.ledger().free, BYTES)

    def mapped(self, page_size: Any = None) -> Typed:
        """The bytes that the kernel's own tree maps, by entries of one size, or by all."""
        runs = self._debugger.state.page_tables.runs
        chosen = (run for run in runs if page_size is None or run.page_size == page_size)
        return Typed(sum(run.va_end - run.va_start for run in chosen), BYTES)

    def tables(self, level: Any = None) -> Typed:
        """The pages of the kernel's own tree, the root too, at one level or at all."""
        runs = self._debugger.state.page_tables.tables
        return Typed(sum(run.count for run in runs if level is None or run.level == level), COUNT)

    def tree(self, symbol: Any) -> Mapping[str, Any]:
        """A tree of page tables by the symbol of its root, with its ``runs`` of leaf entries and its
        ``tables``; one that this architecture has and this kernel has not maps nothing."""
        words, pgdirs = _text(symbol), self._debugger.facts.arch.pgdirs
        for pgdir in pgdirs:
            if pgdir.symbol == words:
                found = self._debugger.state.trees.get(pgdir.target)
                return {"runs": found.runs if found else [], "tables": found.tables if found else []}
        known = ", ".join(pgdir.symbol for pgdir in pgdirs)
        raise Untold(tr("there is no tree of page tables {words!r}, only {known}", words=words, known=known))

    def entry(self, address: Any, symbol: Any = None) -> Typed:
        """The bytes that one entry maps, of the run by which a virtual address is mapped in the kernel's own
        tree, or in another; 0 if nothing is mapped there."""
        number = number_of(address)
        if number is None:
            raise Untold(tr("it takes an address"))
        runs = self._debugger.state.page_tables.runs if symbol is None else self.tree(symbol)["runs"]
        found = next((run.page_size for run in runs if run.va_start <= number < run.va_end), 0)
        return Typed(found, BYTES)

    def zone(self, name: Any, nid: Any = 0) -> Any:
        """A zone of a node by its name."""
        debugger, words = self._debugger, _text(name)
        state = debugger.kernel_state(debugger.state)
        node = state.node(nid if isinstance(nid, int) else 0)
        if not node.pointed:
            raise Untold(tr("there is no node {nid} yet", nid=nid))
        zones: list[Structure] = list(node.pointed[0]["node_zones"])
        for zone in zones:
            if zone["name"] == words:
                return zone
        raise Untold(
            tr(
                "node {nid} has no zone {words!r}, only {known}",
                nid=nid,
                words=words,
                known=", ".join(zone["name"] for zone in zones),
            )
        )

    # ---- calls ----

    def _enters(self, function: Any) -> list[int]:
        """The calls of a function before here, by their events."""
        occurrences, name = self._debugger.occurrences, _text(function)
        found = occurrences.functions_named(name)
        if not found:
            raise Untold(tr("this boot never calls {name}", name=name))
        position = self._debugger.position
        return sorted(
            enter for each in found for enter in within(occurrences.enters(each.number), 0, position)
        )

    def calls(self, function: Any) -> Typed:
        """How often a function was called before here; 0 where the boot has no such function."""
        is_known = bool(self._debugger.occurrences.functions_named(_text(function)))
        return Typed(len(self._enters(function)) if is_known else 0, COUNT)

    def argument(self, function: Any, name: Any) -> Any:
        """An argument of the last call of a function before here."""
        enters = self._enters(function)
        if not enters:
            raise Untold(tr("{function} was not called yet", function=function))
        arguments = named_arguments(self._debugger.trace, enters[-1])
        if name not in arguments:
            raise Untold(
                tr(
                    "{function} has no argument {name!r}, only {arguments}",
                    function=function,
                    name=name,
                    arguments=", ".join(arguments) or tr("none"),
                )
            )
        return arguments[name]

    def result(self, function: Any) -> Any:
        """What the last call of a function that has returned before here returned."""
        trace, position = self._debugger.trace, self._debugger.position
        for enter in reversed(self._enters(function)):
            if 0 < (leave := trace.partner(enter)) < position:
                return trace.payload(leave)
        raise Untold(tr("{function} has not returned yet", function=function))

    # ---- the log, the kernel ----

    def line(self, text: Any) -> str:
        """The last line of the log before here that has a text."""
        trace, words = self._debugger.trace, _text(text)
        for event in reversed(trace.logs):
            if event < self._debugger.position and words in trace.log_text(event):
                return trace.log_text(event)
        raise Untold(tr("no line of the log has {words!r} yet", words=words))

    def since(self, release: Any) -> bool:
        """Whether the kernel is of a release or of a later one."""
        asked = parse_release(_text(release))
        if asked is None:
            raise Untold(tr("{release!r} is no release, such as 6.6", release=release))
        return self._debugger.facts.release.series >= asked.series


def _text(value: Any) -> str:
    """A value that is to be a text.  Raises `Untold`."""
    if not isinstance(value, str):
        raise Untold(tr("it takes a text in quotation marks"))
    return value
