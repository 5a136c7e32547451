"""``bootstep capture``: write the machine that this Linux runs on into a directory."""

from __future__ import annotations

from pathlib import Path

from ..boots.capture.machine import capture, told
from ..model.errors import InputError
from .cli import Parser


def run(words: list[str]) -> int:
    """Capture, and say what is there and what is not.  Raises `InputError`."""
    parser = Parser("bootstep capture")
    parser.add_argument("directory", metavar="DIR", help="where to write the machine; it is made")
    parser.add_argument("--root", default="/", metavar="DIR", help="where the system's files are (/)")
    given = parser.parse_args(words)
    root, target = Path(given.root), Path(given.directory)
    if not root.is_dir():
        raise InputError(f"{root}: there is no such directory")
    print("\n".join(told(capture(root, target), target)))
    return 0
