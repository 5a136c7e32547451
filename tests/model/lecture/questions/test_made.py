"""Questions that tours name by their kind."""

from __future__ import annotations

from typing import Any

import pytest
from asked_boots import material
from bootstep.model.base.errors import InputError
from bootstep.model.lecture.questions.made import made_question


def test_it_is_about_what_comes_next_at_the_stop() -> None:
    boot = material("virt-1g")
    position = boot.debugger.position_names.find("paging_init")
    question = made_question(boot, "allocation", {"by": "early_pgtable_alloc", "seed": 3}, position)
    assert question is not None
    assert question.position >= position
    assert "early_pgtable_alloc asks" in question.text


def test_a_boot_that_has_none_says_none() -> None:
    assert made_question(material("plain log"), "allocation", {}, 0) is None
    assert made_question(material("virt-1g"), "sections", {"difficulty": 3}, 0) is None


@pytest.mark.parametrize(
    ("kind", "options", "says"),
    [
        ("nothing", {}, "no such kind"),
        ("zone", {"colour": 1}, "there is no colour, only seed, difficulty, by"),
        ("zone", {"difficulty": 4}, "difficulty is a number from 1 to 3"),
        ("zone", {"seed": "x"}, "seed is a number"),
        ("zone", {"seed": True}, "seed is a number"),
        ("zone", {"by": 3}, "the name of a function"),
    ],
)
def test_what_a_tour_says_wrong_is_said(kind: str, options: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        made_question(material("virt-1g"), kind, options, 0)
