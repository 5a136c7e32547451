"""Questions about words: one word, a word that is not there, a line of the screen, all words."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.inspect.answers import WordsAnswer
from bootstep.model.language.words import choose
from bootstep.model.lecture.glossary.questions import (
    LONGEST,
    SUBJECTS,
    UnknownWord,
    asked_about,
    listing,
    nearest,
    of_line,
    terms_in,
    told,
)
from bootstep.model.lecture.glossary.terms import all_terms


def headings(answer: WordsAnswer) -> list[str]:
    return [paragraph.heading for paragraph in answer.paragraphs]


@pytest.mark.parametrize(
    "question", ["no-map", "is no-map", "is no-map?", "NOMAP", "is a NOMAP ?", "are NOMAP"]
)
def test_a_word_is_told_however_one_asks(question: str) -> None:
    assert headings(told(question))[0] == "NOMAP"


def test_what_is_told_of_a_word() -> None:
    sentences = [said.text for said in told("UXN").paragraphs[0].said]
    assert sentences[0] == "User space may not execute what lies here."
    assert "Also: PTE_UXN." in sentences
    assert "In the kernel's source: arch/arm64/include/asm/pgtable-hwdef.h." in sentences
    assert "See also: NX." in sentences


def test_it_is_told_in_the_language_that_was_chosen() -> None:
    choose("zh")
    try:
        assert told("UXN").paragraphs[0].said[0].text.startswith("用户态不得执行此处内容")
    finally:
        choose("en")


@pytest.mark.parametrize(("question", "word"), [("is the linear map?", "linear map"), ("swiotlb", "swiotlb")])
def test_the_word_in_a_question(question: str, word: str) -> None:
    assert asked_about(question) == word


def test_the_nearest_words_are_offered_for_one_that_is_not_there() -> None:
    assert "NOMAP" in nearest("nomop")
    with pytest.raises(UnknownWord, match="the glossary does not have “nomop”; near it are NOMAP"):
        told("nomop")
    with pytest.raises(UnknownWord, match="glossary alone lists what it has"):
        told("qqqqqq")


@pytest.mark.parametrize("words", ["", "?", "is", "a" * (LONGEST + 1), "x" * 100_000])
def test_what_is_no_word_is_refused_in_a_sentence(words: str) -> None:
    try:
        found = told(words)
    except UnknownWord as error:
        assert len(str(error)) < 400
    else:
        assert found.paragraphs


def test_all_words_by_subject() -> None:
    found = listing()
    assert headings(found) == [*SUBJECTS.values()]
    assert sum(len(paragraph.said) for paragraph in found.paragraphs) == len(all_terms())


def test_the_words_on_a_line() -> None:
    line = "0xffff000000000000-0xffff00003fffffff 1G PMD RW NX SHD AF BLK UXN MEM/NORMAL-TAGGED"
    keys = [term.key for term in terms_in(line)]
    assert keys == ["PMD", "RW", "NX", "SHD", "AF", "block", "UXN", "MEM/NORMAL-TAGGED"]


def test_of_words_that_belong_together_the_longest_is_told() -> None:
    assert [term.key for term in terms_in("in the linear map of node 0")] == ["linear map", "node"]


def test_short_words_must_be_written_exactly_so() -> None:
    assert not terms_in("k kk af rw 3 12")[1:]


def test_a_line_of_a_pane_brings_its_letters_and_the_pane() -> None:
    found = headings(of_line("[0x40000000-0x7fffffff] NOMAP", ["K", "N"], "memblock"))
    assert found == ["NOMAP", "letters and glyphs here", "memblock"]
    assert of_line("12 34", [], "no pane").paragraphs == ()
