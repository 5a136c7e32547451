"""What holds for all tests: an example of hypothesis may take as long as it does on a busy machine, and more
tests run at a time than there are processors, because those of the screen mostly wait for it."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("bootstep", deadline=None)
settings.load_profile("bootstep")


def pytest_xdist_auto_num_workers() -> int:
    """How many `--numprocesses auto` is."""
    return 2 * (os.cpu_count() or 1)
