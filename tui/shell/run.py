"""A boot is opened in the debugger, on the terminal that one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from .app import BootstepApp, nothing_named
from .signals import need_terminal

if TYPE_CHECKING:
    from ...model.build.kernel_source.functions import KernelSource
    from ...model.debugger.scripts.blocks import Line
    from ..session.presenting.options import PresentOptions
    from ..session.recording import Recording
    from ..settings.config import Settings


def run(
    load: Callable[[], Recording],
    at: str = "",
    config: Settings | None = None,
    source: KernelSource | None = None,
    named: Callable[[str], Recording] = nothing_named,
    script: Iterable[Line] = (),
    present: PresentOptions | None = None,
) -> int:
    """Open what `load` reads in the TUI, at the position named `at`, with the kernel's functions from a
    `source` of it beside ours; `named` gives other boots by their names, and `script` has commands to do
    there; `present` is how to present it, if that is meant.  Returns the exit status."""
    from ..settings.session_store import state_directory

    need_terminal()
    app = BootstepApp(load, at, state_directory(), config, named)
    app.script, app.to_present = script, present
    if source is not None:
        use_source(app, source)
    result = app.run()
    if app.failures.last is not None and app.return_code:
        raise app.failures.last
    return result if isinstance(result, int) else app.return_code or 0


def use_source(app: BootstepApp, source: KernelSource) -> None:
    """Show the kernel's own functions beside ours, and have its lines wherever one is named."""
    from ..panes.source.pane import SourcePane

    app.kernel_source = source
    for pane in app.panes:
        if isinstance(pane, SourcePane):
            pane.show_both()
