"""Every event of three boots in plain sentences, in every language: none without a sentence, none with holes,
and no number that the boot does not have.

Covers ground.py, phrases.py, regions.py, later.py, searches.py, calls.py, who.py, mappings.py,
memory_model.py, nodes.py, firmware.py, values.py, lines.py, explain.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.inspect.answers import Said, WordsAnswer
from bootstep.model.debugger.opened import debugger_of
from bootstep.model.language.columns import columns
from bootstep.model.language.words import LANGUAGES, choose
from bootstep.model.lecture.explaining.explain import explain
from bootstep.model.lecture.telling import WIDTH, text_of
from bootstep.model.text.changes import changes_text
from bootstep.model.trace.events import CHANGES, Kind
from explained_boots import BOARD, BOOTS, LOG, PC, explained, first_call
from sweeps import sweep

HOLES = re.compile(r"\bNone\b|\{\w*\}|\bnan\b|<bootstep|object at 0x")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    choose(request.param)
    yield request.param
    choose("en")


def said(debugger: Debugger, event: int) -> str:
    return " ".join(each.text for each in sentences(explain(debugger, event)))


def sentences(answer: WordsAnswer) -> Iterator[Said]:
    return (each for paragraph in answer.paragraphs for each in paragraph.said)


@pytest.mark.parametrize("every", sweep((9, 1), 9))
@pytest.mark.parametrize("boot", BOOTS)
def test_every_event_is_explained(boot: str, every: int, language: str) -> None:
    debugger = explained(boot)
    for event in range(0, len(debugger.trace), every):
        answer = explain(debugger, event)
        assert answer.paragraphs, event
        assert answer.paragraphs[0].said, event
        text = " ".join(each.text for paragraph in answer.paragraphs for each in paragraph.said)
        own = debugger.trace.log_text(event) if debugger.trace.kind(event) == Kind.LOG else ""
        assert not HOLES.search(text.replace(own, "") if own else text), (event, text)


@pytest.mark.parametrize("boot", BOOTS)
def test_lines_fit_whatever_the_language(boot: str, language: str) -> None:
    debugger = explained(boot)
    for event in range(0, len(debugger.trace), 37):
        for line in text_of(explain(debugger, event)).splitlines():
            assert columns(line) <= WIDTH, line


@pytest.mark.parametrize("every", sweep((9, 1), 9))
@pytest.mark.parametrize("boot", BOOTS)
def test_the_addresses_of_a_change_are_those_of_the_trace(boot: str, every: int) -> None:
    """What the one line about a change has of memory's addresses, its explanation has too."""
    debugger = explained(boot)
    trace, entries = debugger.trace, debugger.arch.entries
    compared = 0
    changed = [at for at in range(len(trace)) if trace.kind(at) in (Kind.MEMBLOCK, Kind.PAGE_TABLE)]
    for event in changed[::every]:
        line = changes_text(trace.payload(event), entries)
        asked = set(re.findall(r"\b0x[0-9a-f]{5,}\b", line))
        told = set(re.findall(r"\b0x[0-9a-f]+\b", said(debugger, event)))
        assert asked <= told, (event, line)
        compared += len(asked)
    assert compared


@pytest.mark.parametrize("boot", BOOTS)
def test_every_kind_of_event_of_a_boot_is_among_those_explained(boot: str) -> None:
    trace = explained(boot).trace
    kinds = {trace.kind(event) for event in range(len(trace))}
    assert kinds & {Kind.ENTER, Kind.LOG}
    assert kinds & CHANGES


def test_there_is_no_event_behind_the_last() -> None:
    debugger = explained(BOARD)
    for event in (-1, len(debugger.trace)):
        with pytest.raises(IndexError):
            explain(debugger, event)


def reservation(debugger: Debugger) -> int:
    """The call that reserves the kernel image."""
    inside = first_call(debugger, "arm64_memblock_init")
    calls = debugger.occurrences.functions_named("memblock_reserve")[0]
    return next(each for each in debugger.occurrences.enters(calls.number) if each > inside)


def test_the_reservation_of_the_image() -> None:
    debugger = explained(BOARD)
    enter = reservation(debugger)
    base, size = debugger.trace.payload(enter)
    text = said(debugger, enter)
    assert f"memblock_reserve marks {size / (1 << 20):.1f} MiB from {base:#x} as reserved" in text
    assert "the kernel image" in text
    assert "It is called by arm64_memblock_init, because that fits memblock" in text
    assert "In /proc/iomem it will be in the line" in text
    assert "Kernel code" in text
    assert re.search(
        r"MiB from 0x\w+ of it are given back at event \d+|KiB from 0x\w+ of it are given back", text
    )


