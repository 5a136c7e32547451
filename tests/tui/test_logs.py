"""Kernel logs in the app: whatever one presses, something true is said and nothing fails.

Covers model/analysis/from_log/of_trace.py, model/debugger/inspect/logged_reasons.py and
tui/panes/about/log_ledger_rows.py and tui/panes/about/log_rows.py.
"""

from __future__ import annotations

from functools import partial

import pytest
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.source.trace_file import RecordedBoot, recorded
from bootstep.tui.draw.lines import text_of
from bootstep.tui.session.recording import Recording
from opened_logs import ALL, CUT, DEBUGGED, PANICS, PLAIN, opened
from screens import SMALL, WIDE, command, running, text

KEYS = (
    *"snf]}c",
    *("1", "e", "E", "enter", "down", "t", "less_than_sign"),
    *("2", "r", "e", "K", "J", "L", "down", "enter", "t", "b", "i"),
    *("3", "r", "x", "X", "down", "enter", "i", "escape"),
    *("4", "r", "O", "enter", "5", "r", "enter", "i", "6", "r", "enter", "down", "i"),
    *("7", "e", "r", "down", "enter", "b", "t", "8", "enter", "9", "x", "e", "escape", "d"),
    *("l", "enter", "down", "t", "W", "i", "escape", "escape"),
    *("V", "escape", "u", "v", "escape", "p", "p", "S", "N", "F", "C", "$", "0"),
)


def load(text: str) -> Recording:
    return Recording(opened(text))


