"""Formats of kernel messages and their numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from bootstep.model.trace.events import LogFormat


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def own_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LogFormat, "known", [])
    monkeypatch.setattr(LogFormat, "numbers", {})


@pytest.mark.usefixtures("hasty_threads", "own_formats")
def test_boots_in_several_threads_do_not_mix_formats_up() -> None:
    templates = [f"line {number} {{}}" for number in range(4000)]

    def register(part: int) -> list[tuple[str, int]]:
        mine = templates[part::4] + templates[(part + 1) % 4 :: 4]
        return [(template, LogFormat.number(template, "info")) for template in mine]

    with ThreadPoolExecutor(4) as pool:
        found = [pair for pairs in pool.map(register, range(4)) for pair in pairs]
    assert len(set(found)) == len(templates)
    assert all(LogFormat.known[number].template == template for template, number in found)
