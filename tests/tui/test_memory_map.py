"""The map of physical memory: proportional, and never silent about something small."""

from __future__ import annotations

import random

from bootstep.model.memblock import MEMBLOCK_NOMAP, Region
from bootstep.tui.lines import text_of
from bootstep.tui.memory_map import NOMAP, changed_ranges, draw

MIB, GIB = 1 << 20, 1 << 30


def cells(memory: list[Region], reserved: list[Region], width: int = 64) -> str:
    drawn = draw(memory, reserved, [], width)
    assert drawn is not None
    return text_of(drawn.lines[0])


def ram(base: int, size: int, flags: int = 0) -> Region:
    return Region(base, size, flags, 0)


def test_a_cell_says_how_much_of_it_is_reserved() -> None:
    reserved = [ram(GIB, 16 * MIB), ram(GIB + 16 * MIB, 9 * MIB), ram(GIB + 64 * MIB, 1)]
    assert cells([ram(GIB, GIB)], reserved) == "█▓░░▒" + "░" * 59


def test_the_smallest_reservation_shows() -> None:
    assert "▒" in cells([ram(0, 1 << 40)], [ram(1 << 39, 4096)])


def test_a_nomap_region_is_crossed_out() -> None:
    assert cells([ram(0, 48 * MIB), ram(48 * MIB, 16 * MIB, MEMBLOCK_NOMAP)], []).endswith("░" + NOMAP * 16)


def test_a_short_hole_is_drawn_to_scale_and_a_long_one_is_cut() -> None:
    assert "·" * 4 in cells([ram(0, 28 * MIB), ram(32 * MIB, 32 * MIB)], [])
    drawn = cells([ram(GIB, GIB), ram(1 << 40, GIB)], [])
    assert drawn.count("┄") == 3
    assert drawn.count("░") >= 60


def test_it_is_never_wider_than_asked() -> None:
    chance = random.Random(4)
    for _ in range(200):
        bases = sorted(chance.sample(range(1 << 36), chance.randrange(1, 300)))
        memory = [ram(base << 12, chance.choice((4096, MIB, GIB))) for base in bases]
        width = chance.randrange(8, 120)
        for rows in (1, 4):
            drawn = draw(memory, memory[::3], [(bases[0] << 12, (bases[0] << 12) + 4096)], width, rows)
            assert drawn is not None
            assert all(len(text_of(line)) <= width for line in drawn.lines)
            assert len(drawn.lines) <= 2 * rows


def test_what_changed_is_where_the_tables_differ() -> None:
    before = [ram(0, 16), ram(64, 16)]
    assert changed_ranges(before, before) == []
    assert changed_ranges(before, [ram(0, 24), ram(64, 16)]) == [(16, 24)]
    assert changed_ranges(before, [ram(0, 16)]) == [(64, 80)]
    assert changed_ranges(before, [ram(0, 16, MEMBLOCK_NOMAP), ram(64, 16)]) == [(0, 16)]
    of_two_nodes = [ram(0, 16), Region(16, 16, 0, 1)]
    assert changed_ranges([ram(0, 32)], of_two_nodes) == [], "a node covers nothing"
