"""A question about a boot, as a command line asks it: the machine, the words, the position, the form."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ....model.base.errors import InputError
from ....model.debugger.debugger import Debugger
from ....model.debugger.opened import debugger_of
from ....model.language.words import tr
from .. import sources
from ..headless import record
from ..language.option import speak_to_programs
from ..parser import Parser
from ..state import StateMoment, position_of

if TYPE_CHECKING:
    from ....model.debugger.commands.interpreter import Result

TEXT, JSON = "text", "json"
_NEGATIVE = re.compile(r"-[\d(]")
"""How an expression begins that looks like an option."""


class WordsParser(Parser):
    """A parser whose ``words`` may stand before, between and behind options."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As everywhere, but what is left and no option belongs to the words."""
        given, rest = super().parse_known_args(args, namespace)
        if hasattr(given, "words"):
            words, rest = _sorted_out(rest)
            given.words = [*given.words, *words]
        return given, rest


def _sorted_out(rest: Sequence[str]) -> tuple[list[str], list[str]]:
    """The words among what is left of a command line, and what looks like options; behind ``--`` all are
    words."""
    end = rest.index("--") if "--" in rest else len(rest)
    is_option = [word.startswith("-") and not _NEGATIVE.match(word) for word in rest[:end]]
    words = [word for word, option in zip(rest, is_option, strict=False) if not option]
    options = [word for word, option in zip(rest, is_option, strict=False) if option]
    return [*words, *rest[end + 1 :]], options


class Question(NamedTuple):
    """What is asked: a `debugger` that stands at the position, the `words` behind the machine, and what else
    was `given`."""

    debugger: Debugger
    words: list[str]
    given: argparse.Namespace

    @property
    def is_json(self) -> bool:
        """Whether plain data is to be printed."""
        return self.given.format == JSON


def parser_of(command: str, about: str, words: str = "", help: str = "") -> Parser:
    """The parser of a command that answers: MACHINE, perhaps `words` with their `help`, and the form."""
    parser = WordsParser(f"bootstep {command}", description=about)
    sources.add_machine(parser)
    if words:
        parser.add_argument("words", nargs="*", metavar=words, help=help)
    parser.add_argument(
        "--format",
        choices=(TEXT, JSON),
        default=TEXT,
        help=tr("text, or one JSON object ('bootstep help json' has its fields)"),
    )
    return parser


def add_position(parser: Parser) -> None:
    """The option that says when."""
    parser.add_argument(
        "--at",
        default="end",
        metavar="POSITION",
        help=tr(
            "when: FUNCTION[:entry|:return], the first time FUNCTION is entered, or returns (default); "
            "log:TEXT, line:N, 'sparse_init › sparse_init_nid', start, "
            "or end, which it is if nothing is given"
        ),
    )


def asked(parser: Parser, command_line: Sequence[str]) -> Question:
    """Read a command line, boot its machine, and go to the position.  Raises `InputError`."""
    add_position(parser)
    given = sources.parse(parser, command_line)
    moment = StateMoment.parse(given.at)
    debugger = recorded(given)
    debugger.goto(position_of(debugger.position_names, moment))
    return Question(debugger, getattr(given, "words", []), given)


def recorded(given: argparse.Namespace) -> Debugger:
    """A debugger on the whole boot of the machine that was given.  Raises `InputError`."""
    if getattr(given, "format", TEXT) == JSON:
        speak_to_programs()
    source = sources.named(given.machine, given).open()
    record(source)
    return debugger_of(source)


def answered(debugger: Debugger, line: str) -> Result:
    """What the debugger's command line says.  Raises `InputError`."""
    from ....model.lecture.commands import interpreter_of

    result = interpreter_of(debugger).execute(line)
    if result.error:
        raise InputError(result.text)
    return result


def answer(question: Question, command: str, nothing: Mapping[str, Any] | None = None) -> int:
    """Print what a command of the debugger answers at the position; `nothing` are the fields of an answer
    that has nothing to tell but words.  Raises `InputError`."""
    line = " ".join([command, *question.words])
    result = answered(question.debugger, line)
    if not question.is_json:
        print(result.text)
        return 0
    from ....model.debugger.inspect.answers_json import result_json

    told = result_json(result.answer, result.plain) or {"kind": command, "command": line, **(nothing or {})}
    put(question.debugger, {**told, "text": result.text})
    return 0


def put(debugger: Debugger, told: dict[str, Any]) -> None:
    """Print plain data as one line of JSON, with the position and its name."""
    here = {"position": debugger.position, "at": debugger.position_name()}
    print(json.dumps({**told, **here}, sort_keys=True))
