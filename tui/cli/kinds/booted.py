"""MACHINE as a machine that is booted: a machine file, a board or the name of a shipped machine.

What belongs to booting is imported only where something boots.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from ....model.language.words import translatable
from ....model.source.trace_source import TraceSource
from .machine_kind import Loader, MachineKind
from .wish_options import WISHES, add_wishes, wishes_of

if TYPE_CHECKING:
    from ...session.recording import Recording


def _options() -> Mapping[str, str]:
    from .options import option_names

    return {**option_names(), **WISHES}


def _add_options(parser: argparse.ArgumentParser) -> None:
    from .options import add_keys

    add_keys(parser)
    add_wishes(parser)


def _open(word: str | None, given: argparse.Namespace) -> TraceSource:
    if any(wishes_of(given)):
        from .wishes import wished_source

        return wished_source(word, given)
    from ....boots.sources.model_boot import ModelBoot
    from .options import machine_of

    return ModelBoot.of(machine_of(word, given))


def _load(word: str | None, given: argparse.Namespace) -> Loader:
    if any(wishes_of(given)):
        return _load_wished(word, given)
    from .options import machine_of

    machine = machine_of(word, given)

    def load() -> Recording:
        from ...session.recording import of_machine

        return of_machine(machine)

    return load


def _load_wished(word: str | None, given: argparse.Namespace) -> Loader:
    from .wishes import wished_machine

    wished = wished_machine(word, given)

    def load() -> Recording:
        from ...session.recording import of_what_if

        return of_what_if(wished)

    return load


def _is_named(word: str) -> bool:
    return True


BOOTED = MachineKind(
    what=translatable("a machine that is booted"),
    is_named=_is_named,
    options=_options,
    add_options=_add_options,
    open=_open,
    open_unchanged=_open,
    load=_load,
)


def _variation_options() -> Mapping[str, str]:
    from .variation import variation_names

    return variation_names()


def _add_variation(parser: argparse.ArgumentParser) -> None:
    from .variation import add_variation

    add_variation(parser)


def _open_varied(word: str | None, given: argparse.Namespace) -> TraceSource:
    from .variation import varied_source

    return varied_source(word, given)


def _open_unvaried(word: str | None, given: argparse.Namespace) -> TraceSource:
    from .variation import unvaried_source

    return unvaried_source(word, given)


VARIED = replace(
    BOOTED,
    options=_variation_options,
    add_options=_add_variation,
    open=_open_varied,
    open_unchanged=_open_unvaried,
)
"""The same, with what-ifs among its options."""
