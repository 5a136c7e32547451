"""Stepping a real boot in the app: what the panes show is what a real kernel had, at five moments."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.arch.arm64.entry_format import ENTRIES
from bootstep.model.base.units import readable_size
from bootstep.tui.actions.arrival import seek
from bootstep.tui.session.recording import Recording, of_machine
from bootstep.tui.shell.app import BootstepApp
from screens import running, screen, text
from textual.pilot import Pilot

pytestmark = pytest.mark.slow
"""Whole sessions, key by key."""

CASE = Path(__file__).parent.parent / "data" / "oracle" / "6.1-4k48" / "m1g"
FUNCTIONS = (
    "early_init_dt_scan_memory",
    "arm64_memblock_init",
    "paging_init",
    "sparse_init",
    "free_area_init",
)


@pytest.fixture(scope="module")
def moments() -> dict[str, Any]:
    lines = gzip.decompress((CASE / "states.jsonl.gz").read_bytes()).splitlines()
    states = [json.loads(line) for line in lines]
    return {state["at"]: state for state in states if state["when"] == "return"}


@pytest.fixture
def machine(tmp_path: Path) -> Callable[[], Recording]:
    (tmp_path / "board.dtb").write_bytes(gzip.decompress((CASE / "board.dtb.gz").read_bytes()))
    kernel = str(SHIPPED / "kernels" / "6.1-4k48")
    (tmp_path / "machine.toml").write_text((CASE / "machine.toml").read_text().replace("KERNEL", kernel))
    return lambda: of_machine(read_machine(str(tmp_path / "machine.toml")))


def number(value: str | int) -> int:
    return int(value, 0) if isinstance(value, str) else value


def range_text(region: dict[str, Any]) -> str:
    base, size = number(region["base"]), number(region["size"])
    return f"{base:#010x}-{base + size - 1:#010x} {readable_size(size)}"


async def step_until_returned(app: BootstepApp, pilot: Pilot[int], function: str) -> None:
    """With the keys alone: into the function, then out of it."""
    assert app.session is not None
    for _ in range(200):
        names = [frame.function.name for frame in app.session.debugger.where().frames]
        upcoming = app.session.debugger.position
        trace = app.session.debugger.trace
        if function in names:
            break
        comes_next = trace.kind(upcoming) == 0 and trace.function(upcoming).name
        leads_there = trace.kind(upcoming) == 0 and any(
            trace.kind(event) == 0 and trace.function(event).name == function
            for event in range(upcoming, trace.partner(upcoming))
        )
        await pilot.press("s" if comes_next == function or leads_there else "n")
    assert app.session.debugger.where().frames[-1].function.name == function
    await pilot.press("f")


def check_memblock(rows: list[str], memblock: dict[str, Any]) -> None:
    shown = "\n".join(" ".join(row.split()) for row in rows)
    for name in ("memory", "reserved"):
        table = memblock[name]
        assert f"{name} {table['cnt']} of {table['max']} regions" in shown
        for region in table["regions"]:
            assert range_text(region) in shown


def check_page_tables(rows: list[str], tables: dict[str, Any]) -> None:
    shown = "\n".join(rows)
    assert f"{tables['table_count']} table pages" in shown
    for run in tables["runs"]:
        start, end = number(run["va_start"]), number(run["va_end"])
        words = " ".join(ENTRIES.words(number(run["attrs"]), run["level"]))
        row = next(row for row in rows if f"{start:#x} {readable_size(end - start):>10}" in row)
        assert f"→ {number(run['pa_start']):#x}" in row
        assert words in row
    assert shown.count("→") == len(tables["runs"])


def check_sections(rows: list[str], sections: dict[str, Any]) -> None:
    shown = "\n".join(rows)
    assert f"{len(sections['sections'])} sections of 128 MiB" in shown
    assert f"{len(sections['roots'])} root" in shown
    for section in sections["sections"]:
        row = next(row for row in rows if f" {section['nr']} {section['nr'] << 27:#x} " in row)
        assert ("map" in row) == bool(number(section["section_mem_map"]) & 2)
        assert f"usage {number(section['usage_pa']):#x}" in row


def check_zones(rows: list[str], nodes: list[dict[str, Any]]) -> None:
    shown = "\n".join(rows)
    for node in nodes:
        assert f"node {node['nid']} {number(node['start_pfn']) << 12:#x}-" in shown
        for zone in node["zones"]:
            if number(zone["spanned"]):
                assert f"spanned {number(zone['spanned'])}" in shown
                assert f"present {number(zone['present'])} managed {number(zone['managed'])}" in shown


async def test_the_panes_show_what_the_real_kernel_had(
    machine: Callable[[], Recording], moments: dict[str, Any]
) -> None:
    async with running(machine) as (app, pilot):
        assert app.session is not None
        first = screen(app)
        for function in FUNCTIONS:
            await step_until_returned(app, pilot, function)
            theirs = moments[function]
            panes = {"memblock": ("3", check_memblock), "page_tables": ("4", check_page_tables)}
            panes |= {"sections": ("5", check_sections), "nodes": ("6", check_zones)}
            for part, (key, check) in panes.items():
                if part in theirs:
                    form = ("r",) if part == "sections" else ()
                    await pilot.press(key, "z", *form)
                    await pilot.pause()
                    check(screen(app), theirs[part])
                    await pilot.press("z", *form)
        # The second time nothing changes any more, so that nothing is marked.
        app.action_show_pane("calls")
        await pilot.press("0")
        seek(app, 0)
        await pilot.pause()
        assert app.session.debugger.position == 0
        assert screen(app)[:-2] == first[:-2]


async def test_backwards_is_the_way_forwards_came(machine: Callable[[], Recording]) -> None:
    async with running(machine) as (app, pilot):
        assert app.session is not None
        pictures: list[tuple[int, object]] = []
        for _ in range(30):
            pictures.append((app.session.debugger.position, app.session.now))
            await pilot.press("s")
        for position, picture in reversed(pictures):
            await pilot.press("S")
            assert app.session.debugger.position == position
            assert app.session.now == picture


async def test_the_end_is_the_handover_to_the_buddy_allocator(machine: Callable[[], Recording]) -> None:
    async with running(machine) as (app, pilot):
        await pilot.press("c")
        await pilot.pause()
        assert "free 4 0 1 0 3 1 1 0 1 2 230" in text(app)
        assert "Memory: " in text(app)
        assert "phase 15 of 15" in text(app)
        assert "end of the trace" in app.status.sentence
