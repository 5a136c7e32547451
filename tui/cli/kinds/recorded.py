"""MACHINE as a boot that was recorded in a file."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from ....model.base.errors import InputError
from ....model.files.input_files import is_file, map_file, read_bytes
from ....model.language.words import translatable
from ....model.source.trace_source import TraceSource
from ....model.trace.encoding.magic import MAGIC, is_sealed
from .machine_kind import Loader, MachineKind

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


def read_recorded(filename: str) -> TraceSource:
    """The recorded boot in a file.  Raises `InputError`."""
    from ....model.source.trace_file import RecordedBoot

    return RecordedBoot.read(read_bytes(Path(filename), LARGEST), filename)


def _open(word: str | None, given: argparse.Namespace) -> TraceSource:
    return read_recorded(word or "")


def _load(word: str | None, given: argparse.Namespace) -> Loader:
    from ...session.recording import of_recorded

    return partial(of_recorded, read_recorded(word or ""), Path(word or ""))


RECORDED = MachineKind(
    what=translatable("a recorded boot"),
    is_named=is_recorded,
    options=dict,
    add_options=lambda parser: None,
    open=_open,
    open_unchanged=_open,
    load=_load,
)
