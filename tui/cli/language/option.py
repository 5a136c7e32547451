"""Which language a command line speaks: what ``--lang`` says, or else what the locale says."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from ....model.language.choice import language_named, language_of
from ....model.language.words import ENGLISH, LANGUAGES, choose, tr

OPTION = "--lang"


_named: list[str | None] = [None]
"""The language that the command line named, if it did."""


def speak(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Choose the language before anything is said: the one that the option names, wherever it stands, or else
    that of the locale.  The words without the option.  Raises `InputError`."""
    _named[0] = None
    choose(language_of(environment))
    if not any(word.startswith(OPTION) for word in words):
        return list(words)
    left, named = _taken(words)
    if named is not None:
        _say(language_named(named))
    return left


def prefer(language: str) -> None:
    """Choose a language ("": none) unless the command line named one."""
    if language and _named[0] is None:
        choose(language)


def speak_to_programs() -> None:
    """Speak English from here on, whatever was chosen: what programs read is the same in every language."""
    choose(ENGLISH)


def _say(language: str) -> None:
    _named[0] = language
    choose(language)


def _taken(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The words without the option, and what the last one of it says.  What stands behind ``--`` is none."""
    end = list(words).index("--") if "--" in words else len(words)
    left: list[str] = []
    named: str | None = None
    at = 0
    while at < end:
        word = words[at]
        if word == OPTION:
            named = words[at + 1] if at + 1 < end else ""
            at += 1
        elif word.startswith(f"{OPTION}="):
            named = word.removeprefix(f"{OPTION}=")
        else:
            left.append(word)
        at += 1
    return [*left, *words[end:]], named


class _Speak(argparse.Action):
    """Chooses the language, where the option's name is shortened so that `speak` did not see it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        _say(str(values))


def add_language(parser: argparse.ArgumentParser) -> None:
    """The option, for help, completion and the manual page."""
    parser.add_argument(
        OPTION,
        action=_Speak,
        choices=tuple(LANGUAGES),
        help=tr("the language of all words: English or Chinese (otherwise the locale's)"),
    )
