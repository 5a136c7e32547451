"""A kernel that panics says why, in its log.  Covers panicking.py."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from bootstep.boots.live.patience import Patience
from bootstep.boots.live.recorder.panicking import panic_words
from bootstep.boots.remote.target import Ended, RemoteError, Stop, Stopped

from ....support.fake_memory import FakeTarget

NO_MEMORY = "Failed to allocate 4096 bytes"
LINES = ("Booting Linux", f"Kernel panic - not syncing: {NO_MEMORY}", "Call trace:")


class Panics(FakeTarget):
    """Speaks when it is let run, and then stands, or is gone."""

    def __init__(self, stop: Stop | Exception) -> None:
        super().__init__()
        self.stop = stop
        self.ran = False

    async def resume(self) -> Stop:
        self.ran = True
        if isinstance(self.stop, Exception):
            raise self.stop
        return self.stop


class Log:
    """Stands for `Seen`: after it has looked at the end, the trace has the lines."""

    def __init__(self, target: Panics, lines: tuple[str, ...]) -> None:
        self.target = target
        self._lines = lines
        self.trace = SimpleNamespace(logs=[], log_text=lambda event: lines[event])

    async def last(self) -> None:
        assert self.target.ran
        self.trace.logs = list(range(len(self._lines)))


async def words(stop: Stop | Exception, lines: tuple[str, ...] = LINES) -> str:
    seen: Any = Log(Panics(stop), lines)
    return await panic_words(seen, Patience(lambda: False, None))


async def test_its_words_are_those_behind_the_usual_ones() -> None:
    assert await words(Stopped(2)) == NO_MEMORY


async def test_the_last_of_two_counts() -> None:
    assert await words(Stopped(2), (*LINES, "Kernel panic - not syncing: again")) == "again"


@pytest.mark.parametrize("stop", [Ended("exited with status 0"), RemoteError("the connection was cut")])
async def test_one_that_is_gone_says_nothing_more(stop: Stop | Exception) -> None:
    assert await words(stop) == ""


async def test_one_without_words_has_none() -> None:
    assert await words(Stopped(2), ("Booting Linux",)) == ""
