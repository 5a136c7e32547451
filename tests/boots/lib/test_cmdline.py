"""The words of the command line, and the numbers in them."""

from __future__ import annotations

import pytest
from bootstep.boots.lib.cmdline import get_option, memparse, next_arg, simple_strtoull


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("600M", 600 << 20, ""),
        ("0x40000000", 0x40000000, ""),
        ("010k", 8 << 10, ""),
        ("128M@0x60000000", 128 << 20, "@0x60000000"),
        ("1e", 1 << 60, ""),
        ("0x1e", 0x1E, ""),
        ("2T,high", 2 << 40, ",high"),
        ("16E", 0, ""),
        ("nonsense", 0, "nonsense"),
        ("-1", 0, "-1"),
        ("0xg", 0, "xg"),
        ("", 0, ""),
    ],
)
def test_sizes_have_suffixes_and_nonsense_is_zero(text: str, value: int, rest: str) -> None:
    assert memparse(text) == (value, rest)


def test_numbers_are_u64_and_wrap() -> None:
    assert simple_strtoull("18446744073709551617") == (1, "")


@pytest.mark.parametrize(
    ("text", "found"),
    [("3", (1, 3, "")), ("-7,x", (2, -7, "x")), ("2-5", (3, 2, "-5")), ("x", (0, 0, "x")), ("", (0, 0, ""))],
)
def test_an_option_tells_what_follows_it(text: str, found: tuple[int, int, str]) -> None:
    assert get_option(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("quiet mem=1G", ("quiet", None, "mem=1G")),
        ("mem=1G   quiet", ("mem", "1G", "quiet")),
        ('init="/bin/sh -c x" y', ("init", "/bin/sh -c x", "y")),
        ('"init=/bin/sh -c x" y', ("init", "/bin/sh -c x", "y")),
        ('"a b"', ("a b", None, "")),
        ("a==b", ("a", "=b", "")),
        ("=b c", ("=b", None, "c")),
        ("x=", ("x", "", "")),
    ],
)
def test_quotes_keep_spaces_together(text: str, found: tuple[str, str | None, str]) -> None:
    assert next_arg(text) == found
