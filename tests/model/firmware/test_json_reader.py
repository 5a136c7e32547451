"""Values of a JSON file are what is expected, or a sentence says which one is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.json_reader import JsonReader

READER = JsonReader("firmware.json")


def test_numbers_are_numbers_or_strings_in_any_base() -> None:
    assert [READER.number("a", value) for value in (16, "16", "0x10", "0b10000")] == [16] * 4
    assert READER.bytes("a", "5f4d505f") == b"_MP_"
    assert READER.pair("a", {"pa": "0x1000", "size": 2}, ("pa", "size")) == (0x1000, 2)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (READER.number, "ten", "a number"),
        (READER.number, True, "a number of 64 bits"),
        (READER.number, 1 << 64, "a number of 64 bits"),
        (READER.number, -1, "a number of 64 bits"),
        (READER.text, 5, "a string"),
        (READER.bytes, "xyz", "bytes in hexadecimal digits"),
        (READER.table, [], "an object"),
        (READER.items, {}, "a list"),
    ],
)
def test_what_is_not_expected_is_told_with_its_place(
    read: Callable[[str, Any], Any], value: Any, expected: str
) -> None:
    with pytest.raises(InputError) as error:
        read("mp[0].pa", value)
    assert str(error.value).startswith("firmware.json: mp[0].pa = ")
    assert str(error.value).endswith(f"expected {expected}")


def test_a_long_value_makes_no_long_sentence() -> None:
    with pytest.raises(InputError) as error:
        READER.number("a", ["x"] * 100_000)
    assert len(str(error.value)) < 1000
