"""Deeds, said in a language."""

from __future__ import annotations

import re

import pytest
from bootstep.model.analysis.deeds.deed import Subject
from bootstep.model.analysis.deeds.names import said_deed
from bootstep.model.language import words

DEEDS = (
    "reserved for page tables",
    "given back of the firmware's map (e820)",
    "added from the e820 map",
    "removed by a caller that is not told",
    "node 0, zone DMA: page structs",
    "node 1: pages that are there",
    "zone Normal: may span",
    "could not be made: reserved memory linux,cma",
    "per-CPU area of a CPU",
    "Dentry cache hash table",
    "kernel image",
)
"""As they are compared."""


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_is_said(deed: str) -> None:
    assert said_deed(deed) == deed
    words.choose("zh")
    said = said_deed(deed)
    assert re.search("[\u4e00-\u9fff]", said), said
    assert not re.search(r"\b(?:reserved|given|of|by|from|are|area|is|tables?|memory)\b", said), said


def test_what_a_function_asked_for_keeps_its_name() -> None:
    words.choose("zh")
    assert "setup_arch()" in said_deed("reserved for setup_arch()")


def test_subjects_are_said() -> None:
    words.choose("zh")
    assert [
        each for each in Subject if words.tr(each.title) == each.title and each is not Subject.ENDING
    ] == []
