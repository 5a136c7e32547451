"""Scripts: blocks, commands that they define, what a stop runs, files, and that nothing goes on for ever.

Covers blocks.py, checks.py, printing.py, script_file.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.debugger.commands.interpreter import CommandInterpreter, Result
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.scripts import runner
from bootstep.model.debugger.scripts.blocks import DEEPEST, MOST_LINES, Line
from bootstep.model.debugger.scripts.runner import Scripts
from bootstep.model.debugger.scripts.script_file import script_lines
from bootstep.model.trace.events import Kind
from hypothesis import given
from hypothesis import strategies as st
from small_boot import recorded
from small_facts import facts

TRACE = recorded()
ANY_LINES = (
    *(
        "if 1",
        "if 0",
        "else",
        "end",
        "while totalram_pages == 0",
        "step",
        "commands",
        "break paging_init",
        "silent",
    ),
    *("continue", "define a", "document a", "a", "a x y", "echo $argc", "", "#", "start", "finish", "quit"),
)


def fresh() -> Scripts:
    return Scripts(CommandInterpreter(Debugger(TRACE, facts())), script_lines)


def after(text: str) -> Result:
    """What the last line of a script says; none before it may be wrong."""
    scripts = fresh()
    *before, last = text.strip().splitlines()
    for line in before:
        result = scripts.execute(line)
        assert not result.error, f"{line}: {result.text}"
    return scripts.execute(last)


def says(text: str) -> str:
    return after(text).text


class TestBlocks:
    def test_lines_wait_for_the_end_of_their_block(self) -> None:
        scripts = fresh()
        assert scripts.execute("if 1").open
        assert scripts.execute("  echo inside").open
        result = scripts.execute("end")
        assert (result.text, result.open) == ("inside", False)

    @pytest.mark.parametrize(
        ("script", "said"),
        [
            ("if 2 > 1\necho yes\nelse\necho no\nend", "yes"),
            ("if 2 < 1\necho yes\nelse\necho no\nend", "no"),
            ("if 2 < 1\necho yes\nend", ""),
            ("if 1\nif 0\necho a\nelse\necho b\nend\nelse\necho c\nend", "b"),
        ],
    )
    def test_an_if_does_one_of_its_sides(self, script: str, said: str) -> None:
        assert says(script) == said

    def test_a_while_goes_on_as_long_as_its_expression_holds(self) -> None:
        scripts = fresh()
        for line in ("while totalram_pages == 0", "step", "end"):
            scripts.execute(line)
        debugger = scripts.debugger
        assert debugger.state.variables["totalram_pages"] != 0
        debugger.reverse_step()
        assert debugger.state.variables["totalram_pages"] == 0

    @pytest.mark.parametrize(
        ("script", "sentence"),
        [
            ("else", "else belongs into an if"),
            ("while 1\nelse", "else belongs into an if"),
            ("if 1\nelse\nelse", "else belongs into an if"),
            ("if\nend", "if takes an expression"),
            ("if nonsense\nend", "unknown name 'nonsense'"),
            ("commands 1 x\nend", "commands takes the numbers of breakpoints"),
            ("commands\nend", "there is no breakpoint that could have commands"),
            ("commands 7\nend", "there is no breakpoint 7"),
            ("define step\nend", "step is a command already"),
            ("define 4\nend", "a command cannot be called '4'"),
            ("document nothing\nend", "no script defines nothing"),
        ],
    )
    def test_what_is_wrong_with_a_block_is_one_sentence(self, script: str, sentence: str) -> None:
        result = after(script)
        assert result.error
        assert sentence in result.text

    def test_after_a_wrong_line_no_block_is_open(self) -> None:
        scripts = fresh()
        scripts.execute("if 1")
        assert scripts.execute("else").open
        assert scripts.execute("else").error
        assert scripts.execute("echo out").text == "out"

    def test_a_block_without_an_end_is_told_with_its_place(self) -> None:
        scripts = fresh()
        scripts.execute("while 1", "x.gdb:7")
        result = scripts.finish()
        assert (result.text, result.error) == ("x.gdb:7: while has no end", True)
        assert not scripts.finish().error

    def test_blocks_have_bounds(self) -> None:
        scripts = fresh()
        results = [scripts.execute("if 1") for _ in range(DEEPEST + 1)]
        assert results[-1].error and not results[-2].error
        scripts = fresh()
        scripts.execute("document x")
        results = [scripts.execute("word") for _ in range(MOST_LINES + 1)]
        assert results[-1].error and not results[-2].error


class TestDefinedCommands:
    def test_a_command_takes_words(self) -> None:
        assert says("define hello\necho $argc: $arg1, $arg0\nend\nhello a b") == "2: b, a"

    def test_a_word_that_is_missing_is_told(self) -> None:
        result = after("define hello\necho $arg0\nend\nhello")
        assert result.error and "$arg0 is missing: 0 words were given" in result.text

    def test_it_has_the_help_of_its_document(self) -> None:
        assert says("define hello\nstep\nend\ndocument hello\nsays hello\nagain\nend\nhelp hello") == (
            "hello\nsays hello\nagain"
        )

    def test_it_may_be_defined_anew(self) -> None:
        assert says("define x1\necho a\nend\ndefine x1\necho b\nend\nx1") == "b"

    def test_it_moves_like_its_commands(self) -> None:
        result = after("define two\nstep\nstep\nend\ntwo")
        assert result.moved

    def test_its_lines_are_not_in_the_history(self) -> None:
        scripts = fresh()
        for line in ("define two", "step", "step", "end", "two"):
            scripts.execute(line)
        assert scripts.interpreter.history == ["two"]

    @pytest.mark.parametrize("body", ["again", "again\nagain"])
    def test_one_that_calls_itself_ends_in_a_sentence(
        self, body: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(runner, "MOST_LINES", 500)
        assert after(f"define again\n{body}\nend\nagain").error

    def test_a_loop_without_an_end_ends_in_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner, "MOST_LINES", 500)
        result = after("while 1\nend")
        assert result.error and "this goes on and on" in result.text

    def test_one_that_says_too_much_ends_in_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(runner, "MOST_TEXT", 500)
        result = after("while 1\ninfo phases\nend")
        assert result.error and "more than 500 characters" in result.text


class TestStops:
    def test_a_stop_runs_the_commands_of_its_breakpoint(self) -> None:
        stopped, last = says("break memblock_reserve\ncommands\nbt 1\nend\ncontinue").splitlines()
        assert stopped.startswith("breakpoint 1: memblock_reserve [0x40200000")
        assert last.startswith("#0   memblock_reserve (")

    def test_silent_ones_do_not_tell_the_stop(self) -> None:
        assert says("break memblock_reserve\ncommands 1\nsilent\necho here\nend\ncontinue") == "here"

    def test_one_that_continues_ends_them_and_the_next_stop_runs_its_own(self) -> None:
        told = says("break memblock_reserve\ncommands\nsilent\necho -\ncontinue\necho never\nend\ncontinue")
        calls = sum(TRACE.function(event).name == "memblock_reserve" for event in TRACE.of_kind(Kind.ENTER))
        assert told.count("-") == calls > 1
        assert "never" not in told

    def test_they_run_when_somebody_arrives_by_a_key(self) -> None:
        scripts = fresh()
        for line in ("break memblock_reserve", "commands", "echo here", "end"):
            scripts.execute(line)
        assert scripts.run_at_stop().text == ""
        scripts.debugger.cont()
        assert scripts.run_at_stop().text == "here"
        assert scripts.run_at_stop().text == ""

    def test_they_stand_in_the_list_of_breakpoints(self) -> None:
        assert "echo here" in says("break memblock_reserve\ncommands\necho here\nend\ninfo breakpoints")

    def test_none_take_them_away(self) -> None:
        told = says("break memblock_reserve\ncommands\necho x\nend\ncommands 1\nend\ncontinue")
        assert "x\n" not in told and told.count("\n") == 0


class TestChecks:
    def test_what_holds_says_nothing(self) -> None:
        result = after("until memblock_reserve\nassert size > 0")
        assert (result.text, result.failed, result.error) == ("", False, False)

    def test_what_does_not_hold_tells_the_values(self) -> None:
        result = after("until memblock_reserve\nassert size == 77")
        assert result.failed and not result.error
        assert result.text.startswith("assertion failed: size == 77 (size = ")

    def test_what_is_no_expression_is_wrong(self) -> None:
        assert after("assert nonsense").error
        assert after("assert").error

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            ("break paging_init\ncontinue", "stop"),
            ("break paging_init\ncontinue", "stop breakpoint"),
            ("break paging_init\ncontinue", "stop breakpoint 1 at paging_init"),
            ("break paging_init\ncontinue", "stop at paging_init"),
            ("watch memblock.reserved\ncontinue", "stop watch"),
            ("until paging_init", "stop until at paging_init"),
            ("continue", "stop end"),
            ("step", "stop step"),
        ],
    )
    def test_a_stop_that_came_is_as_expected(self, lines: str, expected: str) -> None:
        result = after(f"{lines}\nexpect {expected}")
        assert not result.failed, result.text
        assert not result.error

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            ("continue", "stop"),
            ("break paging_init\ncontinue", "stop watch"),
            ("break paging_init\ncontinue", "stop breakpoint 2"),
            ("break paging_init\ncontinue", "stop at start_kernel"),
            ("step", "stop end"),
        ],
    )
    def test_one_that_did_not_fails(self, lines: str, expected: str) -> None:
        result = after(f"{lines}\nexpect {expected}")
        assert result.failed and not result.error
        assert result.text.startswith(f"expected {expected}, stopped")

    @pytest.mark.parametrize("words", ["", "a miracle", "stop sometimes", "stop breakpoint one"])
    def test_one_that_is_no_expectation_is_wrong(self, words: str) -> None:
        assert after(f"expect {words}").error


class TestPrinting:
    @pytest.mark.parametrize(
        ("line", "text"),
        [
            (r"echo a\tb\n", "a\tb\n"),
            (r'echo "quoted "', "quoted "),
            (r"echo \033[31mred\a", "[31mred"),
            (r'printf "%d %u %#x %lx %llo\n", 10, 10, 255, 4096, 8', "10 10 0xff 1000 10\n"),
            (r'printf "%5d|%-5d|%05d|%s|%c|%%\n", 1, 2, 3, "word", 65', "    1|2    |00003|word|A|%\n"),
            (r'printf "%lx", 0-1', "ffffffffffffffff"),
            (r'printf "%p", 4096', "0x1000"),
            (r'printf "nothing"', "nothing"),
            (r'printf "%d %d", (1 + 2) * 3, 4', "9 4"),
        ],
    )
    def test_text_comes_as_c_has_it(self, line: str, text: str) -> None:
        result = after(line)
        assert (result.text, result.goes_on, result.error) == (text, True, False)

    @pytest.mark.parametrize(
        "line",
        [
            "printf",
            "printf %d, 1",
            'printf "%d"',
            'printf "%d", 1, 2',
            'printf "%d", "word"',
            'printf "%q", 1',
            'printf "%d" 1',
            'printf "%n", 1',
        ],
    )
    def test_what_printf_cannot_do_is_one_sentence(self, line: str) -> None:
        result = after(line)
        assert result.error and "\n" not in result.text

    @given(st.text(max_size=40))
    def test_any_text_is_printed_or_refused(self, text: str) -> None:
        scripts = fresh()
        for line in (f"echo {text}", f'printf "{text}", 1', f"printf {text}"):
            scripts.execute(line)


class TestFiles:
    def test_a_file_is_done_line_by_line(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gdb"
        path.write_text("# comment\n\nbreak paging_init\ncontinue\necho here\\n\n")
        told = says(f"source {path}").splitlines()
        assert told[0].startswith("breakpoint 1") and told[-1] == "here"

    def test_what_is_wrong_in_it_has_file_and_line(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gdb"
        path.write_text("step\nnonsense\n")
        result = after(f"source {path}")
        assert result.error
        assert result.text == f'{path}:2: no command "nonsense"; "help" lists them'

    def test_a_block_that_does_not_end_has_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gdb"
        path.write_text("step\nif 1\n")
        assert says(f"source {path}") == f"{path}:2: if has no end"

    def test_files_that_name_each_other_end_in_a_sentence(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gdb"
        path.write_text(f"source {path}\n")
        assert after(f"source {path}").error

    def test_what_is_no_script_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gdb"
        assert after(f"source {path}").error
        path.write_bytes(b"\xff\xfe")
        assert says(f"source {path}") == f"{path}: a script is text in UTF-8"
        assert after("source").error

    def test_lines_of_a_file_have_their_places(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gdb"
        path.write_text("one\ntwo")
        assert list(script_lines(str(path))) == [Line("one", f"{path}:1"), Line("two", f"{path}:2")]
        with pytest.raises(InputError):
            script_lines(str(tmp_path / "none"))


@given(st.lists(st.sampled_from(ANY_LINES), max_size=30))
def test_any_lines_are_done_or_told_to_be_wrong(lines: list[str]) -> None:
    runner_scripts = fresh()
    for line in lines:
        result = runner_scripts.execute(line)
        assert not result.error or "\n" not in result.text
    runner_scripts.finish()
