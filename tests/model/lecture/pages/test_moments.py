"""The moments of a page: which they are, what is said at each, what changed, and how they are packed.

Covers choosing.py, telling.py, stop.py, lesson.py, content.py, part.py, happened.py, map_blocks.py,
packing.py.
"""

from __future__ import annotations

import functools
import json
from itertools import pairwise
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.base.errors import InputError
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.lecture.pages.choosing import EVERY, MOST_CHOSEN, chosen
from bootstep.model.lecture.pages.content import Step
from bootstep.model.lecture.pages.happened import MOST_TOLD, counts, happenings
from bootstep.model.lecture.pages.lesson import MOST_STEPS, lesson, lesson_between
from bootstep.model.lecture.pages.map_blocks import WHOLE, MapScale
from bootstep.model.lecture.pages.packing import packed, spliced
from bootstep.model.lecture.pages.part import MarkedRow, Row, marked
from bootstep.model.lecture.pages.stop import Asked, Light, PageStop, Question
from bootstep.model.trace.events import CHANGES, Kind
from bootstep.model.views.state import StateView
from sweeps import sweep

MACHINES = ("virt-1g", "pc-2g", "phone-4g", "virt-2g-numa2", "broken-1g")
EACH = sweep(MACHINES, "virt-1g", "pc-2g")


@functools.cache
def debugger_of(machine: str) -> Debugger:
    boot = ModelBoot.of(read_machine(machine))
    boot.run()
    return Debugger(boot.trace, boot.facts)


@functools.cache
def steps_of(machine: str) -> list[Step]:
    debugger = debugger_of(machine)
    return lesson_between(debugger, 0, len(debugger.trace))


# ---- which moments ----


@pytest.mark.parametrize("machine", EACH)
def test_major_moments_are_a_lesson_long_and_every_phase_has_one(machine: str) -> None:
    debugger, steps = debugger_of(machine), steps_of(machine)
    positions = [step.position for step in steps]
    assert positions == sorted(set(positions))
    assert (positions[0], positions[-1]) == (0, len(debugger.trace))
    assert 20 <= len(positions) <= MOST_CHOSEN + len(debugger.phases.all()) + 2
    for phase in debugger.phases.all()[1:]:
        assert phase.start + 1 in positions


@pytest.mark.parametrize("machine", EACH)
def test_what_is_not_shown_between_two_moments_is_shown_at_the_second(machine: str) -> None:
    debugger = debugger_of(machine)
    for before, now in pairwise(steps_of(machine)):
        state = StateView(debugger, now.position)
        shown = [(row.cells[0], row.cells[1]) for row in now.parts["reserved"].rows]
        assert shown == [(hex(each.base), hex(each.end)) for each in state.memblock.reserved]
        has_changed = before.parts["reserved"].rows != now.parts["reserved"].rows
        changed = [each.part for each in happenings(before, now)]
        assert not has_changed or "reserved" in changed or len(changed) > MOST_TOLD


def test_large_reservations_have_a_moment_of_their_own() -> None:
    titles = [step.stop.title for step in steps_of("virt-1g")]
    assert "arm64_memblock_init: memblock_reserve has returned" in titles
    assert "setup_command_line: memblock_alloc_try_nid has returned" not in titles
    assert "setup_command_line has returned" in titles


def test_a_part_of_a_boot_is_opened_as_the_whole_is() -> None:
    debugger = debugger_of("virt-1g")
    start, end = (debugger.position_names.find(name) for name in ("paging_init", "paging_init:return"))
    titles = [step.stop.title for step in lesson_between(debugger, start, end)]
    assert titles[0] == "paging_init begins" and titles[-1] == "paging_init has returned"
    assert {"map_kernel has returned", "map_mem: memblock_mark_nomap has returned"} <= set(titles)


@pytest.mark.parametrize("every", EVERY)
def test_moments_are_inside_of_their_range(every: str) -> None:
    debugger = debugger_of("virt-1g")
    start, end = (debugger.position_names.find(name) for name in ("sparse_init", "sparse_init:return"))
    positions = [stop.position for stop in chosen(debugger, start, end, every)]
    assert (positions[0], positions[-1]) == (start, end)
    assert positions == sorted(positions)


