"""Traces that are empty, that stop in a panic, or that nobody would write: the first divergence of those."""

from __future__ import annotations

import pytest
from bootstep.model.analysis.divergence.find import Divergence, Held, held
from bootstep.model.analysis.divergence.finding import What
from bootstep.model.analysis.divergence.words import end_lines, held_lines
from bootstep.model.memory.memblock import memblock_reserve
from bootstep.model.memory.state import State
from bootstep.model.source.facts import Facts
from bootstep.model.trace.events import Trace
from bootstep.model.trace.functions import Site
from bootstep.model.trace.writer import TraceWriter
from small_boot import SmallKernel, recorded, start_kernel

CODE = Site("boots/some/where.py", 1)
"""Where the functions of these traces stand: in the model."""


class Told:
    """A trace with what is known beside it: nothing."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.facts = Facts("told")


class Written:
    """A trace written call by call: ``"f("`` enters f, ``")"`` returns, ``"!words"`` panics."""

    def __init__(self, *steps: str, site: Site = CODE) -> None:
        self.trace = Trace()
        for name, target in State().items():
            self.trace.add_target(name, target)
        self.trace.start()
        self.facts = Facts("written")
        writer, functions = TraceWriter(self.trace), self.trace.functions
        for name in ("f", "g", "h"):
            functions.add(name, "mm/it.c", ("size",), site)
        for step in steps:
            if step == ")":
                writer.leave(0)
            elif step.startswith("!"):
                writer.panic(step[1:])
            else:
                name, _, size = step.partition("(")
                writer.enter(functions.named(name)[0].number, (int(size or 0),))
        self.trace.finish()


def parted(found: Held) -> Divergence:
    assert found.divergence is not None
    assert all([*held_lines(found), *end_lines(found)]), "every line says something"
    return found.divergence


def test_two_empty_boots_cannot_be_compared() -> None:
    nowhere = Site("", 0)
    found = held(Written(site=nowhere), Written(site=nowhere))
    assert found.divergence is None
    assert found.is_nothing


def test_one_boot_that_does_nothing_parts_at_the_first_call_of_the_other() -> None:
    divergence = parted(held(Written(), Written("f(1", ")")))
    assert (divergence.what, divergence.positions) == (What.ONLY_RIGHT, (0, 1))
    assert divergence.left.instead == "it has ended"


@pytest.mark.parametrize(
    ("left", "right", "what", "function"),
    [
        (("f(1", ")"), ("f(2", ")"), What.ARGUMENTS, "f"),
        (("f(1", "g(1", ")", ")"), ("f(1", "h(1", ")", ")"), What.OTHER_CALL, "g"),
        (("f(1", "g(1", ")", ")"), ("f(1", ")"), What.ONLY_LEFT, "g"),
        (("f(1", ")"), ("f(1", "g(1", ")", ")"), What.ONLY_RIGHT, "g"),
        (("f(1", ")", "g(1", ")"), ("g(1", ")"), What.ONLY_LEFT, "f"),
        (("f(1", ")", "g(1", ")"), ("f(1", ")", "f(1", ")", "g(1", ")"), What.ONLY_RIGHT, "f"),
        (("f(1", "!oh"), ("f(1", ")"), What.ENDS, "f"),
        (("f(1", "!oh"), ("f(1", "!no"), What.ENDS, "f"),
        (("f(1", "g(2", "!oh"), ("f(1", "g(2", ")", "h(3", ")", ")"), What.ENDS, "g"),
    ],
)
def test_calls_that_differ(left: tuple[str, ...], right: tuple[str, ...], what: What, function: str) -> None:
    divergence = parted(held(Written(*left), Written(*right)))
    assert (divergence.what, divergence.function) == (what, function)


def test_the_call_that_was_put_in_is_named_and_not_the_ones_behind_it() -> None:
    same = [step for size in range(20) for step in (f"f({size}", ")")]
    more = [*same[:20], "f(99", ")", *same[20:]]
    divergence = parted(held(Written(*same), Written(*more)))
    assert divergence.what is What.ONLY_RIGHT
    assert divergence.right.call is not None
    assert divergence.right.call.arguments[0].text == "99 B"
    assert divergence.count == 0


def test_the_same_panic_is_no_divergence() -> None:
    assert held(Written("f(1", "g(2", "!oh"), Written("f(1", "g(2", "!oh")).are_same


def test_calls_that_have_not_returned_end_the_comparison() -> None:
    found = held(Written("f(1", "g(2"), Written("f(1", "g(2", ")", "h(3", ")", ")"))
    assert found.divergence is None
    assert found.breaks_off


def test_functions_of_the_same_name_and_deep_calls() -> None:
    deep = ["f(1"] * 3000
    assert held(Written(*deep), Written(*deep)).divergence is None
    divergence = parted(held(Written(*deep, "g(1"), Written(*deep, "h(1")))
    assert divergence.what is What.OTHER_CALL


def test_many_calls_that_differ_are_counted_up_to_a_bound() -> None:
    one = [step for size in range(1500) for step in (f"f({size}", ")")]
    other = [step for size in range(1500) for step in (f"f({size + 5000}", ")")]
    divergence = parted(held(Written(*one), Written(*other)))
    assert divergence.count == 1000
    assert divergence.further[0].times == 1000


def test_a_change_behind_the_calls_shows_in_the_state() -> None:
    k = SmallKernel()
    start_kernel(k)
    k.set("max_pfn", 5)
    k.trace.finish()
    divergence = parted(held(Told(recorded()), Told(k.trace)))
    assert (divergence.what, divergence.finding.part) == (What.STATE, "variables")
    assert divergence.states[0].rows[0].right == "max_pfn = 5"


def test_a_call_behind_the_last_one() -> None:
    k = SmallKernel()
    start_kernel(k)
    memblock_reserve(k.state.memblock, 0x5000_0000, 0x1_0000)
    k.trace.finish()
    divergence = parted(held(Told(recorded()), Told(k.trace)))
    assert (divergence.what, divergence.function) == (What.ONLY_RIGHT, "memblock_reserve")
