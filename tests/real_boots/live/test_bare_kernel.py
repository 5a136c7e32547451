"""A kernel of which nobody knows more than its System.map: what memblock did and what was printed is
recorded all the same, and what is missing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bootstep.boots.live.run import LiveRun
from bootstep.boots.loader.kernel.file import read_kernel_file
from bootstep.model.memory.state import Replica
from bootstep.tui.cli.live.summary import summary_of
from debian_kernels import image
from live_claims import assert_callers_are_those_that_were_printed, assert_calls_are_what_was_printed
from live_recordings import lines, recorded, returned

pytestmark = pytest.mark.slow
KERNEL = "6.12-arm64"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRun]:
    embedded = read_kernel_file(image(KERNEL)).embedded
    assert embedded is not None
    system_map = tmp_path_factory.mktemp("bare") / "System.map"
    symbols = sorted(embedded.symbols.addresses.items(), key=lambda each: each[1])
    system_map.write_text("".join(f"{address:016x} T {name}\n" for name, address in symbols))
    yield recorded(KERNEL, "memblock=debug", kernel="", system_map=str(system_map))


def test_its_calls_are_what_it_printed(run: LiveRun) -> None:
    assert_calls_are_what_was_printed(run)


def test_its_callers_are_those_it_printed(run: LiveRun) -> None:
    assert_callers_are_those_that_were_printed(run.trace)


def test_its_log_is_recorded(run: LiveRun) -> None:
    said = [text for _, text in lines(run.trace)]
    assert said[0].startswith("Booting Linux on physical CPU")
    assert any(line.startswith("Zone ranges:") for line in said)


def test_memblock_is_recorded(run: LiveRun) -> None:
    replica = Replica(run.trace)
    replica.move(returned(run, "arm64_memblock_init"))
    memory = replica.state.memblock.memory.regions
    assert [(region.base, region.size) for region in memory] == [(0x40000000, 512 << 20)]
    replica.move(len(run.trace))
    assert len(replica.state.memblock.reserved.regions) > 10


def test_what_is_missing_is_said(run: LiveRun) -> None:
    said = " ".join(summary_of(run).report.missing)
    print(said)
    assert "System.map tells no types" in said
    assert "no configuration is named; the map of its addresses is not known" in said
    assert "nothing tells the kernel's release" in said
    assert "the kernel's types do not tell how its nodes and zones are laid out" in said
    assert "directory" not in said
