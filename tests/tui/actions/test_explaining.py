"""The keys that explain: the event under the cursor, and the words on its line."""

from __future__ import annotations

from bootstep.model.debugger.inspect.answers import WordsAnswer
from demo_boot import demo
from small_context import SmallContext


def headings(context: SmallContext) -> list[str]:
    found = context.answers.given[-1].found
    assert isinstance(found, WordsAnswer)
    return [paragraph.heading for paragraph in found.paragraphs]


async def test_e_explains_the_event_under_the_cursor() -> None:
    context = SmallContext(demo)
    await context.press("$", "3")
    context.focused_pane().at = 2
    await context.press("e")
    assert [answer.line for answer in context.answers.given] == ["explain 2"]
    assert headings(context)[0] == "what happens"
    assert context.focused == "about"


async def test_where_the_cursor_is_on_none_e_explains_what_comes_next() -> None:
    context = SmallContext(demo)
    await context.press("s", "s", "e")
    position = context.session.debugger.position
    assert [answer.line for answer in context.answers.given] == [f"explain {position}"]


async def test_d_explains_the_words_under_the_cursor() -> None:
    context = SmallContext(demo)
    await context.press("3")
    context.focused_pane().here = "[0x40000000-0x7fffffff]  NOMAP on node 0"
    await context.press("D")
    assert headings(context)[:2] == ["NOMAP", "node"]
    line = context.answers.given[-1].line
    assert line == "what in [0x40000000-0x7fffffff] NOMAP on node 0"
    assert not context.session.execute(line).error


async def test_a_line_without_words_of_the_glossary_says_so() -> None:
    context = SmallContext(demo)
    pane = context.focused_pane()
    pane.here, pane.NAME = "12 34", "no pane"
    await context.press("D")
    assert context.answers.given == []
    assert context.status.sentence == ("No word here is in the glossary: :glossary lists what it has.")
