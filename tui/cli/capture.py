"""``bootstep capture``: write the machine that this Linux runs on into a directory."""

from __future__ import annotations

from pathlib import Path

from ...boots.capture.machine import capture, told
from ...model.base.errors import InputError
from ...model.files.input_files import is_directory
from ...model.language.words import tr
from .parser import Parser


def run(words: list[str]) -> int:
    """Capture, and say what is there and what is not.  Raises `InputError`."""
    parser = Parser("bootstep capture")
    parser.add_argument("directory", metavar="DIR", help=tr("where to write the machine: a new directory"))
    parser.add_argument("--root", default="/", metavar="DIR", help=tr("where the system's files are (/)"))
    parser.add_argument(
        "--with-keys", action="store_true", help=tr("ACPI's tables that hold keys, too (MSDM, SLIC …)")
    )
    given = parser.parse_args(words)
    root, target = Path(given.root), Path(given.directory)
    if not is_directory(root):
        raise InputError(tr("{root}: there is no such directory", root=root))
    print("\n".join(told(capture(root, target, given.with_keys), target)))
    return 0
