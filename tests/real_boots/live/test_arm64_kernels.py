"""Debian's arm64 kernels on QEMU's virt board, recorded while they run: what a recording has is what
they print and what the model does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from bootstep.boots.live.options import Walked
from bootstep.boots.live.run import LiveRun
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.trace.events import Kind
from live_claims import (
    assert_callers_are_those_that_were_printed,
    assert_calls_are_what_was_printed,
    assert_it_opens_without_boots,
    assert_nothing_diverges,
    assert_states_are_the_models,
)
from live_recordings import calls, lines, played, recorded

pytestmark = pytest.mark.slow
MOMENTS = (
    *("early_init_dt_scan_memory", "arm64_memblock_init", "paging_init", "sparse_init", "free_area_init"),
    "memblock_free_all",
)
LOCAL = frozenset({"zones.max_zone_pfns"})
"""Values that are in no variable of the kernel's."""
STATIC = frozenset(
    {
        "zones.arch_zone_lowest_possible_pfn",
        "zones.arch_zone_highest_possible_pfn",
        "zones.zone_movable_pfn",
    }
)
"""Variables that a kernel does not tell which keeps functions alone in its kallsyms, as Debian's 6.1."""
RAM = 0x40000000
LOADED = RAM + 0x200000
FOUR_CPUS = ("-smp", "4")
CONSOLE = "earlycon=pl011,0x9000000 ignore_loglevel"


class Boot(NamedTuple):
    """A recording, the model's boot of its machine, and where there is room for files."""

    run: LiveRun
    model: ModelBoot
    folder: Path
    is_moved: bool
    untold: frozenset[str]


@pytest.fixture(
    scope="module",
    params=[("6.12-arm64", False, ()), ("6.12-arm64", True, FOUR_CPUS), ("6.1-arm64", True, ())],
    ids=["6.12-nokaslr", "6.12-kaslr-four-cpus", "6.1-kaslr"],
)
def boot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boot]:
    kernel, is_moved, words = request.param
    folder = tmp_path_factory.mktemp("live")
    run = recorded(
        kernel,
        f"memblock=debug {CONSOLE}{'' if is_moved else ' nokaslr'}",
        ("-serial", f"file:{folder / 'serial'}", *words),
    )
    untold = LOCAL if kernel == "6.12-arm64" else LOCAL | STATIC
    yield Boot(run, played(run, folder), folder, is_moved, untold)


def test_where_it_lies_is_found(boot: Boot) -> None:
    report = boot.run.report()
    assert report.load_address == LOADED
    assert bool(report.moved) is boot.is_moved


def test_its_calls_are_what_it_printed(boot: Boot) -> None:
    assert_calls_are_what_was_printed(boot.run)


def test_its_callers_are_those_it_printed(boot: Boot) -> None:
    assert_callers_are_those_that_were_printed(boot.run.trace)


def test_its_states_are_the_models(boot: Boot) -> None:
    assert_states_are_the_models(boot.run, boot.model, MOMENTS, boot.untold)


def test_it_does_not_diverge_from_the_model(boot: Boot) -> None:
    assert_nothing_diverges(boot.run, boot.model)


def test_the_saved_recording_needs_no_boots(boot: Boot) -> None:
    assert_it_opens_without_boots(boot.run, boot.folder / "boot.trace")


def test_its_console_printed_the_log_that_was_recorded(boot: Boot) -> None:
    """The recorded log is that of the kernel's ring buffer.  It went on a little before QEMU ended."""
    printed = [line.partition("] ")[2] for line in (boot.folder / "serial").read_text().splitlines()]
    said = [text for _, text in lines(boot.run.trace)]
    assert len(said) > 500
    assert printed[: len(said)] == said


def test_page_tables_are_walked_where_that_is_wanted() -> None:
    """Each table that is allocated is in the tree when the next one is."""
    run = recorded(
        "6.12-arm64",
        "nokaslr",
        ("-serial", "null", "-m", "256M"),
        page_tables=Walked(("early_pgtable_alloc",)),
        until="paging_init",
    )
    enters = [call.event for call in calls(run.trace) if call.function == "early_pgtable_alloc"]
    assert len(enters) > 100
    walked = list(run.trace.of_kind(Kind.PAGE_TABLE))
    for first, second in pairwise(enters):
        assert any(first < event < second for event in walked)
