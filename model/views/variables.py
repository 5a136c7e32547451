"""The kernel's variables at a position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..language.words import tr
from ..text.variables import VariableWords, group_order
from .html import table


class VariablesView(Mapping[str, Any]):
    """The values by their C names: numbers (addresses and bytes as they are), texts, truth values, tuples of
    these.  `words` say what each counts."""

    def __init__(self, variables: Mapping[str, Any], words: VariableWords, page_size: int) -> None:
        self._variables: Mapping[str, Any] = dict(variables)
        self._words = words
        self._page_size = page_size

    def text(self, name: str) -> str:
        """A value as it reads best: a pfn with its address, pages with their bytes.  Raises KeyError."""
        return self._words.text(name, self[name], self._page_size)

    def __getitem__(self, name: str) -> Any:
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __repr__(self) -> str:
        return f"VariablesView({dict(self._variables)!r})"

    def _repr_html_(self) -> str:
        rows = ((self._words.group(name), name, self.text(name)) for name in self._in_groups())
        return table(tr("kernel variables"), ("about", "name", "value"), rows)

    def _in_groups(self) -> list[str]:
        """The names by what they are about."""
        return sorted(self, key=lambda name: (group_order(self._words.group(name)), name))
