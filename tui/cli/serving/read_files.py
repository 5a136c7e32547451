"""Which files something reads: what a visitor's process has to be able to read as well."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from .guard import path_name


class _Listener:
    """What `sys.addaudithook` calls; it cannot be taken away, but it can stop listening."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.listens = True

    def __call__(self, event: str, given: tuple[object, ...]) -> None:
        if self.listens and event == "open" and (name := path_name(given[0])):
            self.paths.add(os.path.realpath(name))


def read_while(work: Callable[[], object]) -> list[str]:
    """The paths of the files that are opened while `work` is done, sorted; those of directories that every
    process reads anyway among them."""
    listener = _Listener()
    sys.addaudithook(listener)
    try:
        work()
    finally:
        listener.listens = False
    return sorted(path for path in listener.paths if Path(path).is_file())
