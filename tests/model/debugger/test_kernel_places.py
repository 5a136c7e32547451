"""Stops, frames and breakpoints name lines of the kernel's source.

Covers breakpoints/kernel_lines.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.build.kernel_source.opened import open_kernel_source
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.kernel_places import model_words, place_words
from bootstep.model.trace.call_places import CallPlace
from bootstep.model.trace.events import Kind, Trace
from bootstep.model.trace.functions import NOWHERE
from bootstep.model.trace.writer import TraceWriter
from kernel_tree import write_tree
from msgspec import structs
from small_boot import recorded
from small_facts import facts
from small_log import SmallLog

TRACE = recorded()


def commands(root: Path | None = None) -> CommandInterpreter:
    debugger = Debugger(TRACE, facts())
    if root is not None:
        debugger.lines.source = open_kernel_source(str(write_tree(root)))
    return CommandInterpreter(debugger)


def says(made: CommandInterpreter, *lines: str) -> str:
    return [made.execute(line).text for line in lines][-1]


def test_a_stop_says_where_in_the_kernels_source_one_stands() -> None:
    made = commands()
    assert says(made, "until memblock_reserve").endswith(", at mm/memblock.c:854")
    assert says(made, "start") == "start of the boot"
    assert "at" not in says(made, "end").split()


def test_a_source_is_asked_instead_of_the_map(tmp_path: Path) -> None:
    made = commands(tmp_path)
    assert says(made, "until memblock_reserve").endswith(", at mm/memblock.c:11")
    assert "#0   memblock_reserve" in says(made, "bt")
    assert says(made, "bt").splitlines()[0].endswith(" at mm/memblock.c:11")


def test_a_caller_stands_where_it_calls(tmp_path: Path) -> None:
    made = commands(tmp_path)
    said = says(made, "until memblock_reserve", "step", "bt").splitlines()
    inner = next(row for row in said if "memblock_reserve (" in row)
    assert inner.endswith("at mm/memblock.c:14")


def test_info_line_names_both_sources_and_says_which_is_which() -> None:
    made = commands()
    kernel, model = says(made, "until memblock_reserve", "info line").splitlines()
    assert kernel == "line 854 of mm/memblock.c, in memblock_reserve"
    assert model.endswith("ranges.py (model), in memblock_reserve")
    assert says(made, "start", "info line") == "no function is open"


def test_info_line_takes_a_function() -> None:
    assert says(commands(), "info line memblock_reserve").startswith(
        "line 854 of mm/memblock.c to 862, memblock_reserve\nline 276 of model/memory/memblock/ranges.py (m"
    )
    assert says(commands(), "info line memblock_reserv").startswith("no function is called 'memblock_reserv'")


def test_info_frame_event_and_functions_name_them_too() -> None:
    made = commands()
    assert "at mm/memblock.c:854\n" in says(made, "until memblock_reserve", "info frame")
    assert "ranges.py (model), in memblock_reserve\n" in says(made, "info frame")
    event = says(made, "info event")
    assert "\nline 854 of mm/memblock.c\nmodel: line " in event
    assert "memblock_reserve  mm/memblock.c:854  (" in says(made, "info functions memblock_reserve")


def test_a_breakpoint_at_a_line_is_one_at_its_function(tmp_path: Path) -> None:
    for made, line in ((commands(), 860), (commands(tmp_path), 12)):
        assert says(made, f"break memblock.c:{line}", "continue").endswith(
            "at mm/memblock.c:854" if line == 860 else "at mm/memblock.c:11"
        )
        (point,) = made.debugger.breakpoints.all()
        assert {function.name for function in point.location.functions} == {"memblock_reserve"}
    made = commands()
    assert not made.execute("break mm/memblock.c:860:return").error
    assert "memblock_reserve returned" in says(made, "continue")


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("memblock.c:1", "line 1 of mm/memblock.c is in no function; next to it there is "),
        ("memblock.c:853", "line 853 of mm/memblock.c is in no function; next to it there is "),
        ("memblock.c:999999999999", "line 999999999 of mm/memblock.c is in no function; next to it"),
        ("nowhere.c:12", "nothing is modelled of a file nowhere.c"),
    ],
)
def test_a_line_that_no_function_has_is_refused(place: str, sentence: str) -> None:
    result = commands().execute(f"break {place}")
    assert result.error
    assert result.text.startswith(sentence)


def test_a_line_of_what_is_not_modelled_says_so() -> None:
    made = commands()
    extents = made.debugger.lines.functions_of("mm/memblock.c")
    known = {function.name for function in TRACE.functions}
    other = next(extent for extent in extents if extent.name not in known)
    said = made.execute(f"break memblock.c:{other.line}").text
    assert said.startswith(f"mm/memblock.c:{other.line} is in {other.name}, which is not modelled here")


def called(*places: CallPlace) -> CommandInterpreter:
    """A trace whose calls, each in the last, are made at these places; the source of ours is not of it."""
    trace = Trace()
    writer = TraceWriter(trace)
    trace.start()
    for name, place in zip(
        ("paging_init", "memblock_phys_alloc_range", "memblock_reserve"), places, strict=True
    ):
        number = trace.functions.add(name, "mm/memblock.c" if "memblock" in name else "", ()).number
        writer.enter(number, (), place.site)
    trace.finish()
    made = CommandInterpreter(Debugger(trace, facts()))
    made.debugger.goto(len(trace))
    return made


SETUP = CallPlace("setup_arch", 0x244, "arch/arm64/kernel/setup.c", 336)
PGTABLE = CallPlace("early_pgtable_alloc", 0x20, "arch/arm64/mm/mmu.c", 115)
ALLOC = CallPlace("memblock_phys_alloc_range.constprop.0", 0xAC, "mm/memblock.c", 1393)


def test_what_a_kernel_has_called_is_at_the_line_of_the_call() -> None:
    made = called(SETUP, PGTABLE, ALLOC)
    inner, middle, outer = says(made, "bt").splitlines()
    assert middle.endswith(" at mm/memblock.c:1393")
    assert inner.endswith(" at mm/memblock.c:854")
    assert ":115" not in outer, "another function of it made that call"
    assert says(made, "info event 1").endswith("\nline 115 of arch/arm64/mm/mmu.c")


def test_who_called_is_told_by_the_return_address() -> None:
    made = called(SETUP, PGTABLE, ALLOC._replace(file="", line=0))
    assert says(made, "info frame").splitlines()[1:] == [
        "entered at event 2",
        "called at memblock_phys_alloc_range.constprop.0+0xac",
    ]
    assert says(made, "up", "info frame").splitlines()[2] == (
        "called at arch/arm64/mm/mmu.c:115, in early_pgtable_alloc"
    )
    assert says(made, "print caller").endswith('"early_pgtable_alloc"')


def test_without_a_line_it_is_about_where_the_function_is_that_called() -> None:
    made = called(SETUP, PGTABLE, ALLOC._replace(file="", line=0))
    defined = made.debugger.lines.place("memblock_phys_alloc_range", "")
    assert says(made, "info event 2").endswith(f"\nline {defined.line} of mm/memblock.c")


def test_a_place_in_words() -> None:
    debugger = Debugger(TRACE, facts())
    debugger.until("memblock_reserve")
    place = debugger.where().frames[-1].place
    assert place_words(place) == "line 854 of mm/memblock.c"
    assert place_words(structs.replace(place, about=True)) == "about line 854 of mm/memblock.c"
    assert place_words(structs.replace(place, line=None)) == "mm/memblock.c"


def test_of_a_log_the_line_is_the_logs() -> None:
    source = SmallLog()
    source.run()
    debugger = Debugger(source.trace, source.facts)
    event = next(source.trace.of_kind(Kind.LOG))
    site = source.trace.site(event)
    assert model_words(debugger.trace, site) == f"log: line {site.line} of {site.filename}"
    assert model_words(debugger.trace, NOWHERE) == ""
