"""What is left of memory, in one line, and what is freed later.

Mirrors ``mem_init_print_info`` and ``free_reserved_area``, and before 3.11 the ``mem_init`` of every
architecture.
"""

from __future__ import annotations

import re

from ..log_line import LogLine
from ..records.summary import BanksSummary, Fact, FreedMemory, LayoutRange, MemorySummary
from .form import Form, Said, nothing, size_of
from .setting import Setting

UNIT = r"([kKMG]i?[bB]?|)"
PART = re.compile(r"(\d+)([kKMG]i?[bB]?) ([A-Za-z][\w /-]*\w)")
NAMES = "kernel code|code|text|rwdata|rodata|data|init|bss|reserved|cma-reserved|highmem|absent"
"""What kernels call the parts; a line with other ones is understood, but where it ends is not known."""
KNOWN_PART = rf"\d+[kKMG]i?[bB]? (?:{NAMES})"
AVAILABLE = (
    r"Memory: (?P<available>\d+)(?P<unit>[kKMG]i?[bB]?)/(?P<total>\d+)(?P<of>[kKMG]i?[bB]?) available"
    rf"(?:(?P<tail>(?:, ?| ?\(){KNOWN_PART}(?:, {KNOWN_PART})*\)?)|(?P<unknown>(?:,| ?\().*))?"
)
BANKS = r"Memory: (?P<banks>(?:\d+MB ?)+)= (?P<total>\d+)MB total"
OTHER = rf"Memory: (\d+){UNIT} (?:available|total)(?P<tail>.*)"
ROW = (
    r"(?P<name>[.\w][\w /.-]*?)\s*: 0x(?P<start>[0-9a-f]+) - 0x(?P<end>[0-9a-f]+)"
    r"\s+\(\s*\d+ ?[kKMGT]?[bB](?: \w+)?\)(?: \(.*\))?"
)
FREED = (
    r"Freeing (?P<what>.*?)(?: memory)?: (?P<size>\d+) ?(?P<unit>[kKMG]i?[bB]?)(?: freed)?"
    r"(?: \((?:0x)?[0-9a-f]+ - (?:0x)?[0-9a-f]+\))?"
)


def available(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The summary, with all parts that it has."""
    parts: dict[str, int] = {}
    for digits, unit, name in PART.findall(match["tail"] or match["unknown"] or ""):
        parts[name] = parts.get(name, 0) + size_of(digits, unit)
    free, total = size_of(match["available"], match["unit"]), size_of(match["total"], match["of"])
    return MemorySummary(line, free, total, parts)


def banks(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """The sizes of 32-bit Arm's banks."""
    sizes = tuple(int(size) << 20 for size in re.findall(r"\d+", match["banks"]))
    return BanksSummary(line, sizes, int(match["total"]) << 20)


def other(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A summary without a total, or without what is available."""
    return Fact(line, "memory", (size_of(match[1], match[2]),))


def layout(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """A row of the kernel's layout of virtual memory."""
    base, size = int(match["start"], 16), int(match["end"], 16) - int(match["start"], 16)
    return LayoutRange(line, match["name"], base, base + size)


def freed(line: LogLine, match: re.Match[str], setting: Setting) -> Said:
    """Memory that had a purpose until here."""
    return FreedMemory(line, match["what"], size_of(match["size"], match["unit"]))


def heading(line: LogLine, match: re.Match[str], setting: Setting) -> None:
    """What stands above a list."""
    setting.heading = line.text.strip()


FORMS = (
    Form(("Memory",), AVAILABLE, available, tail="tail"),
    Form(("Memory",), BANKS, banks),
    Form(("Memory",), OTHER, other),
    Form(("Virtual", "virtual"), r"[vV]irtual kernel memory layout:", heading),
    Form((), ROW, layout, holds=" : 0x"),
    Form(("Freeing",), FREED, freed),
    Form(("mem",), r"mem auto-init: .*", nothing, tail="none"),
    Form(("SLUB", "SLAB"), r"SL[UA]B: .*", nothing),
)
