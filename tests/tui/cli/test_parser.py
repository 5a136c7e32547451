"""Numbers of options.  Covers parser.py."""

from __future__ import annotations

import pytest
from bootstep.model.base.errors import InputError
from bootstep.tui.cli.parser import number_of


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("65535", 65535), ("007", 7)])
def test_a_number_within_bounds(text: str, number: int) -> None:
    assert number_of("--port", text, 0, 65535) == number


def test_a_number_may_be_negative_where_bounds_are() -> None:
    assert number_of("--seed", "-5", -9, 9) == -5


@pytest.mark.parametrize(
    "text",
    ["", "-", "-1", "65536", "1.5", "\u0663", "9" * 5000, "x\x1b[31m", " 1"],
    ids=[
        "empty",
        "a sign",
        "too small",
        "too large",
        "a fraction",
        "other digits",
        "long",
        "control",
        "space",
    ],
)
def test_whatever_else_is_one_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"^--port .*: expected a number from 0 to 65535$") as raised:
        number_of("--port", text, 0, 65535)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 100
