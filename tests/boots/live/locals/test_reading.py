"""Local variables of a program that stood, against what gdb says of them.

Covers frames.py, unwinding.py, values.py.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest
from bootstep.boots.live.locals.frames import KernelFrames, frames_of
from bootstep.model.base.errors import InputError
from bootstep.model.base.units import value_text
from bootstep.model.build.dwarf.frames.reading import FrameReader
from bootstep.model.build.image.elf import open_elf
from bootstep.model.text.values import local_text
from bootstep.model.trace.writer import TraceWriter

from ....support.stopped_programs import CALLS, FOLDER, GIVEN, PROGRAMS, stopped, told

pytestmark = pytest.mark.parametrize("name", PROGRAMS)


def as_here(name: str, text: str) -> str:
    """What gdb says, with numbers as they read here."""
    if re.fullmatch(r"-?\d+", text):
        return local_text(name, int(text))
    return re.sub(
        r"(\w+) = (-?\d+)", lambda found: f"{found[1]} = {value_text(found[1], int(found[2]))}", text
    )


def found(name: str) -> dict[str, dict[str, str]]:
    trace, told_locals = stopped(name)
    return {
        trace.function(scope.enter).name: {each.name: each.text for each in scope.values}
        for scope in told_locals.at(len(trace))
    }


def by_gdb(name: str) -> dict[str, dict[str, str]]:
    return {
        function: {each: as_here(each, text) for each, text in values.items()}
        for function, values in told(name)["frames"]
    }


def test_what_gdb_tells_is_told(name: str) -> None:
    here, there = found(name), by_gdb(name)
    for function, values in there.items():
        for each, text in values.items():
            assert here[function][each] == text, (function, each)


def test_nothing_else_is_told_but_parameters(name: str) -> None:
    here, there = found(name), by_gdb(name)
    assert here.keys() == there.keys()
    for function, values in here.items():
        more = values.keys() - there[function].keys()
        assert more <= {"start", "count"}, function


def test_parameters_are_told_where_they_have_changed(name: str) -> None:
    here = found(name)
    assert "base" not in here["middle"]
    assert "nid" not in here["middle"]


def test_a_function_that_has_only_been_entered_has_none(name: str) -> None:
    assert "innermost" not in found(name)


def test_those_that_are_kept_nowhere_come_last(name: str) -> None:
    trace, told_locals = stopped(name)
    middle = next(
        scope for scope in told_locals.at(len(trace)) if trace.function(scope.enter).name == "middle"
    )
    texts = [each.text for each in middle.values]
    assert texts[-1] == "<optimized out>"
    assert texts == sorted(texts, key=lambda text: text == "<optimized out>")


def test_an_inlined_function_that_nobody_finds_hides_no_other(name: str) -> None:
    trace, told_locals = stopped(name)
    number = trace.functions.add("nowhere", "program.c").number
    before = set(found(name))
    TraceWriter(trace).enter(number)
    assert {trace.function(scope.enter).name for scope in told_locals.at(len(trace))} == before


def test_before_the_first_moment_nothing_is_known(name: str) -> None:
    assert stopped(name)[1].at(0) == ()


def test_the_frames_are_those_that_were_made(name: str) -> None:
    assert [function for function, _ in told(name)["frames"]] == list(reversed([*CALLS]))[1:]
    assert GIVEN.keys() < CALLS.keys()


def test_a_file_without_dwarf_tells_no_frames(name: str) -> None:
    assert frames_of(str(FOLDER / "program.c")) is None
    assert frames_of(str(FOLDER / "no-such-file")) is None
    assert frames_of("") is None


def test_of_a_damaged_file_other_values_are_told_or_none_or_a_sentence(name: str, tmp_path: Path) -> None:
    content = (FOLDER / f"{name}.elf").read_bytes()
    elf = open_elf(content, name)
    file = tmp_path / "vmlinux"
    for section in (".debug_info", ".debug_abbrev", ".debug_frame", ".debug_loclists"):
        found = elf.get_section_by_name(section)
        for at in range(found["sh_offset"], found["sh_offset"] + found["sh_size"], 47):
            damaged = bytearray(content)
            damaged[at] ^= 0x55
            file.write_bytes(damaged)
            trace, told_locals = stopped(name, KernelFrames(file))
            try:
                for scope in told_locals.at(len(trace)):
                    assert scope.values
            except InputError as error:
                assert str(error).startswith("vmlinux: ")


def test_one_thread_reads_the_file_at_a_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks on the screen and who writes a file ask at once."""
    inside: list[int] = []
    together: list[int] = []

    def slow(reader: FrameReader, address: int) -> None:
        inside.append(address)
        sleep(0.001)
        together.append(len(inside))
        inside.remove(address)

    monkeypatch.setattr(FrameReader, "at", slow)
    kept = KernelFrames(FOLDER / f"{name}.elf")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(kept.at, range(40)))
    assert together == [1] * 40
