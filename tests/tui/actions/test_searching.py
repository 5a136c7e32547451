"""Search, order, copy and write: what every pane can do.

Covers export.py, tui/draw/search.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.tui.actions import searching
from bootstep.tui.draw.search import matches, pattern_of
from bootstep.tui.session.recording import Recording
from demo_boot import DemoKernel, demo
from demo_source import DemoSource
from screens import SMALL, running, screen, text
from small_context import SmallContext
from textual.pilot import Pilot


class Lines:
    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def count(self) -> int:
        return len(self.lines)

    def text(self, index: int) -> str:
        return self.lines[index]


def found(lines: Lines, words: str, row: int, column: int, direction: int) -> list[tuple[int, int, bool]]:
    looked = matches(lines, pattern_of(words), row, column, direction)
    return [(match.row, match.start, match.wrapped) for match in looked if match is not None]


def test_words_are_searched_as_they_are_and_capitals_count_if_there_are_any() -> None:
    lines = Lines("[mem 0x40000000]", "Mem", "mem.em")
    assert found(lines, "[mem 0x4", 0, -1, 1)[0] == (0, 0, False)
    assert [row for row, _, _ in found(lines, "mem", 0, -1, 1)] == [0, 1, 2, 0]
    assert [row for row, _, _ in found(lines, "Mem", 0, -1, 1)] == [1]
    assert found(lines, "m.e", 0, -1, 1) == [(2, 2, False)]


def test_matches_of_one_line_come_one_after_the_other_in_both_directions() -> None:
    lines = Lines("aXaXa", "a", "b")
    assert found(lines, "a", 0, 0, 1)[:3] == [(0, 2, False), (0, 4, False), (1, 0, False)]
    assert found(lines, "a", 0, 2, -1)[:2] == [(0, 0, False), (1, 0, True)]
    assert found(lines, "c", 1, 0, 1) == []


def with_lines(*lines: str) -> SmallContext:
    """The first pane has these lines."""
    context = SmallContext(demo)
    context.deck.panes["calls"].lines = lines
    return context


async def test_a_search_goes_on_goes_back_wraps_and_says_so() -> None:
    context = with_lines("a mem", "b", "c mem", "d mem")
    await context.press("/")
    await context.foot.enter("mem")
    assert context.status.sentence == "mem: line 1 of 4 of calls"
    await context.press(".")
    assert context.status.sentence == "mem: line 3 of 4 of calls"
    await context.press(".", ".")
    assert context.status.sentence == "mem: line 1 of 4 of calls (past the end, on from the other one)"
    await context.press(",")
    assert context.status.sentence.startswith("mem: line 4 of 4 of calls (past")
    await context.press("Esc")
    assert context.deck.panes["calls"].pattern is None
    await context.press("Esc")
    assert context.status.sentence == "Nothing is open that could be left."


async def test_what_is_nowhere_is_said() -> None:
    context = with_lines("a", "b")
    await context.press(".")
    assert context.status.sentence == "Nothing was searched yet: / asks what to look for."
    await context.press("/")
    await context.foot.enter("fnord")
    assert (context.status.sentence, context.status.kind) == ("fnord is nowhere in calls.", "error")
    await context.press("2", ".")
    assert context.status.sentence == "There is nothing in source to search."


async def test_what_is_typed_is_marked_and_leaving_takes_the_marks_away() -> None:
    context = with_lines("max_pfn")
    await context.press("/")
    question = context.foot.question
    assert question is not None and question.typed is not None and question.left is not None
    question.typed("max_")
    assert context.deck.panes["calls"].pattern is not None
    question.left()
    assert context.deck.panes["calls"].pattern is None


async def test_searches_are_remembered_once_each_and_an_empty_line_is_the_last() -> None:
    context = with_lines("start of mem")
    for words in ("start", "mem", "start"):
        await context.press("/")
        await context.foot.enter(words)
    assert context.searches == ["mem", "start"]
    await context.press("/")
    await context.foot.enter("")
    assert context.status.sentence.startswith("start: line 1")


async def test_a_long_text_is_searched_between_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SLICE", -1)
    context = with_lines(*("nothing",) * 200, "here")
    await context.press("/")
    await context.foot.enter("here")
    assert context.status.said[-2:] == ["Looking for here …", "here: line 201 of 201 of calls"]


async def test_rows_are_put_in_the_next_order_and_a_pane_of_one_order_says_so() -> None:
    context = with_lines()
    context.deck.panes["calls"].orders = ("number", "size")
    await context.press("o")
    assert (context.deck.panes["calls"].order, context.status.sentence) == (1, "calls by size")
    await context.press("o", "2", "o")
    assert context.deck.panes["calls"].order == 0
    assert context.status.sentence == "The rows of source have only one order."


async def test_a_pane_and_the_name_of_a_position_are_copied() -> None:
    context = with_lines("one", "two")
    await context.press("y")
    assert (context.copied, context.status.sentence) == ("one\ntwo\n", "copied 2 lines of calls")
    await context.command("until paging_init")
    await context.press("Y")
    assert context.copied == "paging_init"


async def test_a_pane_is_written_to_a_file_that_is_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    context = with_lines("one", "two")
    await context.press("w")
    assert context.foot.line == "demo-calls.txt"
    await context.foot.enter()
    assert (tmp_path / "demo-calls.txt").read_text() == "one\ntwo\n"
    assert context.status.sentence == "wrote 2 lines of calls to demo-calls.txt"
    await context.press("2", "w")
    await context.foot.enter("demo-calls.txt")
    assert context.status.sentence == "demo-calls.txt exists and is not overwritten; demo-calls.txt! would."
    assert (tmp_path / "demo-calls.txt").read_text() == "one\ntwo\n"
    context.deck.panes["source"].lines = ("other",)
    await context.press("w")
    await context.foot.enter("demo-calls.txt!")
    assert (tmp_path / "demo-calls.txt").read_text() == "other\n"


async def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    context = with_lines()
    name = f"{tmp_path}/no/such/place"
    await context.press("w")
    await context.foot.enter(name)
    assert context.status.sentence == f"{name} cannot be written: No such file or directory."


# ---- on the screen ----


async def typed(pilot: Pilot[int], words: str) -> None:
    await pilot.press(*("space" if letter == " " else letter for letter in words))


@pytest.mark.slow
async def test_search_marks_goes_on_goes_back_wraps_and_says_so() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("$", "7", "slash")
        await typed(pilot, "mem")
        await pilot.press("enter", "full_stop")
        await pilot.pause()
        pane = app.focused_pane()
        assert pane.NAME == "log"
        assert app.status.sentence.startswith("mem: line ")
        first = pane.match
        assert first is not None
        await pilot.press("full_stop")
        assert pane.match != first
        await pilot.press("comma")
        assert pane.match is not None and pane.match.row == first.row
        for _ in range(12):
            await pilot.press("full_stop")
            if "past the end" in app.status.sentence:
                break
        assert "past the end" in app.status.sentence
        await pilot.press("escape")
        assert pane.pattern is None
        await pilot.press("escape")
        assert app.status.sentence == "Nothing is open that could be left."


@pytest.mark.slow
async def test_a_pane_without_a_cursor_is_searched_and_escape_leaves_the_prompt_without_marks() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("8", "slash")
        await typed(pilot, "max_")
        assert app.foot.prompt is not None and app.foot.prompt.row.display
        assert app.focused_pane().pattern is None
        assert app.deck.panes["variables"].pattern is not None
        assert "Esc leaves" in screen(app)[-1]
        await pilot.press("escape")
        assert app.deck.panes["variables"].pattern is None
        assert app.focused_pane().NAME == "variables"
        await pilot.press("slash")
        await typed(pilot, "max_")
        await pilot.press("enter")
        match = app.deck.panes["variables"].match
        assert match is not None
        assert app.deck.panes["variables"].text(match.row)[match.start : match.end] == "max_"


def long_log() -> Recording:
    """A boot of 100,000 lines."""
    k = DemoKernel()

    def run() -> None:
        for number in range(100_000):
            k.trace.printk("line {} of [mem {:#x}]", number, number * 4096)
        k.trace.finish()

    return Recording(DemoSource("long", k.trace, run))


@pytest.mark.slow
async def test_a_long_log_is_searched_beside_everything_else() -> None:
    async with running(long_log, SMALL) as (app, pilot):
        said: list[str] = []
        say = app.status.say
        app.status.say = lambda sentence, kind="", phase=None: (
            said.append(sentence),
            say(sentence, kind, phase),
        )[1]
        await pilot.press("$", "7", "home", "slash", *"99998", "enter", "8")
        assert app.focused_pane().NAME == "variables"
        await app.workers.wait_for_complete()
        assert "Looking for 99998 …" in said
        await pilot.press("7")
        await pilot.pause()
        assert "99998: line 99999 of 100000 of log" in app.status.sentence
        assert "line 99998 of [mem 0x1869e000]" in text(app)


async def test_keys_typed_quickly_after_the_line_was_closed_are_for_the_panes() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("slash")
        for key in ("s", "t", "enter", "8"):
            app.simulate_key(key)
        await pilot.pause()
        assert app.focused_pane().NAME == "variables"
