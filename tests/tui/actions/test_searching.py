"""Search, order, copy and write: what every pane can do.

Covers export.py, tui/draw/search.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.tui.draw.search import matches, pattern_of
from bootstep.tui.session.recording import Recording
from demo_boot import DemoKernel, demo
from demo_source import DemoSource
from screens import SMALL, running, screen, text
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


async def typed(pilot: Pilot[int], words: str) -> None:
    await pilot.press(*("space" if letter == " " else letter for letter in words))


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


async def test_what_is_nowhere_is_said() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("full_stop")
        assert "Nothing was searched yet" in app.status.sentence
        await pilot.press("$", "8", "slash")
        await typed(pilot, "fnord")
        await pilot.press("enter")
        assert app.status.sentence == "fnord is nowhere in variables."
        assert app.focused_pane().NAME == "variables"


async def test_a_pane_without_a_cursor_is_searched_and_escape_leaves_the_prompt_without_marks() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("8", "slash")
        await typed(pilot, "max_")
        assert app.foot.prompt is not None and app.foot.prompt.row.display
        assert app.focused_pane().pattern is None
        assert app.panes[7].pattern is not None
        assert "Esc leaves" in screen(app)[-1]
        await pilot.press("escape")
        assert app.panes[7].pattern is None
        assert app.focused_pane().NAME == "variables"
        await pilot.press("slash")
        await typed(pilot, "max_")
        await pilot.press("enter")
        match = app.panes[7].match
        assert match is not None
        assert app.panes[7].text(match.row)[match.start : match.end] == "max_"


async def test_up_brings_earlier_searches_back() -> None:
    async with running(demo, SMALL) as (app, pilot):
        for words in ("start", "mem"):
            await pilot.press("slash", *words, "enter")
        await pilot.press("slash", "up", "up")
        assert app.foot.prompt is not None
        assert app.foot.prompt.value == "start"


def long_log() -> Recording:
    """A boot of 100,000 lines."""
    k = DemoKernel()

    def run() -> None:
        for number in range(100_000):
            k.trace.printk("line {} of [mem {:#x}]", number, number * 4096)
        k.trace.finish()

    return Recording(DemoSource("long", k.trace, run))


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


async def test_a_pane_of_one_order_says_so() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("2", "o")
        assert app.status.sentence == "The rows of source have only one order."


async def test_a_pane_is_written_to_a_file_that_is_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("$", "7", "w")
        assert app.foot.prompt is not None and app.foot.prompt.value == "demo-log.txt"
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        written = (tmp_path / "demo-log.txt").read_text()
        assert "[bold]not markup[/bold] [mem 0x0000000040000000-0x000000007fffffff]" in written
        assert app.status.sentence == "wrote 7 lines of log to demo-log.txt"
        await pilot.press("8", "w", *(["backspace"] * 40), *"demo-log.txt", "enter")
        await app.workers.wait_for_complete()
        assert app.status.sentence == "demo-log.txt exists and is not overwritten; demo-log.txt! would."
        assert (tmp_path / "demo-log.txt").read_text() == written
        await pilot.press("w", *(["backspace"] * 40), *"demo-log.txt", "exclamation_mark", "enter")
        await app.workers.wait_for_complete()
        assert "max_pfn" in (tmp_path / "demo-log.txt").read_text()


async def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    async with running(demo, SMALL) as (app, pilot):
        name = f"{tmp_path}/no/such/place"
        await pilot.press("w", *(["backspace"] * 40))
        assert app.foot.prompt is not None
        app.foot.prompt.write(name)
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        assert app.status.sentence == f"{name} cannot be written: No such file or directory."


async def test_keys_typed_quickly_after_the_line_was_closed_are_for_the_panes() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("slash")
        for key in ("s", "t", "enter", "8"):
            app.simulate_key(key)
        await pilot.pause()
        assert app.focused_pane().NAME == "variables"
