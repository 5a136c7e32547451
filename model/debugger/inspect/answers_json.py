"""Answers about memory as plain data for JSON: the same names and shapes wherever an answer is printed.

Addresses are hexadecimal strings ("0x48000000"), sizes integers in bytes, pfns, nodes and events integers;
what there is none of is null.  A range has its ``start``, its ``end``, which is not included, and its
``size``.  ``bootstep help json`` lists the fields; they stay as they are, and new ones may come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...analysis.accounting import Ledger
from ...analysis.explain import ExplainedSearch, Explanation, Failure, Separator
from ...analysis.from_log.rows import LogLedger
from ...analysis.gaps import Gap
from ...analysis.owner_rules import Owner
from ...base.units import hex_address
from ...index.selectors import ANY_NODE, PHYSICAL, VIRTUAL, ZONE, MemoryRange
from ...text.debugfs import flag_list
from ...text.values_json import value_json
from .address import Fact
from .answers import AddressAnswer, Answer, ExplainAnswer, HistoryAnswer, Paragraph, WordsAnswer
from .ledger_json import ledger_json, log_ledger_json, owner_json


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer of any kind: its ``kind``, the ``command`` that asks for it, the ``position`` (a number of
    events) where it was asked, and what was found."""
    found = answer.found
    if isinstance(found, Ledger):
        kind, told = "ledger", ledger_json(found)
    elif isinstance(found, LogLedger):
        kind, told = "log-ledger", log_ledger_json(found)
    elif isinstance(found, AddressAnswer):
        kind, told = "address", {"facts": facts_json(found.facts)}
    elif isinstance(found, HistoryAnswer):
        kind, told = "history", _history(found)
    elif isinstance(found, WordsAnswer):
        kind, told = found.kind, {"paragraphs": paragraphs_json(found.paragraphs)}
    else:
        kind, told = "why", _reasons(found)
    return {"kind": kind, "command": answer.line, "position": answer.position, **told}


def result_json(answer: Answer | None, plain: Callable[[], dict[str, Any]] | None) -> dict[str, Any] | None:
    """What a command found, as an answer or by what makes plain data of it; None if words are all there
    is."""
    if answer is not None:
        return answer_json(answer)
    return plain() if plain is not None else None


def facts_json(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """What is known of an address or a node, one thing after the other."""
    return [
        {"about": fact.heading, "label": fact.label.strip(), "text": fact.text, "event": fact.event}
        for fact in facts
    ]


def paragraphs_json(paragraphs: Iterable[Paragraph]) -> list[dict[str, Any]]:
    """What is told in sentences, each with the event that it is about, if it is about one."""
    return [
        {
            "heading": paragraph.heading,
            "sentences": [{"text": said.text, "event": said.event} for said in paragraph.said],
        }
        for paragraph in paragraphs
    ]


def range_json(start: int, end: int) -> dict[str, Any]:
    """The addresses from `start` up to but not including `end`."""
    return {"start": hex_address(start), "end": hex_address(end), "size": end - start}


# ---- history ----


def _history(told: HistoryAnswer) -> dict[str, Any]:
    items = [{"event": item.event, "text": item.text, "path": item.path} for item in told.items]
    return {"place": place_json(told.place), "items": items}


def place_json(place: MemoryRange) -> dict[str, Any]:
    """A part of memory that somebody asked about."""
    if place.space in (PHYSICAL, VIRTUAL):
        return {"space": place.space, **range_json(place.start, place.end)}
    if place.space == ZONE:
        return {"space": ZONE, "name": place.name, "nid": None if place.start == ANY_NODE else place.start}
    return {"space": place.space, "first": place.start, "count": place.end - place.start}


# ---- why ----


def _reasons(found: ExplainAnswer) -> dict[str, Any]:
    return {
        "explanation": explanation_json(found.explanation) if found.explanation else None,
        "failures": [_failure(each) for each in found.failures],
        "facts": facts_json(found.facts),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {"event": failure.event, "returned": failure.returned, "remedy": failure.remedy}


def explanation_json(found: Explanation) -> dict[str, Any]:
    """Why a call came out as it did."""
    return {
        "event": found.event,
        "call": found.call,
        "caller": found.caller or None,
        "failed": found.failed,
        "result": value_json("", found.result),
        "wanted_for": owner_json(found.wanted) if found.wanted else None,
        "remedy": found.remedy,
        "searches": [_search(search) for search in found.searches],
        "in_the_way": [
            {**range_json(piece.start, piece.end), **owner_json(piece.value)} for piece in found.in_the_way
        ],
        "messages": list(found.messages),
    }


def _search(found: ExplainedSearch) -> dict[str, Any]:
    """What was looked for, where, and every gap; `start` and `end` are the limits that counted."""
    asked = found.search
    return {
        "event": found.event,
        "size": asked.size,
        "align": asked.align,
        "nid": _nid(asked.nid, found.max_numnodes),
        "flags": flag_list(asked.flags),
        "start": hex_address(found.start),
        "end": hex_address(found.end),
        "bottom_up": found.bottom_up,
        "found": hex_address(found.found) if found.found else None,
        "gaps": [_gap(gap, found.max_numnodes) for gap in found.gaps],
        "between": [_separator(each) if each else None for each in found.between],
        "outside": {"number": found.outside.number, "largest": found.outside.largest},
    }


def _gap(gap: Gap, max_numnodes: int) -> dict[str, Any]:
    return {
        **range_json(gap.start, gap.end),
        "nid": _nid(gap.nid, max_numnodes),
        "usable": gap.usable,
        "verdict": gap.verdict,
        "reason": gap.reason,
        "at": hex_address(gap.at) if gap.at else None,
    }


def _nid(nid: int, max_numnodes: int) -> int | None:
    """The number of a node: NUMA_NO_NODE and MAX_NUMNODES are none."""
    return nid if 0 <= nid < max_numnodes else None


def _separator(between: Separator) -> dict[str, Any]:
    """What lies between two gaps; whose it is not is no memory."""
    return {
        **range_json(between.start, between.end),
        "owners": [{**_who(owner), "size": size} for owner, size in between.owners],
        "borders": [hex_address(border) for border in between.borders],
    }


def _who(owner: Owner) -> dict[str, Any]:
    return owner_json(owner) if owner.name else {"owner": None, "cause": None}
