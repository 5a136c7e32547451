"""What if: the same machine with something changed, beside the boot from before.

Covers tui/panes/both/pane.py, tui/panes/both/rows.py, tui/session/follower.py,
tui/session/what_ifs.py, tui/actions/machine_topics.py, what_if_commands.py.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.tui.actions.command_line import execute
from bootstep.tui.session.recording import Recording, of_machine
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, command, running, screen, text
from small_context import SmallContext
from textual.pilot import Pilot

CASE = Path(__file__).parents[3] / "data" / "oracle" / "6.1-4k48" / "m1g"


@pytest.fixture
def machine(tmp_path: Path) -> Callable[[], Recording]:
    (tmp_path / "board.dtb").write_bytes(gzip.decompress((CASE / "board.dtb.gz").read_bytes()))
    kernel = str(SHIPPED / "kernels" / "6.1-4k48")
    (tmp_path / "machine.toml").write_text((CASE / "machine.toml").read_text().replace("KERNEL", kernel))
    return lambda: of_machine(read_machine(str(tmp_path / "machine.toml")))


def shipped() -> Recording:
    return of_machine(read_machine("virt-1g"))


async def settled(pilot: Pilot[int]) -> BootstepApp:
    """Wait until no other boot is under way."""
    app = pilot.app
    assert isinstance(app, BootstepApp)
    for _ in range(600):
        await pilot.pause(0.02)
        if not app.what_ifs.booting:
            await pilot.pause()
            return app
    raise AssertionError(app.status.sentence)


async def try_out(pilot: Pilot[int], wish: str) -> BootstepApp:
    await command(pilot, f"whatif {wish}")
    return await settled(pilot)


def place(app: BootstepApp) -> str:
    assert app.session is not None
    return app.session.debugger.position_name()


def label(app: BootstepApp) -> str:
    return app.status.badge


@pytest.mark.slow
async def test_mem_600m_shortens_memory_and_is_told_in_the_log(machine: Callable[[], Recording]) -> None:
    """The case's real kernel had 1 GiB; with mem=600M the last 424 MiB are not there."""
    async with running(machine) as (app, pilot):
        await command(pilot, "until paging_init")
        await try_out(pilot, "add mem=600M")
        assert place(app) == "paging_init"
        assert label(app) == "what if: mem=600M"
        assert app.status.sentence.startswith("what if mem=600M; ")
        assert "what if: mem=600M" in screen(app)[-2]
        await pilot.press("V", "z")
        await pilot.pause()
        rows = text(app)
        left, right = next(row for row in screen(app) if "[0x40000000-0x7fffffff]" in row).split("│")
        assert left.rstrip().endswith("1.0 GiB"), "before bootmem_init() memory is on no node"
        assert "[0x40000000-0x657fffff] 600.0 MiB" in right
        assert any(row.split("│")[-1].strip() == "Memory limited to 600MB" for row in screen(app))
        assert "memory_limit = 0xffffffffffffffff" in rows
        assert "memblock_mem_limit_remove_map  (the other: never)" in rows


@pytest.mark.slow
async def test_another_release_stands_at_the_same_place_and_shows_which_calls_moved() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "until sparse_init")
        await try_out(pilot, "release 6.12")
        assert place(app) == "sparse_init"
        assert app.snapshot is not None and app.snapshot.facts.release == (6, 12, 117)
        await pilot.press("V", "z")
        await pilot.pause()
        said = app.deck.panes["both"].copy_text()
        assert "build_all_zonelists  (the other: in mm_core_init)" in said


@pytest.mark.slow
async def test_v_opens_the_command_line_and_completes() -> None:
    async with running(shipped, SMALL) as (app, pilot):
        await pilot.press("v", *"ra", "tab", *"2G", "enter")
        await settled(pilot)
        await pilot.press("escape")
        assert label(app) == "what if: ram 2G"


async def test_without_a_what_if_the_pane_says_how_to_ask() -> None:
    async with running(shipped) as (app, pilot):
        await pilot.press("V", "z")
        await pilot.pause()
        assert "v asks what if: whatif add mem=600M" in text(app)


@pytest.mark.slow
async def test_only_the_differences_or_everything() -> None:
    async with running(shipped, SMALL) as (app, pilot):
        await command(pilot, "until paging_init")
        await try_out(pilot, "add mem=600M")
        await pilot.press("V", "z")
        await pilot.pause()
        few = app.deck.panes["both"].count()
        assert "- [0x40000000-0x7fffffff] 1.0 GiB" in text(app)
        assert "+ [0x40000000-0x657fffff] 600.0 MiB" in text(app)
        await pilot.press("r")
        assert app.deck.panes["both"].count() > few


# ---- without a screen ----


async def trying(*lines: str) -> SmallContext:
    """A shipped machine, and lines given on its command line."""
    context = SmallContext(shipped)
    await context.command(*lines)
    return context


