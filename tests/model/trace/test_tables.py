"""Formats of kernel messages, functions and places, and their numbers in a trace.  Covers functions.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from bootstep.model.trace.functions import FormatTable, FunctionTable, Site, SiteTable


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_a_format_has_one_number() -> None:
    table = FormatTable()
    first, other = table.number_of("Memory limited to {}MB", "info"), table.number_of("Memory: {}K", "info")
    assert first != other
    assert table.number_of("Memory limited to {}MB", "info") == first
    assert table.number_of("Memory limited to {}MB", "warning") not in (first, other)
    assert table[other].template == "Memory: {}K"


def test_a_place_has_one_number() -> None:
    table = SiteTable()
    one, other = Site("mm/memblock.c", 1400, "memblock_alloc"), Site("mm/memblock.c", 1401, "memblock_alloc")
    assert table.number_of(one) != table.number_of(other)
    assert table[table.number_of(Site(*one))] == one


def test_what_more_is_told_of_a_place_leaves_its_number() -> None:
    table = SiteTable()
    bare, other = Site("", 0, "memblock_alloc+0x98"), Site("", 0, "memblock_add+0x18")
    number, last = table.number_of(bare), table.number_of(other)
    told = bare._replace(filename="mm/memblock.c", line=1512)
    table.tell(bare, told)
    assert (table[number], table[last], len(table)) == (told, other, 2)
    assert table.number_of(told) == number
    assert table.number_of(bare) == 2


def test_files_may_have_a_function_of_one_name_each() -> None:
    table = FunctionTable()
    table.add("setup_arch", "arch/arm64/kernel/setup.c")
    table.add("early_init", "mm/a.c")
    table.add("early_init", "mm/b.c")
    assert [function.kernel_file for function in table.named("early_init")] == ["mm/a.c", "mm/b.c"]
    assert not table.named("setup")


@pytest.mark.usefixtures("hasty_threads")
def test_threads_that_load_modules_do_not_mix_functions_up() -> None:
    table = FunctionTable()
    names = [f"function_{number}" for number in range(4000)]

    def register(part: int) -> list[tuple[str, int]]:
        return [(name, table.add(name).number) for name in names[part::4]]

    with ThreadPoolExecutor(4) as pool:
        found = [pair for pairs in pool.map(register, range(4)) for pair in pairs]
    assert sorted(number for _, number in found) == list(range(len(names)))
    assert all(table[number].name == name for name, number in found)
