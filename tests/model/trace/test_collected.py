"""Changes that are collected until somebody takes them."""

from __future__ import annotations

from bootstep.model.memory.state import State
from bootstep.model.trace.changes import Assign
from bootstep.model.trace.collected import CollectedChanges
from bootstep.model.trace.events import Kind


def test_what_is_changed_is_taken_once_by_kind() -> None:
    changes, state = CollectedChanges(), State()
    state.record_into(changes)
    state.variables.put("max_pfn", 5)
    state.variables.put("max_pfn", 7)
    changes.printk("nothing is kept of {}", "this")
    expected = [Assign("variables", "max_pfn", None, 5), Assign("variables", "max_pfn", 5, 7)]
    assert changes.taken() == {Kind.VARIABLE: expected}
    assert changes.taken() == {}
