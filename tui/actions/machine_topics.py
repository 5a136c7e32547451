"""Topics of the command ``info`` that only the app knows: the machine, and local variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...model.debugger.commands.command import CommandError

if TYPE_CHECKING:
    from ...model.debugger.commands.info import Topic
    from ...model.debugger.debugger import Debugger
    from ..shell.app import BootstepApp


def topics(app: BootstepApp) -> Mapping[str, Topic]:
    """Those topics, for the boot that the app shows."""

    def machine(debugger: Debugger, rest: str) -> str:
        from ...boots.loader.summary import machine_lines
        from ...boots.sources.other_places import what_turns_on_it

        boot = app.session.boot if app.session is not None else None
        if boot is None or boot.facts.kernel is None or boot.machine is None:
            raise CommandError("this boot is of no machine")
        lines = [*machine_lines(boot.machine, boot.facts.kernel)]
        if debugger.trace.finished:
            lines += (f"{'':13} {sentence}" for sentence in what_turns_on_it(boot.facts.kernel))
        return "\n".join(lines)

    def local_variables(debugger: Debugger, rest: str) -> str:
        from ...boots.sources.rerun import Probe
        from ..panes.source.locals_finder import AUTOMATIC

        kernel = app.session.facts.kernel if app.session is not None else None
        trace = debugger.trace
        if kernel is None or not trace.finished:
            raise CommandError("only the finished boot of a machine can be run again for its locals")
        if len(trace) > AUTOMATIC:
            raise CommandError("this boot is long: L in the source pane runs it again for its locals")
        scopes = Probe(kernel, debugger.position).run()
        if not scopes:
            return "no function is open"
        return "\n".join(f"{name} = {text}" for name, text in scopes[-1].values) or "no locals yet"

    return {"machine": machine, "locals": local_variables}
