"""Why something was reserved or not, in a boot that a log was made into: what its lines answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...analysis.names import said
from ...base.units import sized_range
from ...language.words import tr
from ...source.provenance import log_event_at
from .address import Fact
from .answers import ExplainAnswer
from .reserved_nodes import BECAME, SAID

if TYPE_CHECKING:
    from ...analysis.from_log.of_trace import LogTold
    from ..debugger import Debugger

SUBJECTS = {"cma": "CMA", "crashkernel": "crash kernel", "crash": "crash kernel"}
"""What may be asked about, and the word that questions and owners have for it."""
LINES = {"CMA": r"\bcma\b", "crash kernel": r"crash ?kernel"}
"""What lines about it have."""
MOST = 5
"""Lines that are told where nothing else is."""


def told_by_log(debugger: Debugger, log: LogTold, subject: str) -> ExplainAnswer | None:
    """What the lines say of a subject, or of all that the log has a question about (""); None if they say
    nothing of it."""
    if subject and subject not in SUBJECTS:
        return None
    word = SUBJECTS.get(subject, "")
    facts = tuple(_facts(debugger, log, word)) or tuple(_lines(log, word) if word else ())
    if word and not facts:
        facts = (Fact(BECAME, tr(word), tr("no line of this log tells of it")),)
    return ExplainAnswer(None, (), facts) if facts else None


def _facts(debugger: Debugger, log: LogTold, word: str) -> Iterator[Fact]:
    for answer in log.answers(debugger.owners):
        if word in answer.question:
            where = tr(" (line {number})", number=answer.line.number) if answer.line is not None else ""
            question = tr(answer.question).rstrip("?\uff1f")
            yield Fact(BECAME, question, f"{answer.answer}{where}", log.event(answer.line))
    for start, end, name, _, line in debugger.facts.told:
        if word and word in name:
            words = tr("{place} (line {line})", place=sized_range(start, end - start), line=line)
            yield Fact(BECAME, said(name), words, log_event_at(debugger.trace, line))


def _lines(log: LogTold, word: str) -> Iterator[Fact]:
    """The lines about a subject; a command line is in none of them."""
    about = [
        line
        for line in log.lines
        if re.search(LINES[word], line.text, re.IGNORECASE) and "ommand line" not in line.text
    ]
    for line in about[:MOST]:
        yield Fact(SAID, tr("line {number}", number=line.number), line.text.strip(), log.event(line))
