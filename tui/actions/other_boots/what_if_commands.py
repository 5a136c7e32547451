"""Commands that only the app has: whatif, undo, redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.errors import InputError
from ....model.debugger.commands.command import Command, CommandError, CommandOutcome
from ....model.language.words import tr, tr_lines, translatable_lines
from .what_if import go_back, go_forth, nothing_to_redo, nothing_to_undo, start

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ....model.debugger.debugger import Debugger
    from ...session.context import Context

HELP = translatable_lines("""boot again with something changed, and stay here
  whatif add mem=600M               words behind the command line
  whatif cmdline mem=600M cma=32M   another command line
  whatif ram 2G                     that much memory
  whatif initrd 0x48000000 8M       an initrd there, or none
  whatif load-address 0x40200000    the kernel there
  whatif set /path:name=<0x1>       a device tree's property; remove: without
  whatif node /path { };            a device tree's node; delete: without it
  whatif overlay FILE               that overlay over the device tree
  whatif dtb-address 0x48000000     the device tree there
  whatif e820 0x40000000-0x4fffffff reserved
                                    an entry behind a PC's e820 map
  whatif hole 0x40000000-0x4fffffff without that range in a PC's map
  whatif release 6.12               another shipped kernel on the same board
  whatif machine virt-512m          another machine""")


def commands(context: Context) -> tuple[Command, ...]:
    """The commands for this, on the command line."""

    def what_if(debugger: Debugger, rest: str) -> CommandOutcome:
        try:
            return CommandOutcome(start(context, rest))
        except InputError as error:
            raise CommandError(str(error)) from None

    def undo(debugger: Debugger, rest: str) -> CommandOutcome:
        if reason := nothing_to_undo(context):
            raise CommandError(reason)
        context.call_next(go_back, context)
        return CommandOutcome("")

    def redo(debugger: Debugger, rest: str) -> CommandOutcome:
        if reason := nothing_to_redo(context):
            raise CommandError(reason)
        context.call_next(go_forth, context)
        return CommandOutcome("")

    def completions(debugger: Debugger) -> Iterable[str]:
        boot = context.session.boot if context.session is not None else None
        if boot is None or boot.machine is None or not debugger.facts.can.what_if:
            return ()
        from ....boots.loader.what_if_syntax import wish_completions

        return wish_completions(boot.tried.machine if boot.tried else boot.machine)

    return (
        Command("whatif", (), "whatif WISH", tr_lines(HELP), what_if, complete=completions),
        Command("undo", (), "undo", tr("the boot from before the last what-if"), undo),
        Command("redo", (), "redo", tr("the what-if that was undone"), redo),
    )
