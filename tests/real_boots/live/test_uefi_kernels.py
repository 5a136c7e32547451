"""Debian's amd64 kernels that UEFI loads, moved by KASLR: seen from their first instruction, in one go."""

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
    assert_nothing_diverges,
)
from live_recordings import played, recorded

pytestmark = pytest.mark.slow
FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE.fd")


class Boot(NamedTuple):
    """A recording, and the model's boot of its machine."""

    run: LiveRun
    model: ModelBoot


UNTIL = {"6.1-amd64": "memblock_free_all", "6.12-amd64": "setup_per_cpu_areas"}
"""Behind that 6.12 with KASLR draws where its ``cpu_entry_area`` lies, and so how many tables it needs."""


@pytest.fixture(scope="module", params=UNTIL)
def boot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boot]:
    if not FIRMWARE.is_file():
        pytest.skip(f"{FIRMWARE} is not there (apt-get install ovmf)")
    run = recorded(
        request.param,
        "memblock=debug",
        ("-serial", "null", "-bios", str(FIRMWARE)),
        until=UNTIL[request.param],
    )
    yield Boot(run, played(run, tmp_path_factory.mktemp("live")))


def test_it_is_seen_from_its_beginning(boot: Boot) -> None:
    """Only who sees that knows what firmware has given the kernel."""
    first = boot.run.trace.function(0).name
    assert first == "x86_64_start_kernel"
    assert {"boot_params.bin", "efi_memmap.bin"} & boot.run.source.inputs.files.keys()


def test_its_calls_are_what_it_printed(boot: Boot) -> None:
    assert_calls_are_what_was_printed(boot.run)


def test_its_callers_are_those_it_printed(boot: Boot) -> None:
    assert_callers_are_those_that_were_printed(boot.run.trace)


def test_it_does_not_diverge_from_the_model(boot: Boot) -> None:
    assert_nothing_diverges(boot.run, boot.model)
