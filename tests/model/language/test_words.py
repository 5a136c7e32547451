"""Sentences in a language.  Covers choice.py."""

from __future__ import annotations

import gettext

import catalogue
import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.language import words
from bootstep.model.language.choice import language_named, language_of


def test_english_is_what_stands_in_the_code() -> None:
    assert words.tr("{size} at {place:#x}", size="1 MiB", place=4096) == "1 MiB at 0x1000"
    assert words.trn("{count} page", "{count} pages", 1) == "1 page"
    assert words.trn("{count} page", "{count} pages", 2) == "2 pages"


def test_a_text_is_said_line_by_line() -> None:
    text = words.translatable_lines("zone\n\n  this sentence is nowhere")
    assert words.tr_lines(text) == text
    words.choose("zh")
    first, gap, last = words.tr_lines(text).split("\n")
    assert (first, gap, last) == (words.tr("zone"), "", "  this sentence is nowhere")
    assert first != "zone"


def test_braces_of_a_sentence_without_values_stay() -> None:
    assert words.tr("/{name}") == "/{name}"


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_a_sentence_without_translation_is_said_in_english(language: str) -> None:
    words.choose(language)
    assert words.language() == language
    assert words.tr("this sentence is nowhere") == "this sentence is nowhere"


def test_a_text_in_several_languages() -> None:
    assert words.local({"zh": "页", "en": "page"}) == "page"
    assert words.local({"zh": "页"}) == "页"
    words.choose("zh")
    assert words.local({"zh": "页", "en": "page"}) == "页"


def test_the_locale_chooses() -> None:
    assert language_of({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}) == "en"
    assert language_of({"LANG": "de_DE.UTF-8"}) == "en"
    assert language_of({}) == "en"


def test_somebody_chooses() -> None:
    assert language_named("zh-CN") == "zh"
    with pytest.raises(InputError, match="expected one of en, zh"):
        language_named("tlh")
    with pytest.raises(KeyError):
        words.choose("tlh")


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_the_compiled_file_is_up_to_date(language: str) -> None:
    compiled = gettext.translation(words.DOMAIN, words.CATALOGUES, [language])
    for part in catalogue.PARTS:
        for message in catalogue.translation(part, language):
            if message.id and message.string and not message.pluralizable:
                assert compiled.gettext(str(message.id)) == message.string


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize("part", catalogue.PARTS)
def test_the_catalogue_has_the_sentences_of_the_code(part: str, language: str) -> None:
    kept = catalogue.file_of(part, language).read_bytes()
    assert catalogue.as_po(catalogue.updated(part, language)) == kept
