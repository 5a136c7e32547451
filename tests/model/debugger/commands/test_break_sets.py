"""Breakpoints in numbers: by regular expression, by line and address, for so many stops, saved and deleted.

Covers break_sets.py, checkpoints.py, numbers.py, model/debugger/breakpoints/lines.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import small_boot
from bootstep.model.debugger.breakpoints.errors import BreakpointError
from bootstep.model.debugger.commands.break_sets import FIRST_LINE
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.persistence import restore, saved
from msgspec.structs import replace
from small_boot import recorded
from small_facts import facts

TRACE = recorded()
TEXT = 0xFFFF_8000_0800_0000
SYMBOLS = {"_text": TEXT, "paging_init": TEXT + 0x1000, "not_modelled": TEXT + 0x2000, "_end": TEXT + 0x9000}
LINES = Path(small_boot.__file__).read_text().splitlines()


def numbered(text: str) -> int:
    return LINES.index(text) + 1


def fresh() -> CommandInterpreter:
    return CommandInterpreter(Debugger(TRACE, replace(facts(), symbols=SYMBOLS, load_address=0x4020_0000)))


def says(*lines: str) -> str:
    commands = fresh()
    for line in lines[:-1]:
        assert not commands.execute(line).error, line
    return commands.execute(lines[-1]).text


def specs(*lines: str) -> list[str]:
    commands = fresh()
    for line in lines:
        commands.execute(line)
    return [point.spec for point in commands.debugger.breakpoints.all()]


class TestRegularExpressions:
    def test_each_function_that_matches_gets_one(self) -> None:
        assert says("rbreak ^(paging|mem)_init$").splitlines() == [
            "breakpoint 1: mem_init",
            "breakpoint 2: paging_init",
            "2 breakpoints set",
        ]
        assert says("rbreak ^mem_").splitlines()[-1] == "1 breakpoint set"
        assert specs("rbreak main.c:^mem_") == ["mem_init"]
        assert specs("rbreak nosuch.c:^mem_") == []

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("rbreak", "rbreak takes a regular expression"),
            ("rbreak zzz", "no function that this boot calls matches zzz"),
            ("rbreak (", "'(' is no regular expression"),
        ],
    )
    def test_what_matches_nothing_is_said(self, line: str, why: str) -> None:
        assert says(line).startswith(why)

    def test_there_is_a_limit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bootstep.model.debugger.commands.break_sets.MOST", 3)
        assert "and rbreak sets 3 at most" in says("rbreak .")
        assert specs("rbreak .") == []


class TestLinesAndAddresses:
    def test_a_line_stops_before_it_runs(self) -> None:
        line = numbered("    paging_init(k)")
        commands = fresh()
        assert commands.execute(f"break small_boot.py:{line}").text == f"breakpoint 1: small_boot.py:{line}"
        said = "breakpoint 1: before paging_init(), called from setup_arch (hit 1)"
        assert commands.execute("run").text.startswith(said)
        assert f"line {line} of " in commands.execute("info line").text
        assert commands.execute("step").text.startswith("paging_init(), at arch/arm64/mm/mmu.c:")
        assert commands.execute("reverse-continue").text.startswith("breakpoint 1: before paging_init()")
        assert commands.execute("continue").text.startswith("end of the trace")

    def test_a_line_where_nothing_happens_is_the_next_that_does(self) -> None:
        line = numbered("def mem_init(k: SmallKernel) -> int:")
        assert specs(f"break small_boot.py:{line}") == [f"small_boot.py:{line + 1}"]

    @pytest.mark.parametrize("step", [1, 2, 7])
    def test_a_line_is_found_in_pieces_as_in_one(self, step: int) -> None:
        loop = next(number for number, text in enumerate(LINES, 1) if "alloc_init_cont_pte(k, 0x" in text)
        whole, pieces = (fresh().debugger.breakpoints.add(f"small_boot.py:{loop}").location for _ in range(2))
        found = [event for at in range(0, len(TRACE), step) for event in pieces.events(at, at + step)]
        assert found == [*whole.events(0, len(TRACE))]
        assert len(found) == 6, "once each time around"

    def test_a_condition_at_a_line_sees_what_runs_there(self) -> None:
        line = numbered("    paging_init(k)")
        assert says(f'break small_boot.py:{line} if function == "setup_arch"', "run").startswith("breakpoint")
        assert says(f'break small_boot.py:{line} if function == "mem_init"', "run").startswith("end")
        printed = says(f'dprintf small_boot.py:{line}, "depth {{depth}}"', "run").splitlines()[0]
        assert printed.endswith(": depth 2")

    def test_a_number_is_a_line_of_the_file_one_is_in(self) -> None:
        line = numbered("    paging_init(k)")
        assert specs("until setup_arch", f"b {line}") == [f"tests/support/small_boot.py:{line}"]
        assert specs("until paging_init", "up", "b +0") == [f"tests/support/small_boot.py:{line}"]

    def test_an_address_is_the_function_whose_code_lies_there(self) -> None:
        for place in ("*paging_init", "*0xffff800008001004", "*0x40201004", "*paging_init + 4"):
            assert specs(f"break {place}") == ["paging_init"]

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("b *0x40202000", "*0xffff800008002000 lies in not_modelled, which is not among"),
            ("b *0x10", "*0x10: no symbol of this kernel lies there"),
            ('b *"a"', "after * an address is expected"),
            ("b small_boot.py:9999", "nothing is recorded at line 9999 of small_boot.py"),
            ("b paging_int", "no function is called 'paging_int'; did you mean paging_init?"),
            ("b main.c:60", "line 60 of init/main.c is in no function; next to it there is"),
            ("b mmu.c:1", "line 1 of arch/arm64/mm/mmu.c is in no function; next to it there is"),
        ],
    )
    def test_what_can_never_match_is_refused(self, line: str, why: str) -> None:
        assert says(line).replace("*0x40202000", "*0xffff800008002000").startswith(why)
        assert specs(line) == []

    def test_a_line_of_the_kernel_is_its_function_where_somebody_knows(self) -> None:
        debugger = Debugger(TRACE, facts())
        extent = debugger.lines.extent("paging_init", "arch/arm64/mm/mmu.c")
        assert extent is not None
        point = debugger.breakpoints.add(f"mmu.c:{extent.last}")
        assert point.location.functions[0].name == "paging_init"
        with pytest.raises(BreakpointError, match=r"line 7 of init/main\.c is in no function"):
            debugger.breakpoints.add("main.c:7")


class TestForSoManyStops:
    def test_once_disables_it_after_the_stop(self) -> None:
        commands = fresh()
        commands.execute("b memblock_reserve")
        assert commands.execute("enable once 1").text == "enabled once 1"
        assert "disabled after the next stop" in commands.execute("info b").text
        assert commands.execute("c").text.startswith("breakpoint 1")
        assert commands.execute("c").text.startswith("end of the trace")
        (point,) = commands.debugger.breakpoints.all()
        assert not point.enabled

    def test_count_disables_it_after_so_many(self) -> None:
        commands = fresh()
        commands.execute("b memblock_reserve")
        commands.execute("enable count 2 1")
        assert "(disabled after the next 2 stops)" in commands.debugger.breakpoints.get(1).describe()
        assert [commands.execute("c").text[:5] for _ in range(3)] == ["break", "break", "end o"]
        assert says("b memblock_reserve", "enable count 2 1", "enable 1", "continue 3").startswith("break")

    def test_delete_deletes_it_at_the_stop(self) -> None:
        assert specs("b memblock_reserve", "enable delete 1", "c") == []
        assert specs("b memblock_reserve", "enable breakpoints once 1", "c") == ["memblock_reserve"]

    def test_stops_left_are_kept_between_runs(self) -> None:
        first, second = Debugger(TRACE, facts()), Debugger(TRACE, facts())
        first.breakpoints.add("paging_init")
        first.breakpoints.enable_for(1, 3)
        assert not restore(second, saved(first))
        assert second.breakpoints.get(1).stops_left == 3
        restore(second, {"breakpoints": [{"spec": "mem_init", "stops_left": -4}]})
        assert second.breakpoints.get(2).stops_left is None

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("enable count 2", "enable count reads like"),
            ("enable count x 1", '"x" is not a number'),
            ("enable count 0 1", "a breakpoint is enabled for 1 stop or more, not 0"),
            ("enable often 1", '"often" is no number of a breakpoint, nor one of once, delete, count'),
            ("enable 7", "there is no breakpoint 7"),
        ],
    )
    def test_what_is_wrong_is_said(self, line: str, why: str) -> None:
        assert says("b paging_init", line).startswith(why)


class TestNumbers:
    @pytest.mark.parametrize(
        ("line", "left"),
        [
            ("delete 1-2", ["setup_arch"]),
            ("delete 1,3", ["mem_init"]),
            ("d $bpnum", ["paging_init", "mem_init"]),
            ("delete breakpoints", []),
            ("d br 2", ["paging_init", "setup_arch"]),
            ("clear mem_init", ["paging_init", "setup_arch"]),
            ("cl setup_arch", ["paging_init", "mem_init"]),
        ],
    )
    def test_they_are_named_as_in_gdb(self, line: str, left: list[str]) -> None:
        assert specs("b paging_init", "b mem_init", "b setup_arch", line) == left

    def test_clear_is_of_the_function_one_is_in(self) -> None:
        assert specs("until paging_init", "b", "clear") == []
        assert says("clear").startswith("clear which place?")
        assert says("clear mem_init") == "there is no breakpoint at mem_init"

    def test_the_last_one_can_be_changed(self) -> None:
        assert says("b mem_init", "condition $bpnum depth > 1").endswith("mem_init if depth > 1")
        assert says("b mem_init", "ignore $bpnum 2").endswith("(ignores the next 2)")
        assert says("disable $bpnum") == "no breakpoint was set yet"

    @pytest.mark.parametrize("line", ["delete 3-1", "delete 5-9", "delete 1-999999999", "delete x"])
    def test_ranges_without_any_are_refused(self, line: str) -> None:
        commands = fresh()
        commands.execute("b mem_init")
        assert commands.execute(line).error
        assert commands.debugger.breakpoints.all()


class TestSaving:
    def test_they_are_commands_that_set_them_again(self, tmp_path: Path) -> None:
        commands = fresh()
        for line in (
            "b memblock_reserve if size > 4K",
            "tb mem_init",
            "watch memstart_addr",
            'dprintf op:add, "{size}"',
            "b paging_init",
            "ignore 5 2",
            "enable count 3 5",
            "b setup_arch",
            "disable 6",
        ):
            assert not commands.execute(line).error
        file = tmp_path / "points"
        assert commands.execute(f"save breakpoints {file}").text == f"saved 6 to {file}"
        again = fresh()
        first, *lines = file.read_text().splitlines()
        assert first == FIRST_LINE
        for line in lines:
            assert not again.execute(line).error, line
        assert saved(again.debugger) == saved(commands.debugger)

    def test_only_files_of_its_own_are_overwritten(self, tmp_path: Path) -> None:
        commands = fresh()
        commands.execute("b mem_init")
        own, other = tmp_path / "own", tmp_path / "other"
        other.write_text("mine\n")
        assert not commands.execute(f"save breakpoints {own}").error
        assert not commands.execute(f"save br {own}").error
        assert commands.execute(f"save breakpoints {other}").text == (
            f"{other} is there already, and is no file of breakpoints: not overwritten"
        )
        assert other.read_text() == "mine\n"
        assert commands.execute(f"save breakpoints {tmp_path}").error
        said = commands.execute(f"save breakpoints {tmp_path}/no/such").text
        assert said == f"cannot write {tmp_path}/no/such: No such file or directory"
        assert commands.execute("save breakpoints a\0b").error

    def test_what_is_missing_is_said(self) -> None:
        assert says("save").startswith("save writes breakpoints into a file")
        assert says("save breakpoints x") == "there are no breakpoints to save"


class TestCheckpoints:
    def test_they_are_positions_with_numbers(self) -> None:
        commands = fresh()
        assert commands.execute("info checkpoints").text == "no checkpoints"
        commands.execute("until paging_init")
        here = commands.debugger.position
        assert commands.execute("checkpoint").text == f"checkpoint 1: position {here}, paging_init"
        commands.execute("step")
        commands.execute("checkpoint")
        commands.execute("end")
        assert commands.execute("restart 1").text.startswith("paging_init(), at ")
        assert commands.debugger.position == here
        assert [line[:2] for line in commands.execute("info checkpoints").text.splitlines()] == ["1:", "2:"]
        assert commands.execute("delete checkpoint 1").text == "deleted checkpoint 1"
        assert commands.execute("restart 1").text == "there is no checkpoint 1; there are 2"
        assert commands.complete("restart ") == ["restart 2"]

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("restart", "which checkpoint? (there are none)"),
            ("restart 1", "there is no checkpoint 1; checkpoint makes one"),
            ("restart x", '"x" is not a number'),
            ("checkpoint 1", "nothing may follow checkpoint"),
            ("delete checkpoint", "which checkpoint?"),
            ("delete bookmark nosuch", 'there is no bookmark "nosuch"'),
        ],
    )
    def test_what_is_wrong_is_said(self, line: str, why: str) -> None:
        assert says(line).startswith(why)

    def test_bookmarks_of_other_names_are_none(self) -> None:
        assert says("bookmark checkpointing", "bookmark checkpoint", "info checkpoints") == "no checkpoints"
