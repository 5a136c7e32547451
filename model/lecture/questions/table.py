"""The kinds of question that there are."""

from __future__ import annotations

from ...base.errors import InputError
from ...base.units import printable
from ...index.calls import close_matches
from ...language.words import tr
from .kind import Kind
from .kinds import allocation, calls, entries, frames, log, mapping, nodes, owners, regions

KINDS: tuple[Kind, ...] = (
    allocation.KIND,
    *(regions.MERGE, regions.COUNT),
    owners.OWNER,
    *(mapping.TABLE_PAGES, mapping.ENTRY_SIZE, entries.LEVEL, entries.ATTRIBUTES),
    *(frames.SECTIONS, frames.SECTION, frames.PAGE, frames.LINEAR),
    *(nodes.NODE, nodes.ZONE, nodes.PRESENT, nodes.MANAGED),
    *(calls.NEXT, calls.CALLER),
    log.LOG,
)
"""Every kind, in the order in which they are listed."""
NAMED = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> Kind:
    """The kind of that name.  Raises `InputError`."""
    found = NAMED.get(name.strip().lower())
    if found is None:
        raise InputError(
            tr(
                "--kind {name}: there is no such kind of question{offer}; --list tells them",
                name=printable(name),
                offer=close_matches(name, list(NAMED)),
            )
        )
    return found
