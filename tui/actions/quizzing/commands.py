"""The command ``quiz``: asks questions about the boot, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.base.units import printable
from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr, translatable
from .predicting import COUNT, SEED, not_yet, quiz

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger
    from ....model.lecture.questions.kind import Kind
    from ...session.context import Context

HELP = translatable("""questions about this boot, one after the other, with a score
  quiz                  ten questions of all kinds
  quiz 5 seed 7         five, and others
  quiz zone allocation  of these kinds only; difficulty 3: hard ones only""")


def commands(context: Context) -> tuple[Command, ...]:
    """The command, on the command line."""

    def run(debugger: Debugger, rest: str) -> CommandOutcome:
        if reason := not_yet(context):
            raise CommandError(context.keys.words(reason))
        quiz(context, *_wishes(rest.split()))
        return CommandOutcome("")

    def names(debugger: Debugger) -> list[str]:
        from ....model.lecture.questions.table import NAMED

        return [*NAMED, "seed", "difficulty"]

    return (
        Command("quiz", (), "quiz [COUNT] [seed N] [difficulty N] [KIND …]", tr(HELP), run, complete=names),
    )


def _wishes(words: list[str]) -> tuple[int, int, tuple[Kind, ...], int | None]:
    """How many questions, of which seed, kinds and difficulty.  Raises `CommandError`."""
    from ....model.lecture.questions.making import MOST
    from ....model.lecture.questions.table import kind_named

    count, numbers, kinds = COUNT, dict[str, int](), list["Kind"]()
    left = iter(words)
    for word in left:
        if word in ("seed", "difficulty"):
            numbers[word] = _number(next(left, ""), word, 1, 3 if word == "difficulty" else 10**9)
        elif word.isdecimal():
            count = _number(word, "quiz", 1, MOST)
        else:
            try:
                kinds.append(kind_named(word))
            except InputError as error:
                raise CommandError(str(error).removeprefix("--kind ")) from None
    return count, numbers.get("seed", SEED), tuple(dict.fromkeys(kinds)), numbers.get("difficulty")


def _number(word: str, name: str, least: int, most: int) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 12 and least <= int(word) <= most):
        raise CommandError(
            tr(
                "{name} {given}: expected a number from {least} to {most}",
                name=name,
                given=printable(word),
                least=least,
                most=most,
            )
        )
    return int(word)
