"""What the kernel will print: the numbers of its line "Memory: …" (mm/mm_init.c, ``mem_init_print_info``)."""

from __future__ import annotations

import re
from random import Random

from ....base.units import readable_size
from ....language.words import tr, translatable
from ..choosing import choices_of, one_after_other
from ..kind import Kind, Places
from ..material import Material
from ..question import AMOUNT, HARD, MIDDLING, Cursor, Question

LINE = re.compile(r"Memory: (\d+)[kK]/(\d+)[kK] available \((.*)\)")
PART = re.compile(r"(\d+)[kK] ([a-z][a-z -]*[a-z])")
AVAILABLE, TOTAL = "available", "total"
KIB = 1 << 10


def parts_of(text: str) -> dict[str, int]:
    """The numbers of a line "Memory: …" in KiB, by what stands behind them; {} if it is no such line."""
    found = LINE.search(text)
    if found is None:
        return {}
    named = {name: int(number) for number, name in PART.findall(found[3])}
    return {AVAILABLE: int(found[1]), TOTAL: int(found[2]), **named}


def places(material: Material) -> Places:
    """The line, which a boot prints once."""
    trace = material.trace
    found = [event for event in trace.logs if parts_of(trace.log_text(event))]
    return {"Memory:": found} if found else {}


def make(material: Material, event: int, chance: Random) -> Question | None:
    """The question which number stands in a part of the line."""
    trace = material.trace
    line = trace.log_text(event)
    parts = parts_of(line)
    asked = [name for name in (AVAILABLE, TOTAL, "reserved", "cma-reserved") if name in parts]
    part = chance.choice(asked)
    answer = parts[part]
    others = [number for name, number in parts.items() if name != part]
    rest = parts[TOTAL] - parts[AVAILABLE]
    near = [answer + (1 << 10), answer - (1 << 10), answer // 2, answer + rest, answer - rest]
    wrong = [rest, *near, *others] if part != TOTAL else [*near[:2], answer + rest, *others]
    frame = trace.parent(event)
    start = frame if frame >= 0 and trace.partner(frame) and frame > 0 else event
    return Question(
        kind=LOG.name,
        difficulty=MIDDLING if part in (TOTAL, "cma-reserved") else HARD,
        position=start,
        reveal=event + 1,
        subject=event,
        moment=material.moment(start),
        text=_asked(part),
        form=AMOUNT,
        unit=KIB,
        answer=answer,
        shown=_shown(answer),
        choices=choices_of(chance, answer, wrong, lambda value: _shown(int(value))),
        explanation=_explanation(material, event, parts, line),
        place=material.place(frame) if frame >= 0 else "",
        cursor=Cursor("log"),
    )


def _shown(kibibytes: int) -> str:
    return f"{kibibytes}K ({readable_size(kibibytes * KIB)})"


def _asked(part: str) -> str:
    if part == AVAILABLE:
        return tr(
            "The kernel is about to print “Memory: …K/…K available (…)”. Which is the first number, the"
            " memory that is available?"
        )
    if part == TOTAL:
        return tr(
            "The kernel is about to print “Memory: …K/…K available (…)”. Which is the second number, all"
            " physical memory?"
        )
    return tr(
        "The kernel is about to print “Memory: …K/…K available (… …K {part})”. Which number will stand before"
        " “{part}”?",
        part=part,
    )


def _explanation(material: Material, event: int, parts: dict[str, int], line: str) -> str:
    sentences = [tr("It prints: {line}.", line=line)]
    page = material.facts.page_size
    zones = [zone for node in material.at(event).zones.nodes.values() for zone in node.zones]
    managed, present = (sum(getattr(zone, name) for zone in zones) for name in ("managed", "present"))
    if managed * page == parts[AVAILABLE] * KIB:
        sentences.append(tr("Available are the {pages} pages that all zones manage.", pages=managed))
    if present * page == parts[TOTAL] * KIB:
        sentences.append(tr("All are the {pages} pages that are present.", pages=present))
    cma = parts.get("cma-reserved", 0)
    if parts.get("reserved") == parts[TOTAL] - parts[AVAILABLE] - cma:
        sentences.append(
            tr(
                "reserved is what is left: {total}K - {available}K - {cma}K (CMA) = {reserved}K.",
                total=parts[TOTAL],
                available=parts[AVAILABLE],
                cma=cma,
                reserved=parts["reserved"],
            )
        )
    return one_after_other(sentences)


LOG = Kind("log", translatable("which numbers the kernel prints in “Memory: …”"), (), places, make)
