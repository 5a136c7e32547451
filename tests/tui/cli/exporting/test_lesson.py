"""``bootstep export`` of lessons: what is written, and what is wrong in one sentence.

Covers options.py, lesson.py.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from bootstep.tui.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(("export", *words))
    out, err = capsys.readouterr()
    return status, out, err


def data_of(file: Path) -> Any:
    """What the script of a page reads."""
    found = re.search(r'id="data">(.*?)</script>', file.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_page_and_slides_at_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page, slides = tmp_path / "page.html", tmp_path / "slides"
    words = ("virt-512m", "--from", "sparse_init:entry", "--to", "sparse_init", "--every", "call")
    assert run(capsys, *words, "--html", str(page), "--svg", str(slides)) == (0, "", "")
    steps = data_of(page)["steps"]
    assert steps[0]["name"] == "sparse_init:entry" and steps[-1]["name"] == "sparse_init:return"
    pictures = sorted(each.name for each in slides.iterdir())
    assert len(pictures) == len(steps) > 5
    assert pictures[0] == f"{1:0{max(2, len(str(len(steps))))}}-sparse_init-entry.svg"
    for name in pictures:
        ET.parse(slides / name)


def test_nothing_is_written_over_without_a_word(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("mine")
    words = ("virt-512m", "--every", "phase", "--html", str(page))
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "") and "this file is there already, --force writes over it" in err
    assert page.read_text() == "mine"
    assert run(capsys, *words, "--force") == (0, "", "")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_options_change_the_machine(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    words = ("virt-1g", "--cmdline", "mem=512M", "--every", "phase", "--html", str(page))
    assert run(capsys, *words) == (0, "", "")
    data = data_of(page)
    assert any(
        "0x60000000" in row for row in data["pool"] if isinstance(row, list) and row[1] == "0x40000000"
    )


def test_no_textual_is_loaded(tmp_path: Path) -> None:
    words = ["export", "virt-512m", "--html", str(tmp_path / "a.html"), "--svg", str(tmp_path / "slides")]
    program = (
        "import sys; from bootstep.tui.cli.main import main\n"
        f"print(main({words!r}), *sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    status, *modules = done.stderr.split()
    assert status == "0"
    assert not {"textual", "rich"} & set(modules)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--html", "x"), "expected MACHINE"),
        (("virt-512m", "--html", "x", "--format", "svg"), "--format does not go with --html"),
        (("virt-512m", "--svg", "x", "--at", "end"), "--at does not go with --svg"),
        (("virt-512m", "--from", "end"), "--from is for a lesson: expected --html FILE"),
        (("virt-512m", "--html", "x", "--size", "80x24"), "--size is of the screen for --cast"),
        (("virt-512m", "--cast", "x", "--size", "80"), "--size 80: expected two numbers from 20 to 300"),
        (("virt-512m", "--cast", "x", "--size", "8000x24"), "such as 80x24"),
        (("virt-512m", "--html", "x", "--from", "nowhere"), "--from nowhere:return: this boot never calls"),
        (("virt-512m", "--html", "x", "--to", "+"), "--to '+' is no position"),
        (
            ("virt-512m", "--html", "x", "--from", "end", "--to", "start"),
            "--to start comes before --from end",
        ),
        (("virt-512m", "--html", "x", "--every", "line"), "invalid choice: 'line'"),
        (("virt-512m", "--html", "x", "--every", "call"), "steps are too many for one page"),
        (("virt-512m", "--html", "/"), "this is a directory"),
        (("virt-512m", "--html", "/nowhere/x"), "no such file or directory"),
        (("virt-512m", "--svg", "/nowhere/x/y"), "no such file or directory"),
        (("virt-512m", "--svg", "/dev/null"), "/dev/null"),
        (("virt-512m", "--svg", "a\0b"), "a\\x00b"),
        (("nowhere", "--html", "x"), "nowhere"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert sentence in err and err.count("\n") == 1
    assert not list(tmp_path.iterdir())
