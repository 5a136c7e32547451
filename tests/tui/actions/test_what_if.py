"""What if: the same machine with something changed, beside the boot from before.

Covers tui/panes/both/pane.py, tui/panes/both/rows.py, tui/session/follower.py,
tui/session/what_ifs.py, what_if_commands.py.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.tui.session.recording import Recording, of_machine
from bootstep.tui.shell.app import BootstepApp
from demo_boot import demo
from screens import SMALL, command, running, screen, text
from textual.pilot import Pilot

CASE = Path(__file__).parents[2] / "data" / "oracle" / "6.1-4k48" / "m1g"


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


async def test_undo_brings_the_old_boot_back_at_the_same_place_and_redo_the_new_one() -> None:
    async with running(shipped) as (app, pilot):
        old = app.session
        await command(pilot, "until paging_init")
        await try_out(pilot, "ram 2G")
        new = app.session
        await command(pilot, "until sparse_init")
        assert text(app).count("what if: ram 2G") >= 1
        await pilot.press("u")
        await pilot.pause()
        assert app.session is old
        assert place(app) == "sparse_init"
        assert label(app) == ""
        assert app.status.sentence.startswith("undone: what if ram 2G; ")
        await pilot.press("U")
        await pilot.pause()
        assert app.session is new
        assert label(app) == "what if: ram 2G"
        await pilot.press("u", "u")
        await pilot.pause()
        assert app.status.sentence == "There is no what-if to undo: v asks what if."


async def test_wishes_add_up_and_are_undone_one_by_one() -> None:
    async with running(shipped) as (app, pilot):
        await try_out(pilot, "add mem=600M")
        await try_out(pilot, "add cma=32M")
        assert label(app) == "what if: mem=600M, cma=32M"
        await pilot.press("u")
        assert label(app) == "what if: mem=600M"
        await pilot.press("u")
        assert label(app) == ""


async def test_both_are_stepped_together() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "until arm64_memblock_init")
        await try_out(pilot, "add mem=600M")
        assert app.session is not None and app.session.follower is not None
        other = app.session.follower.pair.follower
        await pilot.press("f", "n", "n")
        assert other.position_name() == place(app)
        await command(pilot, "until memblock_mem_limit_remove_map", "start")
        await command(pilot, "until memblock_mem_limit_remove_map")
        assert "the other boot: " in app.status.sentence
        assert "never calls memblock_mem_limit_remove_map" in app.status.sentence


async def test_breakpoints_and_bookmarks_come_along() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "break memblock_reserve if size >= 1M", "goto paging_init")
        await pilot.press("m", "a")
        await try_out(pilot, "ram 2G")
        assert app.session is not None
        points = app.session.debugger.breakpoints.all()
        assert [(point.spec, point.condition) for point in points] == [("memblock_reserve", "size >= 1M")]
        await pilot.press("apostrophe", "a")
        assert place(app) == "paging_init"
        await command(pilot, "break sparse_init")
        await pilot.press("u")
        assert [point.spec for point in app.session.debugger.breakpoints.all()] == [
            "memblock_reserve",
            "sparse_init",
        ]


async def test_what_the_new_boot_does_not_know_is_not_lost() -> None:
    async with running(shipped) as (app, pilot):
        assert app.session is not None
        await command(pilot, "until free_area_init")
        await pilot.press("m", "z")
        await try_out(pilot, 'set /memory@40000000:device_type="x"')
        assert app.session is not None and app.session.debugger.bookmarks == {}
        await pilot.press("u")
        assert list(app.session.debugger.bookmarks) == ["z"]


async def test_a_boot_that_panics_stands_at_its_panic() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "until free_area_init")
        await try_out(pilot, 'set /memory@40000000:device_type="x"')
        assert app.session is not None
        assert app.session.debugger.position == len(app.session.debugger.trace)
        assert "the kernel panicked: Failed to allocate page table page" in app.status.sentence
        await pilot.press("u")
        await pilot.pause()
        assert "x" not in label(app)


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
    async with running(shipped) as (app, pilot):
        session = app.session
        await command(pilot, "until paging_init")
        await try_out(pilot, wish)
        assert app.session is session
        assert place(app) == "paging_init"
        assert app.status.kind == "error"
        assert sentence in app.status.sentence
        assert label(app) == ""
        assert not app.what_ifs.behind


async def test_another_release_stands_at_the_same_place_and_shows_which_calls_moved() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "until sparse_init")
        await try_out(pilot, "release 6.12")
        assert place(app) == "sparse_init"
        assert app.snapshot is not None and app.snapshot.facts.release == (6, 12, 117)
        await pilot.press("V", "z")
        await pilot.pause()
        said = app.deck.panes[12].copy_text()
        assert "build_all_zonelists  (the other: in mm_core_init)" in said


async def test_a_boot_of_no_machine_cannot_be_changed() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("v")
        await pilot.pause()
        assert app.status.sentence == "This boot cannot be done again with something changed."


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


async def test_only_the_differences_or_everything() -> None:
    async with running(shipped, SMALL) as (app, pilot):
        await command(pilot, "until paging_init")
        await try_out(pilot, "add mem=600M")
        await pilot.press("V", "z")
        await pilot.pause()
        few = app.deck.panes[12].count()
        assert "- [0x40000000-0x7fffffff] 1.0 GiB" in text(app)
        assert "+ [0x40000000-0x657fffff] 600.0 MiB" in text(app)
        await pilot.press("r")
        assert app.deck.panes[12].count() > few


async def test_info_machine_tells_from_which_files_and_what_was_assumed() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "info machine")
        said = app.transcript.copy_text()
        assert "machine       virt-1g, arm64, 2 x cortex-a57, from devicetree" in said
        assert "kernel        Linux 6.1.192, kernels/6.1-4k48/vmlinux.sym" in said
        assert "assumed       nothing" in said


async def test_assumptions_are_counted_in_the_greeting() -> None:
    def load() -> Recording:
        return of_machine(read_machine("virt-1g", {"release": "6.3"}))

    async with running(load) as (app, pilot):
        assert ":info machine" in app.status.sentence
        await command(pilot, "info machine")
        assert "it was compared with no real kernel" in app.transcript.copy_text()
