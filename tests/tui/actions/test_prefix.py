"""A number typed before a key: how often, and what its digits showed meanwhile.

Covers tui/session/prefix.py.
"""

from __future__ import annotations

from bootstep.tui.session.prefix import MOST_DIGITS, WAIT, Prefix
from demo_boot import demo
from small_context import SmallContext


async def test_a_number_repeats_a_key_and_the_panes_stay_as_they_were() -> None:
    context = SmallContext(demo)
    await context.press("4", "s")
    assert (context.position, context.focused) == (4, "calls")
    await context.press("3")
    assert context.focused == "memblock", "alone, a digit shows its pane"
    await context.press("S")
    assert (context.position, context.focused) == (1, "calls")


async def test_0_is_a_digit_behind_others_and_else_the_start() -> None:
    context = SmallContext(demo)
    await context.press("1", "0")
    assert context.status.sentence == "10 times …"
    await context.press("s")
    other = SmallContext(demo)
    await other.command("step 10")
    assert context.position == other.position > 0
    await context.press("0")
    assert context.position == 0


async def test_a_0_that_nothing_follows_meant_the_start_after_all() -> None:
    context = SmallContext(demo)
    now = 0.0
    context.prefix.clock = lambda: now
    await context.press("s", "s", "1", "0")
    assert context.position == 2
    now = WAIT + 0.1
    for ring in context.timers:
        ring()
    await context.settle()
    assert context.position == 0


async def test_a_digit_that_nothing_follows_within_a_second_counts_nothing() -> None:
    context = SmallContext(demo)
    now = 0.0
    context.prefix.clock = lambda: now
    await context.press("4")
    now = WAIT + 0.5
    await context.press("s")
    assert (context.position, context.focused) == (1, "pagetables")


async def test_a_key_that_does_not_count_makes_nothing_of_a_number() -> None:
    context = SmallContext(demo)
    await context.press("4", "H", "s")
    assert context.position == 1


def test_a_key_of_a_pane_ends_the_number() -> None:
    prefix = Prefix(lambda: 0.0)
    put_back: list[str] = []
    prefix.type("4", lambda: put_back.append("view"))
    prefix.clear()
    assert (prefix.take(), prefix.typed, put_back) == (None, None, [])


def test_the_view_before_the_first_digit_is_put_back_once() -> None:
    prefix = Prefix(lambda: 0.0)
    put_back: list[str] = []
    prefix.type("1", lambda: put_back.append("first"))
    prefix.type("2", lambda: put_back.append("second"))
    assert (prefix.take(), prefix.take()) == (12, None)
    assert put_back == ["first"]


def test_a_number_has_an_end() -> None:
    prefix = Prefix(lambda: 0.0)
    for digit in "123456789":
        prefix.type(digit, lambda: None)
    taken = prefix.take()
    assert taken is not None and len(str(taken)) == MOST_DIGITS