def test_moments_are_as_fine_as_is_asked_for() -> None:
    debugger = debugger_of("virt-1g")
    trace = debugger.trace
    start, end = (debugger.position_names.find(name) for name in ("sparse_init", "sparse_init:return"))
    inner = {every: [s.position for s in chosen(debugger, start, end, every)][1:-1] for every in EVERY}
    assert inner["change"] == [at + 1 for at in range(start, end) if trace.kind(at) in CHANGES]
    leaves = [at for at in range(start, end - 1) if trace.kind(at) == Kind.LEAVE]
    assert inner["call"] == [
        at + 1 for at in leaves if any(trace.kind(each) in CHANGES for each in range(trace.partner(at), at))
    ]
    assert inner["phase"] == []
    whole = [stop.position for stop in chosen(debugger, 0, len(trace), "phase")]
    assert whole == [0, *(phase.start + 1 for phase in debugger.phases.all()[1:]), len(trace)]


def test_too_many_moments_are_refused() -> None:
    debugger = debugger_of("virt-1g")
    with pytest.raises(
        InputError, match=f"steps are too many for one page, at most {MOST_STEPS}: .* --every"
    ):
        lesson_between(debugger, 0, len(debugger.trace), "change")


# ---- what is said ----


def test_a_moment_says_where_it_is_and_what_the_call_is_for() -> None:
    debugger = debugger_of("virt-1g")
    end = debugger.position_names.find("arm64_memblock_init › memblock_reserve:return")
    (stop,) = chosen(debugger, end, end)
    assert stop.title == "arm64_memblock_init: memblock_reserve has returned"
    assert stop.call == "memblock_reserve [0x40210000-0x40faffff] 13.6 MiB"
    assert [words.split()[0] for words in stop.narration] == ["arm64_memblock_init", "memblock_reserve"]
    (begin,) = chosen(debugger, *[debugger.position_names.find("paging_init")] * 2)
    assert begin.title == "paging_init begins" and begin.narration and not begin.call
    change = next(at for at, _ in debugger.trace.changes(0, len(debugger.trace))) + 1
    (stop,) = chosen(debugger, change, change, "change")
    assert stop.title.startswith("map ") or " = " in stop.title or "table" in stop.title


def test_frames_have_their_places_in_the_kernel() -> None:
    step = next(step for step in steps_of("virt-1g") if step.name == "paging_init:entry")
    assert [name for name, _ in step.frames] == ["paging_init", "setup_arch", "start_kernel"]
    assert step.frames[0][1].startswith("arch/arm64/mm/mmu.c:")


# ---- what changed ----


def rows(*cells: tuple[str, ...]) -> list[Row]:
    return [Row(each) for each in cells]


def test_rows_are_marked_by_what_became_of_them() -> None:
    a, b, c, d = rows(("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"))
    new_b = Row(("b", "2"))
    assert list(marked([a, b, c], [a, new_b, d])) == [
        MarkedRow("", a),
        MarkedRow("~", new_b),
        MarkedRow("+", d),
        MarkedRow("-", c),
    ]
    assert list(marked([a, b, c], [c])) == [MarkedRow("-", a), MarkedRow("-", b), MarkedRow("", c)]
    assert list(marked([], [a])) == [MarkedRow("+", a)]


def test_ranges_that_overlap_are_one_that_changed() -> None:
    low, high = Row(("0x10", "0x20"), span=(16, 32)), Row(("0x20", "0x30"), span=(32, 48))
    both, far = Row(("0x10", "0x30"), span=(16, 48)), Row(("0x90", "0xa0"), span=(144, 160))
    assert [each.mark for each in marked([low, high], [both])] == ["~"]
    assert [each.mark for each in marked([low], [high, far])] == ["+", "+", "-"]


def test_the_largest_changes_are_told_and_the_rest_is_counted() -> None:
    steps = steps_of("virt-1g")
    at = next(n for n, step in enumerate(steps) if step.name.endswith("memblocks_present:return"))
    told = list(happenings(steps[at - 1], steps[at]))
    assert len(told) == MOST_TOLD + 1 and told[-1].mark == ""
    assert told[0].words.startswith("sections 8 0x40000000")
    assert counts(steps[at - 1], steps[at]) == "memblock.reserved ~1, sections +8"
    assert list(happenings(None, steps[0])) == [] and counts(None, steps[0]) == ""


