"""Questions on a small screen, key by key, in both languages.  Covers asking.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from bootstep.model.language.columns import columns
from bootstep.model.language.words import LANGUAGES, choose
from bootstep.model.lecture.questions.question import Question
from bootstep.tui.actions.quizzing.predicting import ask_made
from bootstep.tui.shell.app import BootstepApp
from screens import SMALL, WIDE, running, screen, text
from sweeps import sweep
from textual.pilot import Pilot
from toured_boots import recording


@pytest.fixture(params=list(LANGUAGES))
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    choose(request.param)
    yield request.param
    choose("en")


async def until(pilot: Pilot[int], holds: Callable[[], bool]) -> None:
    for _ in range(400):
        await pilot.pause(0.02)
        if holds():
            await pilot.pause()
            return
    raise AssertionError(text(pilot.app))  # pyright: ignore[reportArgumentType]


async def predicted(app: BootstepApp, pilot: Pilot[int]) -> Question:
    """Questions are asked as one steps, and the first one is."""
    await pilot.press("Q")
    await until(pilot, lambda: app.quizzing.is_predicting)
    await pilot.press("c")
    await until(pilot, lambda: app.quizzing.asked is not None)
    assert app.quizzing.asked is not None
    return app.quizzing.asked


def squeezed(words: str) -> str:
    return "".join(words.split())


@pytest.mark.slow
@pytest.mark.parametrize("size", sweep((SMALL, WIDE), SMALL), ids=["80x24", "160x45"])
async def test_a_question_is_asked_answered_by_letter_and_explained(
    language: str, size: tuple[int, int]
) -> None:
    async with running(lambda: recording("virt-1g"), size) as (app, pilot):
        question = await predicted(app, pilot)
        assert squeezed(question.text) in squeezed(text(app))
        assert all(squeezed(choice.text) in squeezed(text(app)) for choice in question.choices)
        assert {columns(row) for row in screen(app)} == {size[0]}
        await pilot.press(question.letter())
        await until(pilot, lambda: app.quizzing.is_told)
        assert "✓" in text(app)
        assert app.session is not None
        assert app.session.debugger.position == question.reveal
        await pilot.press("enter")
        await until(pilot, lambda: app.narrator.page is None)


async def test_arrows_and_enter_choose(language: str) -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        question = await predicted(app, pilot)
        for _ in range(ord(question.letter()) - ord("a")):
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: app.quizzing.is_told)
        assert app.quizzing.right == 1


async def test_letters_have_their_own_meaning_in_a_pane() -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        question = await predicted(app, pilot)
        await pilot.press("tab", "b")
        assert app.session is not None
        assert len(app.session.debugger.breakpoints.all()) == 1
        assert app.quizzing.asked is question


@pytest.mark.slow
async def test_an_answer_is_typed_at_the_foot(language: str) -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        question = await predicted(app, pilot)
        await pilot.press("A")
        assert app.foot.prompt is not None
        app.foot.prompt.write(question.shown)
        await pilot.press("enter")
        await until(pilot, lambda: app.quizzing.is_told)
        assert app.quizzing.right == 1


@pytest.mark.slow
async def test_escape_says_the_answer(language: str) -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        question = await predicted(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.quizzing.is_told)
        assert squeezed(question.shown) in squeezed(text(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.narrator.page is None)


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "160x45"])
async def test_enter_on_a_row_of_memblock_answers(size: tuple[int, int]) -> None:
    async with running(lambda: recording("virt-1g"), size) as (app, pilot):
        await pilot.press("colon")
        assert app.foot.prompt is not None
        app.foot.prompt.write("quiz 1 seed 7 merge difficulty 1")
        await pilot.press("enter")
        await until(pilot, lambda: app.quizzing.asked is not None)
        question = app.quizzing.course[0]
        assert question.cursor is not None
        await pilot.press("3")
        pane = app.deck.panes["memblock"]
        assert app.focused_pane() is pane
        start, end = question.cursor.start, question.cursor.end
        found = [
            at
            for at in range(pane.count())
            if any(start <= int(each, 16) < end for each in re.findall(r"0x[0-9a-f]{6,}(?=-)", pane.text(at)))
        ]
        assert found, text(app)
        pane.move_cursor(found[0])
        await pilot.press("enter")
        await until(pilot, lambda: app.quizzing.is_told)
        assert app.quizzing.right == 1, text(app)


async def test_a_question_that_is_made_too_late_calls_nobody_back() -> None:
    async with running(lambda: recording("virt-1g"), SMALL) as (app, pilot):
        assert app.session is not None
        debugger = app.session.debugger
        for moves_on in (False, True):
            debugger.goto_name("free_area_init:return")
            ask_made(app, "zone", {})
            if moves_on:
                there = debugger.goto_name("memblock_free_all").position
                await app.workers.wait_for_complete()
                await pilot.pause()
                assert app.quizzing.asked is None
                assert debugger.position == there
            else:
                await until(pilot, lambda: app.quizzing.asked is not None)
                await pilot.press("escape")
                await until(pilot, lambda: app.quizzing.asked is None)
