"""Topics of the command ``info`` that only the app knows: the machine, and local variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...model.debugger.commands.command import CommandError

if TYPE_CHECKING:
    from ...model.debugger.commands.info import Topic
    from ...model.debugger.debugger import Debugger
    from ..session.context import Context


def topics(context: Context) -> Mapping[str, Topic]:
    """Those topics, for the boot that the app shows."""

    def machine(debugger: Debugger, rest: str) -> str:
        boot = context.session.boot if context.session is not None else None
        if boot is None or not boot.facts.description:
            raise CommandError("this boot is of no machine")
        lines = [*boot.facts.description]
        if debugger.trace.finished:
            lines += (f"{'':13} {sentence}" for sentence in boot.source.outcome().remarks)
        return "\n".join(lines)

    def local_variables(debugger: Debugger, rest: str) -> str:
        from ..panes.source.locals_finder import AUTOMATIC

        boot = context.session.boot if context.session is not None else None
        trace = debugger.trace
        if boot is None:
            raise CommandError("there is no boot")
        if silence := boot.facts.silence("locals"):
            raise CommandError(silence)
        if not trace.finished:
            raise CommandError("only a finished boot can be run again for its locals")
        if len(trace) > AUTOMATIC:
            raise CommandError("this boot is long: L in the source pane runs it again for its locals")
        scopes = boot.source.locals_at(debugger.position)
        if not scopes:
            return "no function is open"
        return "\n".join(f"{name} = {text}" for name, text in scopes[-1].values) or "no locals yet"

    return {"machine": machine, "locals": local_variables}
