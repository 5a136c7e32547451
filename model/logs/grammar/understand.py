"""A whole log in records: every line is given to the forms that it may be of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ..log_line import LogLine
from ..records.record import Record, Understood
from ..told import NOTHING_TOLD, ToldByHand
from . import (
    dumps,
    firmware_maps,
    identification,
    memblock,
    nodes,
    owners,
    reserved_memory,
    summary,
    tables,
    zones,
)
from .form import Form, compiled
from .setting import Setting

SUBJECTS = (
    memblock,
    zones,
    firmware_maps,
    nodes,
    reserved_memory,
    owners,
    tables,
    summary,
    identification,
)
WORD = re.compile(r"_*(\d|[A-Za-z][\w-]*|\S)")
"""What a line begins with; numbers are all alike."""

SUSPECTED = (
    r"memblock|MEMBLOCK|(?:^| )(?:memory|reserved)(?:\.cnt|\[0x)|Early memory"
    r"|node +\d+: \[mem|Zone (?:PFN )?range"
    r"|^\W*(?:DMA|DMA32|Normal|HighMem|Movable|Device) +(?:\[mem|empty|0x)|reserved mem|created CMA|cma: "
    r"|NODE_DATA|Initmem setup|Memory: \d+[kKMG]\w*/|e820|(?i:crashkernel)(?![=_])|RAM map|zone: \d+ pages"
)
"""Lines that look as if they were about early memory."""


@cache
def _by_word() -> dict[str, list[Form]]:
    found: dict[str, list[Form]] = {}
    for form in (form for subject in SUBJECTS for form in subject.FORMS):
        for word in form.starts:
            found.setdefault(_word(word), []).append(form)
    return found


@cache
def _anywhere() -> tuple[tuple[str, Form], ...]:
    return tuple((form.holds, form) for subject in SUBJECTS for form in subject.FORMS if form.holds)


def _word(text: str) -> str:
    found = WORD.match(text)
    return "#" if found and found[1].isdigit() else found[1] if found else ""


def _forms(text: str) -> Iterator[Form]:
    """Those that a line may be of."""
    yield from _by_word().get(_word(text), ())
    for holds, form in _anywhere():
        if holds in text:
            yield form


def is_whole(text: str) -> bool:
    """Whether text is a complete line of the kernel in a known form, so that nothing can follow it in its
    line.  One that ends with free text, such as a command line, is never known to be."""
    text = text.strip()
    if _word(text) in dumps.STARTS and dumps.is_whole(text):
        return True
    for form in _forms(text):
        if found := form.match(text):
            return not form.tail or (form.tail in found.re.groupindex and found[form.tail] is not None)
    return False


def understand(lines: Iterable[LogLine], told: ToldByHand = NOTHING_TOLD) -> Understood:
    """What the lines of a log say, in their order; `told` is what somebody says of the kernel, whose release
    and pages some forms are read by."""
    lines = tuple(lines)
    setting = Setting(lines, told)
    records: list[Record] = []
    strangers: list[LogLine] = []
    dump: dumps.OpenDump | None = None
    suspected = compiled(SUSPECTED).search
    for line in lines:
        text = line.text.strip()
        if not text:
            continue
        if _word(text) in dumps.STARTS and (dumps.is_header(text) or dumps.is_row(text)):
            if dump is None or not dump.takes(line):
                _close(dump, records)
                dump = dumps.OpenDump(line)
                dump.takes(line)
            continue
        said = _said(line, text, setting)
        if said is None:
            if suspected(text):
                strangers.append(line)
            continue
        if said and dump is not None:
            _close(dump, records)
            dump = None
        records += said
    _close(dump, records)
    return Understood(tuple(records), tuple(strangers))


def _close(dump: dumps.OpenDump | None, records: list[Record]) -> None:
    if dump is not None:
        records.append(dump.done())


def _said(line: LogLine, text: str, setting: Setting) -> list[Record] | None:
    """What a line says; None if it is not understood."""
    for form in _forms(text):
        found = form.match(text)
        if found is None:
            continue
        try:
            said = form.make(line, found, setting)
        except ValueError:
            continue
        if said is None:
            return []
        return said if isinstance(said, list) else [said]
    return None
