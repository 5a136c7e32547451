"""A target that is quiet is talked about.  Covers quiet.py."""

from __future__ import annotations

import pytest
from bootstep.boots.live.quiet import Quiet, before_the_kernel, in_the_kernel

MOVED = 0x1234_0000
TEXT = 0xFFFF_8000_0800_0000
SYMBOLS = {"_text": TEXT, "start_kernel": TEXT + 0x100, "panic": TEXT + 0x200, "_end": TEXT + 0x300}


@pytest.mark.parametrize(
    ("place", "name"),
    [
        (TEXT + 0x1FC, "start_kernel"),
        (TEXT + 0x200, "panic"),
        (TEXT + 0x300, hex(TEXT + 0x300 + MOVED)),
        (0x4000_0000 - MOVED, "0x40000000"),
    ],
)
def test_where_a_kernel_is_has_a_name(place: int, name: str) -> None:
    said = in_the_kernel(Quiet(30.2, place + MOVED), SYMBOLS, MOVED, ":stop")
    assert said == (
        "the kernel has run for 30 s without reaching a function that is watched, "
        f"it is in {name}; :stop ends the recording"
    )


def test_one_that_did_not_come_to_its_kernel() -> None:
    assert before_the_kernel(Quiet(20.0, 0xFFF0)) == (
        "the target has run for 20 s and has not come to the kernel; it is at 0xfff0"
    )


def test_one_that_does_not_answer() -> None:
    words = "the target has run for 20 s and does not stop when it is asked to: is its stub still there?"
    assert before_the_kernel(Quiet(20.0, None)) == words
    assert in_the_kernel(Quiet(20.0, None), SYMBOLS, 0, "^C") == words
