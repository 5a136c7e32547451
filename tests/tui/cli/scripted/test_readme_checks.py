"""The checks that README shows for CI hold, and fail where they should.

Covers batch.py.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from bootstep.tui.cli.main import main

README = Path(__file__).parents[4] / "README.md"
CHECKS = {
    found[1]: shlex.split(found[2].replace("\\\n", " "))
    for found in re.finditer(r"```sh\n# (.*?)[:.].*\n((?:.|\n)*?)```", README.read_text())
}


def test_there_are_some() -> None:
    assert len(CHECKS) >= 3


@pytest.mark.parametrize("name", CHECKS)
def test_what_readme_shows_holds(name: str) -> None:
    program, *words = CHECKS[name]
    assert program == "bootstep"
    assert main(words) == 0


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("The CMA area lies where the firmware expects it", "0x7ac00000", "0x7ac00001"),
        ("No two nodes of /reserved-memory overlap", "phone-4g", "broken-1g"),
        ("A crash kernel of 256 MiB fits", "crashkernel=256M", "crashkernel=900M"),
    ],
)
def test_it_fails_where_it_should(name: str, right: str, wrong: str) -> None:
    _, *words = CHECKS[name]
    assert any(right in word for word in words)
    assert main([word.replace(right, wrong) for word in words]) == 1
