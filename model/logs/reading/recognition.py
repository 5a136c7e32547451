"""Whether a text is a kernel's log, whatever it is put in and whatever stands before its lines."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from ..grammar.understand import is_whole
from ..visible_text import visible
from .boots import BANNER, BOOTING, EARLY
from .pieces import Piece, Pieces
from .text_lines import TextLines

MOST_LINES = 3000
SIGNS = (
    *(
        "Linux version",
        "Booting Linux",
        "memblock",
        "MEMBLOCK",
        "kernel",
        "BIOS-e820",
        "Zone ranges",
        "Zone PFN",
    ),
    *(
        "Early memory",
        "reserved mem",
        "physical RAM map",
        "Memory: ",
        "[mem ",
        "zonelists",
        "totalpages",
        "efi: ",
    ),
    *("&lt;", '"msg"', "MESSAGE", "Kernel command line"),
)
"""One of them is in every log, or a time."""
TIMED = re.compile(r"\[[ +]*\d+\.\d{2}|^\W{0,3}<\d+>|\d\d:\d\d:\d\d", re.MULTILINE)
DEBUG = re.compile(r"\s*memblock_\w+: \[0x|MEMBLOCK configuration:")


@lru_cache(1)
def log_lines(text: str) -> tuple[str, ...]:
    """The first lines of the log that a text is, as the kernel said them but for wrapping; none if it is no
    log: there is neither a banner nor a line of memblock, and few lines have a stamp or are known."""
    if not (any(sign in text for sign in SIGNS) or TIMED.search(text)):
        return ()
    pieces = list(islice(Pieces(TextLines([visible(text)])), MOST_LINES))
    return tuple(piece.text for piece in pieces) if _is_log(pieces) else ()


def _is_log(pieces: list[Piece]) -> bool:
    if any(BANNER.match(one.text) or BOOTING.match(one.text) or DEBUG.match(one.text) for one in pieces):
        return True
    if any(one.time is not None and EARLY.search(one.text) for one in pieces):
        return True
    stamped = sum(piece.is_stamped for piece in pieces)
    return stamped * 3 > len(pieces) or sum(is_whole(one.text) for one in pieces) * 3 > len(pieces)
