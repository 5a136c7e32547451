"""explain, what and glossary on the command line of the debugger, behind every door."""

from __future__ import annotations

import json

import pytest
from bootstep.model.debugger.inspect.answers import WordsAnswer
from bootstep.model.debugger.inspect.answers_json import answer_json
from bootstep.model.lecture.commands import COMMANDS, interpreter_of
from explained_boots import BOARD, explained, first_call


def said(line: str) -> str:
    result = interpreter_of(explained(BOARD)).execute(line)
    assert not result.error, result.text
    return result.text


def refused(line: str) -> str:
    result = interpreter_of(explained(BOARD)).execute(line)
    assert result.error
    return result.text


def test_an_event_by_its_number_and_by_the_name_of_a_position() -> None:
    event = first_call(explained(BOARD), "paging_init")
    assert said(f"explain {event}") == said("explain paging_init")
    assert said("explain paging_init").startswith("what happens\n  paging_init builds the page tables")
    assert said("explain paging_init:return").startswith("what happens\n  paging_init returns")
    assert "The kernel prints: “Zone ranges:”" in said("explain log:Zone ranges")


def test_alone_it_explains_what_comes_next() -> None:
    debugger = explained(BOARD)
    event = first_call(debugger, "sparse_init")
    debugger.goto(event)
    try:
        assert said("explain") == said(f"explain {event}")
    finally:
        debugger.end()
    assert said("explain") == said(f"explain {len(debugger.trace) - 1}")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("explain 999999", "there is no event 999999"),
        ("explain no_such_function", "never calls no_such_function"),
        ("explain \x1b[31m", "is no position"),
        ("what", "what is which word?"),
        ("what is nomop", "near it are NOMAP"),
        ("glossary qqqqqq", "does not have"),
    ],
)
def test_what_cannot_be_answered_is_said(line: str, words: str) -> None:
    assert words in refused(line)


def test_words() -> None:
    assert said("what is no-map?").startswith("NOMAP\n")
    assert said("glossary UXN") == said("what UXN")
    assert "memblock.memory: the list of all memory" in " ".join(said("glossary").split())


def test_the_answers_as_data() -> None:
    interpreter = interpreter_of(explained(BOARD))
    for line, kind in (("explain 100", "explanation"), ("what is UXN", "terms")):
        answer = interpreter.execute(line).answer
        assert answer is not None
        assert isinstance(answer.found, WordsAnswer)
        told = json.loads(json.dumps(answer_json(answer)))
        assert told["kind"] == kind
        assert all(paragraph["sentences"] for paragraph in told["paragraphs"])


def test_asked_again_it_is_the_same_event() -> None:
    interpreter = interpreter_of(explained(BOARD))
    answer = interpreter.execute("explain paging_init").answer
    assert answer is not None
    again = interpreter.execute(answer.line).answer
    assert again is not None
    assert again.found == answer.found


def test_they_are_in_the_help() -> None:
    text = said("help words")
    assert all(command.usage in text for command in COMMANDS)
