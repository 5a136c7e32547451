"""Records that wait in their modules until somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TypeVar

T = TypeVar("T")


class Imported(Mapping[str, T]):
    """Records by name, of which nobody needs all: each is imported when it is asked for, and only then costs
    its time.

    `places` has for each name a module, such as ``.arm64.record``, as the module `asking` would import it,
    and the record's name in it; `others` are records that are there already.
    """

    def __init__(
        self, asking: str, places: Mapping[str, tuple[str, str]], others: Mapping[str, T] | None = None
    ) -> None:
        self._package = asking.rpartition(".")[0]
        self._places = places
        self._others = others or {}

    def __getitem__(self, name: str) -> T:
        if name not in self._places:
            return self._others[name]
        module, record = self._places[name]
        return getattr(import_module(module, self._package), record)

    def __iter__(self) -> Iterator[str]:
        yield from self._places
        yield from self._others

    def __len__(self) -> int:
        return len(self._places) + len(self._others)
