"""A whole live recording whose stub or machine misbehaves in the middle: nothing hangs, nothing that was
recorded is lost, and the report says what happened."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.live import finding
from bootstep.boots.live.report import Ending, LiveReport
from bootstep.boots.remote.limits import Limits
from bootstep.boots.sources.live_boot import LiveBoot
from bootstep.model.trace.events import Kind, Trace

from ...support.captured import booted
from ...support.fake_stub import FakeStub, Manners
from ...support.misbehaving_stubs import WAYS
from ...support.played_kernel import PlayedKernel
from ...support.played_stub import NAMES, RESET, STARTS, Later, Moment, PlayedMachine, listening, played_options

RUNS = 20
"""So often the kernel runs before anything misbehaves."""
IN_BETWEEN = {
    name: way
    for name, way in WAYS.items()
    if type(way.manners()) is not Manners and set(way.options) <= {"no_acks", "qemu", "binary"}
}
"""The ways in which a stub can begin to misbehave later."""
HARMLESS = {
    "no-answer-to-a-breakpoint",
    "never-stops",
    "lift-refused",
}
"""They are met only where a breakpoint comes or goes, or where somebody stops the target."""


@functools.cache
def trace() -> Trace:
    return booted("cma0").trace


class Recording:
    """A recording of the played boot, through a stub with manners of its own."""

    def __init__(
        self, folder: Path, manners: Manners | None = None, until: str = "arm64_memblock_init", **how: Any
    ) -> None:
        self.kernel = PlayedKernel(trace(), NAMES)
        self.machine = PlayedMachine(self.kernel)
        self.folder = folder
        self.options = played_options(
            self.kernel, folder, until=until, **{key: how.pop(key) for key in OPTIONS & set(how)}
        )
        self.stub = FakeStub(self.machine, manners, **how)

    def run(self, cancelled: Any = lambda: False) -> LiveBoot:
        boot = self.boot = LiveBoot(self.options)
        with listening(self.stub, self.folder):
            boot.run(cancelled)
        assert boot.trace.finished
        return boot


OPTIONS = {"hardware_only", "time_limit", "event_limit", "functions"}


def told(trace: Trace) -> list[tuple[Any, ...]]:
    """All events, as they can be compared."""
    return [
        (Kind(trace.kind(event)), trace.parent(event), trace.payload(event)) for event in range(len(trace))
    ]


@functools.cache
def undisturbed(folder: Path) -> list[tuple[Any, ...]]:
    return told(Recording(folder).run().trace)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """What is recorded if nothing happens."""
    boot = Recording(tmp_path_factory.mktemp("whole")).run()
    assert boot.report().ending is Ending.HANDOVER
    return told(boot.trace)


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(answer=0.5, stop=0.5)
    connect = finding.connect_unix
    monkeypatch.setattr(finding, "connect_unix", functools.partial(connect, limits=limits))


def test_there_are_many_ways() -> None:
    assert len(IN_BETWEEN) >= 30


@pytest.mark.parametrize("name", IN_BETWEEN)
def test_a_stub_that_begins_to_misbehave(
    name: str, tmp_path: Path, whole: list[tuple[Any, ...]]
) -> None:
    way = IN_BETWEEN[name]
    boot = Recording(tmp_path, Later(way.manners(), RUNS), **way.options).run()
    report, found = boot.report(), told(boot.trace)
    if report.ending is Ending.HANDOVER:
        assert found == whole
        return
    assert report.ending is Ending.TARGET_GONE
    assert report.ending_words.isprintable() and len(report.ending_words) > 20
    assert RUNS <= len(found) < len(whole)
    assert found == whole[: len(found)]
