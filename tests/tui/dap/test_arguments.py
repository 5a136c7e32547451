"""Arguments as types, and the sentences about those that do not fit."""

from __future__ import annotations

from typing import Any

import pytest
from bootstep.tui.dap.arguments import (
    MOST_ITEMS,
    DapError,
    GotoArguments,
    LaunchArguments,
    SetBreakpointsArguments,
    SetFunctionBreakpointsArguments,
    read,
)


def test_what_is_not_named_is_left_alone() -> None:
    found = read(LaunchArguments, {"machine": "virt-1g", "type": "bootstep", "__restart": [1]})
    assert found.machine == "virt-1g"
    assert found.stop_on_entry is None


def test_lists_of_objects_are_read() -> None:
    found = read(SetBreakpointsArguments, {"source": {"path": "a.py"}, "breakpoints": [{"line": 3}]})
    assert found.breakpoints is not None
    assert found.breakpoints[0].line == 3


@pytest.mark.parametrize(
    ("kind", "arguments", "sentence"),
    [
        (GotoArguments, {"threadId": 1}, "argument targetId is missing"),
        (
            GotoArguments,
            {"threadId": "x", "targetId": 1},
            "argument threadId: expected an integer, got a string",
        ),
        (GotoArguments, [], "the arguments do not fit: expected an object, got a list"),
        (GotoArguments, None, "argument threadId is missing"),
        (
            SetBreakpointsArguments,
            {"source": {}, "breakpoints": [{"line": None}]},
            "argument breakpoints[0].line: expected an integer, got null",
        ),
        (
            LaunchArguments,
            {"options": 3},
            "argument options: expected an object or a list, got an integer",
        ),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(kind: Any, arguments: Any, sentence: str) -> None:
    with pytest.raises(DapError) as caught:
        read(kind, arguments)
    assert str(caught.value) == sentence


def test_a_list_has_an_end() -> None:
    many = {"breakpoints": [{"name": "x"}] * (MOST_ITEMS + 1)}
    with pytest.raises(DapError, match="at most"):
        read(SetFunctionBreakpointsArguments, many)
