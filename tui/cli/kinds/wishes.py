"""A machine as options wish it: the debugger's what-ifs without the debugger."""

from __future__ import annotations

import argparse

from ....boots.loader.what_if_syntax import WhatIf
from ....model.source.trace_source import TraceSource
from .options import machine_of
from .wish_options import wishes_of


def with_wishes(start: WhatIf, given: argparse.Namespace) -> WhatIf:
    """A machine with everything that the options wish.  Raises `InputError`."""
    for wish in wishes_of(given):
        start = start.wished(wish)
    return start


def wished_machine(word: str | None, given: argparse.Namespace) -> WhatIf:
    """The machine that a word names, changed by its keys and by wishes.  Raises `InputError`."""
    return with_wishes(WhatIf(machine_of(word, given)), given)


def wished_source(word: str | None, given: argparse.Namespace) -> TraceSource:
    """The boot of that machine.  Raises `InputError`."""
    from ....boots.sources.model_boot import ModelBoot

    return ModelBoot.of_what_if(wished_machine(word, given))