def asked(text: str, *lines: str) -> list[str]:
    """What commands answer at the end of a log's boot."""
    source = opened(text)
    source.run()
    debugger = Debugger(source.trace, source.facts)
    debugger.end()
    commands = CommandInterpreter(debugger)
    return [commands.execute(line).text for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("name", ALL)
async def test_every_key_of_every_pane_can_be_pressed(name: str, size: tuple[int, int]) -> None:
    async with running(partial(load, ALL[name]), size) as (app, pilot):
        for key in KEYS:
            await pilot.press(key)
            assert "bootstep failed" not in app.status.sentence, key
            assert "this is a mistake of bootstep" not in app.status.sentence.lower(), key
        assert not app.failures.told, name


@pytest.mark.parametrize("name", ALL)
def test_every_question_is_answered(name: str) -> None:
    questions = (
        *("ledger", "why", "why cma", "why crashkernel", "why initrd", "why swiotlb", "why overlap"),
        *("x 0x48000000", "who 0x40210000", "history 0x40000000", "x 0x10", "info memblock", "info zones"),
        *("info phases", "info stack", "info log", "info event 0", "info functions", "print base", "name"),
        *("info sections", "info page-tables", "info memory-model", "info variables", "backtrace"),
    )
    answers = asked(ALL[name], *questions)
    assert all(answers)
    wrong = ("did not look", "in this boot", "Traceback", "not modelled")
    said = dict(zip(questions, answers, strict=True))
    for question in ("ledger", "why", "why cma", "why crashkernel"):
        assert not any(words in said[question] for words in wrong), (question, said[question])


@pytest.mark.slow
async def test_a_condition_stops_at_the_line_that_meets_it() -> None:
    async with running(partial(load, DEBUGGED)) as (app, pilot):
        assert app.session is not None
        await command(pilot, "break memblock_reserve if size > 1M", "continue")
        debugger = app.session.debugger
        assert "breakpoint 1: memblock_reserve, size 13.6 MiB > 1M" in app.status.sentence
        assert [frame.function.name for frame in debugger.where().frames][-2] == "arm64_memblock_init"
        await pilot.press("f")
        await pilot.pause()
        assert debugger.owners.reserved_by(0x4021_0000, debugger.position) is not None
        assert "line 6 of the log" in app.session.execute("who 0x40210000").text
        await pilot.press("slash", *"Zone", "enter")
        await pilot.pause()
        await pilot.press("$")
        assert debugger.position == len(debugger.trace)
        await pilot.press("C")
        assert [frame.function.name for frame in debugger.where().frames][-1] == "memblock_reserve"


async def test_the_boot_ends_at_its_panic_in_the_kernels_words() -> None:
    async with running(partial(load, PANICS)) as (app, pilot):
        await pilot.press("$")
        await pilot.pause()
        words = "the kernel panicked: memblock_alloc_try_nid: Failed to allocate 4096 bytes"
        assert words in app.status.sentence


def test_whose_memory_it_is_follows_from_the_lines() -> None:
    blob, image, tables = asked(DEBUGGED, "who 0x48000000", "who 0x40210000", "who 0x7ffff000")
    assert "device tree blob" in blob and "(line 3 of the log)" in blob
    assert "kernel image" in image and "(line 6 of the log)" in image
    assert "page tables" in tables and "(line 8 of the log)" in tables


def test_a_log_without_memblocks_lines_tells_where_the_ram_went() -> None:
    ledger, crash, cma = asked(PLAIN, "ledger", "why crashkernel", "why cma")
    assert "the kernel's total (Memory: line): 2.0 GiB, 2096632K (line 17)" in ledger
    assert "kernel code  (line 17)" in ledger and "where is my crash kernel?" in ledger
    assert "memblock=debug" in ledger, "what to add to the command line"
    assert crash.startswith("where is my crash kernel: ") and "(line " in crash
    assert "why is my CMA 0: nothing asked for it" in cma


@pytest.mark.slow
async def test_the_pane_of_answers_shows_that_ledger_and_leads_to_its_lines() -> None:
    async with running(partial(load, PLAIN)) as (app, pilot):
        await pilot.press("l")
        await pilot.pause()
        pane = app.focused_pane()
        rows = [text_of(pane.line(at)) for at in range(pane.count())]
        at = next(at for at, row in enumerate(rows) if "kernel code" in row)
        for _ in range(at - pane.cursor):
            await pilot.press("down")
        await pilot.press("t")
        await pilot.pause()
        assert app.session is not None
        debugger = app.session.debugger
        assert debugger.trace.log_text(debugger.position - 1).startswith("Memory: ")


async def test_before_any_question_the_pane_of_answers_tells_what_the_log_is() -> None:
    source = opened(DEBUGGED)
    async with running(lambda: Recording(source), WIDE) as (app, pilot):
        await pilot.press("8", "i")
        await pilot.pause()
        pane = app.focused_pane()
        said = " ".join(" ".join(text_of(pane.line(at)) for at in range(pane.count())).split())
        assert "this log: dmesg.txt" in said
        assert "the dump of memblock in the log came out as its lines done again" in said
        assert "memblock_set_node" in said and "≈" in said, "what no line says"
        await pilot.press("l", "x")
        await pilot.pause()
        assert "this log: dmesg.txt" in text(app), "before the first answer"


async def test_where_a_piece_was_cut_out_the_log_says_so() -> None:
    async with running(partial(load, CUT), WIDE) as (app, pilot):
        await pilot.press("$", "7", "z")
        await pilot.pause()
        assert "… lines are missing here" in text(app)


async def test_a_log_that_was_recorded_answers_the_same() -> None:
    source = opened(PLAIN)
    source.run()
    again = RecordedBoot.read(recorded(source, "bootstep 1"), "log.trace")
    both = [Debugger(each.trace, each.facts) for each in (source, again)]
    for debugger in both:
        debugger.end()
    first, second = (CommandInterpreter(each).execute("ledger").text for each in both)
    assert first == second and "line 17" in second


async def test_what_a_zone_manages_is_in_no_log_and_no_number_stands_for_it() -> None:
    async with running(partial(load, PLAIN), WIDE) as (app, pilot):
        await pilot.press("dollar_sign", "6")
        await pilot.pause()
        pane = app.focused_pane()
        said = " ".join(" ".join(text_of(pane.line(at)) for at in range(pane.count())).split())
        assert "managed not told" in said and "managed 0" not in said
        assert " present" in said
