"""What ``print`` has shown, and the variables of the person who debugs: ``$``, ``$$``, ``$1``, ``$x``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...language.words import tr
from .values import VOID, Untold, kept

MOST = 10_000
"""Values that are kept; the oldest are forgotten."""
MOST_VARIABLES = 1000
NUMBERED = r"\$(\$?)(\d*)"


class Values:
    """The history of values, numbered from 1, and convenience variables by name, without their ``$``."""

    def __init__(self) -> None:
        self._shown: dict[int, Any] = {}
        self._last = 0
        self._variables: dict[str, Any] = {}

    @property
    def last(self) -> int:
        """The number of the last value, 0 before there is one."""
        return self._last

    @property
    def variables(self) -> Mapping[str, Any]:
        """The convenience variables."""
        return self._variables

    def record(self, value: Any) -> int:
        """Keep a value as it is now; returns its number."""
        self._last += 1
        self._shown[self._last] = kept(value)
        self._shown.pop(self._last - MOST, None)
        return self._last

    def set(self, name: str, value: Any) -> None:
        """Let a convenience variable have a value.  Raises `Untold` if there are too many of them."""
        if name not in self._variables and len(self._variables) >= MOST_VARIABLES:
            raise Untold(
                tr(
                    "there are {most_variables} convenience variables, and there can be no more",
                    most_variables=MOST_VARIABLES,
                )
            )
        self._variables[name] = kept(value)

    def numbered(self, number: int) -> Any:
        """A value by its number.  Raises `Untold` if there is none."""
        if number in self._shown:
            return self._shown[number]
        if number > self._last or number < 1:
            raise Untold(tr("the history of values has not come to ${number} yet", number=number))
        raise Untold(tr("${number} is forgotten: the last {most} values are kept", number=number, most=MOST))

    def lookup(self, name: str) -> Any:
        """The value of a name that begins with ``$``: `VOID` for a variable that nobody has set.  Raises
        `Untold`."""
        found = re.fullmatch(NUMBERED, name)
        if found is None:
            return self._variables.get(name[1:], VOID)
        back, digits = found.groups()
        if digits and not back:
            return self.numbered(int(digits[:12]))
        steps = int(digits[:12]) if digits else len(back)
        return self.numbered(self._last - steps) if self._last - steps > 0 else VOID
