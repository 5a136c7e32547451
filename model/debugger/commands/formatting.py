"""Formats after the name of a command: ``print/x``, ``display/x``, ``x/8gx``."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...language.words import tr
from ...text.formats import FORMATS
from .command import CommandError

_LETTERS = re.compile(r"(\d*)([a-zA-Z]*)")
SIZES = {"b": 1, "h": 2, "w": 4, "g": 8}
"""The letters of units of memory, and their bytes."""
MOST_UNITS = 4096


class Layout(NamedTuple):
    """How much of memory is shown, and how: so many units of so many bytes, in a format."""

    units: int
    form: str
    size: int


def split_format(rest: str) -> tuple[str, str]:
    """The letters after a slash, and what follows; "" if there is no slash."""
    if not rest.startswith("/"):
        return "", rest.strip()
    form, _, rest = rest[1:].partition(" ")
    return form, rest.strip()


def number_format(rest: str) -> tuple[str, str]:
    """The format of a number and what follows it.  Raises `CommandError`."""
    form, rest = split_format(rest)
    if form and form not in FORMATS:
        known = ", ".join(f"/{letter} ({name})" for letter, name in FORMATS.items())
        raise CommandError(tr('there is no format "/{form}"; there are {known}', form=form, known=known))
    return form, rest


def memory_layout(letters: str) -> Layout:
    """What ``8gx`` means.  Raises `CommandError`."""
    found = _LETTERS.fullmatch(letters)
    count, form, size = 1, "", 0
    if found is None:
        raise CommandError(tr('"/{letters}" is no number, format and size, such as /8gx', letters=letters))
    if found[1]:
        count = int(found[1][:9])
    for letter in found[2]:
        if letter in SIZES:
            size = SIZES[letter]
        elif letter in FORMATS or letter in "si":
            form = letter
        else:
            units = ", ".join(SIZES)
            raise CommandError(
                tr(
                    '"{letter}" is neither a format ({formats}) nor a size ({units})',
                    letter=letter,
                    formats=", ".join(FORMATS),
                    units=units,
                )
            )
    if not 0 < count <= MOST_UNITS:
        raise CommandError(
            tr("x shows from 1 to {most_units} units, not {count}", most_units=MOST_UNITS, count=count)
        )
    if form in ("s", "i"):
        raise CommandError(tr("what memory holds is not modelled: there are no strings and no instructions"))
    return Layout(count, form or "x", size or 8)
