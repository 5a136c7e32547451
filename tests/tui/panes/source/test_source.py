"""The source pane: where one is, who called, with which values, and the kernel's own source beside ours.

Covers body.py, header.py, kernel_view.py, locals_finder.py, pane.py, places.py,
tui/draw/highlight.py, tui/draw/highlight_c.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.build.kernel_source.opened import open_kernel_source
from bootstep.tui.cli.main import main
from bootstep.tui.draw.lines import text_of
from bootstep.tui.panes.source.pane import SourcePane
from bootstep.tui.session.recording import Recording, of_machine
from bootstep.tui.shell.app import BootstepApp
from bootstep.tui.shell.run import use_source
from demo_boot import demo
from screens import SMALL, WIDE, command, recorded, running, screen, text
from textual.pilot import Pilot

MMU = """// Not the kernel's: written for this test.
static void __init map_kernel(pgd_t *pgdp)
{
\tnobody_here();
}

void __init paging_init(void)
{
\tpgd_t *pgdp = pgd_set_fixmap(__pa_symbol(swapper_pg_dir));

\t/* [bold]not markup[/bold] */
\tmap_kernel(pgdp);
\tmap_mem(pgdp);
}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "mm").mkdir()
    (tmp_path / "arch/arm64/mm").mkdir(parents=True)
    (tmp_path / "arch/arm64/mm/mmu.c").write_text(MMU)
    return tmp_path


def shipped() -> Recording:
    return of_machine(read_machine("virt-1g"))


def source(app: BootstepApp) -> SourcePane:
    pane = app.deck.panes["source"]
    assert isinstance(pane, SourcePane)
    return pane


def place(app: BootstepApp) -> str:
    assert app.session is not None
    return app.session.debugger.position_name()


def row_with(pane: SourcePane, words: str, start: int = 0) -> int:
    return next(at for at in range(start, pane.count()) if words in text_of(pane.line(at)))


async def locals_known(pilot: Pilot[int]) -> None:
    app = pilot.app
    assert isinstance(app, BootstepApp) and app.snapshot is not None
    for _ in range(300):
        await pilot.pause(0.02)
        if source(app).finder().scopes(app.snapshot.source, app.snapshot.position) is not None:
            await pilot.pause()
            return
    raise AssertionError("no locals came")


@pytest.mark.slow
async def test_the_way_of_calls_arguments_and_locals_stand_above_the_source() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto zone_sizes_init:return", "event -1")
        await locals_known(pilot)
        shown = source(app).copy_text()
        assert "start_kernel › setup_arch › bootmem_init › zone_sizes_init" in shown
        assert "max_zone_pfns = [0x80000, 0x80000, 0x80000, 0]" in shown


@pytest.mark.slow
async def test_callers_are_looked_at_without_moving() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto zone_sizes_init")
        before = place(app)
        await pilot.press("2", "K")
        await locals_known(pilot)
        await pilot.pause()
        pane = source(app)
        assert pane.body.function is not None and pane.body.function.name == "bootmem_init"
        assert "zone_sizes_init(" in text_of(pane.line(pane.body.current - 1))
        assert "first = 0x40000" in pane.copy_text()
        await pilot.press("J", "J")
        assert pane.body.function.name == "zone_sizes_init"
        assert app.status.sentence == "This is the function you are in."
        assert place(app) == before


@pytest.mark.slow
async def test_commands_and_the_pane_look_at_the_same_function() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto zone_sizes_init", "up")
        await pilot.pause()
        pane = source(app)
        assert pane.body.function is not None and pane.body.function.name == "bootmem_init"
        await pilot.press("escape", "2", "K")
        await pilot.pause()
        assert pane.body.function.name == "setup_arch"
        await command(pilot, "frame")
        assert "#2   setup_arch ()" in app.transcript.copy_text()
        await command(pilot, "frame 0")
        await pilot.pause()
        assert pane.body.function.name == "zone_sizes_init"
        await command(pilot, "up 2", "step")
        await pilot.pause()
        assert pane.outward == 0


@pytest.mark.slow
async def test_the_call_stack_opens_and_folds() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto zone_sizes_init")
        await pilot.press("2", "x")
        await pilot.pause()
        rows = [row.strip() for row in source(app).copy_text().splitlines()[:6]]
        assert any(row.startswith("#3") and "start_kernel()" in row for row in rows)
        assert any("#0" in row and "zone_sizes_init()" in row for row in rows)
        await pilot.press("x")
        assert "start_kernel › setup_arch › bootmem_init" in source(app).copy_text()


@pytest.mark.slow
async def test_enter_says_when_a_line_runs_t_goes_there_and_b_stops_there() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto paging_init")
        pane = source(app)
        await pilot.press("2")
        row = row_with(pane, "    map_mem(k, ", pane.cursor)
        pane.move_cursor(row)
        here = place(app)
        await pilot.press("enter")
        await pilot.pause()
        assert f"Line {row + 1} of paging_init runs next as event" in app.status.sentence
        assert place(app) == here
        await pilot.press("t")
        assert pane.body.current == row + 1
        assert place(app) == "map_kernel:return"
        row = row_with(pane, "def create_idmap(")
        pane.move_cursor(row)
        await pilot.press("b")
        await pilot.pause()
        assert app.session is not None
        assert [point.spec for point in app.session.debugger.breakpoints.all()] == ["create_idmap"]
        assert text_of(pane.line(row)).startswith("●")
        assert pane.cursor == row
        await command(pilot, "disable 1")
        assert text_of(pane.line(row)).startswith("○")


