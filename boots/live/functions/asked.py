"""Which functions somebody asks to be watched, as typed: ``memblock_reserve,+early_memremap,@more.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ....model.base.errors import InputError
from ....model.base.units import one_line
from ....model.files.input_files import read_text
from ....model.language.words import tr
from ..options import Watched

MOST_NAMES = 4096
FUNCTION = re.compile(r"[A-Za-z_][\w.]{0,255}", re.ASCII)
BETWEEN = re.compile(r"[\s,]+")
MORE, WITHOUT, FILE, COMMENT = "+", ("-", "^"), "@", "#"


def parse_functions(text: str) -> Watched:
    """The functions that some words name, between commas or spaces.  Those without a sign replace the usual
    ones; ``+`` before a name adds it, ``-`` or ``^`` takes it away; ``@FILE`` stands for the words in a file,
    whose lines may end in a comment (``#``), with the sign before it for each of them that has none.  Raises
    `InputError`."""
    only: list[str] = []
    more: list[str] = []
    without: list[str] = []
    for sign, name in (*_signed(text),) or (("", text.strip(" ,")),):
        if len(only) + len(more) + len(without) == MOST_NAMES:
            raise InputError(tr("--functions: more than {most} names", most=MOST_NAMES))
        if not FUNCTION.fullmatch(name):
            raise InputError(
                tr(
                    "{option} {text}: expected the name of a function",
                    option="--functions",
                    text=one_line(name),
                )
            )
        # A clone is watched with its function.
        (more if sign == MORE else without if sign else only).append(name.partition(".")[0])
    return Watched(tuple(only), tuple(more), tuple(without))


def _signed(text: str, sign: str = "", is_file: bool = False) -> Iterator[tuple[str, str]]:
    """The words with their signs."""
    for word in filter(None, BETWEEN.split(text)):
        own = word[:1] if word.startswith((MORE, *WITHOUT)) else ""
        rest = word.removeprefix(own)
        if rest.startswith(FILE) and not is_file:
            lines = read_text(Path(rest.removeprefix(FILE))).splitlines()
            inside = " ".join(line.partition(COMMENT)[0] for line in lines)
            yield from _signed(inside, own, is_file=True)
        else:
            yield own or sign, rest
