"""What the keys do, and what the screen says then.

Covers actions/action.py, actions/arrival.py, actions/registry.py, draw/main_screen.py, panes/all.py,
panes/console/pane.py, panes/pane.py, session/background.py, session/context.py, session/screen_parts.py,
session/question.py, session/recording.py, session/session.py, session/snapshot.py, shell/app.py,
shell/foot.py, shell/help.py, shell/host.py, shell/key_input.py, shell/keybar.py, shell/prompt.py,
shell/recorder.py, shell/run.py, shell/startup.py, shell/status.py, shell/surviving_app.py.
"""

from __future__ import annotations

from threading import Event

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.files import progress
from bootstep.model.memory.picture import Picture
from bootstep.tui.session.recording import Recording
from bootstep.tui.settings.bindings import FOOTER, KEY_BINDINGS
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo, panicking
from screens import SMALL, WIDE, command, running, screen, text
from sweeps import sweep
from textual.events import Key

MULTIPLEXERS = {"ctrl+b", "ctrl+a", "ctrl+s", "ctrl+j", "ctrl+o"}


def test_no_key_is_one_of_a_terminal_multiplexer() -> None:
    keys = {key for action in KEY_BINDINGS.values() for key in action.keys.split(",")}
    assert not keys & MULTIPLEXERS
    assert sum(len(action.keys.split(",")) for action in KEY_BINDINGS.values()) == len(keys)


async def test_it_opens_before_the_first_step_and_says_what_comes_next() -> None:
    async with running(demo) as (app, _):
        assert app.session is not None
        assert app.session.debugger.position == 0
        assert (
            app.status.sentence == "demo, before its first step. Next: start_kernel. Press s to step into it."
        )
        assert len(FOOTER) == 8
        assert " s step  n next  c continue  S back  b break  : command  ? help  q quit" in screen(app)[-1]
        assert "0/" in screen(app)[-3]


async def test_what_takes_long_to_read_is_told_while_there_is_nothing_to_see() -> None:
    waits = Event()

    def slowly() -> Recording:
        progress.LISTENER.tell("unpacking a kernel: 12 MiB of xz")
        waits.wait(20)
        return demo()

    app = BootstepApp(slowly)
    async with app.run_test() as pilot:
        while "unpacking" not in app.status.sentence:
            await pilot.pause(0.01)
        assert app.status.sentence == "unpacking a kernel: 12 MiB of xz …"
        waits.set()
        while app.session is None:
            await pilot.pause(0.01)
    assert progress.LISTENER.tell is progress._on_stderr


@pytest.mark.slow
async def test_step_next_finish_and_back() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        debugger = app.session.debugger

        def function() -> str:
            return debugger.where().frames[-1].function.name

        await pilot.press("s", "s", "s")
        assert function() == "setup_memory"
        assert "base=0x40000000" in text(app)
        await pilot.press("n")
        assert function() == "setup_memory"
        assert [(region.base, region.size) for region in debugger.state.memblock.memory.regions] == [
            (0x4000_0000, 1 << 30)
        ]
        await pilot.press("f")
        assert function() == "start_kernel"
        await pilot.press("F")
        assert debugger.position == 0
        await pilot.press("c")
        assert debugger.position == len(debugger.trace)
        await pilot.press("C")
        assert debugger.position == 0


@pytest.mark.slow
async def test_what_the_last_move_did_is_marked_without_colour_too() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "until memblock_mark_nomap")
        await pilot.press("f")
        shown = " ".join(text(app).split())
        assert "~ 0x40000000-0x5fffffff 512.0 MiB" in shown
        assert "+ 0x60000000-0x63ffffff 64.0 MiB nomap" in shown
        assert "▲" in shown
        await pilot.press("N")
        await pilot.pause()
        shown = " ".join(text(app).split())
        assert "~ 0x40000000-0x7fffffff 1.0 GiB" in shown
        assert "- 0x60000000-0x63ffffff 64.0 MiB nomap" in shown


@pytest.mark.slow
async def test_a_hidden_pane_that_changed_has_a_mark_in_its_tab() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await command(pilot, "until paging_init")
        await pilot.press("f", "3")
        await pilot.pause()
        title = next(row for row in screen(app) if "3 memblock" in row)
        assert "3 memblock 4 tables~5 sect 6 zones 7 log~8 vars 9 brk : cmd i about V both" in title


