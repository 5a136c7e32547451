"""Questions asked as one steps, and one after the other, without a screen.

Covers predicting.py, pages.py, commands.py, tui/session/quizzing.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.model.language.words import choose
from bootstep.model.lecture.questions.question import Question
from bootstep.tui.actions.quizzing.asking import answers_by_key, give, give_row
from bootstep.tui.actions.quizzing.asking import choose as choose_answer
from small_context import SmallContext
from toured_boots import recording


@pytest.fixture
async def student() -> SmallContext:
    return SmallContext(lambda: recording("virt-1g"))


def asked(context: SmallContext) -> Question:
    assert context.quizzing.asked is not None
    return context.quizzing.asked


def page(context: SmallContext) -> tuple[str, str]:
    assert context.narrator.page is not None
    return context.narrator.page.title, context.narrator.page.text


async def key(context: SmallContext, name: str, has_page: bool = True) -> bool:
    took = answers_by_key(context, name, has_page)
    await context.settle()
    return took


# ---- as one steps ----


async def test_a_move_stops_before_a_question_and_asks_it(student: SmallContext) -> None:
    await student.press("Q")
    assert "questions lie ahead" in student.status.sentence
    await student.press("c")
    question = asked(student)
    assert student.position == question.position
    assert page(student)[1] == question.text
    assert student.narrator.page is not None
    assert len(student.narrator.page.choices) == len(question.choices)


async def test_the_answer_is_played_compared_and_explained(student: SmallContext) -> None:
    await student.press("Q", "c")
    question = asked(student)
    assert await key(student, question.letter())
    assert student.quizzing.asked is None
    assert student.position == question.reveal
    assert "1 of 1 right" in page(student)[0]
    assert "✓ Right" in page(student)[1]
    assert question.explanation in page(student)[1]
    assert await key(student, "enter")
    assert student.narrator.page is None
    await student.press("c")
    assert asked(student).position >= question.reveal


async def test_a_wrong_answer_is_compared(student: SmallContext) -> None:
    await student.press("Q", "c")
    question = asked(student)
    wrong = next(at for at, choice in enumerate(question.choices) if choice.value != question.answer)
    choose_answer(student, wrong)
    await student.settle()
    assert "0 of 1 right" in page(student)[0]
    assert "✗ You said" in page(student)[1]


async def test_escape_skips_says_the_answer_and_plays_nothing(student: SmallContext) -> None:
    await student.press("Q", "c")
    question = asked(student)
    await student.press("Esc")
    assert student.position == question.position
    assert page(student)[1].startswith(f"It is {question.shown}")
    await student.press("Esc")
    assert student.narrator.page is None
    await student.press("c")
    assert asked(student) is not question


async def test_what_is_typed_is_an_answer(student: SmallContext) -> None:
    await student.press("Q", "c")
    question = asked(student)
    await student.press("A")
    await student.foot.enter("")
    assert student.status.kind == "error"
    assert asked(student) is question
    await student.press("A")
    await student.foot.enter(question.shown)
    assert student.position == question.reveal


async def test_who_moves_elsewhere_is_asked_no_more(student: SmallContext) -> None:
    await student.press("Q", "c")
    await student.press("S")
    assert student.quizzing.asked is None
    assert student.narrator.page is None


async def test_the_same_key_ends_it(student: SmallContext) -> None:
    await student.press("Q", "Q")
    assert "No questions any more" in student.status.sentence
    await student.press("c")
    assert student.quizzing.asked is None
    assert student.place == "end"


async def test_the_command_line_and_playing_stop_too(student: SmallContext) -> None:
    await student.press("Q")
    await student.command("continue")
    first = asked(student)
    assert student.position == first.position
    await student.press("Esc", "Esc", "p")
    student.clock.turn(20_000)
    await student.settle()
    assert not student.player.is_playing
    assert asked(student).position > first.position


async def test_a_seed_is_a_number_before_the_key(student: SmallContext) -> None:
    await student.press("Q")
    first = [question.text for question in student.quizzing.ahead]
    await student.press("Q", "7", "Q")
    assert [question.text for question in student.quizzing.ahead] != first


# ---- one after the other ----


async def test_a_quiz_asks_so_many_and_tells_the_score(student: SmallContext) -> None:
    await student.command("quiz 3 seed 7 allocation caller zone")
    for number in range(3):
        question = asked(student)
        assert student.position == question.position
        assert student.narrator.page is not None
        assert (student.narrator.page.at, student.narrator.page.of) == (number + 1, 3)
        give(student, question.letter() if number else "0x1")
        assert await key(student, "enter")
    assert "2 of 3 questions" in page(student)[1]
    assert await key(student, "enter")
    assert student.narrator.page is None


async def test_the_same_seed_asks_the_same(student: SmallContext) -> None:
    await student.command("quiz 5 seed 7 zone allocation difficulty 2")
    first = list(student.quizzing.course)
    assert {question.kind for question in first} == {"zone", "allocation"}
    assert {question.difficulty for question in first} == {2}
    await student.press("Esc", "Esc")
    await student.command("quiz 5 seed 7 zone allocation difficulty 2")
    assert student.quizzing.course == first


async def test_a_quiz_waits_for_who_looks_elsewhere(student: SmallContext) -> None:
    await student.command("quiz 2 seed 7 allocation")
    question = asked(student)
    await student.press("s")
    assert asked(student) is question
    assert student.narrator.page is not None
    assert "away from the quiz" in student.narrator.page.alert
    await student.press("S")
    assert not student.narrator.page.alert


async def test_a_row_of_the_pane_is_an_answer(student: SmallContext) -> None:
    await student.command("quiz 1 seed 7 allocation")
    question = asked(student)
    assert question.cursor is not None
    student.focus_pane("calls")
    assert not await key(student, "enter", has_page=False)
    student.focus_pane("memblock")
    student.deck.panes["memblock"].lines = ("no address here",)
    assert await key(student, "enter", has_page=False)
    assert "no address" in student.status.sentence
    student.deck.panes["memblock"].lines = (f"{question.cursor.start:#x}-… free",)
    assert await key(student, "enter", has_page=False)
    assert "✓ Right" in page(student)[1]


async def test_no_key_answers_where_nothing_is_asked(student: SmallContext) -> None:
    assert not await key(student, "a")
    assert not await key(student, "enter")
    give(student, "a")
    give_row(student)
    await student.press("A")
    assert "Nothing is asked" in student.status.sentence


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("quiz 0", "quiz 0: expected a number from 1 to 200"),
        ("quiz zon", "did you mean zone"),
        ("quiz seed x", "seed x: expected a number"),
        ("quiz difficulty 4", "difficulty 4: expected a number from 1 to 3"),
        ("quiz seed", "seed : expected a number"),
    ],
)
async def test_what_is_wrong_is_said(student: SmallContext, line: str, says: str) -> None:
    await student.command(line)
    assert says in student.status.sentence
    assert student.quizzing.asked is None


async def test_a_boot_without_such_questions_says_so(student: SmallContext) -> None:
    await student.command("quiz node")
    assert "No such question" in student.status.sentence


async def test_it_speaks_chinese(student: SmallContext) -> None:
    choose("zh")
    try:
        await student.command("quiz 1 seed 7 zone")
        assert "归哪个 zone" in page(student)[1]
    finally:
        choose("en")


# ---- at a stop of a tour ----

TOUR = """
[tour]
name = "made"
title = "Made"
machine = "virt-1g"
[[stop]]
at = "paging_init"
look = "memblock"
title = "One"
say = "Words."
[stop.question]
kind = "allocation"
by = "early_pgtable_alloc"
[[stop]]
at = "end"
title = "Two"
say = "The end."
[stop.question]
kind = "nonsense"
"""


async def test_a_tour_asks_what_is_made_of_the_boot(student: SmallContext, tmp_path: Path) -> None:
    file = tmp_path / "made.toml"
    file.write_text(TOUR)
    await student.command(f"tour {file}")
    await student.press("R")
    question = asked(student)
    assert "early_pgtable_alloc" in question.text
    assert await key(student, question.letter())
    assert "✓ Right" in page(student)[1]
    assert await key(student, "enter")
    assert page(student) == ("One", "Words.")
    await student.press("R")
    assert page(student)[0] == "Two"
    await student.press("R")
    assert "no such kind of question" in student.status.sentence
