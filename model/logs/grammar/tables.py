"""Hash tables and per-CPU areas.

Mirrors ``alloc_large_system_hash`` and ``pcpu_setup_first_chunk``, ``pcpu_embed_first_chunk`` (mm/percpu.c).
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.reserved import HashTable, PerCpu
from ..records.summary import Fact
from .form import Form, Said, nothing
from .setting import Setting

AREAS = r"s(?P<s>\d+) r(?P<r>\d+) d(?P<d>\d+)(?: u(?P<u>\d+))?"


def table(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A table and its size."""
    return HashTable(line, match["name"], int(match[2]), int(match["bytes"]))


def entries(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A table whose size is not told."""
    return Fact(line, match["name"], (int(match[2]),))


def first_chunk(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The first chunk."""
    static, reserved, dynamic = (int(match[part]) for part in "srd")
    unit = None if match["u"] is None else int(match["u"])
    pages = None if match["pages"] is None else int(match["pages"])
    return PerCpu(line, pages, static, reserved, dynamic, unit)


FORMS = (
    Form(
        (),
        r"(?P<name>\S.*?) hash table entries: (\d+) \(order:? -?\d+, (?P<bytes>\d+) bytes(?:, \w+)?\)",
        table,
        holds="hash table entries",
    ),
    Form((), r"(?P<name>\S.*?) hash table entries: (\d+)", entries, holds="hash table entries"),
    Form(
        (),
        rf"(?:percpu|PERCPU): (?:Embedded )?(?P<pages>\d+) (?:\d+K )?pages/cpu (?:@\S+ )?{AREAS}",
        first_chunk,
        holds="pages/cpu",
    ),
    Form(("pcpu-alloc",), rf"pcpu-alloc: {AREAS}(?P<pages>) alloc=\d+\*\d+", nothing),
    Form(("pcpu-alloc",), r"pcpu-alloc: \[.*", nothing),
)
