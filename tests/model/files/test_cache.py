"""What a process remembers of files: it is that of the file as it is now, and not of many."""

from __future__ import annotations

from pathlib import Path

from bootstep.model.files.cache import MOST_REMEMBERED, remembered


def test_it_is_made_once_for_a_file_and_again_where_the_file_is_another(tmp_path: Path) -> None:
    file = tmp_path / "vmlinux"
    file.write_text("one")
    first = remembered(file, "words", lambda: [file.read_text()])
    assert remembered(file, "words", list[str]) is first == ["one"]
    assert remembered(file, "letters", lambda: [*file.read_text()]) == ["o", "n", "e"]
    file.write_text("another")
    assert remembered(file, "words", lambda: [file.read_text()]) == ["another"]


def test_a_file_that_is_gone_is_asked_for_each_time(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert remembered(gone, "words", lambda: [1]) is not remembered(gone, "words", lambda: [1])


def test_only_the_last_ones_are_kept(tmp_path: Path) -> None:
    files = [tmp_path / str(number) for number in range(MOST_REMEMBERED + 1)]
    for file in files:
        file.touch()
        remembered(file, "words", lambda: [1])
    assert remembered(files[-1], "words", lambda: [2]) == [1]
    assert remembered(files[0], "words", lambda: [2]) == [2]