@pytest.mark.slow
async def test_every_pane_can_be_reached_and_zoomed_at_80x24() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("c")
        for pane in [pane for pane in app.panes if not pane.PART and not pane.ONCE][:9]:
            await pilot.press(pane.key, "z")
            await pilot.pause()
            assert f"{pane.key} {pane.NAME}" in screen(app)[0]
            assert pane.size.height == 20
            await pilot.press("z")


async def test_at_160x45_everything_is_visible_together() -> None:
    async with running(demo, WIDE) as (app, _):
        visible = {pane.ID for pane in app.panes if pane.is_in_sight}
        assert visible == {"calls", "source", "memblock", "pagetables", "sections", "zones", "log"}


async def test_the_screen_adapts_when_the_terminal_is_resized() -> None:
    async with running(demo, WIDE) as (app, pilot):
        await pilot.press("c")
        await pilot.resize_terminal(*SMALL)
        await pilot.pause()
        assert {pane.ID for pane in app.panes if pane.is_in_sight} == {"source", "memblock"}
        await pilot.resize_terminal(200, 26)
        await pilot.pause()
        assert len([pane for pane in app.panes if pane.is_in_sight]) == 2
        await pilot.resize_terminal(*WIDE)
        await pilot.pause()
        assert len([pane for pane in app.panes if pane.is_in_sight]) == 7


@pytest.mark.slow
async def test_a_breakpoint_at_the_current_function_is_set_and_deleted() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await command(pilot, "until paging_init")
        await pilot.press("b")
        assert [point.spec for point in app.session.debugger.breakpoints.all()] == ["paging_init"]
        assert "●" in text(app)
        await pilot.press("0", "c")
        assert app.session.debugger.where().frames[-1].function.name == "paging_init"
        assert "breakpoint 1" in app.status.sentence
        await pilot.press("b")
        assert app.session.debugger.breakpoints.all() == []


@pytest.mark.slow
async def test_breakpoints_are_switched_and_deleted_in_their_pane() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await command(pilot, "break memblock_reserve if size >= 1M", "break paging_init")
        await pilot.press("9", "home", "x")
        await pilot.pause()
        assert [point.enabled for point in app.session.debugger.breakpoints.all()] == [False, True]
        assert " ○ 1 break memblock_reserve size >= 1M" in text(app)
        await pilot.press("d")
        await pilot.pause()
        assert [point.number for point in app.session.debugger.breakpoints.all()] == [2]


@pytest.mark.slow
async def test_a_wrong_command_is_one_sentence_and_nothing_is_lost() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await command(pilot, "until paging_init")
        position = app.session.debugger.position
        for line in (
            "fnord",
            "break memblock_reserve if size >",
            "break op:fnord",
            "goto x",
            "print 1/0",
        ):
            await command(pilot, line)
            assert app.status.kind == "error", line
            assert app.status.sentence and "\n" not in app.status.sentence, line
            assert "Traceback" not in text(app)
        assert app.session.debugger.position == position
        await pilot.press("s")
        assert app.session.debugger.position > position


@pytest.mark.slow
async def test_an_empty_line_repeats_and_up_brings_lines_back() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.press("colon", "s", "enter", "enter", "enter")
        await pilot.pause()
        assert app.session.debugger.position == 3
        await pilot.press("up")
        assert app.foot.prompt is not None
        assert app.foot.prompt.value == "s"
        await pilot.press("escape")
        assert app.keybar.display


async def test_a_long_answer_comes_forward() -> None:
    async with running(demo) as (app, pilot):
        await command(pilot, "help")
        assert app.transcript.is_in_sight
        assert ": help" in text(app)


async def test_letters_typed_quickly_after_the_colon_are_the_command_lines() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        driver = app._driver
        assert driver is not None
        names = {":": "colon", " ": "space", "\r": "enter"}
        for letter in ":goto 5\r":
            driver.process_message(Key(names.get(letter, letter), letter))
        await pilot.pause(0.3)
        assert app.session.debugger.position == 5


