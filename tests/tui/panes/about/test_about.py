"""The pane of answers: about an address, the ledger, why a request was refused, histories.

Covers ledger_rows.py, pane.py, rows.py.
"""

from __future__ import annotations

import pytest
from bootstep.tui.panes.about.pane import AboutPane
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from real_cases import case, real_log, with_more
from screens import SMALL, command, running, screen, text
from textual.pilot import Pilot

M1G = "6.1-4k48/m1g"


def about(app: BootstepApp) -> AboutPane:
    return next(pane for pane in app.panes if isinstance(pane, AboutPane))


def answer(app: BootstepApp) -> str:
    """The answer on the screen, its lines joined where they were wrapped."""
    return " ".join(about(app).copy_text().split())


async def to_line(app: BootstepApp, pilot: Pilot[int], words: str) -> None:
    """Put the cursor on the first line with these words."""
    rows = about(app).copy_text().splitlines()[1:]
    at = next(number for number, row in enumerate(rows) if words in row)
    await pilot.press("home", *["down"] * at)


async def test_one_screen_tells_all_about_an_address() -> None:
    async with running(case(M1G), (160, 45)) as (app, pilot):
        await command(pilot, "end", "x 0x48000000")
        said = answer(app)
        assert app.focused is about(app), "whoever leaves the command line is at the answer"
        for fact in (
            "physical address 0x48000000, pfn 0x48000",
            "linear map address 0xffff000008000000",
            "section 9 PRESENT HAS_MEM_MAP ONLINE EARLY",
            "of root 0 at 0x7fdd5b40",
            "struct page 0xfffffc0000200000, in memory at 0x7ee00000",
            "zone DMA of node 0",
            "memblock.reserved[1] [0x48000000-0x480fffff] 1.0 MiB",
            "reserved by device tree blob, because of the boot loader: setup_machine_fdt",
            "memory by RAM, because of device tree /memory@40000000",
            "level 3[0] 0x00e8000048000707 page: RW NX SHD AF UXN MEM/NORMAL-TAGGED",
            "what happens to it · 11 events, 11 of them before this moment",
        ):
            assert fact in said


async def test_a_symbol_of_the_image_has_both_its_addresses() -> None:
    async with running(case(M1G), (160, 45)) as (app, pilot):
        await command(pilot, "end", "x _stext")
        said = answer(app)
        assert "linear map address 0xffff000000210000" in said
        assert "kernel image address 0xffff800008010000, _stext" in said
        assert "reserved by kernel text" in said


@pytest.mark.slow
async def test_every_line_with_an_event_is_one_key_away_from_it() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        assert app.session is not None
        debugger = app.session.debugger
        await command(pilot, "end", "x 0x48000000")
        await pilot.pause()
        await to_line(app, pilot, "reserved [0x48000000-0x480fffff] 1.0 MiB for device tree blob")
        await pilot.press("enter")
        await pilot.pause()
        assert "reserved[0] is new" in app.status.sentence
        assert debugger.position == len(debugger.trace), "Enter tells, t goes there"
        await pilot.press("t")
        await pilot.pause()
        assert "< returns" in app.status.sentence
        assert "reserved[0] is new" in app.status.sentence
        reserved = debugger.position
        assert "asks again" in screen(app)[8] + text(app)
        await to_line(app, pilot, "memory [0x40000000-0x7fffffff] 1.0 GiB added")
        await pilot.press("t")
        await pilot.pause()
        assert debugger.position > reserved
        row = about(app).line(about(app).cursor)
        assert row[0][0] == "▶ ", "this is the moment"


@pytest.mark.slow
async def test_an_answer_says_when_it_was_asked_and_is_asked_again_elsewhere() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await command(pilot, "until paging_init", "x 0x48000000")
        assert "at paging_init" in about(app).copy_text().splitlines()[0]
        assert "is not present" in answer(app)
        await command(pilot, "end")
        assert "you are elsewhere" in about(app).copy_text().splitlines()[0]
        await pilot.press("a")
        await pilot.pause()
        assert "at end" in about(app).copy_text().splitlines()[0]
        assert "PRESENT HAS_MEM_MAP" in answer(app)
        assert len(about(app).given) == 1, "it took the place of the old one"


@pytest.mark.slow
async def test_one_can_go_back_to_earlier_answers_and_to_where_one_asked() -> None:
    async with running(demo, SMALL) as (app, pilot):
        await command(pilot, "until free_area_init:return", "x 0x40000000", "x 0x48000000", "ledger")
        await pilot.press("x", "x")
        assert about(app).copy_text().startswith("x 0x40000000 ")
        await pilot.press("x")
        await pilot.pause()
        assert app.status.sentence == "There is no earlier answer."
        await pilot.press("X")
        assert about(app).copy_text().startswith("x 0x48000000 ")
        await pilot.press("3", "home", "down", "i")
        assert app.focused is about(app)
        await pilot.press("backspace")
        await pilot.pause()
        assert app.focused is app.deck.panes["memblock"]


