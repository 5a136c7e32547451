"""Answers about memory as rows of a pane: headings, labels in a column, and where each row leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from ....model.analysis.accounting import Ledger
from ....model.analysis.explain import ExplainedSearch, Explanation, Failure
from ....model.analysis.explain_text import (
    limits_words,
    no_search_words,
    outside_words,
    result_words,
    separator_words,
)
from ....model.analysis.from_log.rows import LogLedger
from ....model.analysis.gaps import TAKEN, Gap
from ....model.analysis.history import HistoryItem
from ....model.analysis.names import said
from ....model.base.units import hex_address, readable_size, sized_range
from ....model.debugger.inspect.address import HISTORY, Fact
from ....model.debugger.inspect.answers import (
    AddressAnswer,
    Answer,
    ExplainAnswer,
    HistoryAnswer,
    Paragraph,
    WordsAnswer,
)
from ....model.debugger.moment import Moment
from ....model.index.selectors import PHYSICAL, VIRTUAL
from ....model.language.words import tr, trn
from ....model.text.events import call_text
from ...draw.lines import Line, Span, plain
from ...draw.widths import cells, ljust, wrapped
from .ledger_rows import ledger_rows
from .log_ledger_rows import log_ledger_rows

LABELS = 22
"""Columns that labels have at most."""
VERDICTS: dict[str, Span] = {TAKEN: ("✓ ", "added"), "later": ("· ", "dim")}
NOT_TAKEN: Span = ("✗ ", "removed")


class AnswerRow(NamedTuple):
    """A row and the `event` that it leads to; `subject` is an address that it is about, `watch` what a
    breakpoint can watch there.  The mark that says where the event lies is before the first line of `more`
    than one."""

    line: Line
    event: int | None = None
    subject: str | None = None
    watch: str | None = None
    is_heading: bool = False
    is_more: bool = False


def answer_rows(moment: Moment, answer: Answer, width: int, order: str) -> list[AnswerRow]:
    """An answer in rows of `width` columns, its ledger in an `order`."""
    found = answer.found
    if isinstance(found, AddressAnswer):
        return list(_fact_rows(found.facts, answer.position, width))
    if isinstance(found, HistoryAnswer):
        return [heading(_count(len(found.items), found.place.words()), width), *_story(found)]
    if isinstance(found, WordsAnswer):
        return list(_paragraphs(found.paragraphs, width))
    if isinstance(found, Ledger | LogLedger):
        is_of_log = isinstance(found, LogLedger)
        made = (
            log_ledger_rows(moment, found, width) if is_of_log else ledger_rows(moment, found, width, order)
        )
        return [
            heading(row.line, width) if isinstance(row.line, str) else AnswerRow(row.line, *row[1:])
            for row in made
        ]
    return list(_reasons(moment, found, width))


def heading(words: str, width: int) -> AnswerRow:
    """A line above a group."""
    rule = "─" * max(width - cells(words) - 2, 0)
    return AnswerRow([("── ", "rule"), (words, "title"), (f" {rule}", "rule")], is_heading=True)


def labelled(label: str, words: str, columns: int, width: int, row: AnswerRow) -> Iterator[AnswerRow]:
    """Words beside their label, over as many lines as they need."""
    lines = wrapped(plain(words), max(width - columns - 3, 12)) or [""]
    for at, line in enumerate(lines):
        shown = label if at == 0 else ""
        yield row._replace(line=[(f"{ljust(shown, columns)} ", "dim"), (line, "")], is_more=at > 0)


# ---- something in sentences ----


def _paragraphs(paragraphs: Iterable[Paragraph], width: int) -> Iterator[AnswerRow]:
    for paragraph in paragraphs:
        yield heading(paragraph.heading, width)
        for sentence in paragraph.said:
            for at, line in enumerate(wrapped(plain(sentence.text), width)):
                yield AnswerRow([(line, "")], sentence.event, is_more=at > 0)


# ---- an address ----


def _fact_rows(facts: Iterable[Fact], position: int, width: int) -> Iterator[AnswerRow]:
    for words, group in groupby(facts, lambda fact: fact.heading):
        there = list(group)
        if words == HISTORY:
            so_far = sum(fact.event is not None and fact.event < position for fact in there)
            yield heading(
                tr(
                    "{count}, {so_far} of them before this moment",
                    count=_count(len(there), tr(words)),
                    so_far=so_far,
                ),
                width,
            )
            yield from (_event_row(fact.event or 0, fact.text) for fact in there)
            continue
        yield heading(tr(words), width)
        columns = min(max(cells(fact.label.strip()) for fact in there), LABELS)
        for fact in there:
            row = AnswerRow([], fact.event)
            yield from labelled(fact.label.strip(), fact.text.removeprefix("= "), columns, width, row)


def _count(count: int, words: str) -> str:
    return trn("{words} · {count} event", "{words} · {count} events", count, words=words)


def _event_row(event: int, words: str, watch: str | None = None) -> AnswerRow:
    return AnswerRow([(f"{event:>8}  ", "number"), (plain(words), "")], event, watch=watch)


# ---- a history ----


def _story(told: HistoryAnswer) -> Iterator[AnswerRow]:
    place = told.place
    watch = f"watch:{place.words()}"
    if place.space in (PHYSICAL, VIRTUAL):
        watch = f"watch:{place.start:#x}-{place.end - 1:#x}"
    for item in told.items:
        yield _item_row(item, watch)


def _item_row(item: HistoryItem, watch: str) -> AnswerRow:
    return _event_row(item.event, f"{item.text}  ({item.path})", watch)


# ---- a refusal ----


def _reasons(moment: Moment, reasons: ExplainAnswer, width: int) -> Iterator[AnswerRow]:
    found = reasons.explanation
    if reasons.facts:
        yield from _fact_rows(reasons.facts, moment.position, width)
    elif found is None:
        yield heading(tr("Nothing was refused so far."), width)
    if found is not None:
        yield from _explained(moment, found, width)
    if reasons.failures:
        count = len(reasons.failures)
        yield heading(
            trn(
                "all that is refused in this boot · {count} request",
                "all that is refused in this boot · {count} requests",
                count,
            ),
            width,
        )
        yield from (_failure(moment, failure) for failure in reasons.failures)


def _explained(moment: Moment, found: Explanation, width: int) -> Iterator[AnswerRow]:
    trace = moment.trace
    yield heading(tr("what failed") if found.failed else tr("what was asked for"), width)
    yield from labelled(tr("call"), found.call, 8, width, AnswerRow([], found.event))
    yield from labelled(tr("caller"), moment.history.path(found.event), 8, width, AnswerRow([]))
    if found.wanted is not None:
        cause = tr(", because of {cause}", cause=said(found.wanted.cause)) if found.wanted.cause else ""
        yield from labelled(
            tr("wanted"),
            tr("for {name}{cause}", name=said(found.wanted.name), cause=cause),
            8,
            width,
            AnswerRow([]),
        )
    if found.result is not None:
        yield from labelled(tr("result"), result_words(found.result), 8, width, AnswerRow([]))
    for event in found.messages:
        yield from labelled(tr("it said"), trace.log_text(event), 8, width, AnswerRow([], event))
    if found.remedy is not None:
        words = tr("the caller asked again, and got it: {call}", call=call_text(trace, found.remedy))
        yield from labelled(tr("then"), words, 8, width, AnswerRow([], found.remedy))
    if found.in_the_way:
        yield heading(tr("in the way: reserved already in the very range that was asked for"), width)
    for piece in found.in_the_way:
        claim = moment.owners.reserved_by(piece.start, found.event)
        cause = f" · {said(piece.value.cause)}" if piece.value.cause else ""
        line: Line = [
            (sized_range(piece.start, piece.end - piece.start), ""),
            (f"  {plain(said(piece.value.name))}", "strong"),
            (plain(cause), "dim"),
        ]
        yield AnswerRow(line, claim.event if claim else None, *_place(piece.start, piece.end))
    if not found.searches:
        yield heading(no_search_words(trace), width)
    for number, searched in enumerate(found.searches, start=1):
        yield from _search(number, searched, width)


def _search(number: int, searched: ExplainedSearch, width: int) -> Iterator[AnswerRow]:
    search = searched.search
    if searched.found:
        yield heading(
            tr("search {number}: found {found}", number=number, found=hex_address(searched.found)), width
        )
    else:
        most = max((gap.usable for gap in searched.gaps), default=0)
        yield heading(
            tr(
                "search {number}: found nothing, the largest free gap in its limits has {most}",
                number=number,
                most=readable_size(most),
            ),
            width,
        )
    node = tr(" on node {nid}", nid=search.nid) if search.nid >= 0 else ""
    words = tr(
        "{size}, aligned to {align}, between {start} and {end}{node}, {way}",
        size=readable_size(search.size),
        align=readable_size(search.align),
        start=hex_address(searched.start),
        end=hex_address(searched.end),
        node=node,
        way=tr("upwards") if searched.bottom_up else tr("downwards"),
    )
    yield from labelled(tr("for"), words, 8, width, AnswerRow([], searched.event))
    if (said := limits_words(searched)) is not None:
        yield from labelled(tr("limits"), said, 8, width, AnswerRow([]))
    if not searched.gaps:
        yield AnswerRow([(tr("there is no free memory between them"), "")])
    for gap, between in zip(searched.gaps, searched.between, strict=True):
        if between is not None:
            row = AnswerRow([], None, *_place(between.start, max(between.end, between.start + 1)))
            yield from labelled("    between", separator_words(between), 11, width, row)
        yield from _gap(gap, width)
    if (said := outside_words(searched)) is not None:
        yield AnswerRow([(said, "dim")])


def _gap(gap: Gap, width: int) -> Iterator[AnswerRow]:
    """A free gap, and on a line of its own, if need be, why it was not taken."""
    mark = VERDICTS.get(gap.verdict, NOT_TAKEN)
    where = f"{sized_range(gap.start, gap.size)}  "
    at = tr("at {at}: ", at=hex_address(gap.at)) if gap.verdict == TAKEN else ""
    row = AnswerRow([], None, *_place(gap.start, gap.end))
    reason = at + gap.reason
    if cells(where) + cells(reason) + 4 <= width:
        yield row._replace(line=[mark, (where, ""), (reason, mark[1])])
        return
    yield row._replace(line=[mark, (where, "")])
    for line in wrapped(reason, max(width - 8, 12)):
        yield row._replace(line=[(f"    {line}", mark[1])])


def _place(start: int, end: int) -> tuple[str, str]:
    return hex_address(start), f"watch:{start:#x}-{end - 1:#x}"


def _failure(moment: Moment, failure: Failure) -> AnswerRow:
    remedied = tr("  (asked again later, and got it)") if failure.remedy is not None else ""
    return _event_row(failure.event, call_text(moment.trace, failure.event) + remedied)
