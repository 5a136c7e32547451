"""What the debugger says in another language: everything is translated, and means the same commands.

Covers model/debugger/commands/words/topics.py."""

from __future__ import annotations

import functools
import re
from string import Formatter
from typing import Any

import catalogue
import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.debugger.commands.interpreter import CommandInterpreter, Result
from bootstep.model.debugger.commands.words.gdb_words import INSTEAD
from bootstep.model.debugger.commands.words.helping import CLASSES
from bootstep.model.debugger.commands.words.info_words import INSTEAD_OF_TOPIC
from bootstep.model.debugger.inspect.ledger_json import ledger_json
from bootstep.model.debugger.inspect.regions import regions_json
from bootstep.model.language import words
from bootstep.model.text.state_json import report

PART = "answers"
CHINESE = re.compile("[\u4e00-\u9fff]")


# ---- the catalogue ----


def fields(sentence: str) -> set[tuple[str, str, str]]:
    """What a sentence has in braces: the name, the format and the conversion."""
    return {
        (name, form or "", conversion or "")
        for _, name, form, conversion in Formatter().parse(sentence)
        if name is not None
    }


def translated() -> list[tuple[str, str]]:
    """Each sentence of the model with its translation."""
    found: list[tuple[str, str]] = []
    for message in catalogue.translation(PART, "zh"):
        if message.id:
            many, said = message.id, message.string
            found.append(
                (
                    many if isinstance(many, str) else many[-1],
                    said if isinstance(said, str) else said[0],
                )
            )
    return found


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    messages = [message for message in catalogue.translation(PART, language) if message.id]
    assert len(messages) > 1000
    assert [message.id for message in messages if not message.string or not message.string[0]] == []


def test_a_translation_has_the_same_values_in_it() -> None:
    wrong: list[str] = []
    for sentence, said in translated():
        if "{{" in sentence or re.search(r"\{[^a-z_]", sentence + said):
            continue  # said without values: its braces are its own
        if fields(sentence) != fields(said):
            wrong.append(sentence)
    assert wrong == []


def test_blanks_around_a_sentence_that_others_are_put_beside_stay() -> None:
    indented = [(one, said) for one, said in translated() if one.startswith("  ")]
    assert indented
    assert [one for one, said in indented if said[0] not in " \uff08"] == []


# ---- a session ----

SESSION = (
    "help",
    "help break",
    "help info",
    "info",
    "step",
    "next",
    "break memblock_reserve if size > 1M",
    "tbreak sparse_init",
    "watch memblock.reserved.cnt",
    'dprintf op:reserve, "{size} at {base}"',
    "info breakpoints",
    "continue",
    "continue",
    "finish",
    "info program",
    "info frame",
    "disable 1",
    "enable once 1",
    "delete 9",
    "nosuch",
    "rwatch x",
    "who 0x40210000",
    "x 0x40210000",
    "history 0x40210000",
    "end",
    "ledger",
    "x __pa(_text)",
    "why",
    "why crashkernel",
    "why crash_kernel_that_is_none",
    "info phases",
    "phase buddy",
    "info memory-model",
    "info event 500",
    "goto nosuch",
    "break nosuch_function",
    "print nosuch",
    "print (",
    "print memblock.nosuch",
    "info locals",
    "show",
    "apropos breakpoint",
    "save",
    "checkpoint",
    "info line",
    "tbreak event:999999999",
    "reverse-step",
)
"""What somebody types; every answer has words in it."""


@functools.cache
def _boot() -> Kernel:
    kernel = load_kernel(read_machine("virt-1g"))
    boot(kernel)
    return kernel


@functools.cache
def session(language: str) -> tuple[tuple[str, Result, int], ...]:
    """Each line of the session, what came of it, and where the debugger then stood."""
    words.choose(language)
    try:
        debugger = debugger_of(_boot())
        commands = CommandInterpreter(debugger)
        return tuple((line, commands.execute(line), debugger.position) for line in SESSION)
    finally:
        words.choose(words.ENGLISH)


def test_the_same_commands_do_the_same_in_both_languages() -> None:
    for (line, one, here), (_, other, there) in zip(session("en"), session("zh"), strict=True):
        assert (here, one.error, one.moved, one.quit) == (there, other.error, other.moved, other.quit), line


@pytest.mark.parametrize("number", range(len(SESSION)), ids=[line.partition('"')[0] for line in SESSION])
def test_every_answer_is_chinese(number: int) -> None:
    line, result, _ = session("zh")[number]
    assert CHINESE.search(result.text), line
    assert not CHINESE.search(session("en")[number][1].text), line


def test_what_a_log_point_prints_is_what_it_was_told_to_print() -> None:
    said = {language: [result.text for _, result, _ in session(language)] for language in ("en", "zh")}
    printed = "1.0 MiB at 0x48000000"
    assert any(printed in text for text in said["en"])
    assert any(printed in text for text in said["zh"])


def test_help_of_every_command_is_chinese() -> None:
    words.choose("zh")
    commands = CommandInterpreter(debugger_of(_boot()))
    for command in commands.commands:
        assert CHINESE.search(commands.execute(f"help {command.name}").text), command.name
    for topic in commands.topics:
        assert CHINESE.search(commands.execute(f"help info {topic}").text), topic
    for name in CLASSES:
        assert commands.execute(f"help {name}").text


def test_what_gdb_has_and_is_none_here_is_said_in_chinese() -> None:
    words.choose("zh")
    sentences = {*INSTEAD.values(), *INSTEAD_OF_TOPIC.values()}
    assert [sentence for sentence in sentences if not CHINESE.search(words.tr(sentence))] == []


# ---- what machines read ----


def documents(language: str) -> list[dict[str, Any]]:
    """The state, the ledger and the regions of a boot as plain data, while a language is spoken."""
    words.choose(language)
    debugger = debugger_of(_boot())
    debugger.end()
    return [
        report(debugger.state, debugger.facts),
        ledger_json(debugger.ledger()),
        regions_json(debugger),
    ]


def test_plain_data_depends_on_no_language() -> None:
    assert documents("zh") == documents("en")