# ---- the map ----


@pytest.mark.parametrize("machine", EACH)
def test_the_map_covers_its_height_once_and_all_of_memory(machine: str) -> None:
    steps = steps_of(machine)
    scale = MapScale([step.column for step in steps])
    for step in steps:
        blocks = list(scale.blocks(step.column))
        edge = scale.height
        for block in blocks:
            assert abs(block.top + block.height - edge) <= 1 and block.height > 0
            edge = block.top
            assert all(left >= 0 and left + width <= WHOLE for _, left, width in block.parts)
        assert abs(edge) <= 1
        assert any(block.parts for block in blocks) == bool(step.column.pieces)


# ---- packing ----


def joined(before: list[Any], difference: list[Any]) -> list[Any]:
    head, tail, middle = difference
    return [*before[:head], *middle, *before[len(before) - tail :]]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([], []),
        ([], [1]),
        ([1], []),
        ([1, 2, 3], [1, 9, 3]),
        ([1, 1], [1, 1, 1]),
        ([1, 2], [2]),
        ([1, 2], [3, 4]),
    ],
)
def test_a_list_is_what_differs(before: list[int], now: list[int]) -> None:
    assert joined(before, spliced(before, now)) == now


@pytest.mark.parametrize("machine", EACH)
def test_what_is_packed_unpacks_to_every_moment(machine: str) -> None:
    steps = steps_of(machine)
    document = json.loads(json.dumps(packed(steps)))
    pool = document["pool"]
    lists: dict[str, list[int]] = {}
    captions: dict[str, str] = {}
    for step, told in zip(steps, document["steps"], strict=True):
        for id, part in told["parts"].items():
            if "rows" in part:
                lists[id] = joined(lists.get(id, []), part["rows"])
            captions[id] = part["caption"][0] if "caption" in part else captions[id]
        for id, part in step.parts.items():
            if id == "variables":
                continue
            assert [tuple(pool[number][1:]) for number in lists.get(id, [])] == [
                row.cells for row in part.rows
            ]
            assert captions.get(id, "") == part.caption
        lists["log"] = joined(lists.get("log", []), told["log"]) if "log" in told else lists["log"]
        assert [pool[number] for number in lists["log"]] == list(step.log)
        assert (told["position"], told["name"]) == (step.position, step.name)
    assert len(json.dumps(pool)) < 300_000


def test_questions_and_where_to_look_are_packed() -> None:
    debugger = debugger_of("virt-1g")
    question = Question("Which?", "b", "It \x1b is.", ("a", "b"))
    light = Light(ranges=((0x4800_0000, 0x4800_0001),))
    stops = [
        PageStop(
            100,
            "Here",
            ("Told.",),
            ("reserved", "tables", "log"),
            light,
            (question,),
            asked=Asked("who 1", "nobody\x1b"),
        )
    ]
    document = packed(lesson(debugger, [*stops, PageStop(50, "Back")]))
    first, second = document["steps"]
    assert (first["title"], first["told"]) == ("Here", ["Told."])
    assert first["look"] == ["log", "reserved", "tables init_pg_dir"]
    (lit,) = first["lit"]
    assert document["pool"][lit][1:3] == ("0x48000000", "0x48100000")
    assert first["asked"] == ["who 1", "nobody\\x1b"]
    assert first["questions"] == [
        {"text": "Which?", "choices": ["a", "b"], "answer": "b", "why": "It \\x1b is."}
    ]
    assert second["position"] == 50 and second["new"] == 0 if "new" in second else True


def test_of_variables_those_are_shown_that_change() -> None:
    steps = steps_of("virt-1g")
    document = packed(steps)
    names = {row[1] for row in document["pool"] if isinstance(row, tuple) and len(row) == 3 and row[0] == -1}
    assert {"memstart_addr", "max_pfn", "totalram_pages"} <= names
    assert "acpi_disabled" not in names
    assert any(row.cells[0] == "acpi_disabled" for row in steps[0].parts["variables"].rows)
