"""A file of text is written whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.files.output_file import write_lines


def test_lines_are_written_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "x"
    seen: list[bool] = []

    def lines() -> Iterator[str]:
        for number in range(3):
            seen.append(path.exists())
            yield f"line {number}"

    write_lines(lines(), str(path))
    assert path.read_text() == "line 0\nline 1\nline 2\n"
    assert seen == [False] * 3


def test_what_a_terminal_obeys_is_not_in_it(tmp_path: Path) -> None:
    write_lines(["a\x1b[31m", "grün \ud800"], str(tmp_path / "x"))
    assert (tmp_path / "x").read_text(encoding="utf-8") == "a\\x1b[31m\ngrün \\xed\\xa0\\x80\n"


def test_nothing_is_left_of_what_fails(tmp_path: Path) -> None:
    def lines() -> Iterator[str]:
        yield "one"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_lines(lines(), str(tmp_path / "x"))
    assert not list(tmp_path.iterdir())


def test_a_file_is_written_over_only_where_that_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("mine")
    with pytest.raises(InputError, match="is there already, --force writes over it"):
        write_lines(["new"], str(path))
    assert path.read_text() == "mine"
    write_lines(["new"], str(path), overwrite=True)
    assert path.read_text() == "new\n"
    with pytest.raises(InputError, match="this is a directory"):
        write_lines(["new"], str(tmp_path), overwrite=True)