async def test_undo_brings_the_old_boot_back_at_the_same_place_and_redo_the_new_one() -> None:
    context = await trying("until paging_init")
    old = context.session
    await context.command("whatif ram 2G")
    new = context.session
    assert new is not old
    await context.command("goto sparse_init")
    assert context.status.badge == "what if: ram 2G"
    await context.press("u")
    assert context.session is old
    assert context.place == "sparse_init"
    assert context.status.badge == ""
    assert context.status.sentence.startswith("undone: what if ram 2G; ")
    await context.press("U")
    assert context.session is new
    assert context.status.badge == "what if: ram 2G"
    await context.press("u", "u")
    assert context.status.sentence == "There is no what-if to undo: v asks what if."


async def test_wishes_add_up_and_are_undone_one_by_one() -> None:
    context = await trying("whatif add mem=600M", "whatif add cma=32M")
    assert context.status.badge == "what if: mem=600M, cma=32M"
    await context.command("undo")
    assert context.status.badge == "what if: mem=600M"
    await context.command("undo")
    assert context.status.badge == ""
    await context.command("undo")
    assert context.status.sentence == "There is no what-if to undo: v asks what if."


async def test_both_are_stepped_together() -> None:
    context = await trying("until arm64_memblock_init", "whatif add mem=600M")
    assert context.session is not None and context.session.follower is not None
    other = context.session.follower.pair.follower
    await context.press("f", "n", "n")
    assert other.position_name() == context.place
    until = "until memblock_mem_limit_remove_map"
    await context.command(until, "start", until)
    assert "the other boot: " in context.status.sentence
    assert "never calls memblock_mem_limit_remove_map" in context.status.sentence


async def test_breakpoints_and_bookmarks_come_along() -> None:
    context = await trying("break memblock_reserve if size >= 1M", "goto paging_init")
    await context.press("m", "a")
    await context.command("whatif ram 2G")
    assert context.session is not None
    points = context.session.debugger.breakpoints.all()
    assert [(point.spec, point.condition) for point in points] == [("memblock_reserve", "size >= 1M")]
    await context.press("'", "a")
    assert context.place == "paging_init"
    await context.command("break sparse_init")
    await context.press("u")
    specs = [point.spec for point in context.session.debugger.breakpoints.all()]
    assert specs == ["memblock_reserve", "sparse_init"]


async def test_what_the_new_boot_does_not_know_is_not_lost() -> None:
    context = await trying("until free_area_init")
    await context.press("m", "z")
    await context.command('whatif set /memory@40000000:device_type="x"')
    assert context.session is not None and context.session.debugger.bookmarks == {}
    await context.press("u")
    assert list(context.session.debugger.bookmarks) == ["z"]


async def test_a_boot_that_panics_stands_at_its_panic() -> None:
    context = await trying("until free_area_init", 'whatif set /memory@40000000:device_type="x"')
    assert context.session is not None
    assert context.position == len(context.session.debugger.trace)
    assert "the kernel panicked: Failed to allocate page table page" in context.status.sentence
    await context.press("u")
    assert "x" not in context.status.badge


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("mem=600M", "what if what? expected one of add, cmdline"),
        ("ram much", "'much' is not a size"),
        ("remove /chosen:nothing", "/chosen has no property nothing"),
        ("release 4.19", "no such kernel is shipped"),
    ],
)
async def test_a_bad_wish_is_a_sentence_and_loses_nothing(wish: str, sentence: str) -> None:
    context = await trying("until paging_init")
    session = context.session
    await context.command(f"whatif {wish}")
    assert context.session is session
    assert context.place == "paging_init"
    assert context.status.kind == "error"
    assert sentence in context.status.sentence
    assert context.status.badge == ""
    assert not context.what_ifs.behind


async def test_one_boot_is_tried_at_a_time() -> None:
    context = SmallContext(shipped)
    execute(context, "whatif ram 2G")
    assert context.status.sentence == "booting again: what if ram 2G …"
    execute(context, "whatif ram 4G")
    assert context.status.sentence == "Another boot is under way, with ram 2G: wait a moment."
    await context.settle()
    assert context.status.badge == "what if: ram 2G"


async def test_a_boot_of_no_machine_cannot_be_changed() -> None:
    context = SmallContext(demo)
    await context.press("v")
    assert context.status.sentence == "This boot cannot be done again with something changed."


async def test_info_machine_tells_from_which_files_and_what_was_assumed() -> None:
    said = (await trying("info machine")).transcript.lines
    assert "machine       virt-1g, arm64, 2 x cortex-a57, from devicetree" in said
    assert "kernel        Linux 6.1.192, kernels/6.1-4k48/vmlinux.sym" in said
    assert "assumed       nothing" in said


async def test_assumptions_are_counted_in_the_greeting() -> None:
    context = SmallContext(lambda: of_machine(read_machine("virt-1g", {"release": "6.3"})))
    assert context.session is not None
    assert ":info machine" in context.session.greeting()
    await context.command("info machine")
    assert any("it was compared with no real kernel" in line for line in context.transcript.lines)
