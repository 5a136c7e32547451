"""What a log that was opened is, as rows of a pane: the file, its kernel and how that is known, whether the
dumps agree, and all that is inferred."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....model.language.words import tr
from ....model.source.provenance import Inferred, provenance
from ....model.source.reasons import said_reason
from ....model.text.events import call_text
from ....model.trace.events import Kind, Trace
from ...draw.lines import plain
from ...session.snapshot import Snapshot
from .rows import AnswerRow, heading, labelled

LABELS = 15
"""Columns of labels."""
LABEL = re.compile(r"(\S.*?)\s{2,}(.*)|(.{13}\S*) (.*)")


def log_rows(snapshot: Snapshot, width: int) -> list[AnswerRow]:
    """All of it."""
    return [*_described(snapshot, width), *_checked(snapshot, width), *_inferred(snapshot.trace, width)]


def _described(snapshot: Snapshot, width: int) -> Iterator[AnswerRow]:
    facts = snapshot.facts
    yield heading(tr("this log: {name}", name=plain(facts.name)), width)
    for line in facts.description:
        found = LABEL.match(line)
        label, words = (found[1] or found[3], found[2] or found[4]) if found else ("", line)
        yield from labelled(label.strip(), words, LABELS, width, AnswerRow([]))
    for sentence in facts.assumed:
        yield from labelled(tr("assumed"), sentence, LABELS, width, AnswerRow([]))


def _checked(snapshot: Snapshot, width: int) -> Iterator[AnswerRow]:
    remarks = snapshot.source.outcome().remarks if snapshot.finished else ()
    if remarks:
        yield heading(tr("held against the log's own dumps"), width)
    for sentence in remarks:
        yield from labelled("", sentence, 0, width, AnswerRow([]))


def _inferred(trace: Trace, width: int) -> Iterator[AnswerRow]:
    steps: dict[int, tuple[int, str]] = {}
    for event, _ in trace.changes(0, len(trace)):
        known = provenance(trace, event)
        if isinstance(known, Inferred):
            steps.setdefault(trace.parent(event), (event, said_reason(known.why)))
    if steps:
        yield heading(tr("inferred: what no line says · {count}", count=len(steps)), width)
    for call, (event, why) in steps.items():
        is_call = call >= 0 and trace.kind(call) == Kind.ENTER
        words = call_text(trace, call) if is_call else tr("event {event}", event=event)
        yield AnswerRow([("≈ ", "comment"), (plain(words), "")], event)
        yield from labelled("", why, 1, width, AnswerRow([], is_more=True))
