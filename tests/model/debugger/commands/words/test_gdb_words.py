"""gdb's own table of commands, held against ours: each works, or answers one sentence with the word to use.

Covers gdb_words.py, info_words.py, lookup.py.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from bootstep.model.debugger.commands.interpreter import CommandInterpreter, Result
from bootstep.model.debugger.commands.words.gdb_words import INSTEAD, SHORT_FORMS
from bootstep.model.debugger.commands.words.info_words import INSTEAD_OF_TOPIC
from bootstep.model.debugger.debugger import Debugger
from small_boot import recorded
from small_facts import facts

ROWS = [
    line.split(", ")
    for line in (Path(__file__).parents[4] / "data/gdb/commands.txt").read_text().splitlines()
    if not line.startswith("#")
]
NAMES = [name for row in ROWS for name in row]
TRACE = recorded()


@cache
def commands() -> CommandInterpreter:
    return CommandInterpreter(Debugger(TRACE, facts()))


def answer(line: str) -> Result:
    """What a line says, deep inside a function in the middle of the boot."""
    debugger = commands().debugger
    for point in debugger.breakpoints.all():
        debugger.breakpoints.delete(point.number)
    debugger.goto(len(TRACE) // 2)
    return commands().execute(line)


def test_the_table_is_that_of_gdb() -> None:
    assert len(ROWS) > 1500
    assert ["finish", "fin"] in ROWS and ["frame", "f"] in ROWS


@pytest.mark.parametrize("first", sorted({name.split()[0][0] for name in NAMES}))
def test_each_command_of_gdb_works_or_answers_one_sentence(first: str) -> None:
    wrong: list[str] = []
    for name in (name for name in NAMES if name[0] == first):
        result = answer(name)
        is_known = not result.text.startswith(("no command", "ambiguous command", "ambiguous info"))
        is_sentence = len(result.text.splitlines()) == 1 and len(result.text) < 500
        if not is_known or (result.error and not is_sentence):
            wrong.append(f"{name}: {result.text}")
    assert not wrong


def test_every_other_name_that_gdb_has_means_the_same() -> None:
    rows = [row for row in ROWS if not any(" " in name for name in row)]
    told = {row[0]: {re.sub(r"^\"\S+\"", "", answer(f"help {name}").text) for name in row} for row in rows}
    # Moves of instructions are moves of events, under their own name.
    assert not {name: texts for name, texts in told.items() if len(texts) > 1}


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        *(("s", "step"), ("n", "next"), ("c", "continue"), ("b", "break"), ("bt", "backtrace")),
        *(("f", "frame"), ("fin", "finish"), ("u", "until"), ("i", "info"), ("p", "print"), ("l", "list")),
        *(("d", "delete"), ("dis", "disable"), ("en", "enable"), ("r", "run"), ("rc", "reverse-continue")),
        *(("rs", "reverse-step"), ("rn", "reverse-next"), ("tb", "tbreak"), ("wa", "watch")),
        *(("disp", "display"), ("undisp", "undisplay"), ("si", "stepi"), ("ni", "nexti"), ("h", "help")),
    ],
)
def test_short_forms_mean_what_they_mean_in_gdb(short: str, whole: str) -> None:
    def told(word: str) -> str:
        return re.sub(r"^\"\S+\" ", "", answer(f"help {word}").text)

    assert told(short) == told(whole)


def known_words() -> set[str]:
    names = {name for command in commands().commands for name in (command.name, *command.aliases)}
    return names | set(commands().topics)


@pytest.mark.parametrize("name", sorted({**INSTEAD, **INSTEAD_OF_TOPIC}))
def test_what_says_instead_names_a_command_that_there_is(name: str) -> None:
    sentences = [table[name] for table in (INSTEAD, INSTEAD_OF_TOPIC) if name in table]
    for sentence in sentences:
        words = set(re.split(r"[\s:,;]+", sentence)) | set(re.findall(r"(\w+)/", sentence))
        assert words & known_words() or sentence.startswith("--") or "--kernel-source" in sentence


def test_short_forms_lead_to_commands_or_to_what_says_instead() -> None:
    names = {name for command in commands().commands for name in (command.name, *command.aliases)}
    assert not {short for short, name in SHORT_FORMS.items() if name not in names and name not in INSTEAD}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("cont", "end of the trace"),
        ("attac", '"attach" is gdb\'s; here there is nothing to attach to'),
        ("!ls", '"shell" is gdb\'s; here no command runs'),
        ("| ls", '"pipe" is gdb\'s; here no command runs'),
        ("add", 'ambiguous command "add": add-auto-load-safe-path, '),
        ("frobnicate", 'no command "frobnicate"; "help" lists them'),
        ("info regi", '"info regi" is gdb\'s; here no registers are recorded'),
        ("info r x0", '"info registers" is gdb\'s; here no registers are recorded'),
        ("info frobnicate", "info takes one of address, args, "),
        ("info lo", "This boot tells nothing of local variables."),
    ],
)
def test_words_are_found_by_unique_beginnings(line: str, text: str) -> None:
    assert answer(line).text.startswith(text)
