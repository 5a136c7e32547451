"""``bootstep quiz``: questions about a boot, as a sheet for a class with a key to it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.files.output_file import write_lines
from ....model.language.words import tr, translatable
from .. import sources
from ..headless import record, say
from ..parser import Parser, number_of

if TYPE_CHECKING:
    from ....model.lecture.questions.sheet.contents import Sheet

COUNT, SEED = 10, 1
TEXT = "text"
FORMS = {TEXT: "plain_text", "md": "markdown", "html": "page", "json": "plain_data"}
"""The forms of a sheet, and the modules that write them."""
DESCRIPTION = translatable(
    "Make questions about a boot, whose answers are in its trace: the same boot, seed and wishes give the"
    " same sheet, byte for byte. The sheet goes to the FILE of -o, or to standard output; the key goes to the"
    " FILE of --key, or without that behind the sheet (html: on a new page; json: in the same object). With"
    " --no-key there is none. In a terminal, where nothing is said of a sheet (-o, --key, --no-key or"
    " --format), the questions are asked on the screen."
)


def run(words: Sequence[str]) -> int:
    """Write a sheet and its key, or list the kinds of question.  Raises `InputError`."""
    given = sources.parse(_parser(), words)
    if given.list:
        return _list(given)
    if given.machine is None:
        raise InputError(tr("expected MACHINE; 'bootstep quiz --help' tells how it is used"))
    if given.key and given.no_key:
        raise InputError(tr("--key and --no-key cannot both be"))
    if given.key and given.key == given.output:
        raise InputError(tr("--key {file}: the sheet goes to that file", file=given.key))
    if _is_played(given):
        return _play(given)
    _write(_sheet(given), given)
    return 0


def _parser() -> Parser:
    parser = Parser("bootstep quiz", description=tr(DESCRIPTION))
    parser.add_argument(
        "machine", nargs="?", metavar="MACHINE", help=tr("what to boot, a recorded boot, or a log")
    )
    parser.add_argument("--count", metavar="N", help=tr("how many questions ({count})", count=COUNT))
    parser.add_argument(
        "--seed", metavar="N", help=tr("a number that decides which questions ({seed})", seed=SEED)
    )
    parser.add_argument(
        "--kind",
        dest="kinds",
        action="append",
        metavar="KIND",
        help=tr("only questions of this kind, see --list; may be given many times"),
    )
    parser.add_argument(
        "--difficulty", choices=("1", "2", "3"), help=tr("only easy (1), middling (2) or hard (3) ones")
    )
    parser.add_argument("--format", choices=tuple(FORMS), help=tr("what the sheet is written in (text)"))
    parser.add_argument("-o", "--output", metavar="FILE", help=tr("the file for the sheet (standard output)"))
    parser.add_argument("--key", metavar="FILE", help=tr("the file for the answers"))
    parser.add_argument("--no-key", action="store_true", help=tr("no answers"))
    parser.add_argument("--force", action="store_true", help=tr("write over files that are there"))
    parser.add_argument(
        "--list", action="store_true", help=tr("list the kinds of question, or those that MACHINE has")
    )
    return parser


def _is_played(given: argparse.Namespace) -> bool:
    """Whether somebody sits at a terminal who has asked for no sheet."""
    is_sheet = given.format or given.output or given.key or given.no_key
    return not is_sheet and all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _play(given: argparse.Namespace) -> int:
    """Ask the questions in the debugger, on the screen.  Raises `InputError`."""
    from ....model.debugger.scripts.blocks import Line
    from ....model.lecture.questions.making import MOST
    from ....model.lecture.questions.table import kind_named
    from ...shell.run import run as run_screen
    from ..keys import config_of

    count = _number("--count", given.count, COUNT, 1, MOST)
    seed = _number("--seed", given.seed, SEED, 1, 10**9)
    words = ["quiz", str(count), "seed", str(seed), *(kind_named(name).name for name in given.kinds or ())]
    if given.difficulty:
        words += ["difficulty", given.difficulty]
    load = sources.named(given.machine, given).load()
    script = iter([Line(" ".join(words), "bootstep quiz")])
    return run_screen(load, config=config_of(None, None), named=sources.boot_named, script=script)


def _number(option: str, text: str | None, default: int, least: int, most: int) -> int:
    """A number that an option has, or the usual one.  Raises `InputError`."""
    return default if text is None else number_of(option, text, least, most)


def _sheet(given: argparse.Namespace) -> Sheet:
    """The questions that a command line asks for.  Raises `InputError`."""
    from ....model.lecture.questions.making import MOST, questions
    from ....model.lecture.questions.material import Material
    from ....model.lecture.questions.sheet.contents import Sheet
    from ....model.lecture.questions.table import KINDS, kind_named

    count = _number("--count", given.count, COUNT, 1, MOST)
    seed = _number("--seed", given.seed, SEED, -(10**18), 10**18)
    kinds = list(dict.fromkeys(map(kind_named, given.kinds))) if given.kinds else list(KINDS)
    difficulty = int(given.difficulty) if given.difficulty else None
    source = sources.named(given.machine, given).open()
    record(source)
    found = questions(Material(source.trace, source.facts), count, seed, kinds, difficulty)
    if not found:
        raise InputError(
            tr("{machine}: no such question can be asked about this boot", machine=source.facts.name)
        )
    if len(found) < count:
        say(tr("only {count} such questions can be asked about this boot", count=len(found)))
    return Sheet(source.facts, found, seed)


def _write(sheet: Sheet, given: argparse.Namespace) -> None:
    """Write a sheet and its key where a command line has them.  Raises `InputError`."""
    form = import_module(f"....model.lecture.questions.sheet.{FORMS[given.format or TEXT]}", __package__)
    lines = form.sheet_lines(sheet) if given.key or given.no_key else form.whole_lines(sheet)
    _put(lines, given.output, given.force)
    if given.key:
        _put(form.key_lines(sheet), given.key, given.force)


def _put(lines: Iterable[str], filename: str | None, overwrite: bool) -> None:
    if filename is not None:
        write_lines(lines, filename, overwrite)
        return
    for line in lines:
        print(line)


def _list(given: argparse.Namespace) -> int:
    """List the kinds; those that a machine's boot has questions of, if one is named."""
    from ....model.lecture.questions.material import Material
    from ....model.lecture.questions.table import KINDS

    kinds = list(KINDS)
    if given.machine is not None:
        source = sources.named(given.machine, given).open()
        record(source)
        material = Material(source.trace, source.facts)
        kinds = [
            kind for kind in kinds if kind.can_be_asked(material) and any(kind.places(material).values())
        ]
    width = max((len(kind.name) for kind in kinds), default=0)
    for kind in kinds:
        print(f"{kind.name:{width}}  {tr(kind.about)}")
    return 0
