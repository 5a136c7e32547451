"""What expressions ask of a boot beside its state."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.expressions.lexer import ExpressionError
from toured_boots import debugger


@pytest.fixture(scope="module")
def end() -> Debugger:
    found = debugger("virt-1g")
    found.end()
    return found


@pytest.fixture(scope="module")
def early() -> Debugger:
    found = debugger("virt-1g")
    found.goto_name("arm64_memblock_init › memblock_reserve:return")
    return found


def test_who_has_an_address(early: Debugger) -> None:
    assert early.evaluate("owner(0x40210000)") == "kernel text"
    assert early.evaluate("owner(0x48000000)") == "device tree blob"
    assert early.evaluate("owner(0x60000000)") == "nobody"
    assert early.evaluate("owner(0)") == "no RAM"


def test_amounts_are_the_ledgers(end: Debugger) -> None:
    ledger = end.ledger()
    assert end.evaluate("free()") == ledger.free
    assert end.evaluate('owned("kernel")') == sum(
        row.size for row in ledger.rows if "kernel" in row.owner.name
    )
    assert end.evaluate('owned("cma")') == ledger.cma


def test_page_tables_by_size_and_level(end: Debugger) -> None:
    assert end.evaluate("mapped()") > end.evaluate("mapped(2M)") > 0
    assert end.evaluate("mapped(4K) + mapped(2M)") == end.evaluate("mapped()")
    assert end.evaluate("tables()") == sum(end.evaluate(f"tables({level})") for level in range(4))
    assert end.evaluate("tables(0)") == 1


def test_entries_of_each_tree(end: Debugger, early: Debugger) -> None:
    assert end.evaluate("entry(_stext)") == 4096
    assert end.evaluate("entry(0xffff800008600000)") == 2 << 20
    assert end.evaluate("entry(0)") == 0
    assert end.evaluate('entry(__pa(__idmap_text_start), "idmap_pg_dir")') == 4096
    assert early.evaluate("entry(_stext)") == 0
    assert early.evaluate('entry(_stext, "init_pg_dir")') == 2 << 20
    assert end.evaluate('size(tree("swapper_pg_dir").runs)') == end.evaluate("mapped()")
    assert early.evaluate('count(tree("init_pg_dir").tables)') > 1
    with pytest.raises(ExpressionError, match="no tree of page tables 'top', only swapper_pg_dir, init"):
        end.evaluate('tree("top")')


def test_a_tree_that_this_kernel_has_not_maps_nothing() -> None:
    old = debugger("virt-512m-5.7")
    old.end()
    assert old.evaluate('size(tree("init_idmap_pg_dir").runs)') == 0
    assert old.evaluate('entry(__pa(_text), "init_idmap_pg_dir")') == 0


def test_zones_by_name(end: Debugger, early: Debugger) -> None:
    assert end.evaluate('zone("DMA").present_pages') == 0x40000
    with pytest.raises(ExpressionError, match="node 0 has no zone 'HighMem', only DMA, DMA32"):
        end.evaluate('zone("HighMem")')
    with pytest.raises(ExpressionError, match="there is no node 0 yet"):
        early.evaluate('zone("DMA")')


def test_calls_up_to_here(early: Debugger, end: Debugger) -> None:
    assert early.evaluate('calls("memblock_reserve")') == 2
    assert early.evaluate('calls("memblock_reserve")') < end.evaluate('calls("memblock_reserve")')
    assert early.evaluate('calls("no_such_function")') == 0
    assert early.evaluate('argument("memblock_reserve", "base")') == 0x40210000
    assert early.evaluate('argument("early_init_dt_add_memory_arch", "size")') == 1 << 30
    assert early.evaluate('result("fixmap_remap_fdt")') == 0x100000


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ('argument("paging_init", "x")', "paging_init was not called yet"),
        ('argument("memblock_reserve", "start")', "no argument 'start', only base, size"),
        ('argument("nothing", "x")', "this boot never calls nothing"),
        ('result("start_kernel")', "start_kernel has not returned yet"),
        ("calls(5)", "it takes a text in quotation marks"),
        ('line("no such words")', "no line of the log has 'no such words' yet"),
        ('since("new")', "'new' is no release"),
        ('owner("x")', "it takes an address"),
        ("calls()", "calls does not take 0 arguments"),
    ],
)
def test_what_has_no_answer(early: Debugger, expression: str, words: str) -> None:
    with pytest.raises(ExpressionError, match=words):
        early.evaluate(expression)


def test_the_log_and_the_kernel(end: Debugger, early: Debugger) -> None:
    assert end.evaluate('line("Memory:")').startswith("Memory: ")
    assert early.evaluate('line("memblock_reserve")').endswith("arm64_memblock_init")
    assert [early.evaluate(f'since("{release}")') for release in ("5.7", "6.1", "6.6")] == [True, True, False]
    assert debugger("virt-1g-6.12").evaluate('since("6.6")') is True
    assert (early.evaluate("machine"), early.evaluate("arch")) == ("virt-1g", "arm64")
    assert early.evaluate("release").startswith("6.1")
    assert early.evaluate("pages_of_ram << 12") == 1 << 30
    assert early.evaluate("phase") == early.phase_here().name
    with pytest.raises(ExpressionError, match="unknown name 'nonsense'"):
        early.evaluate("nonsense")
