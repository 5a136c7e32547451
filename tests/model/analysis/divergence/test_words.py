"""The first divergence in words and as plain data.

Covers plain_data.py.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.analysis.divergence.find import held
from bootstep.model.analysis.divergence.plain_data import held_json
from bootstep.model.analysis.divergence.words import end_lines, held_lines
from bootstep.model.language.words import choose
from bootstep.model.trace.call_places import CallPlace
from live_like import LiveLike
from parted_boots import booted, patched


def test_a_call_that_only_one_makes() -> None:
    lines = list(held_lines(held(booted(), patched())))
    assert lines[:4] == [
        "first divergence: only the second boot calls memblock_reserve",
        "  < (not called: arm64_memblock_init returns)",
        "  > event 170: memblock_reserve [0x50000000-0x5000ffff] 64.0 KiB, which returned 0",
        "  called by start_kernel › setup_arch › arm64_memblock_init",
    ]
    assert lines[4].startswith("  memblock_reserve is defined at mm/memblock.c:")
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


def with_places(boot: ModelBoot, place: CallPlace) -> LiveLike:
    """A boot as it is watched from outside, all of whose calls return to one address."""
    live = LiveLike(boot, place=place)
    live.run()
    return live


IN_INIT = CallPlace("arm64_memblock_init", 0x16C)


def test_where_it_was_called_is_the_line_of_the_call() -> None:
    told = IN_INIT._replace(file="arch/arm64/mm/init.c", line=384)
    lines = list(held_lines(held(booted(), with_places(patched(), told))))
    assert lines[4:6] == [
        "  called at arch/arm64/mm/init.c:384, in arm64_memblock_init",
        "  memblock_reserve is defined at mm/memblock.c:854",
    ]
    assert not any("arm64_memblock_init is defined" in line for line in lines)


def test_without_lines_it_is_the_address_that_it_returns_to() -> None:
    found = held(with_places(booted(), IN_INIT), with_places(patched(), IN_INIT))
    assert "  called at arm64_memblock_init+0x16c" in held_lines(found)
    (call,) = [half["call"] for half in sides(held_json(found)) if half["call"]]
    assert (call["call_address"], call["call_line"]) == ("arm64_memblock_init+0x16c", None)


def test_both_places_are_named_where_they_are_not_the_same() -> None:
    one, other = (CallPlace("memblock_add", at, "mm/memblock.c", at) for at in (11, 12))
    moved = booted("virt-1g", "ram 960M")
    differing = list(held_lines(held(with_places(booted(), one), with_places(moved, other))))
    assert [line for line in differing if "called at" in line] == [
        "  called at < mm/memblock.c:11, in memblock_add",
        "  called at > mm/memblock.c:12, in memblock_add",
    ]
    same = list(held_lines(held(with_places(booted(), one), with_places(moved, one))))
    assert [line for line in same if "called at" in line] == ["  called at mm/memblock.c:11, in memblock_add"]


def sides(data: dict[str, Any]) -> list[dict[str, Any]]:
    return [data["divergence"][side] for side in ("left", "right")]


@pytest.mark.parametrize("wish", ["ram 960M", "add cma=128M"])
def test_plain_data_is_json(wish: str) -> None:
    found = held(booted(), booted("virt-1g", wish))
    data = json.loads(json.dumps(held_json(found)))
    assert data["divergence"]["function"] == (found.divergence.function if found.divergence else "")
    assert data["divergence"]["count"] >= sum(each["times"] for each in data["divergence"]["further"])
