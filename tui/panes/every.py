"""Every pane there is, by number."""

from __future__ import annotations

from ..actions import Action
from .about import AboutPane
from .both import BothPane
from .breakpoints import BreakpointsPane
from .calls import CallsPane
from .console import ConsolePane
from .log import LogPane
from .memblock import MemblockPane
from .pagetables import PageTablesPane
from .pane import Pane
from .sections import SectionsPane
from .source import SourcePane
from .variables import VariablesPane
from .zones import ZonesPane

PANES: tuple[type[Pane], ...] = (
    CallsPane,
    SourcePane,
    MemblockPane,
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


def keys_by_pane() -> dict[str, tuple[Action, ...]]:
    """The keys that only single panes have, by the pane's name."""
    return {pane.NAME: pane.KEYS for pane in PANES if pane.KEYS}
