"""``bootstep quiz``: sheets and keys where they were asked for, and what is wrong said in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bootstep.tui.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(("quiz", *words))
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize("form", ["text", "md", "html", "json"])
def test_a_sheet_and_its_key_are_the_same_bytes_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    words = ("virt-512m", "--count", "12", "--seed", "7", "--format", form)
    written: list[bytes] = []
    for name in ("one", "two"):
        sheet, key = tmp_path / name, tmp_path / f"{name}-key"
        assert run(capsys, *words, "-o", str(sheet), "--key", str(key)) == (0, "", "")
        written.append(sheet.read_bytes() + b"|" + key.read_bytes())
    assert written[0] == written[1]
    status, out, _ = run(capsys, *words, "--no-key")
    assert status == 0
    assert out.encode() == written[0].partition(b"|")[0]


def test_the_key_follows_the_sheet_where_nobody_says(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "virt-512m", "--count", "3")
    assert (status, err) == (0, "")
    assert out.index("Questions about") < out.index("-" * 70) < out.index("Answers:")


def test_kinds_and_difficulty(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("virt-512m", "--format", "json", "--kind", "zone", "--kind", "allocation", "--difficulty", "2")
    status, out, _ = run(capsys, *words)
    told = json.loads(out)["questions"]
    assert status == 0
    assert {each["kind"] for each in told} == {"zone", "allocation"}
    assert {each["difficulty"] for each in told} == {2}


def test_the_kinds_are_listed_all_or_those_of_a_boot(capsys: pytest.CaptureFixture[str]) -> None:
    status, everything, _ = run(capsys, "--list")
    assert status == 0
    assert "allocation" in everything
    status, some, _ = run(capsys, "virt-512m", "--list")
    assert status == 0
    assert set(some.splitlines()) <= set(everything.splitlines())


def test_fewer_than_were_asked_for_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "virt-512m", "--kind", "sections", "--count", "5", "--format", "json")
    assert status == 0
    assert len(json.loads(out)["questions"]) == 1
    assert "only 1 such questions" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "expected MACHINE"),
        (("virt-512m", "--count", "0"), "--count 0: expected a number from 1 to 200"),
        (("virt-512m", "--count", "many"), "--count many: expected a number"),
        (("virt-512m", "--count", "9" * 30), "expected a number"),
        (("virt-512m", "--seed", "x"), "--seed x: expected a number"),
        (("virt-512m", "--kind", "zon"), "did you mean zone"),
        (("virt-512m", "--difficulty", "4"), "--difficulty"),
        (("virt-512m", "--key", "k", "--no-key"), "--key and --no-key"),
        (("virt-512m", "--key", "k", "-o", "k"), "the sheet goes to that file"),
        (("no-such-machine",), "no-such-machine"),
        (("virt-512m", "--kind", "node"), "no such question can be asked"),
        (("virt-512m", "-o", "/no/such/folder/x"), "/no/such/folder/x"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    status, _, err = run(capsys, *words)
    assert status == 2
    assert says in err
    assert len(err.splitlines()) == 1
