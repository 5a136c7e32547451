"""Topics of the command ``info`` that only the app knows: the machine, and local variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...model.debugger.commands.command import CommandError
from ...model.language.words import tr

if TYPE_CHECKING:
    from ...model.debugger.commands.info import Topic
    from ...model.debugger.debugger import Debugger
    from ..session.context import Context


def topics(context: Context) -> Mapping[str, Topic]:
    """Those topics, for the boot that the app shows."""

    def machine(debugger: Debugger, rest: str) -> str:
        """The machine and its kernel, and what was assumed of both."""
        boot = context.session.boot if context.session is not None else None
        if boot is None or not boot.facts.description:
            raise CommandError(tr("this boot is of no machine"))
        lines = [*boot.facts.description]
        if debugger.trace.finished:
            lines += (f"{'':13} {sentence}" for sentence in boot.source.outcome().remarks)
        return "\n".join(lines)

    def local_variables(debugger: Debugger, rest: str) -> str:
        """The local variables of the selected frame."""
        from ...model.debugger.commands.frames import locals_topic
        from ...model.source.kept_locals import are_slow

        boot = context.session.boot if context.session is not None else None
        is_told = debugger.facts.can.locals and debugger.trace.finished
        if boot is not None and is_told and are_slow(boot.source):
            raise CommandError(tr("this boot is long: L in the source pane runs it again for its locals"))
        return locals_topic(debugger, rest)

    return {"machine": machine, "locals": local_variables}
