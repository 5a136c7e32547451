"""What a newcomer asks first, answered with the keys that the screen itself names: few of them, and no dead
end.  `KEYS` are counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from bootstep.model.language import words
from bootstep.tui.shell.app import BootstepApp
from screens import SMALL, WIDE, recorded, screen
from sweeps import sweep
from toured_boots import recording

MOST = 60
"""Keys in all."""


class Asked(NamedTuple):
    """A question, the keys that answer it, and what then stands on the screen; in English a sentence more."""

    question: str
    keys: tuple[str, ...]
    answer: tuple[str, ...]
    english: tuple[str, ...]


def typed(line: str) -> tuple[str, ...]:
    """A line, letter by letter."""
    names = {" ": "space", "_": "underscore", ">": "greater_than_sign"}
    return tuple(names.get(each, each) for each in line)


LINE = "break memblock_reserve if size > 1M"
QUESTIONS = (
    Asked("what is this", (), ("virt-1g", "arm64"), ("Welcome. This is how Linux 6.1", "F1 tours")),
    Asked(
        "who reserved the image and where",
        ("dollar_sign", "3", "e"),
        ("0x40210000", "arm64_memblock_init"),
        ("13.6 MiB from 0x40210000 become reserved for the kernel image",),
    ),
    Asked(
        "which virtual address maps RAM's first page",
        ("4",),
        ("0xffff000000000000    2.1 MiB", "→ 0x40000000"),
        ("linear map",),
    ),
    Asked("how many sections", ("5",), ("128 MiB", "●●●●●●●●"), ("8 sections of 128 MiB",)),
    Asked("and why", ("e",), ("memblocks_present",), ("It is marked as present: some of it is memory",)),
    Asked("how many zones", ("6",), ("DMA32, Normal, Movable",), ("DMA32, Normal, Movable: empty",)),
    Asked(
        "and why",
        ("e",),
        ("zone_sizes_init", "0x80000000"),
        ("decides where each zone ends, by what devices can reach", "RAM ends at 0x80000000"),
    ),
    Asked("one step back", ("S",), ("12572/12575",), ("back before mem_init_print_info returned",)),
    Asked(
        "break at the first reservation over 1 MiB",
        ("0", "colon", "right", "enter", "escape", "c"),
        ("memblock_reserve", "13.6 MiB > 1M", "arm64_memblock_init"),
        ("breakpoint 1: memblock_reserve, size 13.6 MiB > 1M",),
    ),
)
TYPED = (*QUESTIONS[:-1], QUESTIONS[-1]._replace(keys=("0", "colon", *typed(LINE), "enter", "escape", "c")))
"""The same by who does not take the example that the line offers."""


def one_space(rows: list[str]) -> str:
    """The screen as one reads it: a sentence goes on in the row below, and beside other panes."""
    return " ".join(" ".join(rows).split())


def columns(rows: list[str]) -> str:
    """The same, pane by pane, where they stand beside each other."""
    left, right = zip(*((row[:64], row[65:]) for row in rows), strict=True)
    return "\n".join(map(one_space, ([each.rstrip("┃ ") for each in left], [*right])))


@pytest.fixture(params=words.LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    words.choose(request.param)
    yield request.param
    words.choose(words.ENGLISH)


@pytest.mark.slow
@pytest.mark.parametrize("size", sweep((SMALL, WIDE), SMALL), ids=("80x24", "160x45"))
@pytest.mark.parametrize("questions", (QUESTIONS, TYPED), ids=("example", "typed"))
async def test_a_newcomer_finds_the_answers(
    questions: tuple[Asked, ...], size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    app = BootstepApp(lambda: recording("virt-1g"), kept_in=tmp_path / "machines")
    async with app.run_test(size=size) as pilot:
        await recorded(pilot)
        for asked in questions:
            await pilot.press(*asked.keys)
            await pilot.pause()
            rows = [row.replace("┃", " ") for row in screen(app)]
            seen = one_space(rows) + ("" if size == SMALL else columns(rows))
            expected = asked.answer + (asked.english if language == words.ENGLISH else ())
            assert [each for each in expected if " ".join(each.split()) not in seen] == [], asked.question


@pytest.mark.parametrize("questions", (QUESTIONS, TYPED), ids=("example", "typed"))
def test_few_keys_answer_them(questions: tuple[Asked, ...]) -> None:
    assert sum(len(each.keys) for each in questions) <= MOST
