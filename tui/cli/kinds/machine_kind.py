"""One kind of thing that MACHINE may name, as data."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.source.trace_source import TraceSource

if TYPE_CHECKING:
    from ...session.recording import Recording

Loader = Callable[[], "Recording"]
"""Reads what is left to read, and makes a boot ready for the app.  Raises `InputError`."""
Opener = Callable[[str | None, argparse.Namespace], TraceSource]
"""Reads what a word names (None: what is named if nothing is), with the options of a command line.  Raises
`InputError`."""


class MachineKind(Struct, frozen=True):
    """A kind of machine, `what` it is as in "this is a recorded boot".

    `is_named` says whether a word names one.  `options` are what changes one, by their names in what a parser
    gives; `add_options` adds those to a parser that it has not.  `open` reads one, changed by the options,
    `open_unchanged` as it is; `load` checks the options and makes it ready for the app.
    """

    what: str
    is_named: Callable[[str], bool]
    options: Callable[[], Mapping[str, str]]
    add_options: Callable[[argparse.ArgumentParser], None]
    open: Opener
    open_unchanged: Opener
    load: Callable[[str | None, argparse.Namespace], Loader]


def has(parser: argparse.ArgumentParser, name: str) -> bool:
    """Whether a parser knows an option, by its name in what it gives."""
    return name in {action.dest for action in parser._actions}  # pyright: ignore[reportPrivateUsage]


def is_taken(parser: argparse.ArgumentParser, option: str) -> bool:
    """Whether a parser knows an option, as it is typed."""
    return option in parser._option_string_actions  # pyright: ignore[reportPrivateUsage]
