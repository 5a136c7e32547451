"""A live kernel from its beginning to its end, and what is said of its end.  Covers run.py, source.py,
ending.py."""

from __future__ import annotations

from functools import partial
from threading import Thread

import fake_qemu
import pytest
from bootstep.boots.live.ending import ending_sentence
from bootstep.boots.live.options import LiveOptions, Stub
from bootstep.boots.live.qemu.command import read_command
from bootstep.boots.live.report import Ending, LiveReport
from bootstep.boots.live.run import LiveRun
from bootstep.model.base.errors import InputError
from toy_live import OPERATIONS, ToyLive

OPTIONS = LiveOptions(Stub(port=1234), "vmlinux", time_limit=2.5, event_limit=1000)
EVENTS = 4 * len(OPERATIONS)


def is_running(run: LiveRun) -> bool:
    return run._qemu is not None and run._qemu._keeper.poll() is None


def in_qemu(*what: str, make=ToyLive) -> LiveRun:
    return LiveRun(OPTIONS, make, read_command(fake_qemu.command(*what)))


def test_a_kernel_elsewhere_is_recorded_to_its_end() -> None:
    run, told = LiveRun(OPTIONS, ToyLive), []
    run.progress = told.append
    run.prepare()
    assert run.facts.can.grows and not run.trace.finished
    run.run()
    assert len(run.trace) == EVENTS and run.trace.finished
    assert run.report().ending is Ending.HANDOVER
    assert told == ["looking for the kernel", "2 stops", "4 stops", "6 stops", "8 stops"]
    assert run.source.options is not OPTIONS and run.source.options == OPTIONS  # type: ignore[attr-defined]


def test_qemu_lives_as_long_as_the_recording() -> None:
    run = in_qemu()
    run.prepare()
    assert is_running(run)
    assert run.source.options.stub == run._qemu.stub != OPTIONS.stub  # type: ignore
    run.run()
    assert not is_running(run)


def test_whoever_stops_it_keeps_what_was_recorded() -> None:
    run = in_qemu(make=partial(ToyLive, may_go_on=iter([True, True, *[False] * 10**6]).__next__))
    run.prepare()
    thread = Thread(target=run.run)
    thread.start()
    while len(run.trace) < 8:
        pass
    run.stop()
    thread.join()
    assert len(run.trace) == 8 and run.trace.finished and not is_running(run)
    assert run.report().ending is Ending.STOPPED


def test_what_fails_in_the_middle_loses_nothing() -> None:
    run = in_qemu(make=partial(ToyLive, fails=InputError("the stub says nonsense")))
    run.prepare()
    with pytest.raises(InputError, match="nonsense"):
        run.run()
    assert len(run.trace) == EVENTS and run.trace.finished and not is_running(run)


def test_a_qemu_that_ends_meanwhile_is_quoted() -> None:
    run = in_qemu("prints", "it triple-faulted", make=partial(ToyLive, ending=Ending.TARGET_GONE, words="x"))
    run.prepare()
    assert run._qemu is not None
    import os
    import signal

    os.kill(run._qemu.pid, signal.SIGKILL)
    run.run()
    words = run.report().ending_words
    assert words.endswith("was ended by signal 9; its last line: it triple-faulted")
    assert ending_sentence(run.report(), OPTIONS) == f"The target is gone: {words}"


@pytest.mark.parametrize("error", [InputError("no such kernel"), ZeroDivisionError()])
def test_nothing_is_left_running_if_it_cannot_be_prepared(error: Exception) -> None:
    run = in_qemu(make=partial(ToyLive, unprepared=error))
    with pytest.raises(type(error)):
        run.prepare()
    assert run._qemu is not None and not is_running(run)


def test_a_qemu_that_ends_before_the_kernel_is_found_is_the_reason() -> None:
    run = in_qemu("prints", "no such machine", "status", "1", make=ToyLive)
    with pytest.raises(InputError, match="exited with status 1; its last line: no such machine"):
        run.prepare()


def test_one_that_is_stopped_before_it_began_says_so() -> None:
    run = in_qemu()
    run.stop()
    with pytest.raises(InputError, match="stopped before the kernel was found"):
        run.prepare()
    assert not is_running(run)


@pytest.mark.parametrize(
    ("report", "sentence"),
    [
        (LiveReport(), ""),
        (LiveReport(Ending.HANDOVER), "Recorded until memblock_free_all returned."),
        (LiveReport(Ending.PANIC, "no\x1b memory"), "The kernel panicked: no\\x1b memory"),
        (LiveReport(Ending.TIME_LIMIT), "Not recorded any further: the time limit of 2.5 s."),
        (LiveReport(Ending.EVENT_LIMIT), "Not recorded any further: the limit of 1000 events."),
        (LiveReport(Ending.STOPPED), "Recorded up to here, where it was stopped."),
        (LiveReport(Ending.TARGET_GONE), "The target is gone: it does not say why"),
    ],
)
def test_every_ending_has_a_sentence(report: LiveReport, sentence: str) -> None:
    assert ending_sentence(report, OPTIONS) == sentence
