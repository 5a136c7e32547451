"""What holds for all tests: an example of hypothesis may take as long as it does on a busy machine, and more
tests run at a time than there are processors, because those of the screen mostly wait for it; and they read
English, whatever language the developer's locale has.  What Python compiles is kept, even where the
environment says otherwise: tests start hundreds of processes, each of which would compile the program again.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator

import pytest
import xdist
from bootstep.model.language.choice import language_of
from bootstep.model.language.words import ENGLISH, choose
from hypothesis import settings

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

if language_of(os.environ) != ENGLISH:
    os.environ["LC_ALL"] = "C.UTF-8"

settings.register_profile("bootstep", deadline=None)
settings.load_profile("bootstep")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many `--numprocesses auto` is: more for slow tests, of which more are of the screen."""
    return (os.cpu_count() or 1) * (5 if config.option.markexpr == "slow" else 3) // 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Recordings of real kernels come first: tests of one recording then run one after the other in a worker,
    since one that is idle takes from the end of what another still has to do."""
    items.sort(key=lambda item: "real_boots" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Thousands of tests are no garbage, nor are the boots that tests share: a pass over all of them
    for every few small objects that a boot is made of takes a tenth of the whole run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What syrupy sums up of one worker nobody reads, and it takes seconds: it holds each snapshot that was
    not asked for against each test."""
    if xdist.is_xdist_worker(session):
        session.config.pluginmanager.unregister(name="syrupy")


@pytest.fixture(autouse=True)
def english_afterwards() -> Iterator[None]:
    """The next test reads English."""
    yield
    choose(ENGLISH)
