"""Files of recorded boots: whether one is one, and how one is written, all of it or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from ..base.errors import InputError
from ..files.input_files import is_directory, is_file, map_file
from ..language.words import tr
from ..trace.encoding.magic import MAGIC, is_sealed
from .trace_source import TraceSource


def is_recorded(word: str) -> bool:
    """Whether a word is the name of a file with a recorded boot in it."""
    path = Path(word)
    if word.startswith("-") or not is_file(path):
        return False
    try:
        return is_sealed(bytes(map_file(path)[: len(MAGIC)]))
    except InputError:
        # Who needs the file says what is wrong with it; it may be no file's name at all.
        return False


def check_writable(filename: str) -> None:
    """Whether a file may be written: nothing is written over but a recorded boot.  Raises `InputError`."""
    path = Path(filename)
    if is_directory(path):
        raise InputError(
            tr("{filename}: this is a directory, expected the name of a file", filename=filename)
        )
    if is_file(path) and not is_recorded(filename):
        raise InputError(
            tr("{filename}: this file is no recorded boot, it is not written over", filename=filename)
        )


def write_recorded(source: TraceSource, filename: str, written_by: str) -> int:
    """Write a boot that has run to its end into a file, all of it or nothing; returns how many bytes it has.
    `written_by` names the program and its version.  Raises `InputError`."""
    from .trace_file import recorded  # not for who only asks whether a word names a file

    check_writable(filename)
    path = Path(filename)
    data = recorded(source, written_by)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except (OSError, ValueError) as error:
        part.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or tr("cannot be written to")
        raise InputError(f"{filename}: {reason.lower()}") from None
    return len(data)
