"""Nobody waits longer for a target than they want to.  Covers patience.py."""

from __future__ import annotations

import asyncio

import pytest
from bootstep.boots.live import patience as module
from bootstep.boots.live.patience import NobodyWaits, Patience
from bootstep.boots.live.quiet import Quiet
from bootstep.boots.live.report import Ending
from bootstep.boots.remote.target import RemoteError, Stop, Stopped

from ...support.fake_memory import FakeTarget


class Runs(FakeTarget):
    """A target that runs until it is interrupted, if it heeds that."""

    def __init__(self, heeds: bool = True, answers: bool = True) -> None:
        super().__init__()
        self.heeds = heeds
        self.answers = answers
        self.interrupts = self.probes = 0
        self._stopped = asyncio.Event()

    async def resume(self) -> Stop:
        await self._stopped.wait()
        return Stopped(2)

    async def interrupt(self) -> None:
        self.interrupts += 1
        if self.heeds:
            self._stopped.set()

    async def probe(self) -> None:
        self.probes += 1

    @property
    def stood_at(self) -> int | None:
        return 0x1000 + self.probes if self.answers and self.probes else None


def test_without_limits_it_never_ends() -> None:
    assert Patience(lambda: False, None).ending() is None


def test_the_time_limit_and_whoever_cancels_end_it() -> None:
    assert Patience(lambda: False, 0).ending() is Ending.TIME_LIMIT
    assert Patience(lambda: True, 0).ending() is Ending.STOPPED


async def test_a_target_that_stops_by_itself_says_so() -> None:
    target = Runs()
    target._stopped.set()
    assert await Patience(lambda: False, None).resume(target) == Stopped(2)
    assert target.interrupts == 0


@pytest.mark.parametrize(("cancelled", "ending"), [(True, Ending.STOPPED), (False, Ending.TIME_LIMIT)])
async def test_one_that_runs_on_is_stopped(cancelled: bool, ending: Ending) -> None:
    target = Runs()
    with pytest.raises(NobodyWaits) as caught:
        await Patience(lambda: cancelled, 0).resume(target)
    assert caught.value.ending is ending
    assert target.interrupts == 1


async def test_one_that_runs_for_a_while_stands_afterwards() -> None:
    target = Runs()
    assert await Patience(lambda: False, None).run_for(target, 0) == Stopped(2)
    assert target.interrupts == 1


async def test_one_that_does_not_heed_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN", 0.01)
    for wait in (
        Patience(lambda: True, None).resume,
        lambda target: Patience(lambda: 0, None).run_for(target, 0),
    ):
        with pytest.raises(RemoteError, match="runs on, it does not stop when it is told to"):
            await wait(Runs(heeds=False))


@pytest.mark.parametrize("answers", [True, False])
async def test_one_that_is_quiet_is_probed_and_that_is_told(
    monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    monkeypatch.setattr(module, "QUIET", 0.02)
    monkeypatch.setattr(module, "LOOK_EVERY", 0.001)
    target, told = Runs(answers=answers), list[Quiet]()
    with pytest.raises(NobodyWaits):
        await Patience(lambda: len(told) == 3, None, told.append).resume(target)
    assert target.probes == 3 and target.interrupts == 1
    assert [each.place for each in told] == ([0x1001, 0x1002, 0x1003] if answers else [None] * 3)
    assert 0.02 <= told[0].seconds < told[1].seconds < told[2].seconds
    assert told[1].seconds - told[0].seconds >= 0.02


async def test_one_that_stops_again_and_again_is_not_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    target, told = Runs(), list[Quiet]()
    target._stopped.set()
    patience = Patience(lambda: False, None, told.append)
    for _ in range(100):
        await patience.resume(target)
    patience.was_at(0x1000)
    assert not told and not target.probes
    monkeypatch.setattr(module, "QUIET", 0)
    patience.was_at(0x1000)
    assert [each.place for each in told] == [0x1000]
