"""A boot is opened in the debugger, on the terminal that one has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from .app import BootstepApp, nothing_named
from .signals import need_terminal

if TYPE_CHECKING:
    from ...model.debugger.scripts.blocks import Line
    from ..panes.source.kernel_source import KernelSource
    from ..session.recording import Recording
    from ..settings.config import Settings


def run(
    load: Callable[[], Recording],
    at: str = "",
    config: Settings | None = None,
    tree: KernelSource | None = None,
    named: Callable[[str], Recording] = nothing_named,
    script: Iterable[Line] = (),
) -> int:
    """Open what `load` reads in the TUI, at the position named `at`, with the kernel's functions from a
    source `tree` beside ours; `named` gives other boots by their names, and `script`
    has commands to do there.  Returns the exit status."""
    from ..settings.session_store import state_directory

    need_terminal()
    app = BootstepApp(load, at, state_directory(), config, named)
    app.script = script
    if tree is not None:
        use_tree(app, tree)
    result = app.run()
    if app.failures.last is not None and app.return_code:
        raise app.failures.last
    return result if isinstance(result, int) else app.return_code or 0


def use_tree(app: BootstepApp, tree: KernelSource) -> None:
    """Show the kernel's own functions beside ours."""
    from ..panes.source.pane import SourcePane

    for pane in app.panes:
        if isinstance(pane, SourcePane):
            pane.use_tree(tree)
