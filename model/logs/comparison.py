"""Two kernel logs of the same boot, a real one and a model's: which lines about memory agree.

The real one may be an excerpt: then it is compared in what it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from ..base.alignment import equal_pairs
from ..build.release import Release
from .head import LogHead, log_head
from .kernel_log import KernelLog
from .reading.prefixes import stripped
from .visible_text import visible

MEMORY = re.compile(
    "|".join(
        (
            r"memblock_|memblock: |MEMBLOCK configuration|\s*(?:memory|reserved)(?:\.cnt| size|\[)",
            r"OF: (?:reserved mem|fdt)|Reserved memory|Kernel memory|initrd|INITRD",
            r"NUMA:? |numa[:_]|Initmem setup|On node |Built \d+ zonelists|Fallback order|Policy zone",
            r"Zone ranges|\s*(?:DMA|DMA32|Normal|HighMem|Movable|Device) +(?:\[mem|empty)|Movable zone start",
            r"Early memory node ranges|\s*node +\d+: |\s*Node \d",
            r"cma: |crashkernel|cannot allocate|Memory limited|Ignoring memory|Truncating memory",
            r"early_memtest|\s+0x\S+ - 0x\S+ pattern|.* region .*not|.*overlap",
            r"percpu: |pcpu-alloc: |Dentry cache|Inode-cache|mem auto-init|Memory: |software IO TLB",
            r"efi:  ?0x|efi: Processing|kasan: |early log buf|log_buf_len|log buffer data|printk: log",
            r"Kernel panic",
        )
    )
)
"""The lines about memory; what else a kernel says before it has memory is not bootstep's business."""
OF_A_PC = re.compile(
    "|".join(
        (
            r"(?:BIOS-provided|user-defined|extended|modified) physical RAM map|BIOS-e820: |e820: ",
            r"(?:user|modified|reserve setup_data): \[mem |last_pfn = |\[mem 0x\S+ available for PCI devices",
            r"NX \(Execute|Notice: NX|Kernel/User page tables isolation|Using GB pages|found SMP MP-table",
            r"efi: (?:mem\d+: |EFI v|.*ACPI|Remove mem|Not removing mem)|RAMDISK: |ACPI: Reserving ",
            r"Allocated new RAMDISK|Move RAMDISK|SRAT: PXM|ACPI: SRAT: Node|No NUMA configuration|Faking ",
            r"\s*NODE_DATA\(|Initializing node |Reserving \d+MB |\[[0-9a-f]{16}-[0-9a-f]{16}\] ",
            r"PM: hibernation: Registered nosave|setup_percpu: |hugetlb_cma: ",
        )
    )
)
"""What the kernel of a PC says of memory besides, until it hands memory over to the buddy allocator: other
code has the same words for other things later."""
HANDOVER = re.compile(r"mem auto-init: ")
DEBUG = re.compile(
    r"\s*memblock_|memblock: \w+ is doubled|MEMBLOCK configuration|\s*(?:memory|reserved)(?:\.cnt| size|\[)"
)
"""The lines that only ``memblock=debug`` brings."""
LAST = re.compile(r"Memory: |Kernel panic")
AVAILABLE = re.compile(r"^Memory: \d+K/")
BANNER = re.compile(r"Booting Linux|Linux version")
NUMBERS = re.compile(r"0x[0-9a-f]+|\d+")
OFFSET = re.compile(r"\+0x[0-9a-f]+/0x[0-9a-f]+$")
"""Where in a function, which differs from build to build."""
LOOK_AHEAD = 4
RARE = 16
"""A line that occurs so often in a log still tells where the other log has it."""
EFFORT = 2 << 20
"""Pairs of other lines that are looked at: about a second."""
FEW, MOST = 8, 3
"""Of a log that has all lines of a stretch of a boot, at most one line of `FEW` may be missing without its
like and anything in its place (and of an excerpt one kind of so many), and one of `MOST` in all; of another,
lines were picked."""