@pytest.mark.slow
async def test_a_breakpoint_at_a_line_is_marked_there_and_stops_before_it() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto paging_init")
        pane = source(app)
        row = row_with(pane, "    map_mem(k, ", pane.cursor)
        await command(pilot, f"break {row + 1}")
        await pilot.pause()
        assert text_of(pane.line(row)).startswith("●")
        await command(pilot, "continue")
        await pilot.pause()
        assert pane.body.current == row + 1
        assert place(app) == "map_kernel:return"


async def test_a_boot_of_no_machine_has_no_locals_and_says_so() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("s", "s", "2", "L")
        await pilot.pause()
        assert app.status.sentence == "This boot tells nothing of local variables."


@pytest.mark.slow
async def test_a_long_boot_is_run_again_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootstep.model.source.kept_locals.LONG", 100)
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto init_pmd:return")
        assert "locals  L runs the boot again to see them" in text(app)
        await pilot.press("2", "L")
        await locals_known(pilot)
        await command(pilot, "event -1")
        await command(pilot, "event 1")
        assert "L runs the boot again" not in text(app)


@pytest.mark.slow
async def test_info_locals_tells_them_too() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto zone_sizes_init:return", "event -1", "info locals")
        assert "max_zone_pfns = [0x80000, 0x80000, 0x80000, 0]" in app.transcript.copy_text()


# ---- the kernel's own source ----


@pytest.mark.slow
async def test_the_kernels_function_stands_beside_ours(tree: Path) -> None:
    app = BootstepApp(shipped)
    use_source(app, open_kernel_source(str(tree)))
    async with app.run_test(size=WIDE) as pilot:
        await recorded(pilot)
        await command(pilot, "goto paging_init > map_mem", "event -1")
        await pilot.press("2", "z")
        await pilot.pause()
        rows = screen(app)
        beside = [row.split("│")[-1].strip("┃ ").split() for row in rows if "│" in row]
        assert ["7", "void", "__init", "paging_init(void)"] in beside
        assert ["▷", "13", "map_mem(pgdp);"] in beside
        assert any("/* [bold]not markup[/bold] */" in row for row in rows)
        assert any("▶ " in row.split("│")[0] and "map_mem(k, " in row for row in rows)
        await pilot.press("r")
        await pilot.pause()
        assert "void __init paging_init(void)" not in text(app)
        await pilot.press("r")
        await pilot.pause()
        assert "void __init paging_init(void)" in text(app)
        assert "def paging_init" not in text(app)


@pytest.mark.slow
async def test_the_title_says_whose_source_is_shown(tree: Path) -> None:
    app = BootstepApp(shipped)
    use_source(app, open_kernel_source(str(tree)))
    async with app.run_test(size=SMALL) as pilot:
        await recorded(pilot)
        await command(pilot, "goto paging_init")
        await pilot.press("2")
        for whose in ("model, and kernel's", "model of", "kernel's"):
            await pilot.pause()
            title = text_of(source(app).title())
            assert f" {whose} arch/arm64/mm/mmu.c:12 " in title
            await pilot.press("r")
        words = [text_of(line) for line in source(app).summaries()]
        assert words == [
            "model, and kernel's arch/arm64/mm/mmu.c:12",
            "model, and kernel's mmu.c:12",
            "model, kernel's",
        ]


async def test_without_a_source_the_title_names_the_known_line() -> None:
    async with running(shipped) as (app, pilot):
        await command(pilot, "goto paging_init")
        assert " model of arch/arm64/mm/mmu.c:855 " in text_of(source(app).title())


async def test_commands_of_the_app_name_lines_of_the_source_too(tree: Path) -> None:
    app = BootstepApp(shipped)
    use_source(app, open_kernel_source(str(tree)))
    async with app.run_test(size=SMALL) as pilot:
        await recorded(pilot)
        await command(pilot, "goto paging_init > map_mem", "backtrace")
        assert "at arch/arm64/mm/mmu.c:13" in app.transcript.copy_text()


@pytest.mark.slow
async def test_what_is_not_there_is_said_in_the_pane(tree: Path) -> None:
    app = BootstepApp(shipped)
    use_source(app, open_kernel_source(str(tree)))
    async with app.run_test(size=SMALL) as pilot:
        await recorded(pilot)
        await command(pilot, "goto sparse_init")
        await pilot.press("2", "z", "r", "r")
        await pilot.pause()
        assert "there is no mm/sparse.c in" in text(app)
        await command(pilot, "goto paging_init > map_mem")
        assert "does not define map_mem: perhaps it is" in " ".join(text(app).split())


async def test_without_a_tree_the_key_says_how_to_have_one() -> None:
    async with running(demo) as (app, pilot):
        await pilot.press("2", "r")
        await pilot.pause()
        assert app.status.sentence.startswith("bootstep --kernel-source PATH shows")


def test_the_tree_may_be_named_in_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "config.toml"
    for value, sentence in (
        (f'"{tmp_path}/nowhere"', "there is no such directory"),
        ("7", "kernel-source: it has to be the path of a Linux source tree, in quotes"),
    ):
        settings.write_text(f"kernel-source = {value}\n")
        assert main(["virt-1g", "--settings", str(settings)]) == 2
        assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["nowhere", "arch"])
def test_a_directory_that_is_no_kernel_is_refused(
    tree: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["virt-1g", "--kernel-source", str(tree / missing)]) == 2
    assert f"bootstep: --kernel-source {tree / missing}: th" in capsys.readouterr().err
