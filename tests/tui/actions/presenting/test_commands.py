"""``present``, ``keys`` and ``timer``, without a screen."""

from __future__ import annotations

import pytest
from bootstep.tui.shell.palette import COMMANDS
from small_context import SmallContext
from toured_boots import recording


@pytest.fixture
def context() -> SmallContext:
    return SmallContext(lambda: recording("virt-1g"))


async def said(context: SmallContext, line: str) -> str:
    await context.command(line)
    return context.status.sentence


async def test_it_begins_and_ends(context: SmallContext) -> None:
    assert (await said(context, "present")).startswith("Presenting: 'bootstep follow'")
    assert context.presenter is not None
    assert await said(context, "present on") == "It is so already."
    assert await said(context, "present") == "Presenting no more."
    assert context.presenter is None
    assert await said(context, "present off") == "It is so already."
    await context.command("present on")
    assert context.presenter is not None
    await context.command("present off")
    assert context.presenter is None


async def test_keys(context: SmallContext) -> None:
    assert await said(context, "keys on") == "nothing is presented: present begins it"
    await context.command("present")
    assert await said(context, "keys") == "Keys are not shown."
    assert await said(context, "keys off") == "Keys are not shown."
    assert await said(context, "keys on") == "Keys are shown as they are pressed."
    assert await said(context, "keys perhaps") == 'expected on or off, not "perhaps"'


async def test_timer(context: SmallContext) -> None:
    await context.command("present")
    assert context.presenter is not None
    assert await said(context, "timer 50") == "50 minutes are planned."
    assert context.presenter.timer.minutes == 50
    context.presenter.now = 70
    assert context.presenter.timer.words() == "1:10 / 50:00"
    assert await said(context, "timer reset") == "The time begins again."
    assert context.presenter.timer.elapsed() == 0
    assert await said(context, "timer") == "The time is not shown."
    assert await said(context, "timer on") == "The time is shown."
    for wrong in ("timer soon", "timer -3", "timer nan"):
        assert (await said(context, wrong)).startswith("expected on, off, reset or a number of minutes")


async def test_they_are_completed_and_the_palette_has_them(context: SmallContext) -> None:
    assert context.session is not None
    complete = context.session.commands.complete
    assert complete("timer r") == ["timer reset"]
    assert complete("present o") == ["present off", "present on"]
    for line in COMMANDS:
        assert complete(line[:-1])
