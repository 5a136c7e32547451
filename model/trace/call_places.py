"""Where a kernel that really ran made a call: what its return address tells.

It stands in the event's place in the source (`Site`), so that a recorded trace has it too: the function of
such a place is written as the kernel writes addresses, ``memblock_alloc_range_nid+0x98``.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..language.words import tr
from .functions import Site

ADDRESS = re.compile(r"([\w.$]{1,512})\+0x([0-9a-f]{1,16})", re.ASCII)
FILE = re.compile(r"[\w./+-]{1,512}", re.ASCII)
"""What names in a trace look like that is believed: it may come from anybody."""


class CallPlace(NamedTuple):
    """A call that returns `offset` bytes behind the beginning of the code at `symbol`; the file and the line
    of the kernel's source that make it, "" and 0 if nobody tells them."""

    symbol: str
    offset: int
    file: str = ""
    line: int = 0

    @property
    def function(self) -> str:
        """What C calls the function: compilers put words behind that (``.constprop.0``)."""
        return self.symbol.partition(".")[0]

    @property
    def address(self) -> str:
        """Where it returns to, as the kernel prints it: ``memblock_alloc_range_nid+0x98``."""
        return f"{self.symbol}+{self.offset:#x}"

    def words(self) -> str:
        """The line and the function, or else the address."""
        if not self.file:
            return self.address
        return tr("{file}:{line}, in {function}", file=self.file, line=self.line, function=self.function)

    @property
    def site(self) -> Site:
        """The place in the source of the event."""
        return Site(self.file, self.line, self.address)


def call_place(site: Site) -> CallPlace | None:
    """Where a call was made whose event has this place in the source; None if that is no return address."""
    if "+" not in site.function:
        return None
    found = ADDRESS.fullmatch(site.function)
    if found is None:
        return None
    is_told = site.line > 0 and FILE.fullmatch(site.filename) is not None
    told = (site.filename, site.line) if is_told else ("", 0)
    return CallPlace(found[1], int(found[2], 16), *told)
