"""Events as plain data, kind by kind."""

from __future__ import annotations

from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.text.events_json import KINDS, NAMES, event_json
from bootstep.model.trace.events import Kind


def test_every_kind_has_a_name() -> None:
    assert set(KINDS.values()) == set(Kind)
    assert {NAMES[kind] for kind in Kind} == set(KINDS)


def test_a_call_and_its_return_know_each_other() -> None:
    source = ModelBoot.of(read_machine("virt-512m"))
    source.run()
    trace, entries = source.trace, source.facts.arch.entries
    enter = next(
        event for event in trace.of_kind(Kind.ENTER) if trace.function(event).name == "memblock_reserve"
    )
    call = event_json(trace, enter, entries)
    assert call["kind"] == "call"
    assert list(call["arguments"]) == ["base", "size"]
    back = event_json(trace, call["return"], entries)
    assert (back["kind"], back["call"], back["function"]) == ("return", enter, "memblock_reserve")
    assert back["depth"] == call["depth"]
    assert call["in"] == trace.function(trace.parent(enter)).name
    inner = event_json(trace, enter + 1, entries)
    assert (inner["in"], inner["depth"]) == ("memblock_reserve", call["depth"] + 1)


def test_memblock_tells_what_came_and_what_went() -> None:
    source = ModelBoot.of(read_machine("virt-2g-numa2"))
    source.run()
    trace, entries = source.trace, source.facts.arch.entries
    told = [event_json(trace, event, entries) for event in trace.of_kind(Kind.MEMBLOCK)]
    operations = [operation for event in told for operation in event["operations"]]
    assert {operation["operation"] for operation in operations} == {"add", "remove", "change"}
    for operation in operations:
        assert (operation["before"] is None) == (operation["operation"] == "add")
        assert (operation["after"] is None) == (operation["operation"] == "remove")
    nodes = {operation["after"]["nid"] for operation in operations if operation["operation"] == "change"}
    assert {0, 1} <= nodes
    added = sum(
        each["size"] for each in operations if each["operation"] == "add" and each["array"] == "memory"
    )
    assert added == 2 << 30
