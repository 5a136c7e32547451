"""The catalogues: everything is translated, with the same values in it, and alike wherever it stands."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Iterator

import catalogue
import pytest

MENTION = re.compile("⟨[a-z.-]+⟩")
WIDE_STARTS = ("\uff08", "\uff0c")
"""A bracket and a comma that bring their own space."""
OWN = ("screen", "commands")
"""The parts that are translated by whoever changes the screen; the others have tests of their own."""


def messages(part: str, language: str) -> Iterator[tuple[str, str, str]]:
    """What is said for one and for many in English, and in the language."""
    for message in catalogue.translation(part, language):
        if message.id:
            ids = (message.id, message.id) if isinstance(message.id, str) else message.id
            said = message.string if isinstance(message.string, str) else message.string[0]
            yield ids[0], ids[1], said


def values(sentence: str) -> set[tuple[str, str, str]]:
    """The values in a sentence, with the format of each."""
    return {
        (name, form or "", how or "")
        for _, name, form, how in string.Formatter().parse(sentence)
        if name is not None
    }


def is_format(sentence: str) -> bool:
    """Whether there are values in it; braces may be just that."""
    try:
        return bool(values(sentence))
    except ValueError:
        return False


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize("part", OWN)
def test_no_sentence_is_without_translation(part: str, language: str) -> None:
    found = list(messages(part, language))
    assert len(found) > 100
    assert not [one for one, _, said in found if not said.strip()]


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize("part", catalogue.PARTS)
def test_translations_have_the_values_and_keys_of_the_sentence(part: str, language: str) -> None:
    for one, many, said in messages(part, language):
        if said and is_format(many):
            assert values(said) <= values(one) | values(many), one
            assert {name for name, _, _ in values(said)} == {name for name, _, _ in values(many)}, one
        if said:
            assert sorted(MENTION.findall(said)) == sorted(MENTION.findall(many)), one


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
@pytest.mark.parametrize("part", OWN)
def test_spaces_around_a_part_of_a_line_stay(part: str, language: str) -> None:
    for one, _, said in messages(part, language):
        if not said.startswith(WIDE_STARTS):
            assert len(one) - len(one.lstrip()) == len(said) - len(said.lstrip()), one
        assert one[len(one.rstrip()) :] == said[len(said.rstrip()) :], one


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_a_sentence_of_several_parts_is_translated_alike(language: str) -> None:
    """One file is compiled of all parts, which has each sentence once."""
    said: dict[str, set[str]] = defaultdict(set)
    for part in catalogue.PARTS:
        for one, _, translation in messages(part, language):
            said[one] |= {translation} - {""}
    assert {one: found for one, found in said.items() if len(found) > 1} == {}
