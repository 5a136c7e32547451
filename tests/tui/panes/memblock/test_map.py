"""The map of physical memory: proportional, and never silent about something small.

Covers map_scale.py, map_view.py, map_window.py, stretches.py.
"""

from __future__ import annotations

import random

from bootstep.model.analysis.owner_classes import OwnerClass
from bootstep.model.memory.memblock import MEMBLOCK_HOTPLUG, MEMBLOCK_NOMAP, Region
from bootstep.tui.draw.lines import text_of
from bootstep.tui.panes.memblock.map import MapSubject, MemoryMap, changed_ranges, draw
from bootstep.tui.panes.memblock.map_view import MapView
from bootstep.tui.panes.memblock.stretches import Range

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


def ram(base: int, size: int, flags: int = 0) -> Region:
    return Region(base, size, flags, 0)


def drawn(subject: MapSubject, width: int = 64, window: Range | None = None) -> MemoryMap:
    found = draw(subject, width, 1, window)
    assert found is not None
    return found


def cells(memory: list[Region], taken: dict[OwnerClass, list[Range]], width: int = 64) -> str:
    return text_of(drawn(MapSubject(memory, taken), width).lines[0])


def spans(base: int, *sizes: int) -> list[Range]:
    return [(base, base + size) for size in sizes]


def test_a_cell_says_whose_most_of_it_is_and_whether_that_is_half() -> None:
    taken = {
        OwnerClass.KERNEL: [(GIB, GIB + 24 * MIB)],
        OwnerClass.CMA: [(GIB + 64 * MIB, GIB + 65 * MIB), (GIB + 96 * MIB, GIB + 128 * MIB)],
        OwnerClass.CRASH_KERNEL: [(GIB + 66 * MIB, GIB + 68 * MIB)],
    }
    assert cells([ram(GIB, GIB)], taken) == "KK░░x░CC" + "░" * 56


def test_every_class_has_a_letter_of_its_own() -> None:
    taken = {each: [(at * 16 * MIB, (at + 1) * 16 * MIB)] for at, each in enumerate(OwnerClass)}
    found = cells([ram(0, GIB)], taken)[: len(taken)]
    assert len(set(found)) == len(OwnerClass)


def test_the_smallest_reservation_shows() -> None:
    assert "o" in cells([ram(0, 1 << 40)], {OwnerClass.OTHER: spans(1 << 39, 4096)})


def test_nomap_and_hotplug_memory_look_different() -> None:
    memory = [
        ram(0, 32 * MIB),
        ram(32 * MIB, 16 * MIB, MEMBLOCK_HOTPLUG),
        ram(48 * MIB, 16 * MIB, MEMBLOCK_NOMAP),
    ]
    assert cells(memory, {}) == "░" * 32 + "▒" * 16 + "N" * 16


def test_a_short_hole_is_drawn_to_scale_and_a_long_one_is_cut() -> None:
    assert "·" * 4 in cells([ram(0, 28 * MIB), ram(32 * MIB, 32 * MIB)], {})
    found = cells([ram(GIB, GIB), ram(1 << 40, GIB)], {})
    assert found.count("┄") == 3
    assert found.count("░") >= 60


def test_it_is_never_wider_than_asked() -> None:
    chance = random.Random(4)
    for _ in range(200):
        bases = sorted(chance.sample(range(1 << 36), chance.randrange(1, 300)))
        memory = [ram(base << 12, chance.choice((4096, MIB, GIB))) for base in bases]
        taken = {OwnerClass.OTHER: [(region.base, region.end) for region in memory[::3]]}
        changed = [(bases[0] << 12, (bases[0] << 12) + 4096)]
        width = chance.randrange(8, 120)
        window = chance.choice((None, (bases[0] << 12, (bases[-1] << 12) + 1)))
        for rows in (1, 4):
            found = draw(MapSubject(memory, taken, changed, changed[0]), width, rows, window)
            assert found is not None
            assert all(len(text_of(line)) <= width for line in found.lines)
            assert len(found.lines) <= 2 * rows


