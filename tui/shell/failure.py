"""What is done about a mistake of bootstep's own: its details go into a file, and people are told in a
sentence."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from ...model.base.units import one_line
from ...model.files.cache import cache_directory
from ...model.language.words import tr

MOST_TOLD = 50
"""After so many different failures a session ends: something is broken for good."""


class Failures:
    """What went wrong in a session."""

    def __init__(self) -> None:
        self.told: dict[str, str] = {}
        self.last: Exception | None = None

    def sentence(self, error: Exception, doing: str) -> str:
        """What to say of an exception; one that came before is not written down again."""
        self.last = error
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        key = f"{type(error).__name__} {place}"
        if key not in self.told:
            self.told[key] = failure_told(error, doing)
        return self.told[key]

    @property
    def are_too_many(self) -> bool:
        """Whether it is better to give up."""
        return len(self.told) > MOST_TOLD


def failure_told(error: BaseException, doing: str) -> str:
    """A sentence about an exception that nobody expected, while `doing` something, with where its details
    were written."""
    what = one_line(traceback.format_exception_only(error)[-1].strip())
    if isinstance(error, MemoryError):
        return tr("{doing} needs more memory than there is", doing=doing)
    where = _written(f"{_circumstances(doing)}\n{''.join(traceback.format_exception(error))}")
    report = (
        tr("the details are in {where}, please report it with them", where=where)
        if where
        else tr("please report it")
    )
    return tr(
        "{doing} failed, by a mistake of bootstep's own and not of yours: {what}; {report}",
        doing=doing,
        what=what,
        report=report,
    )


def command_told(error: BaseException, words: Sequence[str]) -> str:
    """The same of the command line with these words."""
    return failure_told(error, f"'{one_line(' '.join(words[:6]))[:80]}'" if words else tr("this"))


def _circumstances(doing: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        ours = version("bootstep")
    except PackageNotFoundError:
        ours = "?"
    return (
        f"bootstep {ours}, Python {platform.python_version()}, {platform.platform()}\n"
        f"while: {doing}\ncommand line: {one_line(' '.join(sys.argv))}\n"
    )


def _written(text: str) -> Path | None:
    """Where the details are, None if they can be written nowhere."""
    name = f"failure-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-"
    for directory in (cache_directory, tempfile.gettempdir):
        try:
            folder = Path(directory())
            folder.mkdir(parents=True, exist_ok=True)
            descriptor, path = tempfile.mkstemp(".txt", name, folder)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return Path(path)
        except (OSError, RuntimeError):
            continue
    return None
