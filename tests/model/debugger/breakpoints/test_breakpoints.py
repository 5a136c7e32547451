"""Breakpoints: on functions and memblock operations, under conditions, counted; in both directions.

Covers locations.py, chunks.py, errors.py, model/index/memblock_ops.py, unmatched.py.
"""

from __future__ import annotations

import importlib

import pytest
from bootstep.model.debugger.breakpoints.breakpoints import BreakpointError
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.expressions.lexer import ExpressionError
from bootstep.model.memory.e820 import E820_TYPE_RAM, E820Entry
from bootstep.model.memory.state import State
from bootstep.model.trace.recorder import BootTrace, traced
from small_boot import SmallKernel, recorded, start_kernel
from small_facts import facts

TRACE = recorded()
INLINED = recorded({"start_kernel": "start_kernel", "setup_arch": "setup_arch.constprop.0"})


@traced
def never_called(k: SmallKernel) -> None:
    """A function that no boot calls."""


def stops(spec: str, condition: str | None = None, debugger: Debugger | None = None) -> list[str]:
    """What every stop says, from the start to the end."""
    debugger = debugger or Debugger(TRACE)
    debugger.breakpoints.add(spec, condition=condition)
    found = []
    while (stop := debugger.cont()).breakpoint:
        found.append(stop.text)
    return found


def count(spec: str, condition: str | None = None) -> int:
    return len(stops(spec, condition))


