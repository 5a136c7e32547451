"""Every pane there is, in the order of Tab and of the help page."""

from __future__ import annotations

from ..settings.bindings import KeyBinding
from .about.pane import AboutPane
from .both.pane import BothPane
from .breakpoints.pane import BreakpointsPane
from .calls.pane import CallsPane
from .console.pane import ConsolePane
from .e820.pane import E820Pane
from .log.pane import LogPane
from .memblock.pane import MemblockPane
from .pagetables.pane import PageTablesPane
from .pane import Pane
from .sections.pane import SectionsPane
from .source.pane import SourcePane
from .variables.pane import VariablesPane
from .welcome.pane import WelcomePane
from .zones.pane import ZonesPane

PANES: tuple[type[Pane], ...] = (
    CallsPane,
    SourcePane,
    WelcomePane,
    MemblockPane,
    E820Pane,
    PageTablesPane,
    SectionsPane,
    ZonesPane,
    LogPane,
    VariablesPane,
    BreakpointsPane,
    ConsolePane,
    AboutPane,
    BothPane,
)


def keys_by_pane() -> dict[str, tuple[KeyBinding, ...]]:
    """The keys that only single panes have, by the pane's name."""
    return {pane.NAME: pane.KEYS for pane in PANES if pane.KEYS}
