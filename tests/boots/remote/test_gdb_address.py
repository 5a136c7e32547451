"""Where a stub listens, as people write it."""

from __future__ import annotations

import pytest
from bootstep.boots.remote.gdb_address import gdb_address
from bootstep.boots.remote.target import RemoteError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("1234", ("127.0.0.1", 1234)),
        (":1234", ("127.0.0.1", 1234)),
        ("tcp::1234", ("127.0.0.1", 1234)),
        (" board.example:3333 ", ("board.example", 3333)),
        ("10.0.0.7:65535", ("10.0.0.7", 65535)),
        ("[fe80::1%eth0]:1", ("fe80::1%eth0", 1)),
    ],
)
def test_an_address(text: str, address: tuple[str, int]) -> None:
    assert gdb_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "host",
        "host:",
        "host:0",
        "host:65536",
        "host:12a",
        "a:b:1",
        "fe80::1:1234x",
        "h\x1b[m:1",
        "-1",
    ],
    ids=repr,
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(RemoteError) as caught:
        gdb_address(text)
    sentence = str(caught.value)
    assert "is no address of a stub: expected HOST:PORT, such as 127.0.0.1:1234" in sentence
    assert sentence.isprintable()
