"""Settings say how things are, and help finds commands by class and by word.

Covers settings.py, helping.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.commands.words.helping import CLASSES
from bootstep.model.debugger.debugger import Debugger
from small_boot import recorded
from small_facts import facts

TRACE = recorded()


def fresh() -> CommandInterpreter:
    return CommandInterpreter(Debugger(TRACE, facts()))


def says(*lines: str) -> str:
    commands = fresh()
    for line in lines[:-1]:
        assert not commands.execute(line).error, line
    return commands.execute(lines[-1]).text


class TestSettings:
    @pytest.mark.parametrize(
        "line",
        [
            *("set confirm off", "set conf off", "set pagination off", "set height 0", "set width unlimited"),
            *("set breakpoint pending off", "set print thread-events off", "set history expansion off"),
        ],
    )
    def test_what_is_always_so_may_be_set_so(self, line: str) -> None:
        result = fresh().execute(line)
        assert (result.text, result.error) == ("", False)

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("set confirm on", "confirm is always off here"),
            ("set confirm", "confirm is always off here"),
            ("set height 24", "height is always 0 here"),
            ("set listsize 0", "listsize is a number of lines from 1 to 400, not 0"),
            ("set listsize", "listsize is a number of lines from 1 to 400, not nothing"),
            ("set listsize " + "9" * 30, "listsize is a number"),
            ("set var max_pfn = 1", "only variables of your own can be set"),
            ("set max_pfn = 1", "nothing of a recorded boot can be changed"),
            ("set print pretty on", '"print" is a setting of gdb\'s; here print/x'),
            ("set exec-direction reverse", '"exec-direction" is a setting of gdb\'s; here every move'),
            ("set frobnicate 1", "frobnicate is none of the settings here: there are listsize, confirm, "),
            ("show frobnicate", "frobnicate is none of the settings here"),
            ("show commands", '"show commands" is gdb\'s; here history shows'),
        ],
    )
    def test_anything_else_is_refused_in_a_sentence(self, line: str, why: str) -> None:
        result = fresh().execute(line)
        assert result.error and result.text.startswith(why)

    def test_what_is_set_is_shown(self) -> None:
        assert says("set listsize 7", "show listsize") == "listsize is 7"
        assert says("show pag") == "pagination is off"
        assert says("show").splitlines()[:2] == ["listsize is 10", "confirm is off"]
        assert says("set") == says("show")
        assert says("show version").startswith("bootstep")
        assert says("show architecture") == "the architecture is arm64"
        assert says("show release").startswith("the kernel is Linux ")
        assert "set confirm" in fresh().complete("set c")


FROM_ELSEWHERE = ("app", "scripts", "user-defined")
"""Classes of commands that a screen or a script adds."""


class TestHelp:
    @pytest.mark.parametrize("name", [name for name in CLASSES if name not in FROM_ELSEWHERE])
    def test_a_class_lists_its_commands(self, name: str) -> None:
        head, *lines = says(f"help {name}").splitlines()
        assert head == f"{CLASSES[name]}:"
        assert len(lines) == len(fresh().classes[name]) > 0

    def test_every_command_is_in_a_class_and_has_help(self) -> None:
        commands = fresh()
        assert sum(map(len, commands.classes.values())) == len(commands.commands)
        assert all(command.help and command.usage.startswith(command.name) for command in commands.commands)

    def test_a_topic_of_info_has_help(self) -> None:
        assert says("help info scope") == "info scope\nThe arguments that a function has."
        assert says("help info").startswith("info TOPIC")
        assert says("help info nosuch").startswith("info TOPIC")
        assert all(topic.__doc__ for name, topic in fresh().topics.items())

    def test_what_gdb_has_and_there_is_none_of_says_so(self) -> None:
        assert says("help attach").startswith('"attach" is gdb\'s; here ')

    @pytest.mark.parametrize(
        ("word", "lines"),
        [
            ("checkpoint", ["checkpoint — ", "restart N — ", "info checkpoints — "]),
            ("REGEX", ["rbreak [FILE:]REGEX — "]),
            ("^bt|backtrace \\[", ["backtrace [N] — "]),
            ("attach", ["attach: there is nothing to attach to"]),
        ],
    )
    def test_apropos_finds_what_is_about_a_word(self, word: str, lines: list[str]) -> None:
        found = says(f"apropos {word}").splitlines()
        assert all(any(line.startswith(each) for line in found) for each in lines)

    def test_apropos_without_anything_says_so(self) -> None:
        assert says("apropos") == "apropos takes a word: apropos breakpoint"
        assert says("apropos frobnicate") == "no command is about frobnicate"
        assert fresh().execute("apropos (").error

    def test_complete_tells_what_a_line_may_become(self) -> None:
        assert says("complete info sc") == "info scope"
        assert says("complete thb") == "thbreak"
