"""Options looked for in the command line as it stands.  Mirrors arch/x86/lib/cmdline.c."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\x00-\x20]+")


def cmdline_find_option_bool(cmdline: str, option: str) -> bool:
    """Whether an option is one of the words."""
    return option in _WORD.findall(cmdline)


def cmdline_find_option(cmdline: str, option: str) -> str | None:
    """The value of ``option=value``, of the last one if there are several; None if there is none."""
    found: str | None = None
    for word in _WORD.findall(cmdline):
        name, equals, value = word.partition("=")
        if equals and name == option:
            found = value
    return found
