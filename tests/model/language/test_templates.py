"""Texts that were made of others, said in a language."""

from __future__ import annotations

import pytest
from bootstep.model.language import words
from bootstep.model.language.templates import Templates

CALLED = Templates(("{owner} (no-map)", "{tablename} hash table", "CMA area '{name}'"), said_too=("owner",))


@pytest.mark.parametrize("text", ["page structs", "Dentry hash table", "anything", ""])
def test_english_stays_as_it_is(text: str) -> None:
    assert CALLED.said(text) == text


def test_a_text_is_said_by_what_it_was_made_of() -> None:
    words.choose("zh")
    assert CALLED.said("kernel image") == words.tr("kernel image") != "kernel image"
    assert CALLED.said("Dentry hash table") == words.tr("{tablename} hash table", tablename="Dentry")


def test_what_somebody_else_named_keeps_its_name() -> None:
    words.choose("zh")
    assert "reserved" in CALLED.said("CMA area 'reserved'")


def test_a_part_that_is_such_a_text_is_said_too() -> None:
    words.choose("zh")
    image = words.tr("kernel image")
    assert CALLED.said("kernel image (no-map)") == words.tr("{owner} (no-map)", owner=image)
    nested = CALLED.said("Dentry hash table (no-map)")
    assert nested == words.tr("{owner} (no-map)", owner=CALLED.said("Dentry hash table"))


def test_what_nobody_has_translated_stays() -> None:
    words.choose("zh")
    assert CALLED.said("setup_arch()") == "setup_arch()"
    assert CALLED.said("") == ""


def test_each_language_has_its_own() -> None:
    words.choose("zh")
    chinese = CALLED.said("kernel image")
    words.choose("en")
    assert CALLED.said("kernel image") == "kernel image"
    words.choose("zh")
    assert CALLED.said("kernel image") == chinese
