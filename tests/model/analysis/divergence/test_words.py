"""The first divergence in words and as plain data.

Covers plain_data.py.
"""

from __future__ import annotations

import json

import pytest
from bootstep.model.analysis.divergence.find import held
from bootstep.model.analysis.divergence.plain_data import held_json
from bootstep.model.analysis.divergence.words import end_lines, held_lines
from bootstep.model.language.words import choose
from live_like import LiveLike
from parted_boots import booted, patched


def test_a_call_that_only_one_makes() -> None:
    lines = list(held_lines(held(booted(), patched())))
    assert lines[:4] == [
        "first divergence: only the second boot calls memblock_reserve",
        "  < (not called: arm64_memblock_init returns)",
        "  > event 164: memblock_reserve [0x50000000-0x5000ffff] 64.0 KiB, which returned 0",
        "  called by start_kernel › setup_arch › arm64_memblock_init",
    ]
    assert lines[4].startswith("  memblock_reserve is at mm/memblock.c:")
    assert lines[6].startswith("  log > memblock_reserve: [0x0000000050000000-0x000000005000ffff]")
    assert lines[7:10] == [
        "  after it, differing:",
        "    memblock.reserved:",
        "      > [0x50000000-0x5000ffff] 64.0 KiB",
    ]
    assert "calls behind it differ" in lines[10]


def test_what_both_were_given_and_what_follows_from_it_first() -> None:
    lines = list(held_lines(held(booted(), booted("virt-1g-6.12"))))
    at = lines.index("  they were not given the same:")
    assert lines[at + 1].startswith("    the releases are 6.1.")
    assert lines[at + 2].startswith("    the kernel image is ")


def test_a_recording_that_breaks_off_is_told() -> None:
    live = LiveLike(booted(), stop=1000)
    live.run()
    lines = list(held_lines(held(live, booted())))
    assert lines[0] == "both boots did the same"
    assert lines[1].startswith("(one of them ends before the other: both were compared up to events ")


def test_many_rows_of_a_part_are_counted() -> None:
    lines = list(end_lines(held(booted(), booted("virt-1g", "ram 2G"))))
    assert lines[0] == "at the end:"
    assert any(line.strip().startswith("… ") and line.endswith(" more") for line in lines)


def test_in_chinese_every_sentence_has_its_translation() -> None:
    english = list(held_lines(held(booted(), patched())))
    choose("zh")
    chinese = list(held_lines(held(booted(), patched())))
    assert len(chinese) == len(english)
    assert chinese[0] != english[0]
    assert "memblock_reserve" in chinese[0]


@pytest.mark.parametrize("wish", ["ram 960M", "add cma=128M"])
def test_plain_data_is_json(wish: str) -> None:
    found = held(booted(), booted("virt-1g", wish))
    data = json.loads(json.dumps(held_json(found)))
    assert data["divergence"]["function"] == (found.divergence.function if found.divergence else "")
    assert data["divergence"]["count"] >= sum(each["times"] for each in data["divergence"]["further"])