def test_a_cell_leads_back_to_its_addresses() -> None:
    found = drawn(MapSubject([ram(GIB, GIB)], {}))
    for column in range(64):
        at = found.at(0, column)
        assert at is not None
        assert at[0] <= GIB + (2 * column + 1) * GIB // 128 < at[1]
        assert found.at(1, column) == at, "a mark stands for the cell above it"
    assert found.at(0, 64) is None


def test_what_changed_is_marked_at_every_zoom() -> None:
    changed = [(GIB + 512 * MIB, GIB + 512 * MIB + 4 * KIB)]
    subject = MapSubject([ram(GIB, GIB)], {OwnerClass.PAGE_TABLES: changed}, changed)
    assert text_of(drawn(subject).lines[1]).find("▲") == 32
    close = drawn(subject, window=(changed[0][0] - 8 * KIB, changed[0][1] + 20 * KIB))
    assert text_of(close.lines[0]).count("T") == text_of(close.lines[1]).count("▲") == 8
    assert text_of(drawn(subject, window=(GIB, GIB + MIB)).lines[1])[-1] == "▶"
    assert text_of(drawn(subject, window=(2 * GIB - MIB, 2 * GIB)).lines[1])[0] == "◀"


def test_the_ends_of_what_the_cursor_is_on_are_marked() -> None:
    row = text_of(drawn(MapSubject([ram(GIB, GIB)], {}, pointed=(GIB + 256 * MIB, GIB + 512 * MIB))).lines[1])
    assert row.index("└") == 16
    assert row.index("┘") == 31
    assert "^" in text_of(drawn(MapSubject([ram(GIB, GIB)], {}, pointed=(GIB, GIB + 1))).lines[1])


def test_zooming_in_and_out_and_sideways() -> None:
    view = MapView()
    view.subject = MapSubject(
        [ram(GIB, GIB), ram(1 << 40, GIB)], {OwnerClass.CMA: spans(GIB + 512 * MIB, MIB)}
    )
    view.lines(64, 1, None, 1)
    assert view.move(1) == "The map shows all there is; ⟨memblock.map-in⟩ zooms in."
    assert view.zoom_out() == "The map shows all there is."
    assert view.zoom_in((GIB + 512 * MIB, GIB + 513 * MIB)) == ""
    assert view.window is not None
    assert view.window[1] - view.window[0] == 512 * MIB
    assert view.window[0] < GIB + 512 * MIB < view.window[1]
    start = view.window[0]
    view.move(1)
    assert view.window[0] == start + 256 * MIB
    view.move(1)
    view.move(1)
    assert view.window[0] == 1 << 40, "over the hole"
    view.bring_into_sight((GIB, GIB + 4096))
    assert view.window[0] <= GIB < view.window[1]
    sizes = [view.window[1] - view.window[0]]
    while not view.zoom_in((GIB, GIB + 4096)):
        view.lines(64, 1, None, 1)
        sizes.append(view.window[1] - view.window[0])
    assert sizes[-1] == 64 * 16
    assert sizes == sorted(sizes, reverse=True)
    while not view.zoom_out():
        pass
    assert view.window is None


def test_what_changed_is_where_the_tables_differ() -> None:
    before = [ram(0, 16), ram(64, 16)]
    assert changed_ranges(before, before) == []
    assert changed_ranges(before, [ram(0, 24), ram(64, 16)]) == [(16, 24)]
    assert changed_ranges(before, [ram(0, 16)]) == [(64, 80)]
    assert changed_ranges(before, [ram(0, 16, MEMBLOCK_NOMAP), ram(64, 16)]) == [(0, 16)]
    of_two_nodes = [ram(0, 16), Region(16, 16, 0, 1)]
    assert changed_ranges([ram(0, 32)], of_two_nodes) == [], "a node covers nothing"
