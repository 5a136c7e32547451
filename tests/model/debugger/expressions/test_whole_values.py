"""Functions that take regions, tables and lists as they are."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.expressions.lexer import ExpressionError
from bootstep.model.debugger.expressions.whole_values import extent
from toured_boots import debugger


@pytest.fixture(scope="module")
def board() -> Debugger:
    found = debugger("virt-1g")
    found.goto_name("arm64_memblock_init:return")
    return found


def test_bytes_of_one_region_and_of_all(board: Debugger) -> None:
    regions = [board.evaluate(f"memblock.reserved.regions[{index}].size") for index in range(2)]
    assert board.evaluate("size(memblock.reserved.regions[0])") == regions[0]
    assert board.evaluate("size(memblock.reserved)") == sum(regions)
    assert board.evaluate("size(memblock.reserved.regions)") == sum(regions)
    assert board.evaluate("size(page_tables.runs)") == board.evaluate("mapped()")


def test_the_empty_region_of_an_empty_array_is_none() -> None:
    start = debugger("virt-1g")
    assert start.evaluate("memblock.memory.cnt") == 1
    assert start.evaluate("count(memblock.memory)") == 0
    assert start.evaluate("size(memblock.memory)") == 0
    with pytest.raises(ExpressionError, match="nothing in it yet"):
        start.evaluate("last(memblock.reserved)")


def test_parts_are_counted_whatever_they_are_in() -> None:
    end = debugger("virt-1g")
    end.end()
    assert end.evaluate("count(memblock.memory)") == 1
    assert end.evaluate("count(nodes)") == 1
    assert end.evaluate("count(sections)") == 8
    assert end.evaluate("count(NODE_DATA(0))") == 4
    assert end.evaluate("last(memblock.memory).base") == 0x40000000


def test_parts_are_chosen_by_what_a_member_is() -> None:
    pc = debugger("pc-2g")
    pc.end()
    ram = pc.evaluate('where(e820_table, "type", "E820_TYPE_RAM")')
    assert ram == pc.evaluate('where(e820_table, "type", 1)')
    assert pc.evaluate('size(where(e820_table, "type", "E820_TYPE_RAM"))') == sum(
        each["size"] for each in ram
    )
    with pytest.raises(ExpressionError, match="no field 'kind'"):
        pc.evaluate('where(e820_table, "kind", 1)')


def test_one_of_two(board: Debugger) -> None:
    assert board.evaluate('either(memblock.bottom_up, "up", "down")') == "down"


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("count(5)", "count: it takes something with parts, such as memblock.reserved, not a number"),
        ("size(nodes)", "size: it takes regions of memory, not Node"),
        ("size(1, 2)", "size does not take 2 arguments"),
    ],
)
def test_what_has_no_parts(board: Debugger, expression: str, words: str) -> None:
    board.end()
    with pytest.raises(ExpressionError, match=words):
        board.evaluate(expression)
    board.goto_name("arm64_memblock_init:return")


def test_where_a_region_begins_and_ends(board: Debugger) -> None:
    assert extent(board.evaluate("memblock.memory.regions[0]")) == (0x40000000, 0x80000000)
    assert extent(board.evaluate("memblock.memory.cnt")) is None
    board.end()
    run = board.evaluate("page_tables.runs[0]")
    board.goto_name("arm64_memblock_init:return")
    assert extent(run) == (run.va_start, run.va_end)


def test_conditions_of_breakpoints_have_them(board: Debugger) -> None:
    point = board.breakpoints.add("memblock_reserve", condition="count(memblock.memory) > 0")
    board.start()
    board.cont()
    assert board.position == board.position_names.find("arm64_memblock_init › memblock_reserve")
    board.breakpoints.delete(point.number)
    board.goto_name("arm64_memblock_init:return")
