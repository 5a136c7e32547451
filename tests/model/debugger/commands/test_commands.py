"""The command line: gdb's words, unique prefixes, counts, and an empty line that repeats the last move.

Covers breakpoints.py, command.py, data.py, info.py, interpreter.py, memory.py,
model/debugger/inspect/address.py, model/text/formats.py, stepping.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.debugger.commands.interpreter import CommandInterpreter, Result
from bootstep.model.debugger.debugger import Debugger
from hypothesis import given
from hypothesis import strategies as st
from small_boot import recorded
from small_facts import facts

TRACE = recorded()


def fresh() -> CommandInterpreter:
    return CommandInterpreter(Debugger(TRACE, facts()))


def after(*lines: str) -> Result:
    """What the last of these lines says."""
    commands = fresh()
    for line in lines[:-1]:
        assert not commands.execute(line).error, line
    return commands.execute(lines[-1])


def says(*lines: str) -> str:
    return after(*lines).text


class TestMoving:
    def test_step_says_where_it_came_to_and_that_it_moved(self) -> None:
        result = after("step")
        assert (result.text, result.moved, result.error) == (
            "start_kernel(), at init/main.c:912",
            True,
            False,
        )

    @pytest.mark.parametrize(
        ("line", "same_as"),
        [
            ("s", "step"),
            ("ste", "step"),
            ("n", "next"),
            ("fin", "finish"),
            ("si 2", "event 2"),
            ("rsi", "reverse-event"),
            ("c", "continue"),
            ("cont", "continue"),
            ("reverse-s", "reverse-step"),
            ("rn", "reverse-next"),
            ("rc", "reverse-continue"),
            ("u paging_init", "until paging_init"),
            ("advance paging_init", "until paging_init"),
            ("s 4", "step 0x4"),
        ],
    )
    def test_short_forms_move_alike(self, line: str, same_as: str) -> None:
        start = "until dma_contiguous_reserve"
        assert says(start, line) == says(start, same_as)

    def test_an_empty_line_repeats_the_last_move_with_its_count(self) -> None:
        commands, expected = fresh(), fresh()
        commands.execute("step 3")
        commands.execute("info memblock")
        assert commands.execute("").moved
        expected.execute("step 6")
        assert commands.debugger.position == expected.debugger.position

    def test_an_empty_line_before_any_move_does_nothing(self) -> None:
        assert after("") == Result("")

    def test_continue_with_a_count_passes_breakpoints(self) -> None:
        assert says("break memblock_reserve", "continue 3").endswith("(hit 3), at mm/memblock.c:854")
        assert says("break memblock_reserve", "continue 9").startswith("end of the trace")

    @pytest.mark.parametrize(
        ("where", "position"),
        [("10", 10), ("0x10", 16), ("+3", 3), ("50%", len(TRACE) // 2), ("here", 0)],
    )
    def test_goto_takes_positions_shares_and_bookmarks(self, where: str, position: int) -> None:
        commands = fresh()
        commands.execute("bookmark here")
        commands.execute(f"goto {where}")
        assert commands.debugger.position == position

    def test_phases_go_by_name(self) -> None:
        assert says("phase page") == "paging_init(), at arch/arm64/mm/mmu.c:855"
        assert says("phase per-CPU").startswith(
            'no phase is called "per-CPU"; there are start of the kernel, '
        )

    def test_run_begins_again(self) -> None:
        assert says("tbreak paging_init", "end", "run").startswith("temporary breakpoint 1: paging_init()")


class TestBreakpoints:
    def test_a_breakpoint_with_its_condition_in_one_line(self) -> None:
        line = 'break memblock_reserve if size >= 1M and caller == "dma_contiguous_reserve"'
        assert says(line, "continue") == (
            "breakpoint 1: memblock_reserve, size 64.0 MiB >= 1M, called from dma_contiguous_reserve (hit 1)"
            ", at mm/memblock.c:854"
        )

    def test_without_a_place_it_is_the_function_we_are_in(self) -> None:
        assert says("until paging_init", "break if 1 == 1") == "breakpoint 1: paging_init if 1 == 1"

    def test_they_are_changed_by_their_numbers(self) -> None:
        assert says("b paging_init", "condition 1 depth > 3") == "breakpoint 1: paging_init if depth > 3"
        assert says("b paging_init if depth > 3", "condition 1") == "breakpoint 1: paging_init"
        assert says("b paging_init", "ignore 1 2") == "breakpoint 1: paging_init (ignores the next 2)"
        assert says("b paging_init", "b mem_init", "disable", "info breakpoints").splitlines()[1:] == [
            "1    breakpoint n      0  paging_init",
            "2    breakpoint n      0  mem_init",
        ]
        assert says("b paging_init", "b mem_init", "delete 1", "info b").splitlines()[1:] == [
            "2    breakpoint y      0  mem_init"
        ]

    @pytest.mark.parametrize(
        ("line", "instead"),
        [
            ("rwatch max_pfn", "watch stops at changes"),
            ("jump paging_init", "goto POSITION"),
            ("call paging_init()", "print tells the value"),
            ("x/4x 0x40000000", "what memory holds is not modelled"),
        ],
    )
    def test_a_command_of_gdb_that_there_is_none_of_names_what_does_instead(
        self, line: str, instead: str
    ) -> None:
        assert instead in says(line)

    def test_info_counts_how_often_each_was_hit(self) -> None:
        assert says("b op:reserve if size > 4K", "ignore 1 1", "c", "c", "info b").splitlines() == [
            "num  type       on  hits  where",
            "1    breakpoint y      3  op:reserve if size > 4K",
        ]
        assert says('dprintf op:add, "more"', "ignore 1 2", "c", "info b").splitlines() == [
            "num  type      on  hits  where",
            "1    log point y      1  op:add",
            '                         prints "more"',
            "                         ignores the next 1",
        ]

    def test_watch_takes_a_variable(self) -> None:
        assert (
            says("watch max_pfn if new > 0")
            == "watch 1: max_pfn if new > 0 (no event of this boot matches watch:max_pfn)"
        )

    def test_delete_needs_no_number_to_delete_all(self) -> None:
        assert says("b paging_init", "b mem_init", "delete") == "deleted 1, 2"
        assert says("delete") == "there are no breakpoints"


class TestData:
    @pytest.mark.parametrize(
        ("line", "text"),
        [
            ("print 64M", "67108864 = 0x4000000 = 64.0 MiB"),
            ("p/x 255", "0xff"),
            ("p /x 255", "0xff"),
            ("p/d 0xff", "255"),
            ("p/s 0x200000", "2.0 MiB"),
            ("p/t 5", "101"),
            ("print 7", "7"),
            ("print max_pfn", "0"),
            ("print PFN_UP(0x1fff)", "2"),
            ("p/x _text", "0xffff800008000000"),
            ('print "a" == "a"', "1"),
        ],
    )
    def test_print(self, line: str, text: str) -> None:
        assert says(line) == f"$1 = {text}"

    def test_macros_use_the_variables_of_the_position(self) -> None:
        assert says("end", "p/x __pa(0xffff000000001000)") == "$1 = 0x40001000"
        assert says("p/x __pa(0xffff000000001000)") == "$1 = 0xfff"

    def test_print_sees_the_arguments_of_the_function_we_are_in(self) -> None:
        assert says("until dma_contiguous_reserve", "p limit") == "$1 = 2147483648 = 0x80000000 = 2.0 GiB"

    def test_print_shows_records_by_their_fields(self) -> None:
        text = says("end", "print memblock.reserved[1]")
        assert text == "$1 = {base = 0x48000000, size = 1048576, flags = MEMBLOCK_NONE, nid = 16}"

    def test_x_tells_all_about_an_address(self) -> None:
        lines = says("end", "x 0x48000100").splitlines()
        walked = ("struct page", "walk of", "  level")
        assert [line for line in lines if not line.startswith(walked)] == [
            "physical address 0x48000100, pfn 0x48000",
            "linear map address 0xffff000008000100",
            "memblock.memory[0] [0x40000000-0x7fffffff] 1.0 GiB",
            "memblock.reserved[1] [0x48000000-0x480fffff] 1.0 MiB",
            "reserved by kernel image, because of the boot loader: arm64_memblock_init (event 32)",
            "memory by kernel image, put back after a limit: arm64_memblock_init (event 11)",
            "section 9 is not present",
            "event 11: memory [0x40000000-0x7fffffff] 1.0 GiB added (kernel image, put back after a limit)"
            "  (arm64_memblock_init)",
            "event 32: reserved [0x48000000-0x480fffff] 1.0 MiB for kernel image  (arm64_memblock_init)",
        ]
        assert "mapped at 0xffff000000001000, in 0xffff000000000000-0xffff000000c00000, level 3" in says(
            "end", "x 0xffff000000001000"
        )


class TestInfo:
    def test_memblock_has_the_form_of_the_kernels_debugfs(self) -> None:
        lines = says("end", "info memblock").splitlines()
        assert lines[1] == "   0: 0x0000000040000000..0x000000007fffffff    x NONE"
        assert lines[2] == "reserved: 3 of 128, 86.0 MiB"

    def test_the_stack_is_innermost_first(self) -> None:
        lines = says("until dma_contiguous_reserve", "backtrace").splitlines()
        assert lines[0] == "#0   dma_contiguous_reserve (limit=0x80000000) at kernel/dma/contiguous.c:166"
        assert lines[-1] == "#3   start_kernel () at init/main.c:912"
        assert says("until dma_contiguous_reserve", "bt 2").splitlines() == lines[:2]

    def test_variables_say_what_set_them(self) -> None:
        assert says("end", "info variables memory_limit") == (
            "memory_limit = 629145600 = 0x25800000 = 600.0 MiB  (event 5)"
        )

    def test_the_log_is_that_of_the_position(self) -> None:
        assert says("until arm64_memblock_init", "info log").splitlines() == [
            "Booting Linux on physical CPU 0x0",
            "Memory limited to 600MB",
        ]

    @pytest.mark.parametrize(
        "topic", ["args", "frame", "event", "line", "phases", "functions", "page-tables"]
    )
    def test_every_topic_has_something_to_say(self, topic: str) -> None:
        result = after("until dma_contiguous_reserve", f"info {topic}")
        assert result.text
        assert not result.error
        assert not result.moved


class TestMistakes:
    @pytest.mark.parametrize(
        ("line", "text"),
        [
            ("frobnicate", 'no command "frobnicate"; "help" lists them'),
            ("re", 'ambiguous command "re": restart, reverse-continue, reverse-event, '),
            ("step x", '"x" is not a number'),
            ("end 3", 'nothing may follow here, not "3"'),
            ("goto", "go where? (a position, +N, -N, N%, a bookmark, a function)"),
            ("goto nowhere", '"nowhere" is neither a position nor a bookmark'),
            ("advance", "advance to which place? (a function, name:return, FILE:N, op:KIND, log:TEXT)"),
            ("break", "break where? (a function, name:return, op:KIND, log:TEXT, watch:NAME, event:N)"),
            ("delete 3", "there is no breakpoint 3"),
            ("condition", "the condition of which breakpoint?"),
            ("ignore 1", "ignore takes the number of a breakpoint and how many times"),
            ("print", "print what? (a variable, an argument, an expression with kernel macros)"),
            ("print foo", "unknown name 'foo' at column 1"),
            (
                "info",
                "info takes one of address, args, bookmarks, breakpoints, checkpoints, display, e820, ",
            ),
            ("info frame 7", "no function is open"),
            ("bookmark 7", "the name of a bookmark is not a number: goto could not tell it from a position"),
        ],
    )
    def test_a_mistake_is_said_in_a_sentence_and_nothing_moves(self, line: str, text: str) -> None:
        result = after(line)
        assert result.error
        assert not result.moved
        assert result.text.startswith(text)


class TestHelp:
    def test_every_command_is_in_the_help(self) -> None:
        commands = fresh()
        listed = commands.execute("help").text.splitlines()
        assert len(listed) == len(commands.commands)

    def test_help_of_one_command_tells_its_other_names(self) -> None:
        assert says("help cont").splitlines()[0] == "continue [N]  (also: c, fg)"
        assert "op:KIND" in says("help break")

    def test_history_counts_lines(self) -> None:
        assert says("step", "next", "history") == "    1  step\n    2  next\n    3  history"
        assert says("step", "next", "history 1") == "    3  history 1"

    def test_quit(self) -> None:
        assert after("q").quit

    def test_completion_offers_commands_and_what_may_follow(self) -> None:
        commands = fresh()
        assert commands.complete("reverse-f") == ["reverse-finish"]
        assert commands.complete("break dma_") == ["break dma_contiguous_reserve"]
        assert commands.complete("info z") == ["info zones"]
        assert commands.complete("p memst") == ["p memstart_addr"]

    def test_edit_changes_a_breakpoint_that_keeps_its_number(self) -> None:
        commands = fresh()
        commands.execute("break paging_init")
        commands.execute("disable 1")
        assert commands.execute("edit 1 memblock_reserve if size >= 8M").text == (
            "breakpoint 1: memblock_reserve if size >= 8M (disabled)"
        )
        assert commands.execute('edit 1 op:reserve if size > 1M, "{size} at {base:x}"').text == (
            'log point 1: op:reserve if size > 1M prints "{size} at {base:x}" (disabled)'
        )
        for wrong in ("edit", "edit 1", "edit 2 paging_init", "edit 1 op:fnord", "edit 1 paging_init if 1 +"):
            assert commands.execute(wrong).error
        (point,) = commands.debugger.breakpoints.all()
        assert (point.spec, point.condition) == ("op:reserve", "size > 1M")
        assert commands.complete("edit 1") == ['edit 1 op:reserve if size > 1M, "{size} at {base:x}"']

    def test_bookmarks_are_listed_by_where_they_are_and_forgotten(self) -> None:
        commands = fresh()
        for line in ("until paging_init", "bookmark p", "goto start", "bookmark s"):
            commands.execute(line)
        first, second = commands.execute("info bookmarks").text.splitlines()
        assert (first, second.split()[-1]) == ("s: 0  start", "paging_init")
        assert commands.execute("forget p").text == "bookmark p is deleted"
        assert commands.execute("forget p").text == 'there is no bookmark "p"; there are: s'

    def test_no_two_commands_share_a_name(self) -> None:
        names = [name for command in fresh().commands for name in (command.name, *command.aliases)]
        assert len(names) == len(set(names))


@given(st.lists(st.text(alphabet="sncfrbp/ 0123xit=\"'()[]+-%:*memblock_", max_size=25), max_size=5))
def test_whatever_is_typed_is_answered(lines: list[str]) -> None:
    commands = fresh()
    for line in lines:
        assert isinstance(commands.execute(line), Result)
