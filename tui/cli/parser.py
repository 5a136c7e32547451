"""A parser of command lines that complains in one line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, NoReturn

from ...model.base.errors import InputError
from ...model.base.units import printable
from ...model.language.words import tr
from .language.option import add_language

_describing: ContextVar[bool] = ContextVar("describing", default=False)


class _Described(Exception):
    """A parser is ready to read a command line, which nobody wants it to."""

    def __init__(self, parser: Parser) -> None:
        super().__init__(parser.prog)
        self.parser = parser


class Parser(argparse.ArgumentParser):
    """Whatever is wrong with a command line is an `InputError`.  All have the option of the language."""

    def __init__(self, *args: Any, add_help: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, add_help=add_help, **kwargs)
        if add_help:  # what has none is a copy, and has the option by its parent
            add_language(self)

    def error(self, message: str) -> NoReturn:
        raise InputError(
            tr("{message}; '{prog} --help' tells how it is used", message=message, prog=self.prog)
        )

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, args: Any = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """What argparse does, unless somebody only asks for the parser (see `described`)."""
        if _describing.get():
            raise _Described(self)
        return super().parse_known_args(args, namespace)


def described(run: Callable[[list[str]], int]) -> Parser | None:
    """The parser that a command reads its words with, complete with all options; nothing is run.  None if it
    has none: it takes no words then."""
    token = _describing.set(True)
    try:
        run(["--help"])
    except _Described as found:
        return found.parser
    except InputError:
        return None
    finally:
        _describing.reset(token)
    return None


def number_of(option: str, text: str, least: int, most: int) -> int:
    """The whole number that an option has.  Raises `InputError`: it is none from `least` to `most`."""
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= len(str(max(abs(least), most))):
        number = int(text)
        if least <= number <= most:
            return number
    raise InputError(
        tr(
            "{option} {given}: expected a number from {least} to {most}",
            option=option,
            given=printable(text[:40]),
            least=least,
            most=most,
        )
    )
