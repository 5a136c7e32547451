"""From stop to stop of a tour, without a screen.

Covers commands.py, questions.py, tui/session/touring.py, tui/session/page.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.tui.actions.tours.questions import is_same
from small_context import SmallContext
from toured_boots import recording

MINE = """
[tour]
name = "mine"
title = "Mine"
machine = "virt-1g"
[[stop]]
at = "setup_machine_fdt › memblock_reserve:return"
region = "memblock.reserved.regions[0]"
title = "One"
say = "{count(memblock.reserved):region is|regions are} reserved."
[[stop]]
at = "paging_init"
look = "pagetables"
title = "Two"
say = "{tables():dec} tables."
[stop.question]
ask = "How many are reserved?"
choices = ["{memblock.reserved.cnt}", "none"]
answer = "choice 1"
explain = "As memblock says."
[[stop]]
at = "paging_init:return"
ask = "who 0x40210000"
title = "Three"
say = "{size(memblock.reserved)}."
[stop.question]
ask = "Bytes of a page?"
answer = "1 << 12"
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    return file


@pytest.fixture
async def walker(mine: Path) -> SmallContext:
    context = SmallContext(lambda: recording("virt-1g"))
    await context.command(f"tour {mine}")
    return context


def shown(context: SmallContext) -> tuple[str, int, int, str]:
    page = context.narrator.page
    assert page is not None
    return page.title, page.at, page.of, page.text


async def test_a_tour_begins_at_its_first_stop(walker: SmallContext) -> None:
    assert walker.place == "setup_machine_fdt › memblock_reserve:return"
    assert shown(walker) == ("One", 1, 3, "1 region is reserved.")
    assert walker.focused == "memblock"
    light = walker.deck.panes["memblock"].light
    assert light is not None
    assert light.ranges == ((0x48000000, 0x48100000),)
    assert not [pane for pane in walker.panes if pane.ID != "memblock" and pane.light is not None]


async def test_it_is_read_on_and_back(walker: SmallContext) -> None:
    await walker.press("R")
    assert (walker.place, walker.focused, shown(walker)[:2]) == ("paging_init", "pagetables", ("Two", 2))
    assert walker.deck.panes["memblock"].light is None
    await walker.press("B")
    assert shown(walker)[0] == "One"
    await walker.press("B")
    assert walker.status.sentence == "This is the first stop."
    await walker.command("tour 3")
    assert shown(walker)[0] == "Three"
    await walker.press("R", "R")
    assert walker.status.sentence.startswith("This was the last stop: B reads back")
    await walker.command("tour prev", "tour prev", "tour next")
    assert shown(walker)[0] == "Two"


async def test_away_from_it_is_said_and_one_key_returns(walker: SmallContext) -> None:
    await walker.press("s", "s")
    assert walker.narrator.page is not None
    assert walker.keys.words(walker.narrator.page.alert) == "away from the tour: T returns"
    assert shown(walker)[3] == "1 region is reserved."
    assert walker.deck.panes["memblock"].light is None
    await walker.press("T")
    assert walker.place == "setup_machine_fdt › memblock_reserve:return"
    assert walker.narrator.page.alert == ""
    await walker.press("n")
    await walker.command("tour back")
    assert walker.narrator.page.alert == ""


async def test_escape_does_not_lose_it(walker: SmallContext) -> None:
    await walker.press("Esc")
    assert walker.status.sentence == "The tour stays: T returns to it, :tour end ends it."
    assert walker.touring.tour is not None
    await walker.command("tour end")
    assert walker.narrator.page is None
    assert walker.touring.tour is None
    assert walker.deck.panes["memblock"].light is None
    await walker.press("R")
    assert walker.status.sentence == "No tour is on: F1 lists them."


async def test_another_boot_is_toured_anew(walker: SmallContext) -> None:
    await walker.command("whatif add cma=0")
    assert walker.narrator.page is not None
    assert walker.narrator.page.alert
    await walker.press("T")
    assert walker.narrator.page.alert == ""
    assert walker.session is not None
    assert walker.touring.trace is walker.session.debugger.trace
    await walker.press("u", "T", "R")
    assert shown(walker)[0] == "Two"


async def test_a_question_with_choices_is_asked_once(walker: SmallContext) -> None:
    await walker.press("R", "R")
    page = walker.narrator.page
    assert page is not None and page.chosen is not None
    assert page.text == "How many are reserved?"
    assert [choice.words for choice in page.choices] == ["2", "none"]
    page.chosen(1)
    await walker.settle()
    page = walker.narrator.page
    assert page is not None
    assert page.text == "No: it is 2. As memblock says."
    assert [choice.style for choice in page.choices] == ["added", "removed"]
    await walker.press("R")
    assert shown(walker)[0] == "Three"


async def test_an_answer_is_typed(walker: SmallContext) -> None:
    await walker.command("tour 3")
    await walker.press("R")
    assert shown(walker)[3] == "Bytes of a page?"
    await walker.foot.enter("4K")
    assert shown(walker)[3] == "Right."


def test_answers_that_are_the_same() -> None:
    assert is_same(" 4K", "4096")
    assert is_same("0x1000", "4096")
    assert is_same("Kernel Text", "kernel text")
    assert not is_same("4K", "4097")
    assert not is_same("x", "y")


async def test_what_a_stop_asks_is_answered(walker: SmallContext) -> None:
    await walker.command("tour 3")
    assert walker.transcript.lines[-2] == "who 0x40210000" or "who 0x40210000" in walker.transcript.lines


async def test_the_list_takes_one() -> None:
    context = SmallContext(lambda: recording("virt-1g"))
    await context.press("T")
    page = context.narrator.page
    assert page is not None and page.chosen is not None
    assert page.choices[0].words == "From device tree to memblock"
    await context.press("Esc")
    assert context.narrator.page is None
    await context.press("T")
    page.chosen(0)
    await context.settle()
    assert shown(context)[:3] == ("Nothing is known yet", 1, 13)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("tour dt-memblok", "did you mean dt-memblock?"),
        ("tour next", "No tour is on: F1 lists them."),
        ("tour 3", "No tour is on: F1 lists them."),
        ("tour end", "No tour is on: F1 lists them."),
    ],
)
async def test_what_cannot_be_done(line: str, sentence: str) -> None:
    context = SmallContext(lambda: recording("virt-1g"))
    await context.command(line)
    assert sentence in context.status.sentence
    assert context.status.kind == "error"


async def test_a_stop_that_is_not_there(walker: SmallContext) -> None:
    await walker.command("tour 4")
    assert walker.status.sentence == "the tour has stops 1 to 3"


async def test_a_tour_of_another_architecture_says_how_it_is_opened(mine: Path) -> None:
    mine.write_text(MINE.replace('machine = "virt-1g"', 'machine = "pc-2g"\nneeds.arch = "x86_64"'))
    context = SmallContext(lambda: recording("virt-1g"))
    await context.command(f"tour {mine}")
    assert context.status.kind == "error"
    assert "virt-1g is arm64. bootstep tour mine opens it" in context.status.sentence
    assert context.touring.tour is None


async def test_before_the_boot_is_recorded_there_is_no_tour() -> None:
    context = SmallContext(None)
    await context.press("T")
    assert context.status.kind == "stop"
    assert context.narrator.page is None