async def test_the_ledger_adds_up_to_the_byte_and_to_the_real_kernels_own_line() -> None:
    async with running(case(M1G), (160, 45)) as (app, pilot):
        await pilot.press("dollar_sign", "l")
        await pilot.pause()
        rows = [row.split() for row in about(app).copy_text().splitlines()[2:]]
        rows = [row for row in rows if "%" in row]
        sizes = [int(row[row.index("%") - 2]) for row in rows]
        assert sizes[-1] == sum(sizes[:-1]) == 1 << 30
        (theirs,) = [line for line in real_log(M1G) if line.startswith("Memory: ")]
        assert theirs in answer(app)
        assert "unaccounted" not in answer(app)
        await pilot.press("z")
        await pilot.pause()
        assert "█" * 32 in answer(app)


@pytest.mark.slow
async def test_the_ledger_at_any_moment_is_of_that_moment() -> None:
    async with running(case(M1G), (160, 45)) as (app, pilot):
        await command(pilot, "until paging_init", "ledger")
        first = answer(app)
        assert "page structs" not in first
        assert "Memory:" not in first
        await pilot.press("dollar_sign", "a")
        await pilot.pause()
        assert "page structs" in answer(app)


@pytest.mark.slow
async def test_the_ledger_is_put_in_order() -> None:
    async with running(case(M1G), (160, 45)) as (app, pilot):
        await pilot.press("dollar_sign", "l")
        await pilot.pause()
        by_size = next(row for row in about(app).copy_text().splitlines() if " %" in row)
        assert "CMA area 'reserved'" in by_size
        await pilot.press("o")
        await pilot.pause()
        assert app.status.sentence == "about by name"
        names = [row[4:].split("  ")[0] for row in about(app).copy_text().splitlines() if " %" in row][:20]
        assert names == sorted(names, key=str.lower)
        await command(pilot, "x 0x48000000")
        assert about(app).sorts() == ()


@pytest.mark.slow
async def test_why_the_crash_kernel_was_not_reserved_gap_by_gap() -> None:
    async with running(with_more("crashkernel=8G"), SMALL) as (app, pilot):
        assert app.session is not None
        await pilot.press("dollar_sign", "W")
        await pilot.pause()
        said = answer(app)
        assert "it said cannot allocate crashkernel (size:0x200000000)" in said
        assert "wanted for crash kernel, because of command line crashkernel=8G" in said
        assert "found nothing, the largest free gap in its limits has 811.0 MiB" in said
        rows = about(app).copy_text().splitlines()
        gaps = [row for row in rows if "✗" in row]
        assert len(gaps) == 7
        assert all("too small, 8.0 GiB are needed" in row for row in gaps)
        await to_line(app, pilot, "it said")
        await pilot.press("enter")
        await pilot.pause()
        assert "cannot allocate crashkernel" in app.status.sentence


async def test_why_my_cma_area_is_not_there() -> None:
    async with running(with_more("cma=64M@0x48000000"), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "W")
        await pilot.pause()
        said = answer(app)
        assert "cma: Failed to reserve 64 MiB" in said
        assert "in the way: reserved already in the very range that was asked for" in said
        assert "[0x48000000-0x480fffff] 1.0 MiB device tree blob" in said


@pytest.mark.slow
async def test_w_on_a_complaint_in_the_log_explains_that_one() -> None:
    async with running(with_more("crashkernel=8G cma=64M@0x48000000"), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "W")
        await pilot.pause()
        assert "crashkernel" in answer(app)
        assert "all that is refused in this boot · 2 requests" in answer(app)
        await pilot.press("7", "slash", *"cma: Failed", "enter", "W")
        await pilot.pause()
        assert "cma_declare_contiguous_nid" in answer(app)
        assert "device tree blob" in answer(app)


@pytest.mark.slow
async def test_where_nothing_was_refused_that_is_said() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await pilot.press("dollar_sign", "W")
        await pilot.pause()
        assert app.status.sentence.startswith("no request for memory is refused in this boot")
        await pilot.press("0")
        await command(pilot, "why cma")
        assert "✓" in answer(app)


@pytest.mark.slow
async def test_a_history_is_a_list_of_moments() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await command(pilot, "until paging_init", "history zone DMA")
        rows = about(app).copy_text().splitlines()
        assert rows[1].startswith("── zone DMA · ")
        assert all(row.startswith("→ ") for row in rows[2:])
        await command(pilot, "history 3")
        assert about(app).given[-1].answer.line == "history zone DMA", "lines given are for the console"


@pytest.mark.slow
async def test_the_console_keeps_what_was_typed_and_print_evaluates() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        await command(
            pilot,
            "end",
            "x 0x48000000",
            "print/x pfn_to_page(PFN_DOWN(0x48000000))",
            "print/x __pa(_text)",
            "print pfn_to_section_nr(max_pfn - 1)",
            "print/x virt_to_page(__va(0x48000000)) + 64",
        )
        kept = app.transcript.copy_text()
        for words in (
            "physical address 0x48000000",
            "0xfffffc0000200000",
            "0x40200000",
            "15",
            "0xfffffc0000200040",
        ):
            assert words in kept


@pytest.mark.slow
async def test_b_and_i_on_a_line_are_about_its_address() -> None:
    async with running(case(M1G), SMALL) as (app, pilot):
        assert app.session is not None
        await pilot.press("dollar_sign", "l")
        await to_line(app, pilot, "D device tree blob")
        await pilot.press("b")
        (point,) = app.session.debugger.breakpoints.all()
        assert point.spec == "watch:0x48000000"
        await pilot.press("i")
        await pilot.pause()
        assert about(app).copy_text().startswith("x 0x48000000 ")
