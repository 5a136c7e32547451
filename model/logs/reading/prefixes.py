"""What stands before a line of a kernel log that was written, sent or pasted somewhere.

Mirrors ``print_prefix`` of kernel/printk/printk.c (level, time, caller), and undoes what dmesg, journald,
syslog, OpenWrt's logread, vendors' kernels, terminal programs, grep and mail add.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?"
_SECONDS = r"\d+\.\d{3,9}"
_DATE = r"\d{4}[-/]\d\d[-/]\d\d"
_ZONE = r"(?:Z|\s?[+-]\d\d:?\d\d)"
_TIME = rf"\[\s*{_SECONDS}(?:\s*<\s*[+-]?{_SECONDS}>|\s+{_SECONDS}|,\w+|\s*/[^\]]{{8,30}})?\]"
_WALL = rf"(?:{_WEEKDAY},? +|{_MONTH} |{_DATE}[T ]|\d{{1,2}} {_MONTH} |\d+\.\d+ )"
LEVEL = r"<\d{1,3}>"

BEFORE = (
    rf"(?P<numbered>\s*\d{{1,6}}[.:|)\s]?\s*)(?=(?:{LEVEL})?{_TIME})",  # grep -n, pastebin
    rf"[\w./+-]+:(?:\d+:)?\s*(?=(?:{LEVEL})?{_TIME})",  # a file's name, of grep -H
    rf"(?P<indent>\s+)(?=(?:{LEVEL})?\[)",
    LEVEL,  # dmesg -r and serial consoles
    r"\d+,\d+,(?P<microseconds>\d+),[^;\s]*;",  # /dev/kmsg
    r"(?:kern|user|daemon|syslog) *: *[a-z]+ *: ",  # dmesg -x
    rf"{_WALL}\S* *(?:\S+ +){{0,6}}?kernel(?:\[\d+\])?: ?(?:klogd: )?",  # journald, syslog, logread
    rf"\d\d-\d\d {_CLOCK} +\d+ +\d+ [A-Z] \S* *: ",  # logcat -b kernel
    rf"(?:{_WEEKDAY} )?{_DATE}[T ]{_CLOCK}{_ZONE}? ",  # dmesg --time-format iso, runners of tests
    rf"\[\s*(?:{_WEEKDAY} {_MONTH} +\d+ {_CLOCK} \d{{4}}|{_MONTH} *\d+ {_CLOCK})(?:\s*<\s*[+-]?[\d.]+>)?\] ?",
    # dmesg -e, picocom, minicom
    rf"\[\s*(?:[+-]\s*[\d.]+|<\s*[+-]?[\d.]+>|(?:{_DATE}[T ])?{_CLOCK}{_ZONE}?)\s*\] ?",
)
"""What may stand before the kernel's own time, or in its place."""
TIME = (
    rf"\[\s*(?P<seconds>{_SECONDS})"
    rf"(?:\s*<\s*[+-]?{_SECONDS}>|\s+{_SECONDS}|,\w+|\s*/[^\]]{{8,30}}\]\[\d+)?\] ?"
)
"""The kernel's own time, and that since the line before (dmesg -d) or of grabserial."""
AFTER = (
    r"\[\s*[TC]\d+\] ?",  # CONFIG_PRINTK_CALLER
    r" *[-.]?\(\d+\)\[\d+:[^\]]*\] ?",  # MediaTek: CPU and task
    r" *[A-Z]?\[\d+: *[^\]:]+: *\d+\] ?",  # Samsung: the same
    r" ?C\d+ \[[^\]]*\] ?",  # Qualcomm: the same
    r" *c\d{1,2}(?: {2,}\d+| +\d{2,}) ",  # Android: the same
    r" *\(CPU:\d+-pid:\d+:[^)]*\) ?",
    r"(?:[\w.-]+ )?kernel: ",  # journalctl -o short-monotonic
)
"""What may stand after it."""
SOURCE = re.compile(r"\[?(?:[\w.+-]+/)+[\w.+-]+\.[chS](?::\d+\]?:? | \w+ \d+ )")
"""The place in the source that a kernel puts before its lines when its ``pr_fmt`` was made to."""
_PREFIX = re.compile("|".join((TIME, *BEFORE, *AFTER)))
_USUAL = re.compile(
    rf"(?:{LEVEL})?\[ *(\d+\.\d{{6}})\](?:\[ *[TC]\d+\])? (?=[A-Za-z ])"
    r"(?!(?:\S+ )?kernel: |c\d| *[A-Z]?[\[(][ \d]+[\]):]|\[)"
)
"""The kernel's own time and no more, as most logs have it."""
_LATER = re.compile(rf"(?:{LEVEL})?\[ *\d+\.\d{{6}}\](?:\[ *[TC]\d+\])? ")
"""The kernel's own time somewhere in a line, in the form that it has unless somebody changed it."""
OTHERS = re.compile(
    rf"(?:{_WEEKDAY} +)?(?:{_MONTH} +\d+ {_CLOCK}(?: \d{{4}})?|{_DATE}[T ]{_CLOCK}{_ZONE}?) +"
    r"(?:[\w.-]+ +){1,2}(?!kernel\b)[\w./@-]+(?:\([^)]*\))?(?:\[\d+\])?: "
)
"""What syslog puts before the lines of other programs."""
MOST = 8
APART = 18
"""Characters from one time in a line to the next, if something is said between them."""
LONGEST = 300
ESCAPED = re.compile(r"#011|\\x09|\\t(?=\[0x)")
"""A tab, as rsyslog, /dev/kmsg and some viewers write it."""


