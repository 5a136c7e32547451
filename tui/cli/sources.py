"""What a command line names: machines of any kind, and the options that change them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.language.words import tr
from ...model.source.trace_source import TraceSource
from .kinds.booted import BOOTED
from .kinds.logs import LOG
from .kinds.machine_kind import Loader, MachineKind
from .kinds.recorded import RECORDED
from .parser import Parser

if TYPE_CHECKING:
    from ..session.recording import Recording

READ = (RECORDED, LOG)
"""What is read, and needs nothing of what boots."""


class Named(Struct, frozen=True):
    """What a word names (None: nothing is named), of which kind it is, and the command line."""

    word: str | None
    kind: MachineKind
    given: argparse.Namespace

    def open(self) -> TraceSource:
        """The boot, changed by the options.  Reads what it needs.  Raises `InputError`."""
        return self.kind.open(self.word, self.given)

    def open_unchanged(self) -> TraceSource:
        """The boot as it is.  Raises `InputError`."""
        return self.kind.open_unchanged(self.word, self.given)

    def load(self) -> Loader:
        """What makes it ready for the app: a machine's files are read once there is something to see.
        Raises `InputError`."""
        return self.kind.load(self.word, self.given)


def named(word: str | None, given: argparse.Namespace, booted: MachineKind = BOOTED) -> Named:
    """What a word of a command line names; whatever nobody reads is `booted`."""
    return Named(word, kind_of(word, booted), given)


def kind_of(word: str | None, booted: MachineKind = BOOTED) -> MachineKind:
    """Which kind a word names."""
    return next((kind for kind in READ if word is not None and kind.is_named(word)), booted)


def parse(
    parser: Parser,
    words: Sequence[str],
    machines: Sequence[str] = ("machine",),
    booted: MachineKind = BOOTED,
    fixed: Mapping[str, MachineKind] | None = None,
) -> argparse.Namespace:
    """The words of a command that takes `machines`, the names of its arguments, of which the last that is
    given is what options change; `fixed` are other arguments that can be of one kind only, and have its
    options too.  Raises `InputError`."""
    used = [kind for kind in READ if any(map(kind.is_named, words))]
    if used:
        light = _with_options(parser, used)
        given, rest = light.parse_known_args(words)
        kinds = [kind_of(word, booted) for word in _given(given, machines)]
        if booted not in kinds and kinds:
            last = _given(given, machines)[-1]
            _refuse(last, kinds[-1], rest[0] if rest else _foreign(given, kinds[-1:], used))
            return given
    whole = _with_options(parser, (booted, *READ))
    given = whole.parse_args(words)
    there = _given(given, machines)
    last = there[-1] if there else None
    own = [kind_of(last, booted), *(fixed or {}).values()]
    _refuse(last or tr("what is booted"), own[0], _foreign(given, own, (booted, *READ)))
    return given


def add_machine(parser: argparse.ArgumentParser) -> None:
    """The argument MACHINE of a command that takes one."""
    parser.add_argument("machine", metavar="MACHINE", help=tr("what to boot, a recorded boot, or a log"))


def boot_named(word: str) -> Recording:
    """The boot that a word names, without any options.  Reads what it needs.  Raises `InputError`."""
    parser = Parser("bootstep")
    parser.add_argument("machine")
    given = parse(parser, ["--", word])
    return named(word, given).load()()


def _with_options(parser: Parser, kinds: Sequence[MachineKind]) -> Parser:
    """The same parser, with the options of these kinds."""
    copy = type(parser)(
        parser.prog,
        parents=[parser],
        add_help=False,
        description=parser.description,
        formatter_class=parser.formatter_class,
    )
    for kind in kinds:
        kind.add_options(copy)
    return copy


def _given(given: argparse.Namespace, machines: Sequence[str]) -> list[str]:
    return [word for name in machines if (word := getattr(given, name)) is not None]


def _foreign(given: argparse.Namespace, own: Sequence[MachineKind], kinds: Sequence[MachineKind]) -> str:
    """The first option that was given and belongs to none of its `own` kinds, "" if there is none."""
    known = {name for kind in own for name in kind.options()}
    foreign = ((name, option) for kind in kinds for name, option in kind.options().items())
    return next((option for name, option in foreign if name not in known and getattr(given, name, None)), "")


def _refuse(word: str, kind: MachineKind, option: str) -> None:
    if option:
        raise InputError(
            tr("{word} is {what}: {option} cannot change it", word=word, what=tr(kind.what), option=option)
        )
