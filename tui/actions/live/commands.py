"""The commands ``stop``, which ends the recording of a live kernel, and ``record``, which writes into a file
what was recorded.  Other boots have neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.base.units import one_line, readable_size
from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr

if TYPE_CHECKING:
    from ....model.debugger.debugger import Debugger
    from ....model.source.trace_source import Cancelled
    from ...session.context import Context
    from ...session.recording import Recording


def commands(context: Context) -> tuple[Command, ...]:
    """The commands, on the command line of a live kernel's boot."""
    if context.boot is None or not context.boot.is_live:
        return ()

    def stop(debugger: Debugger, rest: str) -> CommandOutcome:
        if rest:
            raise CommandError(tr("stop takes nothing"))
        if context.boot is None or context.boot.trace.finished:
            raise CommandError(tr("the recording is over"))
        context.boot.stop()
        return CommandOutcome(tr("The recording ends here …"))

    def record(debugger: Debugger, rest: str) -> CommandOutcome:
        if not rest:
            raise CommandError(tr("record needs the name of a file"))
        if context.boot is None or not context.boot.trace.finished:
            raise CommandError(tr("the kernel is still being recorded: stop ends that"))
        start_writing(context, context.boot, rest)
        return CommandOutcome(tr("writing {file} …", file=one_line(rest)))

    return (
        Command("stop", (), "stop", tr("end the recording of the live kernel; what is recorded stays"), stop),
        Command("record", (), "record FILE", tr("write what was recorded into a file, a MACHINE"), record),
    )


def start_writing(context: Context, boot: Recording, filename: str) -> None:
    """Write a boot into a file, in a thread, and say what came of it."""

    def write(cancelled: Cancelled) -> None:
        from importlib.metadata import version

        from ....model.source.recorded_files import write_recorded

        try:
            size = write_recorded(boot.source, filename, f"bootstep {version('bootstep')}")
        except InputError as error:
            context.call_later(context.complain, str(error))
        else:
            said = tr("wrote {file}, {size}", file=one_line(filename), size=readable_size(size))
            boot.was_saved()
            context.call_later(context.status.say, said)

    context.in_thread(write, "writing")
