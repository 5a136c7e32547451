"""States of boots as one JSON document, and the JSON Schema that it keeps to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from ..source.facts import Facts

FORMAT, VERSION = "bootstep-states", 1
"""What a document calls itself; a version more is another schema."""
SCHEMA_FILE = "states.schema.json"


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of a document, as it is published."""
    return files(__package__ or "").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")


def states_json(states: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A document with some states, each as `state_json` made it; a state a line, so that no more than one is
    held at a time."""
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "states": ['
    before = ""
    for state in states:
        yield before + json.dumps(state, sort_keys=True)
        before = ","
    yield "]}"


def state_json(
    facts: Facts, report: Mapping[str, Any], *, moment: str, name: str, position: int, events: int
) -> dict[str, Any]:
    """One state: its `report` (see `state_json.report`), whose it is and when: what the `moment` was called
    by whoever asked, a `name` of the position, how many events have happened of the boot's `events`."""
    machine = {
        "name": facts.name,
        "kind": facts.kind,
        "arch": facts.arch.name,
        "release": str(facts.release),
    }
    return {
        "machine": machine,
        "moment": moment,
        "name": name,
        "position": position,
        "events": events,
        "state": dict(report),
    }
