"""One visitor's process: its limits, its closed doors, and then the app as anybody has it.  Run by the server
as ``python -m``, with one word: a JSON object of `VisitorRoom`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

FILE_LIMIT = 16 << 20
"""Bytes of the largest file that a visitor's process may write, in its own directory."""


class VisitorRoom(Struct, frozen=True):
    """What a visitor's process is given: its own directory, what else it may read, the bytes of memory that
    it may have, and the words of the command line."""

    own: str
    read: list[str]
    memory: int
    words: list[str]


def main() -> int:
    """Open the app for a visitor; returns its exit status."""
    room = msgspec.json.decode(sys.argv[1], type=VisitorRoom)
    sys.argv = ["bootstep"]
    take_limits(room.memory)
    # What is imported on the way stands under the interpreter's own directories: these stay open.
    from ..main import main as command
    from .guard import close_doors

    close_doors(Path(room.own), [Path(path) for path in room.read])
    return command(room.words)


def take_limits(memory: int) -> None:
    """Bytes of memory and of files that this process may have; no picture of it is left where it falls."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
