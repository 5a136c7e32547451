"""What two boots differ in."""

from __future__ import annotations

from functools import cache

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.compare import difference_lines
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.views.comparison import Comparison, first_divergence
from opened_logs import CUT, DEBUGGED, PLAIN, opened


@cache
def boot(cmdline: str) -> ModelBoot:
    found = ModelBoot.of(read_machine("virt-512m", {"cmdline": cmdline}))
    found.run()
    return found


def ended(cmdline: str) -> Debugger:
    debugger = Debugger(boot(cmdline).trace, boot(cmdline).facts)
    debugger.end()
    return debugger


def of_log(text: str) -> Debugger:
    source = opened(text)
    source.run()
    debugger = Debugger(source.trace, source.facts)
    debugger.end()
    return debugger


def test_a_boot_is_like_itself_booted_again() -> None:
    again = ModelBoot.of(read_machine("virt-512m", {"cmdline": "quiet"}))
    again.run()
    other = Debugger(again.trace, again.facts)
    other.end()
    found = Comparison(ended("quiet"), other, is_whole=True)
    assert not found
    assert found.first is None
    assert str(found) == "no differences"


def test_both_are_held_against_each_other_call_by_call() -> None:
    assert Comparison(ended(""), ended(""), is_whole=True).held.are_same
    held = Comparison(ended("console=ttyAMA0"), ended("console=ttyAMA0 mem=256M"), is_whole=True).held
    assert held.divergence is not None
    assert held.divergence.function == "do_early_param"


def test_the_first_thing_done_differently() -> None:
    found = Comparison(ended("cma=32M"), ended("cma=64M"), is_whole=True)
    first = found.first
    assert first is not None
    left, right = boot("cma=32M").trace, boot("cma=64M").trace
    assert first.left == 'boot_command_line = "cma=32M"'
    assert first.right == 'boot_command_line = "cma=64M"'
    assert first.function == "early_init_dt_scan_chosen"
    for event in range(first.event):
        assert left.kind(event) == right.kind(event)
    assert str(first).startswith(f"event {first.event} in early_init_dt_scan_chosen: < boot_command_line")


def test_lines_are_those_of_the_debugger() -> None:
    found = Comparison(ended("cma=32M"), ended("cma=64M"), is_whole=True)
    again = difference_lines(ended("cma=32M"), ended("cma=64M"), found.differences)
    assert list(found.lines) == list(again)
    assert found
    assert "first: event" in found._repr_html_()
    assert "lines of differences" in repr(found)


def test_where_one_boot_is_the_beginning_of_the_other() -> None:
    whole = of_log(DEBUGGED)
    part = of_log("\n".join(DEBUGGED.splitlines()[:4]))
    found = first_divergence(part, whole)
    assert found is not None
    assert found.event <= len(part.trace)
    assert first_divergence(whole, whole) is None


@pytest.mark.parametrize(("left", "right"), [(DEBUGGED, CUT), (DEBUGGED, PLAIN)])
def test_whole_logs_are_compared_by_what_was_done(left: str, right: str) -> None:
    found = Comparison(of_log(left), of_log(right), is_whole=True)
    assert found
    assert not Comparison(of_log(left), of_log(left), is_whole=True)
