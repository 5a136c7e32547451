"""`bootstep releases`: the tables of releases, as people read them.  Covers releases.py."""

from __future__ import annotations

import pytest
from bootstep.tui.cli.main import main


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["releases", *words]) == 0
    return capsys.readouterr().out


def test_all_releases_are_listed_with_how_they_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys)
    assert "\n6.12  compared with boots of real kernels, line by line\n" in text
    assert text.startswith("5.7   follows its source; no real boot was compared")
    assert "\n5.12\n  - Sections are 128 MiB" in text


def test_two_releases_list_what_lies_between_whichever_comes_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, "6.2", "6.3")
    assert [line for line in text.splitlines() if line[0] != " "] == ["6.3"]
    assert printed(capsys, "6.3", "6.2") == text


def test_releases_alike_are_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "6.12.1", "6.12.9") == "6.12.1 and 6.12.9 do not differ in what is modelled.\n"


def test_no_line_is_wider_than_a_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert max(map(len, printed(capsys).splitlines())) <= 110


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["6.12"], "expected two releases, or none for all, not 1"),
        (["6.1", "new"], "expected a release such as 6.12 or 6.12.114, not 'new'"),
    ],
)
def test_what_is_no_pair_of_releases_is_said(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["releases", *words]) == 2
    assert sentence in capsys.readouterr().err
