"""What a command line names, ready to be recorded."""

from __future__ import annotations

import argparse

from ...boots.sources.model_boot import ModelBoot
from ...model.source.trace_source import TraceSource
from .options import machine_of


def source_of(given: argparse.Namespace) -> TraceSource:
    """The boot of the machine of a command line.  Reads what it names.  Raises `InputError`."""
    return ModelBoot.of(machine_of(given))
