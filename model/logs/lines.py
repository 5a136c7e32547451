"""Lines of kernel logs without what is put in front of them on the way.

Mirrors what ``print_prefix`` of kernel/printk/printk.c prints (level, time, caller), and undoes what dmesg,
journald, syslog, OpenWrt's logread, vendors' kernels, terminal programs, grep and mail add.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_WEEKDAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?"
_SECONDS = r"\d+\.\d{3,9}"
_DATE = r"\d{4}-\d\d-\d\d"
_STAMP = rf"\[\s*{_SECONDS}(?:\s*<\s*[+-]?{_SECONDS}>|\s+{_SECONDS})?\]"

PREFIXES = (
    r"(?:>\s?)+",  # a mail's quote
    rf"\s*\d{{1,6}}[.:|)]?\s*(?=(?:<\d+>)?{_STAMP})",  # a line number, of grep -n or a pastebin
    rf"[\w./+-]+:(?:\d+:)?\s*(?=(?:<\d+>)?{_STAMP})",  # a file's name, of grep -H
    rf"\s+(?=(?:<\d+>)?{_STAMP})",  # an indented paste
    r"<\d{1,3}>",  # the level, of dmesg -r and serial consoles
    r"\d+,\d+,\d+,[^;\s]*;",  # /dev/kmsg
    r"(?:kern|user|daemon|syslog) *: *[a-z]+ *: ",  # dmesg -x
    # journald, syslog, logread
    rf"(?:{_WEEKDAY}|{_MONTH}|{_DATE}|\d+\.\d+ )\S* *(?:\S+ +){{0,6}}?kernel(?:\[\d+\])?: ?",
    rf"(?:{_WEEKDAY} )?{_DATE}[T ]{_CLOCK}(?:Z|[+-]\d\d:?\d\d)? ",  # dmesg --time-format iso
    rf"{_STAMP} ?",  # the kernel's own time, and that since the line before (dmesg -d) or of grabserial
    rf"\[\s*(?:{_WEEKDAY} {_MONTH} +\d+ {_CLOCK} \d{{4}}|{_MONTH} *\d+ {_CLOCK})(?:\s*<\s*[+-]?[\d.]+>)?\] ?",
    rf"\[\s*(?:[+-]\s*[\d.]+|<\s*[+-]?[\d.]+>|(?:{_DATE}[T ])?{_CLOCK})\s*\] ?",  # dmesg -e, picocom, minicom
    r"\[\s*[TC]\d+\] ?",  # CONFIG_PRINTK_CALLER
    r" *[-.]?\(\d+\)\[\d+:[^\]]*\] ?",  # MediaTek: CPU and task
    r" *[A-Z]?\[\d+: *[^\]:]+: *\d+\] ?",  # Samsung: the same
    r" *c\d +\d+ (?=\S)",  # Android: the same
    r" *\(CPU:\d+-pid:\d+:[^)]*\) ?",
    r"(?:\S+ )?kernel: (?:[\w./-]+\.[chS] \w+ \d+ )?",  # journalctl -o short-monotonic
)
"""What may stand before a line, in any number and order."""
PREFIX = re.compile("|".join(f"(?:{prefix})" for prefix in PREFIXES))
MOST_PREFIXES = 8
LONGEST_PREFIX = 300
NOT_PRINTED = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\0\r\ufeff]")
"""Colours of terminals, and what serial lines and editors leave."""
MESSAGE = re.compile(r'^[\s{]*(?:"[^"]*".*?)??"(?:msg|MESSAGE)"\s*:\s*("(?:[^"\\]|\\.)*")')
"""A record of dmesg -J or journalctl -o json."""
OFFSET = re.compile(r"\+0x[0-9a-f]+/0x[0-9a-f]+$")


def without_stamp(line: str) -> str:
    """A line of a kernel log without what stands before it, and without the offset after a function's
    name."""
    line = NOT_PRINTED.sub("", line).rstrip()
    if '"' in line and (found := MESSAGE.match(line)):
        line = _decoded(found[1])
    for _ in range(MOST_PREFIXES):
        found = PREFIX.match(line, 0, LONGEST_PREFIX)
        if not found or not found.end():
            break
        line = line[found.end() :]
    return OFFSET.sub("", line)


def log_text_lines(text: str) -> Iterator[str]:
    """The lines of a whole log, each without what stands before it."""
    return map(without_stamp, text.split("\n"))


def _decoded(message: str) -> str:
    try:
        return str(json.loads(message))
    except ValueError:
        return message
