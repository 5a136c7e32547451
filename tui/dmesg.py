"""Kernel logs as text: written as ``dmesg`` writes them, read from wherever they were caught, and
compared."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from ..model.trace import Trace

STAMP = re.compile(
    r"""^(?:<\d+>)?                                     # a level, from dmesg -r or the serial console
        (?:\d+,\d+,\d+,[^;]*;                           # /dev/kmsg
        |(?:\w{3}\ +\d+\ [\d:]+\ \S+\ |\S+\ \S+\ )kernel:\ (?:\[\s*\d+\.\d+\]\ ?)?   # journalctl -k, syslog
        |\[\s*(?:\d+\.\d+|\w{3}\ \w{3}\ +\d+\ [\d:]+\ \d{4})\]\ ?)?                  # dmesg, dmesg -T
        (?:\[\s*[TC]\d+\]\ ?)?""",
    re.VERBOSE,
)
OFFSET = re.compile(r"\+0x[0-9a-f]+/0x[0-9a-f]+$")
MEMORY = re.compile(
    "|".join(
        (
            r"memblock_|memblock: |MEMBLOCK configuration| memory|  ?reserved",
            r"OF: (?:reserved mem|fdt)|Reserved memory|Kernel memory|initrd|INITRD",
            r"NUMA:? |numa[:_]|Initmem setup|On node |Built \d+ zonelists|Fallback order|Policy zone",
            r"Zone ranges|  (?:DMA|DMA32|Normal|HighMem|Movable|Device) |Movable zone start",
            r"Early memory node ranges|  node +\d|  Node \d",
            r"cma: |crashkernel|cannot allocate|Memory limited|Ignoring memory|Truncating memory",
            r"early_memtest|  0x\S+ - 0x\S+ pattern|.* region .*not|.*overlap",
            r"percpu: |pcpu-alloc: |Dentry cache|Inode-cache|mem auto-init|Memory: |software IO TLB",
            r"efi:  ?0x|efi: Processing|kasan: |early log buf|log_buf_len|log buffer data|printk: log",
            r"Kernel panic",
        )
    )
)
"""The lines about memory; what else a kernel says before it has memory is not bootstep's business."""
DEBUG = re.compile(r"memblock_|MEMBLOCK configuration| memory|  ?reserved")
"""The lines that only ``memblock=debug`` brings."""
LAST = re.compile(r"Memory: |Kernel panic")
AVAILABLE = re.compile(r"^Memory: \d+K/")
BANNER = re.compile(r"Booting Linux|Linux version")
LOOK_AHEAD = 4


def log_lines(trace: Trace, without: Container[int] = ()) -> Iterator[str]:
    """Every line of a boot's log, without time stamps, but for the records with these numbers."""
    for number, event in enumerate(trace.logs):
        if number in without:
            continue
        yield from trace.log_text(event).split("\n")


def without_stamp(line: str) -> str:
    """A line of a kernel log without its time stamp, and without the offset after a function's name."""
    return OFFSET.sub("", STAMP.sub("", line.rstrip(), count=1))


@dataclass(frozen=True)
class Log:
    """The lines about memory of one log, and what can be said of its ends: `begins` with the kernel's banner,
    `ends` with its summary of memory (or a panic)."""

    lines: tuple[str, ...]
    begins: bool
    ends: bool

    @classmethod
    def read(cls, lines: Iterator[str] | Sequence[str]) -> Log:
        """Pick the lines about memory, up to the kernel's summary."""
        found: list[str] = []
        begins = False
        for line in map(without_stamp, lines):
            begins = begins or bool(BANNER.match(line))
            if MEMORY.match(line):
                found.append(line)
            if LAST.match(line):
                return cls(tuple(found), begins, True)
        return cls(tuple(found), begins, False)

    def known_to(self, release: tuple[int, int]) -> Log:
        """The same, without what a boot up to the handover cannot know: since 6.11 the summary comes when all
        CPUs run, and what is available by then depends on all that the kernel has allocated since."""
        if release < (6, 11):
            return self
        return replace(self, lines=tuple(AVAILABLE.sub("Memory: ?K/", line) for line in self.lines))


@dataclass(frozen=True)
class Comparison:
    """Our log against a real one.

    `ours` and `theirs` are the lines compared; `skipped` counts lines of ours that come before the real log's
    first; `agree` counts equal lines; `first` is the index of the first that differs, None if none does;
    `missing` counts lines of ours after the end of a real log that was cut off.
    """

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    skipped: int
    agree: int
    first: int | None
    missing: int


def compare(ours: Log, theirs: Log) -> Comparison:
    """Compare two logs.  A real log may begin late, because its buffer overflowed or ``memblock=debug`` was
    parsed after some calls, and may be cut off."""
    mine = _begin_as(ours.lines, theirs)
    skipped = len(ours.lines) - len(mine)
    real = theirs.lines
    missing = 0
    if not theirs.ends and len(mine) > len(real):
        if real and mine[len(real) - 1].startswith(real[-1]):
            real = real[:-1] if mine[len(real) - 1] != real[-1] else real
        missing = len(mine) - len(real)
        mine = mine[: len(real)]
    head = 0
    while head < min(len(mine), len(real)) and mine[head] == real[head]:
        head += 1
    rest = difflib.SequenceMatcher(None, mine[head:], real[head:], autojunk=False)
    agree = head + sum(block.size for block in rest.get_matching_blocks())
    same = head == len(mine) == len(real)
    return Comparison(mine, real, skipped, agree, None if same else head, missing)


def _begin_as(ours: tuple[str, ...], theirs: Log) -> tuple[str, ...]:
    """Our lines without those the real log has lost at its start."""
    if not theirs.begins:
        return ours[_find(ours, theirs.lines) :]
    debug = next((at for at, line in enumerate(theirs.lines) if DEBUG.match(line)), None)
    if debug is None:
        return tuple(line for line in ours if not DEBUG.match(line))
    start = _find(ours, theirs.lines[debug:])
    return tuple(line for at, line in enumerate(ours) if at >= start or not DEBUG.match(line))


def _find(ours: tuple[str, ...], wanted: tuple[str, ...]) -> int:
    """Where the lines begin with which a real log begins, 0 if nowhere."""
    some = wanted[:LOOK_AHEAD]
    for at in range(len(ours) - len(some) + 1):
        if some and ours[at : at + len(some)] == some:
            return at
    return 0
