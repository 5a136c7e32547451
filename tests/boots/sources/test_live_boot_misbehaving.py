"""A whole live recording whose stub or machine misbehaves in the middle: nothing hangs, nothing that was
recorded is lost, and the report says what happened.

Covers live_boot.py.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.live import finding, patience
from bootstep.boots.live.options import Watched
from bootstep.boots.live.report import Ending
from bootstep.boots.remote.wire.limits import Limits
from bootstep.boots.sources.live_boot import LiveBoot
from bootstep.model.base.errors import InputError

from ...support.fake_machine import Moment
from ...support.misbehaving_stubs import WAYS, Answering
from ...support.played_arches import ARM64, RESET
from ...support.played_recordings import Recording, events_of
from ...support.played_stub import NAMES, Later, listening
from ...support.stub_line import Manners
from ...support.sweeps import sweep

RUNS = 20
"""So often the kernel runs before anything misbehaves."""
SILENT = ARM64.code + 0x10
"""A place in the first function, where no breakpoint is."""
IN_BETWEEN = {
    name: way
    for name, way in WAYS.items()
    if type(way.manners()) is not Manners and set(way.options) <= {"no_acks", "qemu", "binary"}
}
"""The ways in which a stub can begin to misbehave later."""
NOT_MET = {"memory-odd", "memory-too-long", "physical-refused", "gone-at-the-start", "never-stops"} | {
    name for name in WAYS if name.startswith("description-")
}
"""What these do wrong is not asked in the middle."""
OTHER_WORDS = {
    "no-answer-at-all": "was asked to stop and did not",
    "errors-for-everything": "the stub does not let the target run: E01",
    "empty-for-everything": "let the target run: it does not know how",
    "answers-twice": "the stub answers nonsense to a question for memory",
    "half-a-checksum": "packets are damaged on their way",
    "lift-refused": "the stub does not take back the breakpoint at 0xffff",
}
"""What is said in the middle where that is not what is said at the beginning: registers and memory are asked
for together then."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """What is recorded if nothing happens."""
    boot = Recording(tmp_path_factory.mktemp("whole")).run()
    assert boot.report().ending is Ending.HANDOVER
    return events_of(boot.trace)


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(answer=0.5, stop=0.5, probe=0.5)
    connect = finding.connect_unix
    monkeypatch.setattr(finding, "connect_unix", functools.partial(connect, limits=limits))


def test_there_are_many_ways() -> None:
    assert len(IN_BETWEEN) >= 30


@pytest.mark.parametrize("name", sweep(IN_BETWEEN, *list(IN_BETWEEN)[::4]))
def test_a_stub_that_begins_to_misbehave(name: str, tmp_path: Path, whole: list[tuple[Any, ...]]) -> None:
    way = IN_BETWEEN[name]
    limit = 2.0 if name == "no-answer-at-all" else 60.0  # a kernel that runs owes no answer until then
    boot = Recording(tmp_path, Later(way.manners(), RUNS), time_limit=limit, **way.options).run()
    report, found = boot.report(), events_of(boot.trace)
    says = "" if name in NOT_MET else OTHER_WORDS.get(name, way.says)
    assert says in report.ending_words and report.ending_words.replace("\x1b", "").isprintable()
    assert report.ending is (Ending.TARGET_GONE if says else Ending.HANDOVER)
    assert found == whole[: len(found)]
    assert RUNS <= len(found) < len(whole) if says else found == whole


def test_a_machine_that_ends_in_the_middle(tmp_path: Path, whole: list[tuple[Any, ...]]) -> None:
    recording = Recording(tmp_path)
    recording.machine.cut(30)
    recording.machine.ends = "X09"
    boot = recording.run()
    found = events_of(boot.trace)
    assert boot.report().ending is Ending.TARGET_GONE
    assert boot.report().ending_words == "killed by signal 9"
    assert found == whole[: len(found)] and len(found) >= 30


@pytest.mark.parametrize("ending", [Ending.TIME_LIMIT, Ending.STOPPED])
def test_a_kernel_that_runs_away_is_stopped(
    tmp_path: Path, whole: list[tuple[Any, ...]], ending: Ending
) -> None:
    recording = Recording(tmp_path, time_limit=2.0 if ending is Ending.TIME_LIMIT else None)
    recording.machine.cut(30, Moment(RESET))

    def stopped() -> bool:
        return ending is Ending.STOPPED and recording.machine.pc == RESET and len(recording.boot.trace) >= 30

    boot = recording.run(stopped)
    found = events_of(boot.trace)
    assert boot.report().ending is ending
    assert found[:30] == whole[:30]


@pytest.mark.parametrize("answers", [True, False])
def test_a_silent_kernel_is_told_of_and_a_dead_stub_is_noticed(
    tmp_path: Path, whole: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    """Without a time limit, and with nobody who presses a key."""
    monkeypatch.setattr(patience, "QUIET", 0.2)
    dead = Later(Answering(b"\x03", lambda _: None), 0)
    recording = Recording(tmp_path, None if answers else dead, time_limit=None)
    recording.machine.cut(30, Moment(SILENT))
    told: list[str] = []
    boot = recording.run(lambda: answers and len(told) >= 3, told.append)
    found = events_of(boot.trace)
    assert found[:30] == whole[:30]
    if answers:
        assert boot.report().ending is Ending.STOPPED
        assert all("it is in memblock_add; ^C ends the recording" in sentence for sentence in told)
    else:
        assert boot.report().ending is Ending.TARGET_GONE
        assert "was asked to stop and did not within 0.5 seconds" in boot.report().ending_words
        assert "is its stub still there?" in told[-1]


def test_an_event_limit_is_kept(tmp_path: Path, whole: list[tuple[Any, ...]]) -> None:
    boot = Recording(tmp_path, event_limit=40).run()
    found = events_of(boot.trace)
    assert boot.report().ending is Ending.EVENT_LIMIT
    assert found == whole[: len(found)] and 40 <= len(found) < 60


def test_few_breakpoints_take_turns_and_that_is_said(tmp_path: Path) -> None:
    boot = Recording(tmp_path, room={"0": 0, "1": 4}, hardware_only=True).run()
    assert any("functions took turns" in sentence for sentence in boot.report().missing)
    assert len(boot.trace) > 0


@pytest.mark.parametrize("hardware_only", [False, True])
def test_nothing_is_ever_written(tmp_path: Path, hardware_only: bool) -> None:
    recording = Recording(tmp_path, hardware_only=hardware_only)
    recording.run()
    requests = recording.stub.requests
    assert any(each.startswith(b"Z") for each in requests)
    writing = (b"M", b"X", b"P", b"G") + ((b"Z0", b"z0") if hardware_only else ())
    assert not [each for each in requests if each.startswith(writing)]


def test_a_kernel_that_runs_already_says_so(tmp_path: Path) -> None:
    recording = Recording(tmp_path, already=0)
    recording.machine.registers["VBAR_EL1"] = 0
    boot = LiveBoot(recording.options)
    with (
        listening(recording.stub, tmp_path),
        pytest.raises(InputError, match="the kernel is already running"),
    ):
        boot.prepare()


def test_a_kernel_that_panics_ends_it(tmp_path: Path, whole: list[tuple[Any, ...]]) -> None:
    recording = Recording(tmp_path, functions=Watched(only=NAMES[ARM64.name], more=("panic",)))
    address = ARM64.text + 0x9000
    file = tmp_path / "System.map"
    file.write_text(file.read_text() + f"{address:016x} T panic\n")
    recording.machine.cut(30, Moment(address, {"x0": 0}))
    boot = recording.run()
    found = events_of(boot.trace)
    assert boot.report().ending is Ending.PANIC
    assert len(found) >= 30 and found[:30] == whole[:30]
