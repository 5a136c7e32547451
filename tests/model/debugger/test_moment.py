"""Answers about a moment: they stay with it, and say when it has passed."""

from __future__ import annotations

import pytest
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.moment import Answers, MomentPassed
from small_boot import recorded
from small_facts import facts


def test_they_are_about_where_the_debugger_stood() -> None:
    debugger = Debugger(recorded(), facts())
    debugger.until("arm64_memblock_init:return")
    debugger.bookmarks["a"] = 5
    answers = Answers(debugger)
    position = answers.position
    debugger.bookmarks["a"] = 7
    debugger.end()
    assert (answers.position, dict(answers.bookmarks)) == (position, {"a": 5})
    assert answers.owners.reserved_by(0x4800_0000, answers.position) is not None


def test_the_state_is_theirs_until_the_debugger_goes_on_and_again_when_it_is_back() -> None:
    debugger = Debugger(recorded(), facts())
    debugger.until("arm64_memblock_init:return")
    answers = Answers(debugger)
    before = len(answers.state.memblock.reserved.regions)
    ledger = answers.ledger()
    debugger.end()
    for ask in (
        lambda: answers.state,
        answers.ledger,
        answers.page_structs,
        lambda: answers.place("0x40000000"),
    ):
        with pytest.raises(MomentPassed):
            ask()
    debugger.goto(answers.position)
    assert len(answers.state.memblock.reserved.regions) == before
    assert answers.ledger() == ledger
