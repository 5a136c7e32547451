"""The pane of page tables shows an architecture that tui/ has never heard of: its trees, levels and words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bootstep.tui.session.recording import Recording
from bootstep.tui.shell.app import BootstepApp
from demo_source import DemoSource
from screens import running, text
from textual.pilot import Pilot
from toy_boot import FACTS, ToyKernel, start_kernel


class ToySource(DemoSource):
    """The toy's boot."""

    def __init__(self) -> None:
        k = ToyKernel()

        def run() -> None:
            start_kernel(k)
            k.trace.finish()

        super().__init__("toy", k.trace, run)
        self.facts = FACTS


@asynccontextmanager
async def toy_at_the_end() -> AsyncIterator[tuple[BootstepApp, Pilot[int]]]:
    """Its page tables, on the whole screen, when all is done."""
    async with running(lambda: Recording(ToySource())) as (app, pilot):
        await pilot.press("dollar_sign", "4", "z")
        await pilot.pause()
        yield app, pilot


async def test_its_trees_are_there_by_their_symbols_and_its_levels_by_its_names() -> None:
    async with toy_at_the_end() as (app, _):
        assert "toy_pgt" in text(app) and "first_pgt" in text(app)
        assert "4 table pages, 16.0 KiB: ROOT 1 BOUGH 1 TWIG 1 LEAF 1" in text(app)


async def test_its_areas_have_runs_in_its_words() -> None:
    async with toy_at_the_end() as (app, _):
        assert "all memory" in text(app)
        assert "writable paired" in text(app)


async def test_its_dump_is_shown() -> None:
    async with toy_at_the_end() as (app, pilot):
        await pilot.press("r")
        await pilot.pause()
        assert "ffff888000000000 writable paired" in text(app)


async def test_its_tree_opens_down_to_a_pair_of_entries() -> None:
    async with toy_at_the_end() as (app, pilot):
        await pilot.press("r", "r")
        await pilot.pause()
        assert "ROOT toy_pgt" in text(app)
        assert "locked" in text(app)


async def test_its_first_tree_maps_logs() -> None:
    async with toy_at_the_end() as (app, pilot):
        await pilot.press("O", "r", "r")
        await pilot.pause()
        assert "ROOT first_pgt" in text(app)