async def test_a_panic_is_where_the_debugger_stands() -> None:
    async with running(panicking) as (app, pilot):
        assert app.session is not None
        await pilot.press("c")
        await pilot.pause()
        assert app.session.debugger.position == len(app.session.debugger.trace)
        assert "no [memory] left" in app.status.sentence
        assert "no [memory] left" in screen(app)[-2]
        assert app.session.debugger.where().frames[-1].function.name == "failing_kernel"
        await pilot.press("S")
        assert app.session.debugger.position < len(app.session.debugger.trace)


@pytest.mark.slow
async def test_a_machine_that_cannot_be_read_is_told_in_one_sentence() -> None:
    def load() -> Recording:
        raise InputError("board.dtb: this is no device tree [sic]")

    app = BootstepApp(load)
    async with app.run_test(size=SMALL) as pilot:
        for _ in range(50):
            await pilot.pause(0.02)
        assert "board.dtb: this is no device tree [sic]" in text(app)
        await pilot.press("s", "b", "c", "colon", "s", "enter", "escape", "q")
        assert app.return_code == 0


@pytest.mark.slow
async def test_a_number_before_a_key_repeats_it_and_the_panes_stay_as_they_were() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.press("1", "2", "s")
        once = app.session.debugger.position
        focused = app.focused_pane().ID
        await pilot.press("0", *"s" * 12)
        assert app.session.debugger.position == once
        assert focused == "calls"
        await pilot.press("1", "0", "S")
        back = app.session.debugger.position
        await pilot.press("0", "s", "s")
        assert app.session.debugger.position == back


async def test_a_digit_that_nothing_follows_within_a_second_shows_a_pane_and_counts_nothing() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        now = 0.0
        app.prefix.clock = lambda: now
        await pilot.press("4")
        now = 1.5
        await pilot.press("s")
        assert app.session.debugger.position == 1
        assert app.focused_pane().ID == "pagetables"


async def test_a_key_that_cannot_act_says_why() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("S")
        assert app.status.sentence == "This is the start of the boot: s, n and c go on."
        await pilot.press("$", "n")
        assert app.status.sentence == "This is the end of the boot: S, C and 0 go back."


async def test_quitting_asks_nothing() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("s", "q")
        await pilot.pause()
        assert app.return_code == 0


async def test_the_help_page_has_every_action_and_every_pane() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await pilot.press("question_mark")
        await pilot.pause()
        page = " ".join(app.help.copy_text().split())
        for action in KEY_BINDINGS.values():
            assert " ".join(action.help.split()) in page
        for pane in app.panes:
            assert " ".join(app.keys.words(pane.ABOUT).split()) in page
        await pilot.press("s", "escape")
        await pilot.pause()
        assert app.session is not None
        assert app.session.debugger.position == 0
        assert "1 calls" in text(app)


async def test_copying_takes_the_whole_pane_as_plain_text() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("c", "7", "y")
        await pilot.pause()
        assert "[bold]not markup[/bold] [mem 0x0000000040000000-0x000000007fffffff]" in app.clipboard
        assert "Booting Linux on physical CPU 0x0" in app.clipboard


@pytest.mark.slow
@pytest.mark.parametrize("size", sweep((WIDE, SMALL), WIDE))
async def test_kernel_text_is_not_markup(size: tuple[int, int]) -> None:
    async with running(demo, size) as (app, pilot):
        await pilot.press("c", "7")
        await pilot.pause()
        assert "[bold]not markup[/bold] [mem 0x0000000040000000-0x0000000" in text(app)
        await command(pilot, "until log:not", "0", "until log:not")
    async with running(demo, size) as (app, pilot):
        await command(pilot, "until log:markup")
        assert any("[bold]not markup[/bold] [mem" in row for row in screen(app)[-3:])
        assert "[bold]not markup[/bold]" in "\n".join(screen(app)[:-3])


async def test_several_moves_between_two_screens_leave_the_panes_right() -> None:
    async with running(demo) as (app, pilot):
        assert app.session is not None
        await pilot.press("$")
        app.session.debugger.goto(40)
        app.session.debugger.goto(3)
        app.show()
        assert app.snapshot is not None
        assert app.snapshot.now == Picture.of(app.session.debugger.state)
