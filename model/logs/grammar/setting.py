"""What lines have to be read with, beside themselves: how this kernel prints ends, how large its pages are,
and which list a row belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from ...build.release import Release, parse_release
from ..log_line import LogLine
from ..told import NOTHING_TOLD, ToldByHand

INCLUSIVE_SINCE = (3, 14)
"""memblock's messages print a range's last byte since then; before that the one after it."""
PAGE_SHIFT = 12
"""Of a kernel whose pages no line tells."""
LARGEST_PAGE = 18
PLAIN_MAJORITY = 3
"""So many lines with nothing against them outvote the release: vendors' kernels have newer parts."""

BANNER = r"\s*Linux version (\S+)"
RANGE = r"\s*_*memblock_\w+: \[0x([0-9a-f]+)-0x([0-9a-f]+)\]"
HASH = r".*hash table entries: \d+ \(order:? (-?\d+), (\d+) bytes"
EMBEDDED = r".*Embedded (\d+) pages/cpu .*?s(\d+) r(\d+) d(\d+) "


class Setting:
    """How the lines of one log are to be read, and the list and node that rows belong to while they are read
    in turn."""

    def __init__(self, lines: Sequence[LogLine], told: ToldByHand = NOTHING_TOLD) -> None:
        self.lines = lines
        self.told = told
        self.heading = ""
        self.nid: int | None = None
        self.unnamed_nodes = 0

    @cached_property
    def release(self) -> Release | None:
        """The release: as somebody says, or the first banner."""
        if self.told.release is not None:
            return self.told.release
        found = next(filter(None, (re.match(BANNER, line.text) for line in self.lines)), None)
        return parse_release(found[1]) if found else None

    @cached_property
    def ends_are_inclusive(self) -> bool:
        """Whether ends of memblock's messages are last bytes: the release decides, if the lines do not
        plainly say otherwise.

        Most ranges begin or end where a page does.  With a last byte of ``fff`` the end is included, with
        ``000`` it is not.
        """
        by_release = self.release is None or self.release >= INCLUSIVE_SINCE
        last = following = 0
        for base, end in self._ranges():
            last += (end + 1) & 0xFFF == 0 or end + 1 == base
            following += end & 0xFFF == 0 and end > base
        if self.release is None:
            return last >= following
        if by_release:
            return not (following >= PLAIN_MAJORITY and not last)
        return last >= PLAIN_MAJORITY and not following

    def _ranges(self) -> Iterator[tuple[int, int]]:
        for line in self.lines:
            if "memblock_" in line.text and (found := re.match(RANGE, line.text)):
                yield int(found[1], 16), int(found[2], 16)

    @cached_property
    def told_page_shift(self) -> tuple[int, LogLine] | None:
        """PAGE_SHIFT as a line tells it that has a size both in bytes and in pages."""
        for line in self.lines:
            if "hash table entries" in line.text and (found := re.match(HASH, line.text)):
                shift = int(found[2]).bit_length() - 1 - int(found[1])
            elif "Embedded " in line.text and (found := re.match(EMBEDDED, line.text)):
                pages, size = int(found[1]), sum(map(int, found.groups()[1:]))
                shift = (size // pages).bit_length() - 1 if pages else 0
            else:
                continue
            if PAGE_SHIFT <= shift <= LARGEST_PAGE:
                return shift, line
        return None

    @property
    def page_shift(self) -> int:
        """PAGE_SHIFT; 12 if nobody tells."""
        if self.told.page_size is not None:
            return self.told.page_size.bit_length() - 1
        return self.told_page_shift[0] if self.told_page_shift else PAGE_SHIFT