class Stripped(NamedTuple):
    """A line without what stood before it: `time` in seconds as the kernel tells it, `is_stamped` whether
    there was anything that only stands before lines of a log, `number` that of a numbered listing, `width`
    how many characters were taken off.  `is_bare`: the kernel's time was first, but for its level;
    `is_record`: it was a record of /dev/kmsg."""

    text: str
    time: float | None = None
    is_stamped: bool = False
    number: int | None = None
    width: int = 0
    is_bare: bool = False
    is_record: bool = False


def stripped(line: str) -> Stripped:
    """A line of a kernel log without what stands before it."""
    if usual := _USUAL.match(line):
        text = line[usual.end() :]
        if "." in text and (source := SOURCE.match(text)):
            text = text[source.end() :]
        return Stripped(_plain(text), float(usual[1]), True, None, usual.end(), is_bare=True)
    is_bare = is_record = False
    at, time, number, is_stamped = 0, None, None, False
    for _ in range(MOST):
        found = _PREFIX.match(line, at, at + LONGEST)
        if not found or found.end() == at:
            break
        at = found.end()
        if seconds := found["seconds"]:
            time = float(seconds)
            is_bare = is_bare or not line[: found.start()].strip(" \t<>0123456789")
        elif microseconds := found["microseconds"]:
            time = int(microseconds) / 1e6
            is_record = True
        if numbered := found["numbered"]:
            number = int(re.sub(r"\D", "", numbered))
        is_stamped = is_stamped or not found["indent"]
    if not is_stamped and (later := _LATER.search(line, 0, LONGEST)):
        # what a loader left on the line, or anything else that puts itself before lines
        return stripped(line[later.start() :])._replace(width=later.end())
    text = line[at:]
    if is_stamped and "." in text and (source := SOURCE.match(text)):
        text = text[source.end() :]
    if not is_stamped:
        return Stripped(_plain(line), width=0)
    return Stripped(_plain(text), time, True, number, at, is_bare, is_record)


def _plain(text: str) -> str:
    return ESCAPED.sub("\t", text) if "#" in text or "\\" in text else text


def parted(line: str) -> list[str]:
    """A line in which several lines of a log stand, each with its time: serial lines lose line ends, and so
    do forms on web pages."""
    if "] " not in line or "." not in line:
        return [line]
    places = [found.start() for found in _LATER.finditer(line)]
    starts = [start for before, start in pairwise((-APART, *places)) if start - before >= APART and start]
    if not starts:
        return [line]
    return [line[start:end].rstrip() for start, end in pairwise((0, *starts, len(line)))]
