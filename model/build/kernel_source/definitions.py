"""Definitions of a function of the kernel: where each stands, and which of several is compiled."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

_OPTION = re.compile(r"(!\s*)?(?:\b(?:defined|IS_ENABLED|IS_BUILTIN)\s*\(?\s*)?\bCONFIG_(\w+)")


class Definition(Struct, frozen=True):
    """A function's definition: its first and last line, counted from 1, the preprocessor's conditions around
    it, innermost last, and the line that its name is on: types and attributes may stand on those before."""

    first: int
    last: int
    conditions: tuple[str, ...] = ()
    line: int = 0


def likeliest(found: list[Definition], is_enabled: Callable[[str], bool]) -> Definition:
    """Of several definitions the one whose conditions a kernel's configuration meets best; `is_enabled` is
    asked without ``CONFIG_``."""
    return min(found, key=lambda each: _failing(each, is_enabled))


def is_decided(found: list[Definition], is_enabled: Callable[[str], bool]) -> bool:
    """Whether a configuration leaves no doubt which of several definitions counts: it meets the conditions of
    one alone."""
    return len(found) == 1 or sum(not _failing(each, is_enabled) for each in found) == 1


def is_compiled(definition: Definition, is_enabled: Callable[[str], bool]) -> bool:
    """Whether a configuration meets the conditions of a definition, as far as they are about it."""
    return not _failing(definition, is_enabled)


def _failing(definition: Definition, is_enabled: Callable[[str], bool]) -> int:
    return sum(not _holds(condition, is_enabled) for condition in definition.conditions)


def options_of(condition: str) -> tuple[bool, str, tuple[tuple[bool, str], ...]]:
    """What a condition asks of the configuration: whether it is negated as a whole, the word between its
    options (``&&`` or ``||``), and the options, without ``CONFIG_``, each with whether it has to be set."""
    options = tuple((not found[1], found[2]) for found in _OPTION.finditer(condition))
    return condition.startswith("not "), "&&" if "&&" in condition else "||", options


def _holds(condition: str, is_enabled: Callable[[str], bool]) -> bool:
    """Whether a condition is met, as far as it is about the configuration only."""
    negated, between, options = options_of(condition)
    if not options:
        return True
    together = all if between == "&&" else any
    return together(is_enabled(option) == is_set for is_set, option in options) != negated
