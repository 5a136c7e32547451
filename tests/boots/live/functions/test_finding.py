"""The functions that a kernel has."""

from __future__ import annotations

from bootstep.boots.live.arm64.registers import CALLING
from bootstep.boots.live.functions.finding import Told, traced_functions
from bootstep.boots.live.functions.prototypes import parse_prototype
from bootstep.boots.live.functions.table import of_release, read_list
from bootstep.boots.live.functions.traced import Place, TracedFunction
from bootstep.model.build.release import Release

LIST = """
= mm/memblock.c
int memblock_add(phys_addr_t base, phys_addr_t size)
void *memblock_alloc(phys_addr_t size)
= init/main.c
void __init mm_init(void)
"""
KNOWN = of_release(read_list(LIST), Release(6, 1))
SYMBOLS = {
    "memblock_add": 0x1000,
    "memblock_alloc.constprop.0": 0x1100,
    "memblock_alloc": 0x1080,
    "mm_init": 0x1200,
    "other": 0x1300,
    "_stext": 0x1000,
    "_etext": 0x1800,
    "memblock": 0x4000,
    "_sinittext": 0x2000,
    "_einittext": 0x3000,
}


def test_a_function_is_called_as_the_list_declares_it() -> None:
    (found,), missing = traced_functions(["memblock_add"], KNOWN, SYMBOLS, CALLING)
    assert (found.symbol, found.file, found.entries) == ("memblock_add", "mm/memblock.c", (0x1000,))
    assert found.places == (Place("x0"), Place("x1"))
    assert (found.result_at, found.prototype, missing) == ("x0", "list", ())


def test_clones_are_watched_with_their_function_and_nothing_is_told_of_their_arguments() -> None:
    found, _ = traced_functions(["memblock_alloc"], KNOWN, SYMBOLS, CALLING)
    assert [each.symbol for each in found] == ["memblock_alloc", "memblock_alloc.constprop.0"]
    assert [each.name for each in found] == ["memblock_alloc"] * 2
    assert [each.places for each in found] == [(Place("x0"),), (None,)]
    assert [each.result_at for each in found] == ["x0", ""]


def test_one_of_the_same_name_elsewhere_is_another_function() -> None:
    assert traced_functions(["mm_init"], KNOWN, SYMBOLS, CALLING) == ((), ("mm_init",))
    found, missing = traced_functions(["mm_init"], KNOWN, {**SYMBOLS, "mm_init": 0x2100}, CALLING)
    assert [each.address for each in found] == [0x2100] and not missing


def test_what_nobody_declares_is_watched_without_arguments() -> None:
    (found,), _ = traced_functions(["other"], KNOWN, SYMBOLS, CALLING)
    assert (found.parameters, found.prototype, found.result_at) == ((), "", "")


def test_data_are_no_functions() -> None:
    assert traced_functions(["memblock"], KNOWN, SYMBOLS, CALLING) == ((), ("memblock",))


def test_the_kernels_own_word_counts_more_than_the_list() -> None:
    own = parse_prototype("void memblock_add(int nid)")
    assert own is not None
    told = Told({"memblock_add": own}, "BTF")
    (found,), _ = traced_functions(["memblock_add"], KNOWN, SYMBOLS, CALLING, told)
    assert [each.name for each in found.parameters] == ["nid"]
    assert (found.result_at, found.prototype, found.file) == ("", "BTF", "mm/memblock.c")


def test_dwarf_knows_clones_and_what_was_inlined() -> None:
    clone = TracedFunction("memblock_alloc", "memblock_alloc.constprop.0", "", (0x1100,))
    inlined = TracedFunction("gone", "", "mm/gone.c", (0x1408,), code=((0x1408, 0x1500),), inlined=True)
    here = TracedFunction("memblock_add", "", "", (0x1604,), inlined=True)
    told = Told(clones={clone.symbol: clone}, inlined={"gone": (inlined,), "memblock_add": (here,)})
    names = ["memblock_alloc", "gone", "memblock_add", "nowhere", "gone"]
    found, missing = traced_functions(names, KNOWN, SYMBOLS, CALLING, told)
    assert found[1] is clone and found[2] is inlined
    assert [each.name for each in found] == ["memblock_alloc"] * 2 + ["gone", "memblock_add"]
    assert not found[3].inlined, "one that has a symbol is watched there"
    assert missing == ("nowhere",)
