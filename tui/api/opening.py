"""`boot`: whatever the command line takes for MACHINE, with its options as keywords."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath

from ...model.base.errors import InputError
from ...model.index.calls import close_matches
from ...model.source.trace_source import TraceSource
from ..cli import sources
from ..cli.kinds.booted import VARIED
from ..cli.kinds.logs import STANDARD_INPUT
from ..cli.parser import Parser
from .boot import Boot

Value = str | int | bool | PathLike[str] | None
Option = Value | Sequence[Value]
SAID = "bootstep: "


def boot(machine: str | PathLike[str] = "virt-1g", **options: Option) -> Boot:
    """Boot a machine, or read what is recorded of one: a machine file, a board's device tree, a PC's e820
    map, the name of a shipped machine (see `machines`), a file that ``bootstep record`` wrote, a kernel log.

    The options are those of the command line, with ``_`` for ``-``: ``cmdline="cma=64M"``, ``vmlinux=…``,
    ``load_address=0x40400000``, ``memblock_debug=True``; what varies a machine, as in ``bootstep diff``:
    ``add="mem=600M"``, ``ram="2G"``, ``set=["/path:name=<1>"]``; and of a log ``boot``, ``arch``,
    ``release``, ``page_size``.  One that may be given many times takes a list; None and False are as if it
    were not given.

    Raises `InputError`, in one sentence, for whatever cannot be booted, read or understood.
    """
    word = fspath(machine)
    if word == STANDARD_INPUT:
        raise InputError("standard input is for the command line: name the file of a log")
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        source = _opened(word, options)
        source.run()
    notes = (line.removeprefix(SAID) for line in said.getvalue().splitlines())
    return Boot(source, tuple(notes))


def _opened(word: str, options: Mapping[str, Option]) -> TraceSource:
    kind = sources.kind_of(word, VARIED)
    typed = {
        **VARIED.options(),
        **{name: words for each in sources.READ for name, words in each.options().items()},
    }
    words = list(_words(options, {**typed, **kind.options()}))
    parser = Parser("boot()")
    parser.add_argument("machine")
    given = sources.parse(parser, [*words, "--", word], booted=VARIED)
    return sources.named(word, given, VARIED).open()


def _words(options: Mapping[str, Option], typed: Mapping[str, str]) -> Iterator[str]:
    """The options as one would type them."""
    for name, value in options.items():
        option = typed.get(name)
        if option is None:
            raise InputError(f"boot() has no option {name!r}{close_matches(name, list(typed))}")
        for each in _values(value):
            if each is None or each is False:
                continue
            yield option if each is True else f"{option}={_text(each)}"


def _values(value: Option) -> Iterable[Value]:
    return [value] if value is None or isinstance(value, str | int | PathLike) else value


def _text(value: str | int | PathLike[str]) -> str:
    return str(value) if isinstance(value, str | int) else fspath(value)
