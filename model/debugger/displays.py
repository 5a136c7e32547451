"""Expressions that are shown again after each move."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from ..language.words import tr

MOST = 100
"""Displays that there can be."""


class Display(Struct, frozen=True):
    """An expression with its number, and the format of its value ("": as reads best)."""

    number: int
    form: str
    text: str
    is_enabled: bool = True

    @property
    def words(self) -> str:
        """The expression as ``info display`` shows it."""
        return f"/{self.form} {self.text}" if self.form else self.text


class Displays:
    """The displays of one debugger, by number; numbers are never given twice."""

    def __init__(self) -> None:
        self._all: dict[int, Display] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._all)

    def all(self) -> list[Display]:
        """Every display, by number."""
        return list(self._all.values())

    def add(self, text: str, form: str = "") -> Display:
        """A new one.  Raises ValueError if there are too many."""
        if len(self._all) >= MOST:
            raise ValueError(tr("there are {most} displays, and there can be no more", most=MOST))
        self._last += 1
        added = self._all[self._last] = Display(self._last, form, text)
        return added

    def enable(self, number: int | None, is_enabled: bool) -> None:
        """Show one after moves, or all (None), or no longer.  Raises KeyError for a number that none has."""
        for each in [*self._all] if number is None else [number]:
            self._all[each] = replace(self._all[each], is_enabled=is_enabled)

    def remove(self, number: int | None = None) -> None:
        """Remove one, or all.  Raises KeyError for a number that none has."""
        if number is None:
            self._all.clear()
        else:
            del self._all[number]

    def lines(self, value: Callable[[Display], str]) -> Iterator[str]:
        """A line for each that is enabled, `value` being what shows the value of one."""
        for each in self.all():
            if not each.is_enabled:
                continue
            yield f"{each.number}: {each.words} = {value(each)}"
