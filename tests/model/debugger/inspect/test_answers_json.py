"""Every kind of answer as plain data.

Covers ledger_json.py, and answers.py beside it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.inspect.answers_json import answer_json, place_json
from bootstep.model.index.selectors import ANY_NODE, PHYSICAL, SECTION, ZONE, MemoryRange


@pytest.fixture(scope="module")
def debugger() -> Debugger:
    source = ModelBoot.of(read_machine("virt-1g-64k"))
    source.run()
    return Debugger(source.trace, source.facts)


def asked(debugger: Debugger, line: str) -> dict[str, Any]:
    debugger.end()
    answer = CommandInterpreter(debugger).execute(line).answer
    assert answer is not None
    found = answer_json(answer)
    assert json.loads(json.dumps(found)) == found
    assert (found["command"], found["position"]) == (line, debugger.position)
    return found


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("ledger", "ledger"),
        ("x 0x48000000", "address"),
        ("x section 2", "address"),
        ("history 0x48000000", "history"),
        ("history zone DMA", "history"),
        ("why", "why"),
        ("why cma", "why"),
        ("why memblock_reserve", "why"),
    ],
)
def test_each_kind_of_answer_is_plain_data(debugger: Debugger, line: str, kind: str) -> None:
    assert asked(debugger, line)["kind"] == kind


def test_a_history_names_its_place_and_its_events(debugger: Debugger) -> None:
    found = asked(debugger, "history 0x48000000")
    assert found["place"] == {"space": "physical", "start": "0x48000000", "end": "0x48000001", "size": 1}
    assert [set(item) for item in found["items"]] == [{"event", "text", "path"}] * len(found["items"])
    assert [item["event"] for item in found["items"]] == sorted(item["event"] for item in found["items"])


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (
            MemoryRange(PHYSICAL, 0, 4096),
            {"space": "physical", "start": "0x0", "end": "0x1000", "size": 4096},
        ),
        (MemoryRange(SECTION, 5, 6), {"space": "section", "first": 5, "count": 1}),
        (MemoryRange(ZONE, ANY_NODE, 0, "DMA"), {"space": "zone", "name": "DMA", "nid": None}),
        (MemoryRange(ZONE, 1, 0, "DMA"), {"space": "zone", "name": "DMA", "nid": 1}),
    ],
)
def test_a_place_of_any_space(place: MemoryRange, expected: dict[str, Any]) -> None:
    assert place_json(place) == expected


def test_a_search_tells_the_limits_that_counted(debugger: Debugger) -> None:
    explained = asked(debugger, "why cma")["explanation"]
    assert explained["failed"]
    (search,) = explained["searches"]
    assert (search["end"], search["found"], search["nid"]) == ("0x80000000", None, None)
    assert all(gap["usable"] <= gap["size"] for gap in search["gaps"])
    gaps = [(int(gap["start"], 16), int(gap["end"], 16)) for gap in search["gaps"]]
    assert gaps == sorted(gaps, reverse=True), "from the top down, as the kernel looks"