def test_the_change_that_it_makes() -> None:
    debugger = explained(BOARD)
    enter = reservation(debugger)
    base, size = debugger.trace.payload(enter)
    event = next(event for event, _ in debugger.trace.changes(enter, len(debugger.trace)))
    text = said(debugger, event)
    assert f"{size / (1 << 20):.1f} MiB from {base:#x} become reserved for the kernel image" in text
    assert "memblock.reserved then has 2 regions" in text


def test_a_page_table_says_why_it_lies_where_it_does() -> None:
    debugger = explained(BOARD)
    enter = first_call(debugger, "early_pgtable_alloc")
    page = debugger.trace.payload(debugger.trace.partner(enter))
    text = said(debugger, enter)
    assert "memblock looks downwards for 4.0 KiB, aligned to 4.0 KiB" in text
    assert f"taken is {page:#x}" in text
    assert "That is as high in it as 4.0 KiB fit." in text


def test_entries_say_their_level_their_attributes_and_why_they_are_pages() -> None:
    debugger = explained(BOARD)
    trace = debugger.trace
    enter = first_call(debugger, "map_mem")
    event = next(
        event
        for event in trace.of_kind(Kind.PAGE_TABLE, enter)
        if "entries are written" in said(debugger, event)
    )
    text = said(debugger, event)
    assert "in the area “linear map”" in text
    assert "UXN: " in text
    assert "An entry of 2.0 MiB would fit here; the caller wants pages" in text


def test_neighbours_that_become_one_region() -> None:
    debugger = explained(BOARD)
    texts = (said(debugger, event) for event in debugger.trace.of_kind(Kind.MEMBLOCK))
    assert any("both are now one region with" in text for text in texts)


def test_memory_that_is_given_back() -> None:
    debugger = explained(BOARD)
    changed = [*debugger.trace.of_kind(Kind.MEMBLOCK)][::-1]
    for words in ("are free again; they were reserved for", "It is given back at event"):
        assert any(words in said(debugger, event) for event in changed)


def test_pages_that_go_to_the_buddy_allocator() -> None:
    debugger = explained(BOARD)
    enter = first_call(debugger, "memblock_free_all")
    texts = (said(debugger, event) for event in debugger.trace.of_kind(Kind.ZONE, enter))
    assert any("go to the buddy allocator: from now on anybody may be given them" in text for text in texts)


def test_sections_nodes_and_zones() -> None:
    debugger = explained(BOARD)
    sections = " ".join(said(debugger, event) for event in debugger.trace.of_kind(Kind.SECTION))
    zones = " ".join(said(debugger, event) for event in debugger.trace.of_kind(Kind.ZONE))
    assert "Section 8 is 128.0 MiB from 0x40000000. It is marked as present" in sections
    assert "It gets the marks PRESENT." in sections
    assert "Node 0 spans pfn 0x40000 to 0x7ffff" in zones
    assert "are holes" in zones
    assert "tries these zones, in this order" in zones


def test_a_pc_s_map_and_nodes() -> None:
    debugger = explained(PC)
    trace = debugger.trace
    first = next(trace.of_kind(Kind.E820))
    text = said(debugger, first)
    assert "New in it: [0x0-0x9fbff] 639.0 KiB, usable." in text
    assert "System RAM" in text
    nodes = " ".join(said(debugger, event) for event in trace.of_kind(Kind.NUMA))
    assert "are memory of node 1" in nodes
    assert "The distances from node 1 to all nodes are" in nodes


def test_a_variable_says_what_it_is_and_what_it_was() -> None:
    debugger = explained(PC)
    event = debugger.occurrences.last_change("cr3", len(debugger.trace))
    assert event is not None
    text = said(debugger, event)
    assert 'cr3 is "init_top_pgt" now' in text
    assert "the root of the page tables that the CPU walks" in text


def test_a_line_of_the_log_says_what_it_tells_and_whether_it_is_printed() -> None:
    debugger = explained(BOARD)
    trace = debugger.trace
    lines = {trace.log_text(event).split(":")[0].split(" [")[0]: event for event in trace.logs}
    assert "the sum of early boot" in said(debugger, lines["Memory"])
    hidden = next(event for event in trace.logs if not trace.is_printed(event))
    assert "only with memblock=debug is the line seen" in said(debugger, hidden)


def test_a_log_says_where_it_knows_from() -> None:
    debugger = explained(LOG)
    texts = [said(debugger, event) for event in range(len(debugger.trace))]
    assert any(re.search(r"Line \d+ of the log says so\.", text) for text in texts)
    assert any("No line of the log says so, it is inferred: " in text for text in texts)


def test_the_end_of_a_kernel_that_runs_out_of_memory() -> None:
    boot = ModelBoot.of(read_machine("virt-1g", {"cmdline": "mem=8M"}))
    boot.run()
    debugger = debugger_of(boot)
    text = said(debugger, len(debugger.trace) - 1)
    assert "Here the boot ends: the kernel panicked: Attempted to kill the idle task!" in text
    assert "The kernel cannot go on from here" in text
