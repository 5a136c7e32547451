"""States as a JSON document: what is written keeps to the schema that is published, and that is strict."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import read_machine, shipped_machines
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.source.trace_source import TraceSource
from bootstep.model.text.states_json import FORMAT, VERSION, schema_text, states_json
from bootstep.model.views.state import StateView
from jsonschema import Draft202012Validator
from opened_logs import ALL, opened
from sweeps import sweep

SCHEMA = json.loads(schema_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def document(source: TraceSource, *positions: int) -> dict[str, Any]:
    debugger = Debugger(source.trace, source.facts)
    states = (StateView(debugger, position).document() for position in positions)
    return json.loads("\n".join(states_json(states)))


@cache
def of_virt() -> dict[str, Any]:
    source = ModelBoot.of(read_machine("virt-512m"))
    source.run()
    return document(source, len(source.trace))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"] == {"const": FORMAT}
    assert SCHEMA["properties"]["version"] == {"const": VERSION}


@pytest.mark.parametrize("name", sweep(shipped_machines(), "virt-1g", "virt-2g-numa2", "broken-1g", "pc-2g"))
def test_machines_keep_to_it(name: str) -> None:
    source = ModelBoot.of(read_machine(name))
    source.run()
    end = len(source.trace)
    VALIDATOR.validate(document(source, 0, end // 3, end // 2, end))


@pytest.mark.parametrize("name", ALL)
def test_logs_keep_to_it(name: str) -> None:
    source = opened(ALL[name])
    source.run()
    found = document(source, 0, len(source.trace))
    VALIDATOR.validate(found)
    assert all("page_tables" not in each["state"] for each in found["states"])


def _without_base(document: dict[str, Any]) -> None:
    del document["states"][0]["state"]["memblock"]["memory"]["regions"][0]["base"]


def _address_as_number(document: dict[str, Any]) -> None:
    document["states"][0]["state"]["memblock"]["reserved"]["regions"][0]["base"] = 0x48000000


def _unknown_field(document: dict[str, Any]) -> None:
    document["states"][0]["state"]["nodes"][0]["zones"][0]["colour"] = 1


def _other_version(document: dict[str, Any]) -> None:
    document["version"] = VERSION + 1


def _no_states(document: dict[str, Any]) -> None:
    document["states"] = []


def _capitals(document: dict[str, Any]) -> None:
    document["states"][0]["state"]["page_tables"]["root_pa"] = "0xABC"


@pytest.mark.parametrize(
    "spoil",
    [_without_base, _address_as_number, _unknown_field, _other_version, _no_states, _capitals],
)
def test_what_is_wrong_does_not(spoil: Callable[[dict[str, Any]], None]) -> None:
    VALIDATOR.validate(of_virt())
    spoilt = deepcopy(of_virt())
    spoil(spoilt)
    assert not VALIDATOR.is_valid(spoilt)


def test_a_state_says_whose_it_is_and_when() -> None:
    state = of_virt()["states"][0]
    assert state["machine"] == {
        "arch": "arm64",
        "kind": "a model of the boot",
        "name": "virt-512m",
        "release": state["machine"]["release"],
    }
    assert (state["name"], state["position"]) == ("end", state["events"])
