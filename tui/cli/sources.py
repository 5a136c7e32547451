"""What a command line names: a machine to boot, with options that change it, or a boot that was recorded.

What belongs to booting is imported only where something boots.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...model.base.errors import InputError
from ...model.files.input_files import is_file, map_file, read_bytes
from ...model.source.trace_source import TraceSource
from ...model.trace.encoding.magic import MAGIC, is_sealed
from .parser import Parser

if TYPE_CHECKING:
    from ..session.recording import Recording

LARGEST = 1 << 30
"""Bytes of the largest file of a recorded boot that is read."""


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


def parse(parser: Parser, words: Sequence[str]) -> argparse.Namespace:
    """The words of a command that takes one MACHINE, with the options of a machine that is booted.  Raises
    `InputError`."""
    if any(map(is_recorded, words)):
        given, rest = parser.parse_known_args(words)
        if is_recorded(given.machine or ""):
            if rest:
                raise InputError(f"{given.machine} is a recorded boot: {rest[0]} cannot change it")
            return given
    from .options import add_keys

    add_keys(parser)
    return parser.parse_args(words)


def source_of(given: argparse.Namespace) -> TraceSource:
    """The boot that a command line names.  Reads what it needs.  Raises `InputError`."""
    if given.machine is not None and is_recorded(given.machine):
        return read_recorded(given.machine)
    from ...boots.sources.model_boot import ModelBoot
    from .options import machine_of

    return ModelBoot.of(machine_of(given))


def recording_of(given: argparse.Namespace) -> Callable[[], Recording]:
    """What makes the boot of a command line ready for the app: a machine's files are read once there is
    something to see.  Raises `InputError`."""
    if given.machine is not None and is_recorded(given.machine):
        from ..session.recording import of_recorded

        return partial(of_recorded, read_recorded(given.machine), Path(given.machine))
    from .options import machine_of

    machine = machine_of(given)

    def load() -> Recording:
        from ..session.recording import of_machine

        return of_machine(machine)

    return load


def read_recorded(filename: str) -> TraceSource:
    """The recorded boot in a file.  Raises `InputError`."""
    from ...model.source.trace_file import RecordedBoot

    return RecordedBoot.read(read_bytes(Path(filename), LARGEST), filename)