class TestPlaces:
    def test_a_function_stops_at_its_first_line(self) -> None:
        debugger = Debugger(TRACE)
        debugger.breakpoints.add("paging_init")
        stop = debugger.cont()
        assert (stop.reason, stop.breakpoint) == ("breakpoint", 1)
        assert debugger.where().frames[-1].function.name == "paging_init"
        assert debugger.state.page_tables.runs == []

    def test_a_function_of_a_file_is_named_as_in_gdb(self) -> None:
        stop = stops("small_boot.py:paging_init")[0]
        assert stop.startswith("breakpoint 1: paging_init")
        with pytest.raises(BreakpointError, match=r"small_boot\.py has no function 'max'"):
            Debugger(TRACE).breakpoints.add("small_boot.py:max")
        with pytest.raises(BreakpointError, match=r"nothing is recorded at line 900 of small_boot\.py"):
            Debugger(TRACE).breakpoints.add("small_boot.py:900")

    def test_the_caller_is_named_or_there_is_none(self) -> None:
        (stop,) = stops("start_kernel")
        assert stop == "breakpoint 1: start_kernel(), called by nothing that is modelled (hit 1)"
        assert count("start_kernel", 'caller == ""') == 1

    def test_a_return_stops_after_the_function(self) -> None:
        (stop,) = stops("dma_contiguous_reserve:return")
        assert stop.startswith("breakpoint 1: dma_contiguous_reserve returned 0x7c000000, called from arm64_")

    def test_a_glob_matches_many_functions(self) -> None:
        assert count("*_init") == 3
        assert count("memblock_*") == count("memblock_add") + count("memblock_reserve") + count("*_range")

    def test_an_operation_counts_once_whatever_it_calls(self) -> None:
        assert count("op:reserve") == 3
        assert count("op:add") == 1
        assert count("op:*") == 4

    def test_an_operation_can_stop_at_its_return(self) -> None:
        assert stops("op:add:return") == [
            "breakpoint 1: memblock_add returned 0, called from arm64_memblock_init (hit 1)"
        ]

    def test_a_log_line_stops_by_its_text(self) -> None:
        assert stops("log:cma: Reserved") == [
            "breakpoint 1: cma: Reserved 64 MiB at 0x000000007c000000, in dma_contiguous_reserve (hit 1)"
        ]

    def test_a_variable_is_watched(self) -> None:
        debugger = Debugger(TRACE)
        debugger.breakpoints.add("watch:totalram_pages")
        stop = debugger.cont()
        assert stop.reason == "watch"
        assert stop.text == "watch 1: totalram_pages = 0x40000, in mem_init (hit 1)"

    def test_a_watch_on_memory_tells_for_whom_memblock_did_it(self) -> None:
        assert stops("watch:0x7c000000,64M")[-1].endswith(
            "in memblock_add_range, for dma_contiguous_reserve (hit 2)"
        )

    def test_a_part_of_the_state_is_watched(self) -> None:
        assert count("watch:memblock.reserved") == 3
        assert count("watch:page_tables.runs") == 6

    def test_a_part_is_watched_by_the_kernels_name_for_it(self) -> None:
        state, trace = State(), BootTrace()
        state.record_into(trace)
        trace.start()
        state.e820.e820_table.replace(0, 0, [E820Entry(0x1000, 0x9EC00, E820_TYPE_RAM)])
        trace.finish()
        debugger = Debugger(trace)
        assert debugger.breakpoints.add("watch:e820_table").location.watch == "e820.e820_table"
        assert debugger.cont().text.startswith("watch 1: e820.e820_table[0]: 0 gave way to 1")
        debugger.end()
        assert CommandInterpreter(debugger).execute("info e820").text.splitlines()[:2] == [
            "e820_table: 1 ranges",
            "  [mem 0x0000000000001000-0x000000000009fbff] usable",
        ]

    def test_an_event_is_a_place(self) -> None:
        debugger = Debugger(TRACE)
        debugger.breakpoints.add("event:5")
        assert debugger.cont().position == 6

    def test_free_area_init_nodes_is_free_area_init(self) -> None:
        importlib.import_module("bootstep.boots.mm.mm_init")
        importlib.import_module("bootstep.boots.mm.v5_7.mm_init")
        with_old_name = Debugger(TRACE).breakpoints.add("free_area_init_nodes")
        names = {function.name for function in with_old_name.location.functions}
        assert names == {"free_area_init", "free_area_init_nodes"}

    @pytest.mark.parametrize(
        ("spec", "words"),
        [
            ("", "a breakpoint needs a place: a function, op:KIND, log:TEXT, watch:NAME or event:N"),
            ("op:reserv", "no memblock operation is called 'reserv'; did you mean reserve"),
            ("paging_init:exit", "'paging_init:exit' is no place: after a function only :entry or :return"),
            ("event:x", "'x' is not the number of an event"),
            ("event:99999", "there is no event 99999, the last one is 61"),
            ("watch:max_pnf", "nothing called 'max_pnf' can be watched; did you mean max_pfn"),
        ],
    )
    def test_a_place_that_makes_no_sense_is_refused_in_a_sentence(self, spec: str, words: str) -> None:
        with pytest.raises(BreakpointError) as error:
            Debugger(TRACE).breakpoints.add(spec)
        assert words in str(error.value)

    def test_a_function_this_boot_never_calls_is_accepted_with_a_note(self) -> None:
        assert never_called.__name__ == "never_called"
        added = Debugger(TRACE).breakpoints.add("never_called")
        assert added.note == "this boot never calls never_called"

    @pytest.mark.parametrize(
        ("spec", "words"),
        [
            ("paging_innit", "no function is called 'paging_innit'; did you mean paging_init"),
            ("no_such_*", "no function matches no_such_*"),
            ("60", "event:60 is the event of that number"),
            ("*0x40210000", "watch 0x40210000 stops when that memory changes"),
            ("*here", "code has no addresses to stop at"),
            ("no_such_file.c:60", "nothing is modelled of a file no_such_file.c"),
            ("max_pfn", "max_pfn is no function; watch max_pfn"),
            ("memblock.reserved", "watch memblock.reserved stops when that changes"),
            ("zone DMA", "zone DMA is no function; watch zone DMA"),
            ("0x40200000", "watch 0x40200000 stops when that changes"),
            ("watch:zone Nomral", "no zone is called 'Nomral'; did you mean Normal?"),
            ("watch:section 99", "this boot has no section 99"),
            ("watch:zone DMA of node 7", "this boot has no node 7"),
        ],
    )
    def test_what_no_event_can_be_at_is_refused_with_what_would_match(self, spec: str, words: str) -> None:
        debugger = Debugger(TRACE)
        with pytest.raises(BreakpointError) as error:
            debugger.breakpoints.add(spec)
        assert words in str(error.value)
        assert not debugger.breakpoints.all()

    def test_a_place_can_be_reached_by_what_is_recorded_later(self) -> None:
        k = SmallKernel()
        debugger = Debugger(k.trace)
        added = debugger.breakpoints.add("mem_init")
        assert added.note == "nothing there yet"
        assert debugger.cont().reason == "recording"
        start_kernel(k)
        assert added.note == ""
        assert debugger.cont().breakpoint == 1


