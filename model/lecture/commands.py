"""What the lecture adds to the debugger's command line, behind every door: explain, what, glossary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..debugger.commands.command import Command, CommandError, CommandOutcome, function_names
from ..debugger.commands.info import Topic
from ..debugger.commands.interpreter import CommandInterpreter
from ..debugger.debugger import Debugger
from ..debugger.inspect.answers import Answer, WordsAnswer
from ..debugger.position_names import PositionNameError
from ..language.words import tr

CLASS = "words"
"""The class of these commands."""
LINE = "in "
"""Before a line in which every word is asked about."""


def interpreter_of(
    debugger: Debugger, more: Sequence[Command] = (), topics: Mapping[str, Topic] | None = None
) -> CommandInterpreter:
    """The command line of a debugger with these commands too."""
    interpreter = CommandInterpreter(debugger, more, topics)
    interpreter.put(CLASS, COMMANDS)
    return interpreter


def event_meant(debugger: Debugger, words: str) -> int:
    """The event that somebody means: its number, or the one that the position of a name comes after; without
    words the one that happens next, or else the last.  Raises `CommandError`."""
    trace = debugger.trace
    if not len(trace):
        raise CommandError(tr("nothing has happened yet"))
    if not words:
        return min(debugger.position, len(trace) - 1)
    if words.isdecimal() and len(words) < 12:
        event = int(words)
        if event >= len(trace):
            raise CommandError(
                tr("there is no event {event}: the last is {last}", event=event, last=len(trace) - 1)
            )
        return event
    try:
        return max(debugger.position_names.find(words) - 1, 0)
    except PositionNameError as error:
        raise CommandError(str(error)) from None


def _explain(debugger: Debugger, rest: str) -> CommandOutcome:
    from .explaining.explain import explain  # no first step asks

    event = event_meant(debugger, rest)
    return _answered(debugger, f"explain {event}", explain(debugger, event))


def _what(debugger: Debugger, rest: str) -> CommandOutcome:
    if not rest:
        raise CommandError(tr("what is which word? (what is no-map; glossary lists all)"))
    if rest.startswith(LINE):
        from .glossary.questions import of_line

        return _answered(debugger, f"what {rest}", of_line(rest.removeprefix(LINE), (), ""))
    return _term(debugger, rest)


def _glossary(debugger: Debugger, rest: str) -> CommandOutcome:
    if rest:
        return _term(debugger, rest)
    from .glossary.questions import listing  # no first step asks

    return _answered(debugger, "glossary", listing())


def _term(debugger: Debugger, words: str) -> CommandOutcome:
    from .glossary.questions import UnknownWord, told  # no first step asks

    try:
        found = told(words)
    except UnknownWord as error:
        raise CommandError(str(error)) from None
    return _answered(debugger, f"what {words}", found)


def _answered(debugger: Debugger, line: str, found: WordsAnswer) -> CommandOutcome:
    from .telling import text_of

    return CommandOutcome(text_of(found), answer=Answer(line, debugger.position, found))


def _words(debugger: Debugger) -> Iterable[str]:
    from .glossary.terms import known_words

    return known_words()


COMMANDS = (
    Command(
        "explain",
        (),
        "explain [EVENT|POSITION]",
        "an event in plain sentences: what, who, why, what becomes of it; alone: the one that comes next",
        _explain,
        complete=function_names,
    ),
    Command(
        "what",
        (),
        "what [is] WORD | what in LINE",
        "what a word on the screen means: a flag, an attribute, a zone, a letter; or all on a line",
        _what,
        complete=_words,
    ),
    Command(
        "glossary",
        (),
        "glossary [WORD]",
        "all words there are, or what one means",
        _glossary,
        complete=_words,
    ),
)
