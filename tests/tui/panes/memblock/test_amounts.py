"""The map as amounts."""

from __future__ import annotations

import pytest
from bootstep.model.analysis.owner_classes import OwnerClass
from bootstep.tui.draw.lines import length
from bootstep.tui.panes.memblock.amounts import amount_lines, amounts

SIZES = {OwnerClass.KERNEL: 13 << 20, OwnerClass.DEVICE_TREE: 100, OwnerClass.CMA: 64 << 20}


@pytest.mark.parametrize("width", (30, 76, 90, 158))
def test_the_bar_fills_its_width_with_the_largest_first(width: int) -> None:
    bar, below = amount_lines(amounts(SIZES, 1 << 30), width)
    assert length(bar) == length(below) == width
    assert [text[0] for text, _ in bar] == ["░", "C", "K", "D"]
    counts = [len(text) for text, _ in bar]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] >= 1


def test_a_doubling_is_as_wide_wherever_it_is() -> None:
    bar, _ = amount_lines(amounts({OwnerClass.KERNEL: 1 << 19, OwnerClass.CMA: 1 << 29}, 1 << 39), 60)
    assert [len(text) for text, _ in bar] == [30, 20, 10]


def test_sizes_stand_where_they_have_room() -> None:
    _, below = amount_lines(amounts(SIZES, 0), 60)
    assert [text.strip() for text, _ in below] == ["64.0 MiB", "13.0 MiB", ""]


def test_nothing_to_show() -> None:
    assert amount_lines(amounts({}, 0), 40) == []
    assert len(amount_lines(amounts({OwnerClass.KERNEL: 5}, -3), 40)) == 2
