"""What kernel functions are for: each function that boots call has a sentence, or its caller's holds."""

from __future__ import annotations

import pytest
from bootstep.model.lecture.explaining.lines import FILE as LINES
from bootstep.model.lecture.explaining.phrases import OWNERS
from bootstep.model.lecture.explaining.purposes import FILE, holder, purpose, sentence
from bootstep.model.lecture.explaining.values import FILE as VARIABLES
from bootstep.model.lecture.explaining.values import meaning
from bootstep.model.lecture.texts import tables
from bootstep.model.trace.events import Kind
from explained_boots import BOARD, PC, explained, first_call

OF_THEIR_OWN = 0.75
"""The part of the functions that have a sentence of their own, at least."""


@pytest.mark.parametrize("boot", [BOARD, PC])
def test_every_call_has_a_purpose_of_its_own_or_of_a_caller(boot: str) -> None:
    trace = explained(boot).trace
    without = {trace.function(enter).name for enter in trace.of_kind(Kind.ENTER) if holder(trace, enter) < 0}
    assert not without
    assert all(sentence(trace, enter) for enter in trace.of_kind(Kind.ENTER))


@pytest.mark.parametrize("boot", [BOARD, PC])
def test_most_functions_have_one_of_their_own(boot: str) -> None:
    names = {function.name for function in explained(boot).occurrences.called()}
    assert sum(bool(purpose(name)) for name in names) >= OF_THEIR_OWN * len(names)


def test_a_function_without_one_does_a_part_of_what_its_caller_does() -> None:
    trace = explained(BOARD).trace
    enter = next(each for each in trace.of_kind(Kind.ENTER) if holder(trace, each) != each)
    outer = trace.function(holder(trace, enter)).name
    assert sentence(trace, enter).startswith(
        f"{trace.function(enter).name} does a part of the work of {outer}, which {purpose(outer)}"
    )
    own = first_call(explained(BOARD), "memblock_reserve")
    assert sentence(trace, own) == f"memblock_reserve {purpose('memblock_reserve')}."


@pytest.mark.parametrize("file", [FILE, VARIABLES, OWNERS, LINES], ids=lambda file: file.stem)
def test_every_sentence_is_there_in_every_language(file: object) -> None:
    for key, said in tables(file).items():  # pyright: ignore[reportArgumentType]
        assert said["en"] and said["zh"], key
        assert said["en"].isascii() or "“" in said["en"], key
        assert said["en"].count("{") == said["zh"].count("{"), key


@pytest.mark.parametrize("boot", [BOARD, PC])
def test_variables_that_boots_set_are_explained(boot: str) -> None:
    trace = explained(boot).trace
    names = {change.key for event in trace.of_kind(Kind.VARIABLE) for change in trace.payload(event)}
    assert not {name for name in names if not meaning(name)}