class TestConditions:
    def test_the_stop_says_what_made_the_condition_true(self) -> None:
        assert stops("memblock_reserve", 'size >= 1M and caller == "dma_contiguous_reserve"') == [
            "breakpoint 1: memblock_reserve, size 64.0 MiB >= 1M, called from dma_contiguous_reserve (hit 1)"
        ]

    def test_the_caller_is_the_one_the_kernel_would_print(self) -> None:
        debugger = Debugger(INLINED)
        found = stops("memblock_reserve", 'caller == "setup_arch.constprop.0"', debugger)
        assert len(found) == 3
        assert found[0].endswith("21.0 MiB, called from setup_arch.constprop.0 (hit 1)")

    @pytest.mark.parametrize(
        ("condition", "hits"),
        [
            ("base in [0x48000000, 0x48100000)", 1),
            ("overlaps(0x41600000, 0x48000001)", 2),
            ("contains(0x7fffffff)", 1),
            ("end == 0x80000000", 1),
            ("base & 0x3fffff == 0 && size < 64M", 1),
            ("1M <= size <= 21M", 2),
            ("not size == 64M", 2),
            ("depth == 4", 2),
            ("memory_limit == 600M", 3),
            ("memstart_addr == 0x40000000", 0),
            ("event > 18 or base == 0x40200000", 3),
            ('"contig" in caller', 1),
            ('"dma_contiguous_reserve" in stack', 1),
            ('"arm64_memblock_init" in stack', 3),
            ('function == "memblock_reserve"', 3),
        ],
    )
    def test_conditions_see_arguments_variables_and_the_event(self, condition: str, hits: int) -> None:
        assert count("memblock_reserve", condition) == hits

    def test_a_return_value_is_a_result(self) -> None:
        assert count("*:return", "result == 0x7c000000") == 1

    def test_a_watch_sees_the_values_before_and_after(self) -> None:
        assert count("watch:memory_limit", "new < old") == 1
        assert count("watch:memory_limit", "new > old") == 0

    def test_a_watch_sees_the_arguments_of_the_function_that_makes_the_change(self) -> None:
        assert count("watch:memblock.reserved", "size >= 64M") == 1
        assert count("watch:memblock.reserved", "contains(0x48000000)") == 1

    def test_kernel_macros_use_the_variables_of_the_event(self) -> None:
        debugger = Debugger(TRACE, facts())
        found = stops("alloc_init_cont_pte", "__pa(addr) == phys and PFN_DOWN(phys) >= 0x40600", debugger)
        assert len(found) == 3

    def test_where_a_function_lacks_what_is_asked_the_condition_is_not_true(self) -> None:
        assert count("*", "limit == 0x80000000") == 1

    def test_a_name_that_nothing_there_has_is_refused(self) -> None:
        with pytest.raises(ExpressionError) as error:
            Debugger(TRACE).breakpoints.add("memblock_reserve", condition="siez >= 1M")
        assert str(error.value) == "memblock_reserve has no 'siez'; did you mean size? at column 1"

    def test_a_condition_that_cannot_be_tested_stops_and_says_why(self) -> None:
        (first, *_) = stops("memblock_reserve", 'size >= "1M"')
        assert "its condition cannot be tested: cannot compare a number with a string by >=" in first

    def test_a_condition_can_be_set_and_taken_away_later(self) -> None:
        debugger = Debugger(TRACE)
        debugger.breakpoints.add("memblock_reserve")
        debugger.breakpoints.set_condition(1, "size == 64M")
        assert debugger.cont().text.startswith("breakpoint 1: memblock_reserve, size 64.0 MiB")
        debugger.breakpoints.set_condition(1, None)
        assert debugger.cont().text.startswith(
            "breakpoint 1: memblock_reserve [0x48000000-0x480fffff] 1.0 MiB"
        )


