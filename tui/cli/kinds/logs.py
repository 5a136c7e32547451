"""MACHINE as a kernel log: a file with one in it, or standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.base.units import parse_size
from ....model.build.release import parse_release
from ....model.files.input_files import is_file
from ....model.language.words import tr, translatable
from ....model.source.trace_source import TraceSource
from .machine_kind import Loader, MachineKind, has

if TYPE_CHECKING:
    from ....boots.sources.log_replay.replay import LogReplay
    from ....model.logs.kernel_log import KernelLog
    from ....model.logs.told import ToldByHand

STANDARD_INPUT = "-"
OPTIONS: Mapping[str, str] = {
    "boot": "--boot",
    "arch": "--arch",
    "release": "--release",
    "page_size": "--page-size",
}


def is_log(word: str) -> bool:
    """Whether a word is the name of a file with a kernel log in it, or of standard input."""
    if word == STANDARD_INPUT:
        return True
    path = Path(word)
    if word.startswith("-") or not is_file(path):
        return False
    from ....model.logs.content import kind_at
    from ....model.logs.file_kinds import READ_AS_LOGS

    try:
        kind = kind_at(path)
    except InputError:
        # Who needs the file says what is wrong with it; it may be no file's name at all.
        return False
    return kind is not None and kind.name in READ_AS_LOGS


def add_options(parser: argparse.ArgumentParser) -> None:
    """What a log does not say by itself; a booted machine has some of the same name."""
    group = parser.add_argument_group(tr("if MACHINE is a kernel log"))
    helps = {
        "boot": ("N", tr("which boot of several in it, counted from 1 (the last that is complete)")),
        "arch": ("ARCH", tr("the kernel's architecture, if the log does not tell it")),
        "release": ("RELEASE", tr("the kernel's release, such as 5.10")),
        "page_size": ("SIZE", tr("the size of a page: 4K, 16K, 64K")),
    }
    for name, (metavar, text) in helps.items():
        if not has(parser, name):
            group.add_argument(OPTIONS[name], dest=name, metavar=metavar, help=text)


def read(word: str, boot: int | None) -> KernelLog:
    """The log that a word names, of one boot of those in it, counted from 1.  Raises `InputError`."""
    from ....model.logs.reading.read_log import read_log

    log = read_log(word, boot)
    if word == STANDARD_INPUT:
        _give_back_terminal()
    return log


def tell_repairs(log: KernelLog) -> None:
    """Say what was undone to read a log, and which boot of several it is."""
    from ..headless import say

    for sentence in log.repairs:
        say(f"{log.source}: {sentence}")


def told(given: argparse.Namespace) -> ToldByHand:
    """What the options say of a log's kernel.  Raises `InputError`."""
    from ....model.logs.told import ToldByHand

    release = parse_release(given.release) if given.release is not None else None
    if given.release is not None and release is None:
        raise InputError(
            tr("--release {release}: expected a release such as 5.10 or 6.12.114", release=given.release)
        )
    return ToldByHand(given.arch, release, _page_size(given))


def boot_of(given: argparse.Namespace) -> int | None:
    """The number of the boot that the options choose.  Raises `InputError`."""
    if given.boot is None:
        return None
    if not given.boot.isascii() or not given.boot.isdigit() or len(given.boot) > 9 or not int(given.boot):
        raise InputError(tr("--boot {boot}: expected the number of a boot, counted from 1", boot=given.boot))
    return int(given.boot)


def _page_size(given: argparse.Namespace) -> int | None:
    if given.page_size is None:
        return None
    try:
        size = parse_size(given.page_size)
    except ValueError:
        size = 0
    if not 1 << 12 <= size <= 1 << 18 or size & (size - 1):
        raise InputError(
            tr("--page-size {page_size}: expected a size such as 4K, 16K or 64K", page_size=given.page_size)
        )
    return size


def _give_back_terminal() -> None:
    """Let keys come from the terminal once a log has come from standard input."""
    import os

    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        return
    os.dup2(terminal, sys.__stdin__.fileno() if sys.__stdin__ else 0)
    os.close(terminal)


def replay(word: str, boot: int | None, given: argparse.Namespace, is_told: bool = True) -> LogReplay:
    """The replay of a log, ready to run; that it says nothing of memory is said, and what was undone to read
    it if that `is_told`.  Raises `InputError` if it is no log."""
    from ....boots.sources.log_replay.opening import replay_of
    from ..headless import say

    log = read(word, boot)
    found = replay_of(log, told(given))
    if not found.understood.tells_memory:
        if not found.understood.records and (word == STANDARD_INPUT or not is_log(word)):
            raise InputError(
                tr("{source}: no line in it is a kernel's, a kernel log is expected", source=log.source)
            )
        say(tr("{source}: no line in it says anything of early memory", source=log.source))
    if is_told:
        tell_repairs(log)
    return found


def _open(word: str | None, given: argparse.Namespace) -> TraceSource:
    return replay(word or "", boot_of(given), given)


def _open_unchanged(word: str | None, given: argparse.Namespace) -> TraceSource:
    """What somebody says of its kernel changes nothing, which boot it is does."""
    return replay(word or "", None, given)


def _load(word: str | None, given: argparse.Namespace) -> Loader:
    from ...session.recording import of_recorded

    path = None if word == STANDARD_INPUT else Path(word or "")
    return partial(of_recorded, _open(word, given), path)


def _options() -> Mapping[str, str]:
    return OPTIONS


LOG = MachineKind(
    what=translatable("a kernel log"),
    is_named=is_log,
    options=_options,
    add_options=add_options,
    open=_open,
    open_unchanged=_open_unchanged,
    load=_load,
)
