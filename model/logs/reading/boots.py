"""The boots in a file: where one begins and ends, and which of them is read.

Only the early part of a boot is kept, until its memory is told and init runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct, field

from ..kernel_log import BootExtent
from .pieces import Piece
from .text_lines import TextLines

BANNER = re.compile(r"\s*Linux version (\d+\.\d+\S*)")
BOOTING = re.compile(r"\s*Booting Linux on physical CPU (?:0x)?[0-9a-f]+")
SUMMARY = re.compile(r"\s*Memory: \d+[kK]B?(?:/| available)")
PANIC = re.compile(r"\s*(?:---\[ end )?Kernel panic - not syncing")
INIT = re.compile(r"\s*(?:Run \S+ as init process|Freeing (?:unused kernel|init) |systemd\[1\]: )")
EARLY = re.compile(
    r"memblock_|MEMBLOCK conf|BIOS-e820|Zone (?:PFN )?ranges|Early memory (?:node|PFN)|\[mem 0x|eserved mem|"
    r"NODE_DATA|Memory: \d+[kK]|physical RAM map|On node \d+ totalpages|zonelists"
)
"""What shows that lines are about early memory."""
BETWEEN = re.compile(r"-- (?:Boot|Reboot)\b")
"""What journalctl prints between boots."""
BEGINNINGS = ("Linux version ", "Booting Linux on", "[    0.000000]", "-- Boot ", "-- Reboot --")
"""What is looked for after the early part of a boot."""
MOST_BOOTS = 5000
MOST = 200_000
"""Lines of a boot that are kept until its memory is told."""
AFTER_SUMMARY = 3000
AFTER_INIT = 40
BEFORE_ANY = 20_000
"""Lines that are looked at for something about early memory, before the first banner."""


class Boot(Struct):
    """What is known of a boot while it is read; `kept` are its early lines."""

    first: int
    last: int = 0
    release: str = ""
    begins: bool = False
    ends: bool = False
    has_early: bool = False
    latest: float = 0.0
    kept: list[Piece] = field(default_factory=list[Piece])
    left: int = MOST

    @property
    def extent(self) -> BootExtent:
        """Without its lines."""
        return BootExtent(self.first, self.last, self.release, self.begins, self.ends)

    @property
    def is_one(self) -> bool:
        """Whether it is more than text in front of a log."""
        return self.begins or self.ends or self.has_early

    def take(self, piece: Piece) -> None:
        """A line that belongs to it."""
        text = piece.text
        self.kept.append(piece)
        self.last = piece.number + piece.lines - 1
        self.left -= 1
        if piece.time is not None:
            self.latest = max(self.latest, piece.time)
        if not self.begins and (banner := BANNER.match(text)):
            self.begins, self.release = True, banner[1]
        elif not self.has_early:
            self.has_early = EARLY.search(text) is not None
        if "Memory: " in text and SUMMARY.match(text):
            self.ends, self.left = True, min(self.left, AFTER_SUMMARY)
        elif "panic" in text and PANIC.match(text):
            self.ends, self.left = True, min(self.left, AFTER_INIT)
        elif self.ends and INIT.match(text):
            self.left = min(self.left, AFTER_INIT)

    def goes_on_with(self, piece: Piece) -> bool:
        """Whether a line is of this boot: no other begins with it."""
        begins = BOOTING.match(piece.text) is not None
        if begins or BANNER.match(piece.text):
            is_open = not (self.begins or self.ends or (begins and self.has_early)) and self.left > 0
            return is_open and (piece.time is None or self.latest <= piece.time)
        if piece.time is None:
            return True
        # clocks of CPUs differ: only what is said of early memory again shows that this is another boot
        return piece.time + 1.0 >= self.latest or not self.ends or not EARLY.search(piece.text)


class Found(Struct):
    """The boots of a file: the extent of each; the lines of the one that is `chosen`, counted from 1 (0: none
    yet)."""

    extents: list[BootExtent] = field(default_factory=list[BootExtent])
    chosen: int = 0
    kept: list[Piece] = field(default_factory=list[Piece])

    def add(self, boot: Boot, asked: int | None) -> None:
        """One more; it is chosen if it is the one that is asked for, or the last that is complete, or longest
        of those that are not."""
        self.extents.append(boot.extent)
        number = len(self.extents)
        if asked is None:
            known = self.extents[self.chosen - 1] if self.chosen else None
            worth = (boot.extent.is_complete, len(boot.kept))
            if known is None or worth[0] or (not known.is_complete and worth[1] >= len(self.kept)):
                self.chosen, self.kept = number, boot.kept
        elif asked == number:
            self.chosen, self.kept = number, boot.kept


def boots_of(pieces: Iterable[Piece], lines: TextLines, asked: int | None) -> Found:
    """Find the boots among pieces that come from `lines`, in which much is passed over."""
    found = Found()
    boot: Boot | None = None
    is_front = True
    for piece in pieces:
        if boot is not None and (BETWEEN.match(piece.text) or not boot.goes_on_with(piece)):
            _close(boot, found, piece, asked)
            boot = None
            if len(found.extents) == MOST_BOOTS:
                break
            lines.pass_to = ()
            if BETWEEN.match(piece.text):
                continue
        if boot is None:
            boot = Boot(piece.number)
        if boot.left > 0:
            boot.take(piece)
            lines.has_log = lines.has_log or piece.is_stamped or boot.is_one
            is_front = is_front and not boot.is_one
            if boot.left == 0 or (is_front and len(boot.kept) == BEFORE_ANY):
                boot.left = 0
                lines.pass_to = BEGINNINGS
    if boot is not None:
        boot.last = max(boot.last, lines.number)
        if boot.is_one or not found.extents:
            found.add(boot, asked)
    return found


def _close(boot: Boot, found: Found, next_piece: Piece, asked: int | None) -> None:
    boot.last = max(next_piece.number - 1, boot.first)
    if boot.is_one:
        found.add(boot, asked)


LOADER = re.compile(
    r".*(?:U-Boot|EFI stub|Starting kernel|Hit any key|DRAM:|BL[123]|TF-A|NOTICE: |Loading |Booting from|"
    r"\[\d+\] |bootargs|GRUB|coreboot|\$ |# |=> )"
)
"""What loaders print, and shells before a log."""


def without_front(kept: list[Piece]) -> tuple[list[Piece], list[Piece]]:
    """A boot's lines without the text in front that is not the kernel's, such as a loader's; and that."""
    start = _first(kept, lambda one: BANNER.match(one.text) or BOOTING.match(one.text))
    stamp = _first(kept, lambda one: one.time is not None)
    if stamp is None:
        stamp = _first(kept, lambda one: one.is_stamped)
    if stamp is not None:
        start = stamp if start is None else min(start, stamp)
    elif start is not None:
        # some kernels say something before their banner
        said = _first(kept[:start][::-1], lambda one: LOADER.match(one.text))
        start = 0 if said is None else start - said
    return kept[start or 0 :], kept[: start or 0]


def _first(pieces: list[Piece], is_one: Callable[[Piece], object]) -> int | None:
    return next((at for at, piece in enumerate(pieces) if is_one(piece)), None)
