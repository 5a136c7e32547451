"""Hit conditions count the times in the boot, whichever way one goes."""

from __future__ import annotations

import pytest
from bootstep.tui.cli.dap import open_source
from bootstep.tui.dap.arguments import DapError, LaunchArguments
from bootstep.tui.dap.boot import Boot
from bootstep.tui.dap.hit_conditions import HitCondition, limit


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("3", [3]),
        ("== 3", [3]),
        ("=3", [3]),
        (">= 5", [5, 6]),
        ("> 5", [6]),
        ("<=2", [1, 2]),
        ("< 2", [1]),
        ("% 2", [2, 4, 6]),
        ("%0", []),
    ],
)
def test_the_times_at_which_one_holds(text: str, times: list[int]) -> None:
    condition = HitCondition.parse(text)
    assert [time for time in range(1, 7) if condition.holds(time)] == times


@pytest.mark.parametrize("text", ["", "x", "-1", "3 times", ">=", "9" * 40])
def test_what_is_no_condition_says_what_is_one(text: str) -> None:
    with pytest.raises(DapError, match="expected a number"):
        HitCondition.parse(text)


def test_the_third_time_is_the_third_time_from_either_side() -> None:
    asked = LaunchArguments(machine="virt-512m")
    debugger = Boot.record(asked, open_source(asked)).debugger
    whole = debugger.breakpoints.add("memblock_reserve", condition="size >= 4K")
    positions: list[int] = []
    while debugger.cont().breakpoint:
        positions.append(debugger.position)
    assert len(positions) > 5
    limit(debugger.breakpoints, whole, HitCondition.parse("3"))
    debugger.start()
    assert debugger.cont().position == positions[2]
    assert debugger.cont().reason == "end"
    assert debugger.reverse_cont().position == positions[2]
    assert debugger.reverse_cont().reason == "start"
