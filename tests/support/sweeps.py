"""Sweeps over many alike: some stand for all while one works, the others are slow tests."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

SLOW = pytest.mark.slow


def sweep(cases: Iterable[object], *quick: object) -> list[object]:
    """The cases of a parametrised test, of which all but some are for `pytest -m slow`."""
    all_cases = list(cases)
    unknown = [case for case in quick if case not in all_cases]
    assert not unknown, f"no cases of this sweep: {unknown}"
    return [case if case in quick else pytest.param(case, marks=SLOW) for case in all_cases]
