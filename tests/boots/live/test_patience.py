"""Nobody waits longer for a target than they want to.  Covers patience.py."""

from __future__ import annotations

import asyncio

import pytest
from bootstep.boots.live import patience as module
from bootstep.boots.live.patience import NobodyWaits, Patience
from bootstep.boots.live.report import Ending
from bootstep.boots.remote.target import RemoteError, Stop, Stopped

from ...support.fake_memory import FakeTarget


class Runs(FakeTarget):
    """A target that runs until it is interrupted, if it heeds that."""

    def __init__(self, heeds: bool = True) -> None:
        super().__init__()
        self.heeds = heeds
        self.interrupts = 0
        self._stopped = asyncio.Event()

    async def resume(self) -> Stop:
        await self._stopped.wait()
        return Stopped(2)

    async def interrupt(self) -> None:
        self.interrupts += 1
        if self.heeds:
            self._stopped.set()


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
