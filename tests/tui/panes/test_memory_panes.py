"""Page tables, sections, zones and variables in the app, against what real kernels had.

Covers pagetables/areas.py, pagetables/dump.py, pagetables/pane.py, pagetables/tree.py, pagetables/view.py,
sections/grid.py, sections/pane.py, sections/table.py, variables/pane.py, zones/pane.py, zones/rows.py.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.tui.actions.arrival import arrive
from bootstep.tui.session.recording import Recording, of_machine
from bootstep.tui.shell.app import BootstepApp
from rich.cells import cell_len
from screens import SMALL, command, running, screen, text
from textual.pilot import Pilot

DATA = Path(__file__).parents[2] / "data"
CASES = DATA / "oracle" / "6.1-4k48"
TALL = (160, 120)


@pytest.fixture
def machine(tmp_path: Path) -> Callable[[str], Callable[[], Recording]]:
    """A recording of the boot of a case, by its name."""

    def of(case: str) -> Callable[[], Recording]:
        (tmp_path / "board.dtb").write_bytes(gzip.decompress((CASES / case / "board.dtb.gz").read_bytes()))
        kernel = str(SHIPPED / "kernels" / "6.1-4k48")
        words = (CASES / case / "machine.toml").read_text().replace("KERNEL", kernel)
        (tmp_path / "machine.toml").write_text(words)
        return lambda: of_machine(read_machine(str(tmp_path / "machine.toml")))

    return of


def moments(case: str) -> dict[str, Any]:
    lines = gzip.decompress((CASES / case / "states.jsonl.gz").read_bytes()).splitlines()
    states = [json.loads(line) for line in lines]
    return {state["at"]: state for state in states if state["when"] == "return"}


def number(value: str | int) -> int:
    return int(value, 0) if isinstance(value, str) else value


async def zoomed(app: BootstepApp, pilot: Pilot[int], pane: str, *keys: str) -> list[str]:
    """The rows of a pane that has the whole screen, once keys were pressed there."""
    await pilot.press(pane)
    if app.deck.zoomed is None:
        await pilot.press("z")
    await pilot.press(*keys)
    await pilot.pause()
    return screen(app)


def row_with(rows: list[str], words: str) -> str:
    return next(row for row in rows if words in row)


async def cursor_to(app: BootstepApp, pilot: Pilot[int], words: str) -> None:
    """Put the cursor of the focused pane on the line that has some words, by keys."""
    pane = app.focused_pane()
    lines = ["".join(span for span, _ in pane.line(at)) for at in range(pane.count())]
    target = next(at for at, line in enumerate(lines) if words in line)
    await pilot.press("home", *["down"] * target)
    await pilot.pause()


def position(app: BootstepApp) -> int:
    assert app.session is not None
    return app.session.debugger.position


def specs(app: BootstepApp) -> list[str]:
    assert app.session is not None
    return [point.spec for point in app.session.debugger.breakpoints.all()]


# ---- page tables ----


async def test_areas_tell_how_much_of_each_is_mapped(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until paging_init", "finish")
        rows = await zoomed(app, pilot, "4")
        assert "1.0 GiB mapped: 262144 of 4 KiB" in row_with(rows, "linear map")
        assert "704 of 4 KiB cont" in row_with(rows, "▾ .text ")
        assert "mapped" not in row_with(rows, "vmemmap")
        assert "FIX_FDT" in row_with(rows, "0x48000000")
        assert row_with(rows, "linear map").lstrip().startswith("~ ▾")
        shown = moments("m1g")["paging_init"]["page_tables"]
        assert f"{shown['table_count']} table pages" in text(app)


@pytest.mark.slow
async def test_an_area_folds_and_unfolds(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until paging_init:return")
        await zoomed(app, pilot, "4")
        await cursor_to(app, pilot, "vmalloc")
        rows = await zoomed(app, pilot, "4", "enter")
        assert "▸ vmalloc" in row_with(rows, "vmalloc")
        assert not [row for row in rows if ".rodata" in row]
        rows = await zoomed(app, pilot, "4", "enter")
        assert "▾ .rodata" in row_with(rows, ".rodata")


async def test_the_dump_has_the_lines_of_the_real_kernels_file(machine: Callable[[str], Any]) -> None:
    real = gzip.decompress((DATA / "ptdump" / "6.1-4k48_m1g.txt.gz").read_bytes()).decode().splitlines()
    async with running(machine("m1g"), TALL) as (app, pilot):
        await pilot.press("dollar_sign")
        rows = [row.rstrip() for row in await zoomed(app, pilot, "4", "r")]
        shown = [row[3:] for row in rows]
        first, last = real.index("---[ vmalloc() area ]---"), real.index("---[ Fixmap start ]---")
        # Later, initcalls protect the linear map's alias of text, and fill vmalloc and the fixmap.
        for line in (real[0], *real[4:first], *real[last - 3 : last], *real[-16:]):
            if "PTE" not in line:
                assert line.rstrip() in shown
        assert real[4].endswith("511G PUD")


@pytest.mark.slow
async def test_the_tree_opens_down_to_descriptors(machine: Callable[[str], Any]) -> None:
    run = moments("m1g")["paging_init"]["page_tables"]["runs"][0]
    descriptor = number(run["attrs"]) | number(run["pa_start"])
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until paging_init:return")
        rows = await zoomed(app, pilot, "4", "r", "r")
        row = row_with(rows, "[0-511]")
        assert f"{descriptor:#018x} 512 pages of 4 KiB → 0x40000000-0x401fffff RW NX SHD AF" in row
        assert "WRITE DIRTY" in row
        await cursor_to(app, pilot, "[0-511]")
        assert "PGD[0] › PUD[0] › PMD[0] › PTE[0]" in text(app)
        rows = await zoomed(app, pilot, "4", "enter")
        assert f"{descriptor | 1 << 12:#018x} 4 KiB page → 0x40001000" in row_with(rows, " [1] ")
        rows = await zoomed(app, pilot, "4", "enter")
        assert not [row for row in rows if " 4 KiB page → " in row]


@pytest.mark.slow
async def test_contiguous_pages_show_their_place_in_the_set(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until paging_init:return")
        await zoomed(app, pilot, "4")
        await cursor_to(app, pilot, "→ 0x40210000 ro x")
        rows = await zoomed(app, pilot, "4", "r", "r", "enter")
        assert "▾ [16-511]" in row_with(rows, "[16-511]")
        assert "[16] 0x" in row_with(rows, "┌1/16") and "RW" not in row_with(rows, "┌1/16")
        assert "[31] 0x" in row_with(rows, "└16/16")


@pytest.mark.slow
async def test_the_tree_that_changes_comes_forward_and_another_can_be_chosen(
    machine: Callable[[str], Any],
) -> None:
    async with running(machine("m1g")) as (app, pilot):
        await command(pilot, "until create_kernel_mapping:return")
        await zoomed(app, pilot, "4")
        assert app.deck.panes["pagetables"].tree_name == "init_pg_dir"  # pyright: ignore
        await command(pilot, "goto paging_init", "finish")
        assert "swapper_pg_dir" in (await zoomed(app, pilot, "4"))[1].split("~")[0]
        rows = await zoomed(app, pilot, "4", "O")
        assert "0xffff800008000000" in row_with(rows, "→")
        await pilot.press("O")
        await pilot.press("O")
        assert app.deck.panes["pagetables"].tree_name == "swapper_pg_dir"  # pyright: ignore


@pytest.mark.slow
async def test_t_goes_to_the_event_that_mapped_and_b_watches_the_range(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until sparse_init:return")
        await zoomed(app, pilot, "4")
        await cursor_to(app, pilot, "0xfffffc0000000000   16.0 MiB")
        await pilot.press("b")
        assert specs(app) == ["watch:0xfffffc0000000000-0xfffffc0000ffffff"]
        await pilot.press("t")
        await pilot.pause()
        assert app.session is not None
        names = [frame.function.name for frame in app.session.debugger.where().frames]
        assert "vmemmap_populate" in names
        assert "mapped" in row_with(screen(app), "vmemmap")


@pytest.mark.slow
async def test_what_was_unmapped_is_shown_as_gone(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until early_fixmap_init:return", "until fixmap_remap_fdt:return")
        rows = await zoomed(app, pilot, "4")
        before = position(app)
        assert "+" in row_with(rows, "FIX_FDT")
        await pilot.press("S")
        await command(pilot, f"goto {before}", "start")
        rows = await zoomed(app, pilot, "4")
        assert [row for row in rows if row.lstrip().startswith("- ") and "→" in row]


# ---- sections ----


@pytest.mark.slow
async def test_the_grid_and_all_about_a_section(machine: Callable[[str], Any]) -> None:
    section = moments("m1g")["sparse_init"]["sections"]["sections"][1]
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until sparse_init", "finish")
        rows = await zoomed(app, pilot, "5")
        assert "0x40000000  ◆◆◆◆◆◆◆◆" in "\n".join(rows)
        assert "section 8 " in row_with(rows, "0x40000000-0x47ffffff")
        rows = await zoomed(app, pilot, "5", "right")
        assert section["nr"] == 9
        assert f"{number(section['section_mem_map']):#x} = " in row_with(rows, "section_mem_map")
        assert f"{number(section['usage_pa']):#x}" in row_with(rows, "usage ")
        assert "vmemmap + 0x48000 * 64 = 0xfffffc0000200000" in text(app)
        await pilot.press("b")
        assert specs(app) == ["watch:section 9"]


@pytest.mark.slow
async def test_t_goes_to_the_event_that_changed_the_section(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until sparse_init:return")
        await zoomed(app, pilot, "5", "right", "right", "t")
        assert app.session is not None
        state = app.session.debugger.state.sections.sections
        assert [state[nr].has_mem_map for nr in (9, 10, 11)] == [True, True, False]
        assert "0x40000000  ●●●◇◇◇◇◇" in text(app)


@pytest.mark.slow
async def test_sections_as_a_table(machine: Callable[[str], Any]) -> None:
    theirs = moments("m1g")["sparse_init"]["sections"]["sections"]
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until sparse_init:return")
        rows = await zoomed(app, pilot, "5", "r")
        for section in theirs:
            row = row_with(rows, f" {section['nr']} {section['nr'] << 27:#x} ")
            assert f"{number(section['section_mem_map']):#x}" in row
        rows = await zoomed(app, pilot, "5", "down", "r")
        assert "section 9 " in text(app)


async def test_a_click_on_a_cell_takes_the_cursor_there(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g")) as (app, pilot):
        await command(pilot, "until sparse_init", "finish")
        rows = await zoomed(app, pilot, "5")
        row = next(at for at, line in enumerate(rows) if "0x40000000  ◆" in line)
        await pilot.click(app.deck.panes["sections"], offset=(rows[row].index("◆") + 3, row))
        assert "section 11 " in text(app)


# ---- zones ----


@pytest.mark.slow
async def test_zones_have_maps_numbers_and_free_lists(machine: Callable[[str], Any]) -> None:
    node = moments("numa2")["memblock_free_all"]["nodes"][1]
    zone = node["zones"][0]
    async with running(machine("numa2"), TALL) as (app, pilot):
        await command(pilot, "until memblock_free_all:return")
        rows = await zoomed(app, pilot, "6")
        shown = "\n".join(rows)
        assert f"present {number(zone['present'])} managed {number(zone['managed'])}" in shown
        assert f"free {' '.join(str(number(count)) for count in zone['nr_free'])}" in shown
        assert "tries DMA of node 1 › DMA of node 0" in shown
        await cursor_to(app, pilot, f"managed {number(zone['managed'])}")
        rows = await zoomed(app, pilot, "6", "enter")
        assert f"{number(zone['nr_free'][10])} blocks" in row_with(rows, "order 10")
        assert f"{number(zone['managed'])} pages free" in "\n".join(rows)
        await pilot.press("b")
        assert specs(app) == ["watch:zone DMA of node 1"]


@pytest.mark.slow
async def test_the_kernels_own_words_about_zones(machine: Callable[[str], Any]) -> None:
    real = gzip.decompress((CASES / "numa2" / "dmesg.log.gz").read_bytes()).decode()
    async with running(machine("numa2"), TALL) as (app, pilot):
        await command(pilot, "until memblock_free_all:return")
        rows = [row[3:].rstrip() for row in await zoomed(app, pilot, "6", "r")]
        first = rows.index("Zone ranges:")
        for line in rows[first : rows.index("/proc/buddyinfo")]:
            assert line in real
        assert "  node   1: [mem 0x0000000080000000-0x00000000bfffffff]" in rows
        await cursor_to(app, pilot, "Early memory node ranges")
        await pilot.press("t")
        await pilot.pause()
        assert "Early memory node ranges" in app.status.sentence


# ---- variables ----


@pytest.mark.slow
async def test_variables_read_well_and_know_where_they_were_set(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until bootmem_init", "until arch_numa_init")
        rows = await zoomed(app, pilot, "8")
        assert "0x80000  at 0x80000000" in row_with(rows, "max_pfn ")
        assert row_with(rows, "max_pfn ").lstrip().startswith("~ max_pfn")
        assert "was 0" in row_with(rows, "max_pfn ")
        await cursor_to(app, pilot, " max_pfn ")
        await pilot.press("b")
        assert specs(app) == ["watch:max_pfn"]
        await pilot.press("t")
        await pilot.pause()
        assert app.session is not None
        assert app.session.debugger.where().frames[-1].function.name == "bootmem_init"
        assert "0x80000" in row_with(screen(app), " max_pfn ")


async def test_variables_are_ordered_by_their_last_change(machine: Callable[[str], Any]) -> None:
    async with running(machine("m1g"), TALL) as (app, pilot):
        await command(pilot, "until sparse_init")
        rows = await zoomed(app, pilot, "8", "o", "o")
        assert "by last change" in rows[0]
        names = [row.split()[1 if row[1] == "~" else 0] for row in rows[1:70] if row.strip()]
        assert names.index("nr_node_ids") < names.index("max_pfn") < names.index("memstart_addr")


# ---- all of them ----


@pytest.mark.slow
@pytest.mark.parametrize("size", [(30, 8), SMALL, (100, 30), (250, 70)], ids=str)
async def test_every_form_at_every_size(machine: Callable[[str], Any], size: tuple[int, int]) -> None:
    async with running(machine("m512"), size) as (app, pilot):
        assert app.session is not None
        for function in ("", "paging_init:return", "mem_init:return"):
            if function:
                arrive(app, app.session.debugger.until(function))
            for pane in "4568":
                for key in ("r", "z", "r"):
                    await pilot.press(pane, key, "end", "enter", "home", "down", "enter")
                    await pilot.pause()
                    assert {cell_len(row) for row in screen(app)} == {size[0]}
