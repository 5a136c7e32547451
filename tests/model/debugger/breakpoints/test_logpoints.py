"""Log points print and go on; what a debugger keeps between runs comes back.

Covers model/debugger/persistence.py.
"""

from __future__ import annotations

import json

import pytest
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.expressions.lexer import ExpressionError
from bootstep.model.debugger.persistence import restore, saved, take_up
from small_boot import SmallKernel, recorded

TRACE = recorded()


def test_a_log_point_prints_values_and_goes_on() -> None:
    debugger = Debugger(TRACE)
    debugger.breakpoints.add("memblock_reserve", message="{size} at {base:x} by {caller}: {{{size:d}}}")
    assert debugger.cont().reason == "end"
    assert [line.partition(": ")[2] for line in debugger.breakpoints.printed] == [
        '21.0 MiB at 0x40200000 by "arm64_memblock_init": {22020096}',
        '64.0 MiB at 0x7c000000 by "dma_contiguous_reserve": {67108864}',
        '1.0 MiB at 0x48000000 by "arm64_memblock_init": {1048576}',
    ]


def test_a_log_point_has_a_condition_and_counts() -> None:
    debugger = Debugger(TRACE)
    point = debugger.breakpoints.add("memblock_reserve", condition="size > 8M", message="large")
    debugger.end()
    debugger.start()
    debugger.cont()
    assert point.hits == 2
    assert point.describe() == 'log point 1: memblock_reserve if size > 8M prints "large" (hit 2 times)'


def test_the_command_shows_what_was_printed_before_where_it_stopped() -> None:
    commands = CommandInterpreter(Debugger(TRACE))
    said = commands.execute('dprintf op:reserve if size > 8M, "{size}"').text
    assert said == 'log point 1: op:reserve if size > 8M prints "{size}"'
    commands.execute("break paging_init")
    lines = commands.execute("continue").text.splitlines()
    assert [line.partition(": ")[2] for line in lines[:2]] == ["21.0 MiB", "64.0 MiB"]
    assert lines[2].startswith("breakpoint 2: paging_init")
    assert commands.execute("dprintf paging_init").error


@pytest.mark.parametrize("message", ["{size", "size}", "{nonsense}", "{1 +}", "{frob(1)}", "{}"])
def test_a_message_that_cannot_be_printed_is_refused(message: str) -> None:
    with pytest.raises(ExpressionError):
        Debugger(TRACE).breakpoints.add("memblock_reserve", message=message)


def test_what_is_kept_comes_back_on_the_next_run() -> None:
    debugger = Debugger(TRACE)
    points = debugger.breakpoints
    points.add("memblock_reserve", condition="size >= 1M", ignore=2)
    points.add("paging_init", temporary=True)
    points.add("watch:0x48000000,1M")
    points.add("op:add", message="{size}").enabled = False
    debugger.goto_name("paging_init")
    debugger.bookmarks["here"] = debugger.position
    kept = json.loads(json.dumps(saved(debugger)))
    assert kept["position"] == kept["bookmarks"]["here"] == "paging_init"
    other = Debugger(TRACE)
    assert restore(other, kept) == []
    assert saved(other)["breakpoints"] == kept["breakpoints"]
    assert other.bookmarks == debugger.bookmarks
    assert [each.describe() for each in other.breakpoints.all()] == [each.describe() for each in points.all()]


def test_what_this_boot_does_not_know_is_told_and_the_rest_comes_back() -> None:
    debugger = Debugger(TRACE)
    kept = {
        "breakpoints": [{"spec": "watch:nonsense"}, {"spec": "paging_init", "condition": "1 +"}, 7, {}],
        "bookmarks": {"a": "paging_init", "b": "never_called"},
    }
    complaints = restore(debugger, kept)
    assert len(complaints) == 5
    assert debugger.bookmarks == {"a": debugger.position_names.find("paging_init")}
    assert debugger.breakpoints.all() == []


@pytest.mark.parametrize("kept", [None, [], 7, "text", {"breakpoints": 7, "bookmarks": []}])
def test_damage_does_no_harm(kept: object) -> None:
    debugger = Debugger(TRACE)
    restore(debugger, kept)
    assert debugger.breakpoints.all() == []


def test_what_is_not_known_is_left_for_later() -> None:
    debugger = Debugger(TRACE)
    unknown = {"spec": "watch:nonsense", "ignore": 3}
    kept = {
        "breakpoints": [unknown, {"spec": "paging_init"}],
        "bookmarks": {"a": "paging_init", "b": "never"},
    }
    restored = take_up(debugger, kept)
    assert restored.left == {"breakpoints": [unknown], "bookmarks": {"b": "never"}}
    assert [point.spec for point in debugger.breakpoints.all()] == ["paging_init"]


def test_the_end_of_a_boot_that_is_being_recorded_is_left_for_later() -> None:
    kernel = SmallKernel()
    kernel.trace.printk("the first of {} lines", 2)
    debugger = Debugger(kernel.trace)
    kept = {"breakpoints": [], "bookmarks": {"a": "end", "b": "start"}}
    restored = take_up(debugger, kept)
    assert restored.left["bookmarks"] == {"a": "end"}
    assert debugger.bookmarks == {"b": 0}
    kernel.trace.printk("the second")
    kernel.trace.finish()
    assert take_up(debugger, restored.left).complaints == []
    assert debugger.bookmarks["a"] == len(kernel.trace)
