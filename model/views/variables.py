"""The kernel's variables at a position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..base.units import value_text
from .html import table


class VariablesView(Mapping[str, Any]):
    """The values by their C names: numbers (addresses and bytes as they are), texts, truth values, tuples of
    these."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables: Mapping[str, Any] = dict(variables)

    def __getitem__(self, name: str) -> Any:
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def __repr__(self) -> str:
        return f"VariablesView({dict(self._variables)!r})"

    def _repr_html_(self) -> str:
        rows = ((name, value_text(name, value)) for name, value in sorted(self.items()))
        return table("kernel variables", ("name", "value"), rows)
