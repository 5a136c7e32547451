"""Work in a thread, and whether anybody still waits for it."""

from __future__ import annotations

from collections.abc import Callable

from textual.worker import Worker, get_current_worker  # pyright: ignore[reportUnknownVariableType]


def given_up() -> Callable[[], bool]:
    """For the thread of a worker: whether the app has given it up, as it does when it ends."""
    worker: Worker[None] = get_current_worker()  # pyright: ignore[reportUnknownVariableType]
    return lambda: worker.is_cancelled
