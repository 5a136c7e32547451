"""Scripts in files: their lines, with their places."""

from __future__ import annotations

from collections.abc import Iterator

from ...base.errors import InputError
from ...files.input_files import path_of, read_bytes
from ...language.words import tr
from .blocks import Line

LONGEST_SCRIPT = 4 << 20
"""Bytes of the longest script."""


def script_lines(name: str) -> Iterator[Line]:
    """The lines of a script.  Raises `InputError`."""
    content = read_bytes(path_of(name))
    if len(content) > LONGEST_SCRIPT:
        raise InputError(
            tr(
                "{name}: a script has at most {longest_script} MiB",
                name=name,
                longest_script=LONGEST_SCRIPT >> 20,
            )
        )
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise InputError(tr("{name}: a script is text in UTF-8", name=name)) from None
    return (Line(line, f"{name}:{number}") for number, line in enumerate(text.splitlines(), 1))