class _Picked:
    """The lines about memory among those of one boot; `gaps` are places in it where something is missing."""

    def __init__(self) -> None:
        self._found: list[tuple[str, bool]] = []
        self._gaps: list[int] = []
        self._plain: list[str] = []
        self._is_early = True

    def __bool__(self) -> bool:
        return bool(self._found)

    def gap(self) -> None:
        """Something was cut out here."""
        self._gaps.append(len(self._found))

    def take(self, line: str) -> None:
        """Keep a line if it is one, or is one of a PC's."""
        self._plain.append(line)
        is_memory = MEMORY.match(line) is not None
        if is_memory or (self._is_early and OF_A_PC.match(line)):
            self._found.append((line, is_memory))
        self._is_early = self._is_early and not HANDOVER.match(line)

    def picked(self, begins: bool, ends: bool) -> MemoryLines:
        """All of them: whose log it is decides about a PC's."""
        head = log_head(self._plain)
        kept = [is_memory or head.is_of_a_pc for _, is_memory in self._found]
        lines = tuple(line for (line, _), is_kept in zip(self._found, kept, strict=True) if is_kept)
        gaps = frozenset(sum(kept[:at]) for at in self._gaps)
        return MemoryLines(lines, begins, ends, head, gaps - {0, len(lines)})


def _bare(line: str) -> str:
    """A line as the kernel said it, but for the offset behind a function's name."""
    return OFFSET.sub("", stripped(visible(line)).text.rstrip())


class MemoryLines(Struct, frozen=True):
    """The lines about memory of one log, and what can be said of its ends: `begins` with the kernel's banner,
    `ends` with its summary of memory (or a panic); `head` tells of its kernel.  Something was cut out before
    the lines whose indices are `gaps`."""

    lines: tuple[str, ...]
    begins: bool
    ends: bool
    head: LogHead = field(default_factory=LogHead)
    gaps: frozenset[int] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether it has both ends, and everything between them."""
        return self.begins and self.ends and not self.gaps

    @property
    def has_debug(self) -> bool:
        """Whether there are lines that only ``memblock=debug`` brings."""
        return any(map(DEBUG.match, self.lines))

    @classmethod
    def read(cls, lines: Iterable[str]) -> MemoryLines:
        """Pick the lines about memory, up to the kernel's summary; of a log of several boots, those of the
        first that gets so far, or of the last."""
        found = _Picked()
        begins = ends = False
        for line in map(_bare, lines):
            if BANNER.match(line):
                begins = True
                if found:
                    found = _Picked()
            found.take(line)
            if LAST.match(line):
                ends = True
                break
        return found.picked(begins, ends)

    @classmethod
    def of(cls, log: KernelLog) -> MemoryLines:
        """Those of a log that was read, up to the kernel's summary, with its gaps."""
        found = _Picked()
        begins = ends = False
        for line in log.lines:
            if line.number in log.gaps:
                found.gap()
            text = OFFSET.sub("", line.text)
            begins = begins or BANNER.match(text) is not None
            found.take(text)
            if LAST.match(text):
                ends = True
                break
        return found.picked(begins, ends)

    def known_to(self, release: Release) -> MemoryLines:
        """The same, without what a boot up to the handover cannot know: since 6.11 the summary comes when all
        CPUs run, and what is available by then depends on all that the kernel has allocated since."""
        if release < (6, 11):
            return self
        return replace(self, lines=tuple(AVAILABLE.sub("Memory: ?K/", line) for line in self.lines))


class LeftOut(NamedTuple):
    """Lines of ours that a real log has no place for, by their indices: those where something was `cut` out
    of it, and if somebody picked its lines, those of `other` kinds than it has, and `alike` ones."""

    cut: frozenset[int] = frozenset()
    other: frozenset[int] = frozenset()
    alike: frozenset[int] = frozenset()

    @property
    def picked(self) -> int:
        """How many lines somebody left who picked some."""
        return len(self.other) + len(self.alike)


class LogComparison(Struct, frozen=True):
    """Our log against a real one.

    `ours` and `theirs` are the lines compared; `skipped` counts lines of ours that come before the real log's
    first, and those of memblock that it never has, which are `debug`; `left_out` are those between; `agree`
    counts equal lines; `first` is the index of the first that differs, None if none does; `missing` counts
    lines of ours after the end of a real log that was cut off.
    """

    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    skipped: int
    agree: int
    first: int | None
    missing: int
    debug: int = 0
    left_out: LeftOut = LeftOut()

    @property
    def total(self) -> int:
        """Of how many lines `agree` are so many."""
        return len(self.theirs) if self.left_out.picked else max(len(self.ours), len(self.theirs))

    @property
    def has_debug(self) -> bool:
        """Whether the real log has lines that only ``memblock=debug`` brings."""
        return any(map(DEBUG.match, self.theirs))


