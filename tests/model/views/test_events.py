"""The events of a boot as objects."""

from __future__ import annotations

from functools import cache

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.trace.events import Kind
from bootstep.model.views.events import Events


@cache
def boot() -> ModelBoot:
    found = ModelBoot.of(read_machine("virt-512m"))
    found.run()
    return found


def events() -> Events:
    return Events(boot().trace, boot().facts, range(len(boot().trace)))


def test_all_are_there_and_none_is_made_before_it_is_asked_for() -> None:
    found = events()
    assert len(found) == len(boot().trace)
    assert found[-1].number == len(found) - 1
    part = found[10:20][2:4]
    assert [event.number for event in part] == [12, 13]
    assert isinstance(found._numbers, range) and isinstance(part._numbers, range)
    with pytest.raises(IndexError):
        found[len(found)]


def test_a_call_has_arguments_a_result_and_an_end() -> None:
    call = events().calls("memblock_reserve")[0]
    assert (call.kind, call.function) == ("call", "memblock_reserve")
    assert dict(call.arguments) == {"base": 0x48000000, "size": 0x100000}
    assert call.result == 0
    assert call.callers[-1] == "start_kernel" and call.callers[0] != "memblock_reserve"
    back = events()[call.end or 0]
    assert (back.kind, back.result, dict(back.arguments)) == ("return", 0, dict(call.arguments))
    assert call.text == "memblock_reserve [0x48000000-0x480fffff] 1.0 MiB"
    assert not call.is_change and call.changes == ()


def test_a_change_tells_what_gave_way_to_what() -> None:
    change = events().where(kind="memblock", caller="memblock_reserve")[0]
    assert change.is_change
    assert {each.target for each in change.changes} >= {"memblock.reserved"}
    assert change.arguments == {} and change.result is None and change.end is None
    assert change.function.startswith("memblock_")


@pytest.mark.parametrize("kind", [*Kind])
def test_every_kind_is_found_by_its_name(kind: Kind) -> None:
    words = {Kind.ENTER: "call", Kind.LEAVE: "return"}.get(kind, kind.name.lower())
    found = events().where(kind=words)
    assert [event.number for event in found] == list(boot().trace.of_kind(kind))
    assert all(event.kind == words for event in found)


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="'enter' is no kind of event, expected one of call, return, log"):
        events().where(kind="enter")


def test_searches_go_on_from_searches() -> None:
    inside = events().where(caller="paging_init")
    assert 0 < len(inside) < len(events())
    assert len(inside.where(kind="page_table").where(function="no_such_function")) == 0


def test_they_are_equal_if_they_are_the_same() -> None:
    assert events()[5] == events()[5:][0]
    assert events()[5] != events()[6]
    assert len({events()[5], events()[5]}) == 1


def test_they_show_themselves() -> None:
    assert "… " in events()._repr_html_() and "more" in events()._repr_html_()
    assert "memblock_reserve" in events().calls("memblock_reserve")[0]._repr_html_()
    assert repr(events()) == f"<{len(events())} events>"
