"""A live kernel held against another boot: the model's on the same inputs, or a recorded one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ....boots.live.run import LiveRun
from ....model.base.errors import InputError
from ....model.language.words import tr
from ....model.source.recorded_files import is_recorded
from ....model.source.trace_source import TraceSource
from ..headless import record
from .summary import Against

OWN = "model"
"""The word for the model of the kernel that ran."""


def hold(live: LiveRun, other: str) -> Against:
    """A live kernel that was recorded against what a word names: ``model``, a recorded boot, or a machine
    whose kernel is played with the inputs that the live one had.  Raises `InputError`."""
    if is_recorded(other):
        from ..kinds.recorded import read_recorded

        return _held(live, other, read_recorded(other))
    with tempfile.TemporaryDirectory(prefix="bootstep-") as folder:
        return _held(live, other, _played(live, other, Path(folder)))


def check(other: str) -> None:
    """Whether a word names anything, before a kernel runs for minutes.  Raises `InputError`."""
    if other == OWN or is_recorded(other):
        return
    from ..kinds.logs import LOG

    if LOG.is_named(other):
        raise InputError(
            tr("--against {other}: this is a kernel log, whose calls are not known", other=other)
        )
    from ....boots.loader.machine_file import read_machine

    read_machine(other, {})


def _played(live: LiveRun, other: str, folder: Path) -> TraceSource:
    """The model on what the live kernel was given."""
    from ....boots.loader.machine_file import read_machine
    from ....boots.sources.model_boot import ModelBoot

    kernel = None if other == OWN else read_machine(other, {})
    model = ModelBoot.of(live.source.machine(folder, kernel))
    record(model)
    return model


def _held(live: LiveRun, name: str, other: TraceSource) -> Against:
    from ....model.analysis.divergence.against import held_against
    from ....model.analysis.divergence.plain_data import held_json

    found, lines = held_against(live, other)
    return Against(name, lines, held_json(found), found.are_same)
