"""The model of a log's boot beside it: the command ``adopt``, which writes the machine that a log tells of,
boots it, and goes over to it; what-ifs work there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr, tr_lines, translatable_lines
from .beside import put_beside
from .what_if import log_here

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger
    from ....model.logs.kernel_log import KernelLog
    from ...session.context import Context
    from ...session.recording import Recording

HELP = translatable_lines("""a machine made of this log, booted beside it
  adopt board                       written into the new directory board""")


def start(context: Context, word: str) -> str:
    """Write the machine into a new directory, boot it in a thread, and say so.  Raises `InputError`."""
    log = log_here(context)
    if log is None:
        raise InputError(tr("a machine is made of a kernel log, and this is none"))
    if not word:
        raise InputError(tr("adopt needs the name of a new directory"))
    return put_beside(
        context,
        word,
        partial(_adopted, log, Path(word)),
        tr("making a machine of {source}", source=log.source),
    )


def _adopted(log: KernelLog, target: Path) -> Recording:
    from ....boots.adopt.machine import adopt_log, write
    from ....boots.loader.machine_file import read_machine
    from ...session.recording import of_machine

    return of_machine(read_machine(str(write(adopt_log(log), target))))


def commands(context: Context) -> tuple[Command, ...]:
    """The command, on the command line."""

    def adopt(debugger: Debugger, rest: str) -> CommandOutcome:
        try:
            return CommandOutcome(start(context, rest.strip()))
        except InputError as error:
            raise CommandError(str(error)) from None

    return (Command("adopt", (), "adopt DIR", tr_lines(HELP), adopt),)
