"""What a target says through its stub."""

from __future__ import annotations

from bootstep.boots.remote.stub.said import MOST, Said


def test_control_characters_are_shown() -> None:
    said = Said()
    said.add(b"\x1b[31mhello\n".hex().encode())
    said.add(b"6")
    said.add(b"zz")
    said.add("é".encode().hex().encode())
    assert said.text() == "\\x1b[31mhello\né"


def test_only_the_last_of_it_is_kept() -> None:
    said = Said()
    for number in range(3000):
        said.add((b"%04d" % number).hex().encode() * 10)
    assert said.text().endswith("2999" * 10)
    assert MOST // 2 < len(said.text()) <= MOST
    said.add(b"61" * (2 * MOST))
    assert len(said.text()) <= MOST
    for _ in range(3 * MOST):
        said.add(b"")
    assert said.text() == ""
