"""MACHINE as a boot that was recorded in a file."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path

from ....model.files.input_files import read_bytes
from ....model.language.words import translatable
from ....model.source.recorded_files import is_recorded
from ....model.source.trace_source import TraceSource
from .machine_kind import Loader, MachineKind

LARGEST = 1 << 30
"""Bytes of the largest file of a recorded boot that is read."""


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