def compare(ours: MemoryLines, theirs: MemoryLines) -> LogComparison:
    """Compare two logs.  A real log may begin late, because its buffer overflowed or ``memblock=debug`` was
    parsed after some calls, may be cut off, and may have picked lines only: then it is compared in what it
    has."""
    mine = _begin_as(ours.lines, theirs)
    skipped = len(ours.lines) - len(mine)
    real = theirs.lines
    debug = 0 if any(map(DEBUG.match, real)) else skipped
    pairs = _facing(mine, real)
    if not theirs.begins and pairs:
        begin = max(pairs[0][0] - pairs[0][1], 0)
        mine, skipped = mine[begin:], skipped + begin
        pairs = [(a - begin, b) for a, b in pairs]
    missing = 0
    if not theirs.ends:
        end = pairs[-1][0] + len(real) - pairs[-1][1] if pairs else len(real)
        if end <= len(mine) and mine[end - 1] != real[-1] and mine[end - 1].startswith(real[-1]):
            real, end = real[:-1], end - 1
        missing = max(len(mine) - end, 0)
        mine = mine[:end]
    left_out = _left_out(mine, real, pairs, theirs)
    gone = frozenset[int]().union(*left_out)
    mine = tuple(line for at, line in enumerate(mine) if at not in gone)
    keys = _keys(mine), _keys(real)
    head = 0
    while head < min(len(mine), len(real)) and keys[0][head] == keys[1][head]:
        head += 1
    same = head == len(mine) == len(real)
    first = None if same else head
    return LogComparison(mine, real, skipped, len(pairs), first, missing, debug, left_out)


def _keys(lines: Sequence[str]) -> list[str]:
    """What of lines is compared: their words.  Blanks and tabs get lost where lines are pasted."""
    return [" ".join(line.split()) for line in lines]


def _facing(mine: Sequence[str], real: Sequence[str]) -> list[tuple[int, int]]:
    """Indices of equal lines of both logs, in order."""
    found = equal_pairs(_keys(real), _keys(mine), RARE, EFFORT)
    return [(at, its) for its, at in found]


def _left_out(
    mine: Sequence[str], real: Sequence[str], pairs: Sequence[tuple[int, int]], theirs: MemoryLines
) -> LeftOut:
    """What of ours a real log leaves out between its lines, where nothing stands in its place."""
    cut: set[int] = set()
    found: set[int] = set()
    last = (-1, -1)
    for pair in [*pairs, (len(mine), len(real))]:
        between = range(last[0] + 1, pair[0])
        if any(last[1] < gap <= pair[1] for gap in theirs.gaps):
            cut.update(between)
        elif pair[1] == last[1] + 1:
            found.update(between)
        last = pair
    kinds = [NUMBERS.sub("", line) for line in _keys(mine)]
    its = {NUMBERS.sub("", line) for line in _keys(real)}
    other = frozenset(at for at in found if kinds[at] not in its)
    shares = (
        (len(other), len(mine) - len(cut), FEW),
        (0 if theirs.is_whole else len({kinds[at] for at in other}), len(set(kinds)), FEW),
        (len(found), len(mine) - len(cut), MOST),
    )
    if all(some * most <= whole for some, whole, most in shares):
        return LeftOut(frozenset(cut))
    return LeftOut(frozenset(cut), other, frozenset(found - other))


def _begin_as(ours: tuple[str, ...], theirs: MemoryLines) -> tuple[str, ...]:
    """Our lines without those of memblock, if the real log has none, and without those it has lost at its
    start."""
    debug = next((at for at, line in enumerate(theirs.lines) if DEBUG.match(line)), None)
    if debug is None:
        return tuple(line for line in ours if not DEBUG.match(line))
    if not theirs.begins:
        return ours[_find(ours, theirs.lines) :]
    start = _find(ours, theirs.lines[debug:])
    return tuple(line for at, line in enumerate(ours) if at >= start or not DEBUG.match(line))


def _find(ours: tuple[str, ...], following: tuple[str, ...]) -> int:
    """Where the lines begin with which a real log begins, 0 if nowhere."""
    some = _keys(following[:LOOK_AHEAD])
    keys = _keys(ours)
    for at in range(len(keys) - len(some) + 1):
        if some and keys[at : at + len(some)] == some:
            return at
    return 0