class TestCounting:
    def test_ignored_hits_are_counted_but_do_not_stop(self) -> None:
        debugger = Debugger(TRACE)
        added = debugger.breakpoints.add("memblock_reserve", ignore=2)
        stop = debugger.cont()
        assert stop.text.endswith("(hit 3)")
        assert (added.hits, added.ignore) == (3, 0)

    def test_a_temporary_breakpoint_stops_once(self) -> None:
        debugger = Debugger(TRACE)
        debugger.breakpoints.add("memblock_reserve", temporary=True)
        assert debugger.cont().breakpoint == 1
        assert debugger.breakpoints.all() == []
        assert debugger.cont().reason == "end"

    def test_a_disabled_one_neither_stops_nor_counts(self) -> None:
        debugger = Debugger(TRACE)
        added = debugger.breakpoints.add("memblock_reserve")
        debugger.breakpoints.disable(1)
        assert debugger.cont().reason == "end"
        assert added.hits == 0
        debugger.breakpoints.enable(1)
        assert debugger.reverse_cont().breakpoint == 1

    def test_numbers_are_not_used_twice(self) -> None:
        breakpoints = Debugger(TRACE).breakpoints
        breakpoints.add("paging_init")
        breakpoints.delete(1)
        assert breakpoints.add("paging_init").number == 2
        with pytest.raises(BreakpointError, match="there is no breakpoint 1, only 2"):
            breakpoints.get(1)

    def test_it_describes_itself(self) -> None:
        breakpoints = Debugger(TRACE).breakpoints
        breakpoints.add("memblock_reserve", temporary=True, condition="size > 1M", ignore=3)
        breakpoints.disable(1)
        assert breakpoints.get(1).describe() == (
            "temporary breakpoint 1: memblock_reserve if size > 1M (disabled, ignores the next 3)"
        )


class TestDirections:
    def test_backwards_the_same_positions_are_hit_in_reverse(self) -> None:
        debugger = Debugger(TRACE)
        debugger.breakpoints.add("memblock_reserve")
        debugger.breakpoints.add("alloc_init_cont_pte", condition="phys >= 0x40600000")
        debugger.breakpoints.add("mem_init:return")
        forwards, backwards = [], []
        while debugger.cont().breakpoint:
            forwards.append(debugger.position)
        while debugger.reverse_cont().breakpoint:
            backwards.append(debugger.position)
        assert len(forwards) == 7
        assert backwards == forwards[::-1]

    @pytest.mark.parametrize("move", ["next", "finish"])
    def test_calls_executed_whole_still_stop_at_breakpoints(self, move: str) -> None:
        debugger = Debugger(TRACE)
        debugger.until("setup_arch")
        debugger.next()
        debugger.breakpoints.add("dma_contiguous_reserve")
        assert getattr(debugger, move)().breakpoint == 1

    @pytest.mark.parametrize("move", ["reverse_next", "reverse_finish"])
    def test_so_do_calls_undone_whole(self, move: str) -> None:
        debugger = Debugger(TRACE)
        debugger.until("arm64_memblock_init:return")
        debugger.breakpoints.add("dma_contiguous_reserve")
        assert getattr(debugger, move)().breakpoint == 1

    def test_single_events_and_goto_do_not_stop(self) -> None:
        debugger = Debugger(TRACE)
        debugger.breakpoints.add("start_kernel")
        assert debugger.event().reason == "event"
        assert debugger.goto(20).reason == "goto"
