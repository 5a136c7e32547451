"""Questions about memory, and the commands whose answers have no pane of their own.

Covers command_line.py.
"""

from __future__ import annotations

from demo_boot import demo
from small_context import SmallContext


async def test_i_asks_about_what_the_cursor_is_on_and_goes_to_the_answer() -> None:
    context = SmallContext(demo)
    await context.press("$", "3")
    context.focused_pane().on = "0x40300000"
    await context.press("i")
    assert [answer.line for answer in context.answers.given] == ["x 0x40300000"]
    assert (context.focused, context.answers.asked_in) == ("about", "memblock")
    assert context.status.sentence.startswith(
        "x 0x40300000: t goes to the moment of a line, Esc back to memblock"
    )


async def test_i_on_nothing_says_so_and_asks_nothing() -> None:
    context = SmallContext(demo)
    await context.press("i")
    assert context.answers.given == []
    assert (
        context.status.sentence == "Nothing under the cursor of calls is memory: :x ADDRESS asks about any."
    )


async def test_an_answer_asked_from_an_answer_leads_back_to_the_first_pane() -> None:
    context = SmallContext(demo)
    await context.press("$", "3", "l", "l")
    assert (len(context.answers.given), context.answers.asked_in) == (2, "memblock")
    await context.press("Esc")
    assert context.focused == "memblock"


async def test_an_answer_of_many_lines_comes_forward_in_the_console() -> None:
    context = SmallContext(demo)
    await context.command("info functions")
    assert context.status.sentence.endswith(" lines in the console")
    last = context.escapes.last()
    assert last is not None and last.name == "console"


async def test_a_wrong_command_is_one_sentence_and_nothing_is_lost() -> None:
    context = SmallContext(demo)
    await context.command("step 3", "frobnicate")
    assert (context.status.kind, context.position) == ("error", 3)
    assert context.transcript.lines[-2] == "frobnicate"


async def test_an_empty_line_repeats_the_last_move_and_quit_ends() -> None:
    context = SmallContext(demo)
    await context.command("step 2", "", "quit")
    assert (context.position, context.ended) == (4, True)


async def test_a_command_is_completed_as_far_as_it_is_the_only_one() -> None:
    context = SmallContext(demo)
    await context.press(":")
    question = context.foot.question
    assert question is not None and question.completions is not None
    assert question.completions("whatif") == ["whatif "]
    assert question.completions("reverse-c") == ["reverse-continue "]
    assert len(question.completions("reverse-")) == 7
    await context.foot.enter("theme light")
    assert context.theme == "light"
    assert context.foot.question is question, "the line stays for another command"


async def test_b_sets_a_breakpoint_at_the_cursor_and_deletes_it_again() -> None:
    context = SmallContext(demo)
    context.focused_pane().spec = "paging_init"
    await context.press("b")
    assert context.status.sentence == "breakpoint 1: paging_init"
    await context.press("b")
    assert context.status.sentence == "deleted breakpoint 1: paging_init"
    context.focused_pane().spec = "no such thing"
    await context.press("b")
    assert context.status.kind == "error"
