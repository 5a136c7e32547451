"""Debian's amd64 kernel on QEMU's PC, recorded while it runs: what the recording has is what it prints
and what the model does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from bootstep.boots.live.run import LiveRun
from bootstep.boots.sources.model_boot import ModelBoot
from live_claims import (
    assert_callers_are_those_that_were_printed,
    assert_calls_are_what_was_printed,
    assert_it_opens_without_boots,
    assert_nothing_diverges,
    assert_states_are_the_models,
)
from live_recordings import played, recorded

pytestmark = pytest.mark.slow
MOMENTS = (
    *("e820__memblock_setup", "init_mem_mapping", "paging_init", "sparse_init", "free_area_init"),
    "memblock_free_all",
)
LOCAL = frozenset({"zones.max_zone_pfns"})
"""Values that are in no variable of the kernel's."""
LOADED = 0x1000000


class Boot(NamedTuple):
    """A recording, the model's boot of its machine, and where there is room for files."""

    run: LiveRun
    model: ModelBoot
    folder: Path
    is_moved: bool


@pytest.fixture(
    scope="module",
    params=[("6.1-amd64", False, 1), ("6.1-amd64", True, 4), ("6.12-amd64", False, 1)],
    ids=["6.1-nokaslr", "6.1-kaslr-four-cpus", "6.12-nokaslr"],
)
def boot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boot]:
    kernel, is_moved, cpus = request.param
    folder = tmp_path_factory.mktemp("live")
    cmdline = "memblock=debug" if is_moved else "memblock=debug nokaslr"
    run = recorded(kernel, cmdline, ("-serial", "null", "-smp", str(cpus)))
    yield Boot(run, played(run, folder), folder, is_moved)


def test_where_it_lies_is_found(boot: Boot) -> None:
    """The place and the addresses are drawn each for itself, and one of them may be what it is without."""
    report = boot.run.report()
    assert ((report.load_address, report.moved) != (LOADED, 0)) is boot.is_moved


def test_its_calls_are_what_it_printed(boot: Boot) -> None:
    assert_calls_are_what_was_printed(boot.run)


def test_its_callers_are_those_it_printed(boot: Boot) -> None:
    assert_callers_are_those_that_were_printed(boot.run.trace)


def test_its_states_are_the_models(boot: Boot) -> None:
    assert_states_are_the_models(boot.run, boot.model, MOMENTS, LOCAL)


def test_it_does_not_diverge_from_the_model(boot: Boot) -> None:
    assert_nothing_diverges(boot.run, boot.model)


def test_the_saved_recording_needs_no_boots(boot: Boot) -> None:
    assert_it_opens_without_boots(boot.run, boot.folder / "boot.trace")
