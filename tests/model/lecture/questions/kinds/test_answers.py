"""Every answer found again, in another way, in the state of memory when it is revealed.

Covers allocation.py, regions.py, owners.py, mapping.py, entries.py, frames.py, nodes.py, calls.py, log.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from asked_boots import BOOTED, BOOTED_QUICKLY, EACH, LOGS, RECORDED, asked, material, of_kind
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.lecture.questions.question import Question
from bootstep.model.lecture.questions.table import KINDS
from bootstep.model.memory.memblock.regions import MEMBLOCK_NOMAP, U64, Region
from bootstep.model.memory.pagetable.runs import remains
from bootstep.model.memory.state import Replica, State
from bootstep.model.text.events import named_arguments
from bootstep.model.trace.events import Kind, Trace
from sweeps import sweep

WHOLE = sweep((*BOOTED, RECORDED), *BOOTED_QUICKLY, RECORDED)
"""Boots that tell everything."""


def state(name: str, position: int) -> State:
    """The state, by a replica of our own."""
    replica = Replica(material(name).trace)
    replica.move(position)
    return replica.state


def number_after(text: str, words: str) -> int:
    found = re.search(words + r"\D*?(0x[0-9a-f]+|\d+)", text)
    assert found, text
    return int(found[1], 0)


def pairs(name: str, *kinds: str) -> Iterator[tuple[Question, State, State]]:
    """Questions, the state when they are asked, and the one when their answers are seen."""
    for question in of_kind(name, *kinds):
        yield question, state(name, question.position), state(name, question.reveal)


# ---- memblock ----


def free_pieces(mb: State, nid: int) -> list[tuple[int, int]]:
    """What is free for an allocation, reckoned byte by byte from the arrays."""
    memblock = mb.memblock
    edges = sorted(
        {
            edge
            for array in (memblock.memory, memblock.reserved)
            for each in array.regions
            for edge in (each.base, each.end)
        }
    )

    def holder(regions: list[Region], at: int) -> Region | None:
        return next((each for each in regions if each.base <= at < each.end), None)

    pieces: list[tuple[int, int]] = []
    before: Region | None = None
    for low, high in pairwise(edges):
        memory = holder(memblock.memory.regions, low)
        usable = memory is not None and not memory.flags & MEMBLOCK_NOMAP and nid in (memory.nid, -1)
        if not usable or holder(memblock.reserved.regions, low) is not None:
            before = None
            continue
        if pieces and before is memory and pieces[-1][1] == low:
            pieces[-1] = (pieces[-1][0], high)
        else:
            pieces.append((low, high))
        before = memory
    return pieces


@pytest.mark.parametrize("name", WHOLE)
def test_an_allocation_lands_where_the_rules_of_memblock_put_it(name: str) -> None:
    there = list(pairs(name, "allocation"))
    assert len(there) >= 5
    for question, before, after in there:
        trace = material(name).trace
        size, align, start, end, nid, _ = trace.payload(question.subject)
        mb = before.memblock
        limit = mb.current_limit if end in (0, 1) else end
        start = max(start, mb.page_size)
        nid = -1 if not 0 <= nid < mb.max_numnodes else nid
        fits: list[int] = []
        for low, high in free_pieces(before, nid):
            low, high = max(low, start), min(high, limit)
            at = -(-low // align) * align if mb.bottom_up else (high - size) // align * align
            if high - low >= size and low <= at and at + size <= high:
                fits.append(at)
        assert question.answer == (min(fits) if mb.bottom_up else max(fits)), question.text
        held = [each for each in after.memblock.reserved.regions if each.base <= question.answer < each.end]
        assert held and held[0].end >= question.answer + size


@pytest.mark.parametrize("name", WHOLE)
def test_a_merged_region_is_in_the_array_after_the_call(name: str) -> None:
    there = list(pairs(name, "merge"))
    assert there
    for question, before, after in there:
        array = "reserved" if "memblock.reserved" in question.text else "memory"
        start, end = (int(each, 16) for each in str(question.answer).split("-"))
        assert any((each.base, each.end) == (start, end + 1) for each in after[f"memblock.{array}"].view())
        told = named_arguments(material(name).trace, question.subject)
        assert start <= told["base"] <= end
        old = {(each.base, each.end) for each in before[f"memblock.{array}"].view()}
        assert (start, end + 1) not in old


@pytest.mark.parametrize("name", [*WHOLE, "debugged log"])
def test_so_many_regions_are_in_the_array_after_the_call(name: str) -> None:
    there = list(pairs(name, "regions"))
    assert there
    for question, before, after in there:
        array = "reserved" if "memblock.reserved" in question.text else "memory"
        assert question.answer == len(after[f"memblock.{array}"].view())
        assert number_after(question.text, f"memblock.{array} has") == len(before[f"memblock.{array}"].view())


@pytest.mark.parametrize("name", EACH)
def test_the_owner_is_who_reserved_the_address_in_that_phase(name: str) -> None:
    owners = material(name).owners
    for question in of_kind(name, "owner"):
        address = number_after(question.text, "physical address")
        claim = owners.reserved_by(address, question.reveal)
        assert claim is not None
        assert claim.owner.name == question.answer
        assert claim.event < question.reveal
        assert any(
            each.base <= address < each.end for each in state(name, question.reveal).memblock.reserved.regions
        )


# ---- page tables ----


def table_pages(of: State) -> int:
    return sum(table.count for tree in of.trees.values() for table in tree.tables)


@pytest.mark.parametrize("name", WHOLE)
def test_so_many_table_pages_are_more_after_a_mapping(name: str) -> None:
    there = list(pairs(name, "table-pages"))
    assert there
    for question, before, after in there:
        assert question.answer == table_pages(after) - table_pages(before), question.text


@pytest.mark.parametrize("name", WHOLE)
def test_the_largest_entry_is_in_the_tables_after_the_mapping(name: str) -> None:
    there = list(pairs(name, "entry-size"))
    assert there
    for question, before, after in there:
        new = [
            piece.page_size
            for tree in after.trees.values()
            for run in tree.runs
            for piece in remains(run, [old for old in before.trees[tree.target].runs if old[2:] == run[2:]])
        ]
        assert question.cursor is not None
        leaf = next(filter(None, (tree.leaf(question.cursor.start) for tree in after.trees.values())))
        assert leaf.page_size == question.answer
        assert max(new, default=0) <= question.answer, question.text


@pytest.mark.parametrize("name", WHOLE)
def test_the_level_and_the_attributes_are_those_of_the_entry(name: str) -> None:
    entries = material(name).arch.entries
    for question, _, after in pairs(name, "level", "attributes"):
        assert question.cursor is not None
        at = question.cursor.start
        found = [(leaf, tree) for tree in after.trees.values() if (leaf := tree.leaf(at)) is not None]
        if question.kind == "level":
            at = number_after(question.text, "maps virtual address")
            words = {str(leaf.level) for leaf, _ in found}
            shown = {entries.level_words(leaf.level, tree.geometry.start_level) for leaf, tree in found}
            assert question.shown in shown
            assert any(leaf.va_start <= at < leaf.va_end for leaf, _ in found)
        else:
            words = {" ".join(entries.words(leaf.attrs, leaf.level)) for leaf, _ in found}
        assert question.answer in words


# ---- page frames ----


@pytest.mark.parametrize("name", WHOLE)
def test_the_sections_are_those_that_memory_lies_in(name: str) -> None:
    bits = material(name).facts.section_size_bits
    there = list(pairs(name, "sections"))
    assert len(there) == 1
    for question, before, _ in there:
        touched = {
            number
            for region in before.memblock.memory.regions
            for number in range(region.base >> bits, (region.end - 1 >> bits) + 1)
        }
        assert question.answer == len(touched)


@pytest.mark.parametrize("name", WHOLE)
def test_the_section_of_a_page_frame_is_its_address_divided_by_the_size_of_one(name: str) -> None:
    facts = material(name).facts
    for question in of_kind(name, "section"):
        pfn = number_after(question.text, "pfn")
        assert question.answer == (pfn * facts.page_size) // (1 << facts.section_size_bits)


@pytest.mark.parametrize("name", WHOLE)
def test_page_structs_and_linear_addresses_are_what_the_kernels_macros_say(name: str) -> None:
    there = of_kind(name, "page-struct", "linear")
    assert len({question.kind for question in there}) == 2
    debugger = Debugger(material(name).trace, material(name).facts)
    for question in there:
        debugger.goto(question.reveal)
        if question.kind == "page-struct":
            pfn = number_after(question.text, "that of pfn")
            assert debugger.evaluate(f"pfn_to_page({pfn:#x})") == question.answer
            continue
        physical = number_after(question.text, "will it have")
        assert debugger.evaluate(f"__va({physical:#x})") == question.answer
        leaf = debugger.state.page_tables.leaf(int(question.answer))
        assert leaf is not None
        assert leaf.pa_start + int(question.answer) - leaf.va_start == physical


# ---- nodes and zones ----


@pytest.mark.parametrize("name", EACH)
def test_the_zone_is_the_only_one_that_spans_the_page_frame(name: str) -> None:
    for question, before, after in pairs(name, "zone"):
        pfn = number_after(question.text, "pfn")
        zones = [zone for node in after.zones.nodes.values() for zone in node.zones]
        spanning = {zone.name for zone in zones if zone.start_pfn <= pfn < zone.start_pfn + zone.spanned}
        assert question.answer in spanning
        assert not any(zone.spanned for node in before.zones.nodes.values() for zone in node.zones)


@pytest.mark.parametrize("name", WHOLE)
def test_present_pages_are_those_of_memory_in_the_zone(name: str) -> None:
    shift = material(name).facts.page_shift
    there = list(pairs(name, "present"))
    assert there
    for question, _, after in there:
        first, spanned = number_after(question.text, "from pfn"), number_after(question.text, "will span")
        node = number_after(question.text, "of node")
        present = sum(
            max(min(region.end >> shift, first + spanned) - max(-(-region.base >> shift), first), 0)
            for region in after.memblock.memory.regions
            if region.nid == node
        )
        assert question.answer == present


@pytest.mark.parametrize("name", WHOLE)
def test_managed_pages_are_those_that_the_buddy_allocator_has(name: str) -> None:
    there = list(pairs(name, "managed"))
    assert there
    for question, _, after in there:
        zone_name = re.search(r"Zone (\w+) of node", question.text)
        assert zone_name
        node = after.zones.nodes[number_after(question.text, "of node")]
        zone = next(each for each in node.zones if each.name == zone_name[1])
        assert question.answer == zone.managed
        assert zone.managed >= zone.free_pages > 0


@pytest.mark.parametrize("name", ["pc-6g-numa2", "server-8g"])
def test_the_node_is_the_one_whose_page_frames_hold_the_address(name: str) -> None:
    there = of_kind(name, "node")
    assert there
    shift = material(name).facts.page_shift
    for question in there:
        pfn = number_after(question.text, "memory at") >> shift
        nodes = state(name, len(material(name).trace)).zones.nodes.values()
        holding = [node.nid for node in nodes if node.start_pfn <= pfn < node.end_pfn]
        assert int(question.answer) in holding


def test_one_node_alone_is_no_question() -> None:
    assert not of_kind("virt-1g", "node")


# ---- calls, and the log ----


def calls_of(trace: Trace, caller: int) -> list[int]:
    return [
        event
        for event in range(caller + 1, trace.partner(caller) or len(trace))
        if trace.kind(event) == Kind.ENTER and trace.parent(event) == caller
    ]


@pytest.mark.parametrize("name", WHOLE)
def test_the_next_call_follows_the_one_that_is_named(name: str) -> None:
    trace = material(name).trace
    there = of_kind(name, "next-call")
    assert there
    for question in there:
        caller = trace.parent(question.subject)
        calls = calls_of(trace, caller)
        at = calls.index(question.subject)
        assert trace.function(calls[at]).name == question.answer
        assert question.text.startswith(trace.function(caller).name)
        assert f"called {trace.function(calls[at - 1]).name}." in question.text


@pytest.mark.parametrize("name", WHOLE)
def test_the_caller_is_the_function_of_the_first_call(name: str) -> None:
    trace = material(name).trace
    there = of_kind(name, "caller")
    assert there
    for question in there:
        function = re.search(r"function calls (\w+) the first time", question.text)
        assert function
        first = next(
            event for event in trace.of_kind(Kind.ENTER) if trace.function(event).name == function[1]
        )
        assert first == question.subject
        assert trace.function(trace.parent(first)).name == question.answer
        assert question.position <= first


@pytest.mark.parametrize("name", EACH)
def test_the_numbers_of_the_log_are_in_the_line_that_is_printed(name: str) -> None:
    trace = material(name).trace
    there = of_kind(name, "log")
    assert there
    for question in there:
        assert trace.kind(question.reveal - 1) == Kind.LOG
        line = trace.log_text(question.reveal - 1)
        part = re.search(r"before “(.*)”", question.text)
        if part:
            assert re.search(rf"\b{question.answer}K {part[1]}\b", line)
        elif "first number" in question.text:
            assert f"Memory: {question.answer}K/" in line
        else:
            assert f"/{question.answer}K available" in line


# ---- all ----


def test_every_kind_is_asked_about_some_boot() -> None:
    assert {question.kind for name in (*BOOTED_QUICKLY, *LOGS) for question in asked(name)} == {
        kind.name for kind in KINDS
    }


@pytest.mark.parametrize("name", EACH)
def test_no_answer_is_seen_before_it_is_asked_for(name: str) -> None:
    length = len(material(name).trace)
    for question in asked(name):
        assert 0 <= question.position < question.reveal <= length
        assert question.answer <= U64 if isinstance(question.answer, int) else question.answer
