"""Another boot beside this one: the command ``diff``, for what a file holds or a machine boots."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr, tr_lines, translatable_lines
from .what_if import LOOK_EVERY, Booted, arrived, failed, look, nothing_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ....model.debugger.debugger import Debugger
    from ....model.source.trace_source import Cancelled
    from ...session.context import Context
    from ...session.recording import Recording

HELP = translatable_lines("""another boot beside this one, aligned by what was done
  diff new.txt                      a kernel log
  diff boot.trace                   a recorded boot
  diff virt-512m                    a machine""")


def start(context: Context, word: str) -> str:
    """Read or boot what a word names, in a thread, and say so.  Raises `InputError`."""
    if not word:
        raise InputError(tr("diff needs a name: a file with a log or a recorded boot, or a machine"))
    return put_beside(context, word, partial(context.boot_named, word), tr("reading {word}", word=word))


def put_beside(context: Context, word: str, opened: Callable[[], Recording], said: str) -> str:
    """Go over to a boot that `opened` makes, in a thread, with this one beside it; says so.  Raises
    `InputError`."""
    reason = nothing_beside(context)
    session = context.session
    if reason or session is None:
        raise InputError(reason)
    context.what_ifs.booting = word
    context.in_thread(partial(_open, context, word, opened, session.debugger), "what-if")
    context.what_ifs.watch = context.set_interval(LOOK_EVERY, partial(look, context))
    return f"{said} …"


def _open(
    context: Context, word: str, opened: Callable[[], Recording], before: Debugger, cancelled: Cancelled
) -> None:
    """In a thread: all that takes its time."""
    from ...session.comparison import BootComparison

    try:
        context.what_ifs.boot = boot = opened()
        boot.run(cancelled)
        debugger = boot.prepared()
        names = Path(before.facts.name).name or tr("this boot"), Path(word).name
        comparison = BootComparison.by_deeds(before, debugger, names)
        booted = Booted(
            boot, debugger, comparison, tr("{other} beside {this}", other=names[1], this=names[0]), names
        )
    except InputError as error:
        context.call_later(failed, context, str(error))
    except Exception as error:  # the boot one is in must survive whatever happens to another
        context.call_later(
            failed, context, tr("bootstep failed: {name}: {error}", name=type(error).__name__, error=error)
        )
    else:
        context.call_later(arrived, context, booted)


def commands(context: Context) -> tuple[Command, ...]:
    """The command, on the command line."""

    def diff(debugger: Debugger, rest: str) -> CommandOutcome:
        try:
            return CommandOutcome(start(context, rest.strip()))
        except InputError as error:
            raise CommandError(str(error)) from None

    def files(debugger: Debugger) -> Iterable[str]:
        return sorted(str(path) for path in Path().iterdir() if path.is_file())

    return (Command("diff", (), "diff FILE", tr_lines(HELP), diff, complete=files),)
