"""Tests that speak a language, and English afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bootstep.model.language.words import ENGLISH, LANGUAGES, choose


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each of the languages."""
    choose(request.param)
    yield request.param
    choose(ENGLISH)


@pytest.fixture
def chinese() -> Iterator[None]:
    """All that is said is said in Chinese."""
    choose("zh")
    yield
    choose(ENGLISH)
