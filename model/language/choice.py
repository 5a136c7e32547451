"""Which language somebody has settled: ``--lang``, or the locale."""

from __future__ import annotations

from collections.abc import Mapping

from ..base.errors import InputError
from ..base.units import printable
from .words import ENGLISH, LANGUAGES

VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""What says the language of messages, the strongest first (POSIX)."""


def language_named(word: str) -> str:
    """The language that a word names (``zh``, ``zh_CN.UTF-8``): a key of `LANGUAGES`.

    Raises `InputError`.
    """
    found = _known(word)
    if found is None:
        raise InputError(f"--lang {printable(word)}: expected one of {', '.join(LANGUAGES)}")
    return found


def language_of(environment: Mapping[str, str]) -> str:
    """The language of a locale, where there is a translation; else English."""
    locale = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return _known(locale) or ENGLISH


def _known(locale: str) -> str | None:
    language = locale.partition(".")[0].partition("_")[0].partition("-")[0].lower()
    return language if language in LANGUAGES else None
