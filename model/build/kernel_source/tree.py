"""A tree of the kernel's source in a directory."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ...base.errors import InputError
from ...files.input_files import path_of, read_bytes
from ...language.words import tr
from ..release import Release
from .makefile import release_of

_SOURCE = re.compile(r"[\w.+-]+\.[chS]")
LARGEST = 2 << 20
"""Bytes of the largest file that is read: more than any in the kernel that is not generated."""
MOST_FILES = 5000
"""Files of a folder that are listed."""


class SourceTree:
    """The files below a directory."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def at(cls, directory: str) -> SourceTree:
        """The tree in a directory.  Raises `InputError` if there is none."""
        try:
            root = path_of(directory)
            is_there, is_tree = root.is_dir(), (root / "mm").is_dir()
        except (OSError, ValueError):
            raise InputError(
                tr("--kernel-source {directory}: no directory can have this name", directory=directory)
            ) from None
        if not is_there:
            raise InputError(
                tr("--kernel-source {directory}: there is no such directory", directory=directory)
            )
        if not is_tree:
            raise InputError(
                tr(
                    "--kernel-source {directory}: this is no Linux source tree, it has no mm directory",
                    directory=directory,
                )
            )
        return cls(root)

    @property
    def name(self) -> str:
        """How it is called."""
        return str(self.root)

    @property
    def release(self) -> Release | None:
        """The release that the Makefile names; None if it names none."""
        return release_of(self.text("Makefile") or "")

    def text(self, file: str) -> str | None:
        """The text of a file, named from the root; None if there is none that can be read."""
        return _text(self.root / file)

    def names(self, folder: str) -> list[str]:
        """The files in C and assembler of a folder, named from the root, in order."""
        found: list[str] = []
        try:
            for path in (self.root / folder).iterdir():
                if _SOURCE.fullmatch(path.name):
                    found.append(f"{folder}/{path.name}")
                if len(found) >= MOST_FILES:
                    break
        except OSError:
            return []
        return sorted(found)


@lru_cache(maxsize=64)
def _text(path: Path) -> str | None:
    try:
        if not path.is_file():
            return None
        return read_bytes(path, LARGEST).decode("utf-8", "replace")
    except (InputError, OSError, ValueError):
        return None
