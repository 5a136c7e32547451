"""What stubs say that nobody asked."""

from __future__ import annotations

import pytest
from bootstep.boots.remote.wire.unasked import (
    ended_words,
    ends_a_run,
    is_console,
    is_end,
    is_stop,
    is_system_call,
)

ALL = (is_stop, is_end, is_console, is_system_call, ends_a_run)
SAID = {
    b"T05thread:01;": {is_stop, ends_a_run},
    b"S05": {is_stop, ends_a_run},
    b"W00": {is_end, ends_a_run},
    b"X09;process:1": {is_end, ends_a_run},
    b"E01": {ends_a_run},
    b"": {ends_a_run},
    b"O6869": {is_console},
    b"OK": set[object](),
    b"Fwrite,1,2000,3": {is_system_call},
}


@pytest.mark.parametrize("body", SAID, ids=repr)
def test_each_is_known_by_its_first_letters(body: bytes) -> None:
    assert {each for each in ALL if each(body)} == SAID[body]


def test_how_it_ended() -> None:
    assert ended_words(b"X09") == "killed by signal 9"
    assert ended_words(b"W2a;process:1") == "exited with status 42"
