"""Commands about who has which memory, and why: ledger, who, why, history, x, name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ...analysis.accounting import ledger_lines
from ...analysis.explain import CHECK, ExplainError, Failure
from ...analysis.explain_text import explanation_lines
from ...analysis.from_log.text import log_ledger_lines
from ...analysis.history import HistoryItem
from ...analysis.silence import silence
from ...base.units import hex_address
from ...index.selectors import PlaceError
from ...language.words import tr, translatable
from ..debugger import Debugger
from ..inspect.address import HISTORY, Fact, about, claims
from ..inspect.address_target import find_target
from ..inspect.answers import AddressAnswer, Answer, ExplainAnswer, Found, HistoryAnswer
from ..inspect.logged_reasons import told_by_log
from ..inspect.reserved_nodes import BECAME, named_node, node_facts, overlap_facts
from .command import Command, CommandError, CommandOutcome, function_names

LONGEST = 60
"""Events of a history that are shown, from both ends, unless all are asked for."""


def _guarded(command: Callable[[Debugger, str], CommandOutcome]) -> Callable[[Debugger, str], CommandOutcome]:
    def guarded(debugger: Debugger, rest: str) -> CommandOutcome:
        try:
            return command(debugger, rest)
        except (PlaceError, ExplainError) as error:
            raise CommandError(str(error)) from None

    return guarded


def _answered(lines: Iterable[str], debugger: Debugger, line: str, found: Found) -> CommandOutcome:
    return CommandOutcome("\n".join(lines), answer=Answer(line, debugger.position, found))


def _ledger(debugger: Debugger, rest: str) -> CommandOutcome:
    if rest:
        raise CommandError(tr("the ledger is of all RAM, here; nothing may follow"))
    if debugger.log is not None:
        told = debugger.log.ledger(debugger.owners)
        if told.parts:
            return _answered(log_ledger_lines(told), debugger, "ledger", told)
    found = debugger.ledger()
    return _answered(ledger_lines(found), debugger, "ledger", found)


def _who(debugger: Debugger, rest: str) -> CommandOutcome:
    physical, virtual, facts = claims_of(debugger, rest)

    def plain() -> dict[str, Any]:
        from ..inspect.commands_json import who_json  # only where JSON is printed

        return {"command": f"who {rest}", **who_json(physical, virtual, facts)}

    if physical is None:
        words = tr("{virtual} is not mapped", virtual=hex_address(virtual or 0))
        return CommandOutcome(words, plain=plain)
    words = "; ".join(fact.sentence() for fact in facts)
    return CommandOutcome(f"{hex_address(physical)}: {words}", plain=plain)


def claims_of(debugger: Debugger, rest: str) -> tuple[int | None, int | None, tuple[Fact, ...]]:
    """The physical address that somebody means (None: it is not mapped), the virtual one if it was named so,
    and who has it.  Raises `CommandError`, `ExpressionError`."""
    if not rest:
        raise CommandError(tr("who has which address? (physical or virtual, an expression, pfn N)"))
    try:
        target = find_target(debugger, rest)
    except PlaceError as error:
        raise CommandError(str(error)) from None
    found = tuple(claims(debugger, target.physical)) if target.physical is not None else ()
    return target.physical, target.virtual, found


def _why(debugger: Debugger, rest: str) -> CommandOutcome:
    why, trace = debugger.why, debugger.trace
    if debugger.log is not None and (said := told_by_log(debugger, debugger.log, rest)) is not None:
        return _answered(_reason_lines(debugger, said), debugger, f"why {rest}".rstrip(), said)
    failures = tuple(why.failures())
    here = debugger.position
    line = f"why {rest}".rstrip()
    if rest and (reasons := _of_nodes(debugger, rest, failures) or _of_silence(debugger, rest, failures)):
        return _answered(_reason_lines(debugger, reasons), debugger, line, reasons)
    found = why.about(why.subject(rest, here)) if rest else why.last(here)
    if found is not None:
        return _answered(explanation_lines(trace, found), debugger, line, ExplainAnswer(found, failures))
    if failures:
        first = failures[0].event
        words = tr("nothing was refused so far; the first that is: event {first} (why {first})", first=first)
        return _answered((words,), debugger, line, ExplainAnswer(None, failures))
    if debugger.log is not None:
        return CommandOutcome(tr("no line of this log says that memory was refused"))
    return CommandOutcome(
        tr("no request for memory is refused in this boot; name one that was granted (why crashkernel)")
    )


def _of_nodes(debugger: Debugger, rest: str, failures: tuple[Failure, ...]) -> ExplainAnswer | None:
    """The answer about a node of /reserved-memory, or about nodes that overlap; None if it is not about
    those."""
    why, trace = debugger.why, debugger.trace
    node = named_node(debugger.facts.device_tree, rest)
    if node is not None:
        asked = [why.about(event) for event, path in why.searches_for_nodes() if path == node.path]
        searched = next((found for found in asked if found.searches), None)
        return ExplainAnswer(searched, failures, tuple(node_facts(debugger, node)))
    if rest in debugger.why.subjects or rest.isdecimal():
        event = why.subject(rest, debugger.position)
        if trace.function(event).name == CHECK and (facts := tuple(overlap_facts(debugger))):
            return ExplainAnswer(None, failures, facts)
    return None


def _of_silence(debugger: Debugger, rest: str, failures: tuple[Failure, ...]) -> ExplainAnswer | None:
    """The answer about something that nothing was reserved for although nothing was refused."""
    if rest not in debugger.why.subjects:
        return None
    words = silence(rest, debugger.state.variables, debugger.arch.initrd_variable)
    return ExplainAnswer(None, failures, (Fact(BECAME, rest, words),)) if words else None


def _reason_lines(debugger: Debugger, reasons: ExplainAnswer) -> Iterator[str]:
    yield from (f"{fact.label}: {fact.text}" for fact in reasons.facts)
    if reasons.explanation is not None:
        yield from explanation_lines(debugger.trace, reasons.explanation)


def _history(debugger: Debugger, rest: str) -> CommandOutcome:
    every, rest = rest.endswith("/all"), rest.removesuffix("/all").rstrip()
    place = debugger.place(rest)
    items = debugger.history.items(place)
    if not items:
        return CommandOutcome(tr("nothing ever happens to {place}", place=place.words()))
    lines = [_item_line(debugger, item) for item in items]
    if len(lines) > LONGEST and not every:
        left = len(lines) - LONGEST
        lines[LONGEST // 2 : -LONGEST // 2] = [
            tr("… {left} more events (history {rest} /all)", left=left, rest=rest)
        ]
    told = HistoryAnswer(place, tuple(items))
    lines.insert(0, tr("{place}, {count} events:", place=place.words(), count=len(items)))
    return _answered(lines, debugger, f"history {rest}", told)


def _item_line(debugger: Debugger, item: HistoryItem) -> str:
    mark = " " if item.event < debugger.position else "+"
    return f"{mark}{item.event:8}  {item.text}  ({item.path})"


def _examine(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        raise CommandError(
            tr("what is at which address? (physical or virtual, an expression, pfn N, section N)")
        )
    if rest.startswith("/"):
        from .examine import examined  # no first step asks

        return CommandOutcome(examined(debugger, rest))
    target = find_target(debugger, rest)
    facts = tuple(about(debugger, target))
    address = target.physical if target.virtual is None else target.virtual
    if address is not None:
        debugger.names.values.set("_", address)
    return _answered(_shortened(facts), debugger, f"x {rest}", AddressAnswer(facts))


def _shortened(facts: Sequence[Fact]) -> Iterator[str]:
    history = [fact for fact in facts if fact.heading == HISTORY]
    yield from (fact.sentence() for fact in facts if fact.heading != HISTORY)
    yield from (fact.sentence() for fact in history[:LONGEST])
    if len(history) > LONGEST:
        yield tr("… {count} more events (history)", count=len(history) - LONGEST)


def _name(debugger: Debugger, rest: str) -> CommandOutcome:
    if rest and not rest.isdecimal():
        raise CommandError(tr('"{rest}" is not the number of a position', rest=rest))
    return CommandOutcome(debugger.position_names.name(int(rest)) if rest else debugger.position_name())


def history_of_memory(debugger: Debugger, rest: str) -> CommandOutcome:
    """The history of a part of memory.  Raises `CommandError`, `ExpressionError`."""
    return _guarded(_history)(debugger, rest)


COMMANDS = (
    Command("ledger", (), "ledger", translatable("all RAM by who has it, here"), _guarded(_ledger)),
    Command(
        "who",
        (),
        "who ADDRESS",
        translatable("who reserved an address, or put it into memory"),
        _guarded(_who),
    ),
    Command(
        "why",
        (),
        "why [EVENT|FUNCTION|NAME]",
        translatable("why memory was refused, or where it was found; alone: the last refusal"),
        _guarded(_why),
        complete=lambda debugger: [*debugger.why.subjects, *function_names(debugger)],
    ),
    Command(
        "x",
        ("examine",),
        "x[/NFU] ADDRESS",
        translatable(
            "all that is known of an address, a symbol, pfn N, section N, page ADDRESS\n"
            "x/NFU (N units, a format, b h w g for 1 2 4 8 bytes) shows what page tables and memblock "
            "hold there"
        ),
        _guarded(_examine),
    ),
    Command(
        "name",
        (),
        "name [POSITION]",
        translatable("the name of a position, for goto and --at"),
        _guarded(_name),
    ),
)
