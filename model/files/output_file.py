"""A file of text that is written: all of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ..base.errors import InputError
from ..base.units import printable
from ..language.words import tr
from .input_files import is_directory


def write_lines(lines: Iterable[str], filename: str, overwrite: bool = False) -> None:
    """Write lines as they come: none of them is kept, and nothing a terminal obeys is in them.  A file that
    is there is only written over if that is allowed.  Raises `InputError`."""
    path = Path(filename)
    if is_directory(path):
        raise InputError(
            tr("{filename}: this is a directory, expected the name of a file", filename=filename)
        )
    try:
        if not overwrite and path.exists():
            raise InputError(
                tr("{filename}: this file is there already, --force writes over it", filename=filename)
            )
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with part.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{printable(line)}\n" for line in lines)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be written to"
        raise InputError(f"{filename}: {reason.lower()}") from None
