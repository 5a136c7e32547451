"""Changes of a state that are collected, for whoever writes them into a trace as events of its own."""

from __future__ import annotations

from typing import Any

from .changes import Change
from .events import Kind
from .recorder import BootTrace


class CollectedChanges(BootTrace):
    """Takes what the model's code does to the state, without a trace of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.collected: dict[Kind, list[Change]] = {}

    def change(self, kind: Kind, changes: tuple[Change, ...], depth: int = 1) -> None:
        """Something has been changed."""
        self.collected.setdefault(kind, []).extend(changes)

    def printk(self, template: str, *values: Any, **options: Any) -> None:
        """What the kernel says stands in the log."""

    def taken(self) -> dict[Kind, list[Change]]:
        """What was changed since this was asked last."""
        taken, self.collected = self.collected, {}
        if len(self) > 4096:
            self.forget_calls()
        return taken

    def forget_calls(self) -> None:
        """Give the memory of recorded calls back."""
        super().__init__()
        self.collected = {}
