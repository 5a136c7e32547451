"""Events by kind, function and time."""

from __future__ import annotations

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.selection import Selection, SelectionError, selected
from bootstep.model.trace.events import Kind

ALL = frozenset(Kind)


@pytest.fixture(scope="module")
def debugger() -> Debugger:
    source = ModelBoot.of(read_machine("virt-512m"))
    source.run()
    return Debugger(source.trace, source.facts)


def test_everything_is_everything(debugger: Debugger) -> None:
    end = len(debugger.trace)
    assert list(selected(debugger.occurrences, Selection(ALL, None, 0, end))) == list(range(end))
    assert list(selected(debugger.occurrences, Selection(ALL, None, 5, 8))) == [5, 6, 7]
    assert list(selected(debugger.occurrences, Selection(frozenset(), None, 0, end))) == []


@pytest.mark.parametrize(
    "name", ["memblock_add_range", "paging_init", "start_kernel", "free_area_init_nodes"]
)
def test_a_function_has_what_happens_under_it(debugger: Debugger, name: str) -> None:
    trace, end = debugger.trace, len(debugger.trace)
    today = debugger.occurrences.canonical_name(name)
    expected = [
        event for event in range(end) if today in (trace.function(enter).name for enter in trace.stack(event))
    ]
    assert expected
    assert list(selected(debugger.occurrences, Selection(ALL, name, 0, end))) == expected
    logs = frozenset((Kind.LOG,))
    some = [event for event in expected if trace.kind(event) == Kind.LOG and 100 <= event < 3000]
    assert list(selected(debugger.occurrences, Selection(logs, name, 100, 3000))) == some


def test_a_function_that_is_never_called_is_refused(debugger: Debugger) -> None:
    with pytest.raises(SelectionError, match="never calls it; did you mean paging_init"):
        selected(debugger.occurrences, Selection(ALL, "pagin_init", 0, 10))
