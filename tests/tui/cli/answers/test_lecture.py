"""``bootstep explain`` and ``bootstep glossary``.  Covers explain.py, glossary.py."""

from __future__ import annotations

import json

import pytest
from bootstep.tui.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(words)
    out, err = capsys.readouterr()
    return status, out, err


def test_an_event_explained(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "explain", "virt-512m", "--at", "arm64_memblock_init")
    assert status == 0
    assert out.startswith("what happens\n  arm64_memblock_init fits memblock")
    assert "It is called by setup_arch" in out


def test_the_same_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "explain", "virt-512m", "--at", "paging_init", "--format", "json")
    assert status == 0
    told = json.loads(out)
    assert told["kind"] == "explanation"
    assert told["at"] == "paging_init"
    assert told["paragraphs"][0]["heading"] == "what happens"


@pytest.mark.parametrize("at", ["no_such", "99999999", "paging_init#", "x" * 5000])
def test_a_position_that_is_none(capsys: pytest.CaptureFixture[str], at: str) -> None:
    status, out, err = run(capsys, "explain", "virt-512m", "--at", at)
    assert (status, out) == (2, "")
    assert err.startswith("bootstep: --at ")
    assert err.count("\n") == 1


def test_words(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "glossary", "no-map")
    assert status == 0
    assert out.startswith("NOMAP\n  The linear map leaves this memory out")
    status, out, _ = run(capsys, "glossary", "--format", "json", "linear", "map")
    assert status == 0
    assert json.loads(out)["paragraphs"][0]["heading"] == "linear map"
    status, out, _ = run(capsys, "glossary")
    assert status == 0
    assert "letters and glyphs" in out


def test_a_word_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "glossary", "nomop") == (
        2,
        "",
        "bootstep: the glossary does not have “nomop”; near it are NOMAP, no-map\n",
    )
