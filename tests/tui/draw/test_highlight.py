"""Python in colours: as its own tokenizer reads it."""

from __future__ import annotations

import keyword
import tokenize
from pathlib import Path

import pytest
from bootstep.tui.draw.highlight import highlighted

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "boots" / "arm64").rglob("*.py"))
HARD = '''\
@decorated("a\\"b", r'c\\d', f"{e['f']}", 1e-9, 0x1F, 1_000.5)
def name(k: int) -> None:
    """Says # no comment

    and 'so on'."""
    x = [1, -2, k.y(3)]  # a comment: "not a string"
    return x if k else """no docstring"""
'''


def styled(path: Path) -> set[tuple[int, int, str]]:
    """Every character that has a style: its row and column, and the style."""
    return {
        (row, column, style)
        for row, spans in enumerate(highlighted(str(path)), 1)
        for column, style in enumerate(style for text, style in spans for _ in text)
        if style
    }


def tokenized(path: Path) -> set[tuple[int, int, str]]:
    """The same by Python's tokenizer."""
    rows = path.read_text().splitlines()
    found: set[tuple[int, int, str]] = set()
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            (first, start), (last, end) = token.start, token.end
            row = rows[first - 1] if 0 < first <= len(rows) else ""
            style = ""
            match token.type:
                case tokenize.COMMENT:
                    style = "comment"
                case tokenize.STRING:
                    style = "comment" if row.lstrip().startswith('"""') else "string"
                case tokenize.NUMBER:
                    style = "number"
                case tokenize.NAME:
                    is_call = row[end : end + 1] == "("
                    style = "keyword" if keyword.iskeyword(token.string) else "function" if is_call else ""
                case tokenize.OP:
                    style = "dim" if token.string == "@" else ""
                case _:
                    pass
            for number in range(first, last + 1 if style else first):
                until = end if number == last else len(rows[number - 1])
                found |= {(number, column, style) for column in range(start if number == first else 0, until)}
    return found


@pytest.mark.parametrize("path", SOURCES[:: max(len(SOURCES) // 12, 1)], ids=lambda path: path.stem)
def test_boots_are_coloured_as_the_tokenizer_reads_them(path: Path) -> None:
    assert styled(path) == tokenized(path)


def test_what_is_hard(tmp_path: Path) -> None:
    path = tmp_path / "hard.py"
    path.write_text(HARD)
    assert styled(path) == tokenized(path)
    lines = ["".join(text for text, _ in line) for line in highlighted(str(path))]
    assert lines == HARD.splitlines()


def test_a_file_that_is_not_there_has_no_lines() -> None:
    assert highlighted("/nowhere/at/all.py") == ()
