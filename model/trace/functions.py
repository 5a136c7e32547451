"""What the events of a trace name by a number: functions, formats of messages, places in the source.

Every trace has a table of each.  Whoever writes a trace fills them: a boot in Python with its own functions
and lines (`recorder`), any other source of events with what it knows of them (`writer`).
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

from msgspec import Struct


class Site(NamedTuple):
    """A place in the source: file, line (from 1; 0: no particular one), and the function it belongs to, if
    that is known."""

    filename: str
    line: int
    function: str = ""


NOWHERE = Site("", 0)
"""The place of what has none in any source."""


class Function(Struct, frozen=True):
    """A traced function: what the kernel calls it, and where it stands in the source of the trace."""

    number: int
    name: str
    kernel_file: str
    filename: str
    first_line: int
    parameters: tuple[str, ...]
    doc: str
    hides: int
    """How many functions, it and those outside it, have no frame of their own when it makes a call: their
    names are never seen as that callee's caller.  1: it has a symbol, and was inlined into its caller all the
    same, or jumps.  2: it stands for the last call of its caller, which is a jump."""


class FunctionTable:
    """The functions of a trace, by number and by name.  It may grow while others read it."""

    def __init__(self) -> None:
        self._all: list[Function] = []
        self._named: dict[str, tuple[Function, ...]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: int) -> Function:
        return self._all[number]

    def __iter__(self) -> Iterator[Function]:
        return iter(self._all)

    def add(
        self,
        name: str,
        kernel_file: str = "",
        parameters: tuple[str, ...] = (),
        site: Site = NOWHERE,
        doc: str = "",
        hides: int = 0,
    ) -> Function:
        """A function more, which gets the next number; `site` is its first line."""
        with self._lock:
            number = len(self._all)
            function = Function(number, name, kernel_file, site.filename, site.line, parameters, doc, hides)
            self._all.append(function)
            self._named[name] = (*self._named.get(name, ()), function)
        return function

    def named(self, name: str) -> tuple[Function, ...]:
        """The functions of that name: several files may have one each."""
        return self._named.get(name, ())


class LogFormat(Struct, frozen=True):
    """The format of a kernel message (`str.format`; ``{caller}`` prints as ``%pS`` of ``_RET_IP_``), its
    level.  Some lines need a `parameter`, such as ``memblock=debug``: whether the kernel was told that then,
    and the line is `printed`."""

    template: str
    level: str
    parameter: str = ""
    printed: bool = True


class FormatTable:
    """The formats of a trace's messages, by number."""

    def __init__(self) -> None:
        self._all: list[LogFormat] = []
        self._numbers: dict[tuple[str, str, str, bool], int] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: int) -> LogFormat:
        return self._all[number]

    def __iter__(self) -> Iterator[LogFormat]:
        return iter(self._all)

    def number_of(self, template: str, level: str, parameter: str = "", printed: bool = True) -> int:
        """The number of this format, given out when first asked for."""
        key = (template, level, parameter, printed)
        number = self._numbers.get(key)
        if number is None:
            number = len(self._all)
            self._all.append(LogFormat(*key))
            self._numbers[key] = number
        return number


class SiteTable:
    """The places in the source that events of a trace happened at, by number."""

    def __init__(self) -> None:
        self._all: list[Site] = []
        self._numbers: dict[Site, int] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __getitem__(self, number: int) -> Site:
        return self._all[number]

    def __iter__(self) -> Iterator[Site]:
        return (self[number] for number in range(len(self)))

    def add(self, site: Site) -> int:
        """A place more, which gets the next number: a line may be several."""
        self._all.append(site)
        return len(self._all) - 1

    def tell(self, site: Site, more: Site) -> None:
        """More is known of a place: it keeps its number."""
        number = self._numbers.pop(site)
        self._all[number] = more
        self._numbers[more] = number

    def number_of(self, site: Site) -> int:
        """The number of this place, given out when first asked for."""
        number = self._numbers.get(site)
        if number is None:
            number = self._numbers[site] = self.add(site)
        return number
