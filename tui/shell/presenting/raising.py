"""Which pane is raised after a move: the one that it changed most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ...panes.e820.pane import TABLES

if TYPE_CHECKING:
    from ...session.snapshot import Snapshot

MEMORY = ("memblock", "e820", "pagetables", "sections", "zones")
"""The panes of memory: what happened there comes first."""
RECORD = ("variables", "log")
"""Those that come forward where memory stayed as it was."""


def changes(snapshot: Snapshot, left: int) -> dict[str, int]:
    """How many things the last move changed, by the pane that shows them; `left` is the position that it
    left."""
    before = snapshot.jump.left if snapshot.jump is not None else snapshot.before
    now, trace = snapshot.now, snapshot.trace
    e820 = f"e820.{TABLES[0]}"
    lines = trace.log_count(snapshot.position) - trace.log_count(left)
    return {
        "memblock": differing(before.memory, now.memory) + differing(before.reserved, now.reserved),
        "e820": differing(before[e820], now[e820]) if e820 in now and e820 in before else 0,
        "pagetables": sum(
            differing(tree.runs, now.trees[name].runs) + differing(tree.tables, now.trees[name].tables)
            for name, tree in before.trees.items()
            if tree is not now.trees.get(name) and name in now.trees
        ),
        "sections": differing(before.sections, now.sections) + differing(before.roots, now.roots),
        "zones": differing(before.nodes, now.nodes),
        "variables": differing(before.variables, now.variables),
        "log": abs(lines),
    }


def differing(before: Any, now: Any) -> int:
    """How many things are in one of two tables and not in the other, or not the same there."""
    if before is now or before == now:
        return 0
    if isinstance(before, Mapping):
        old, new = cast("Mapping[Any, Any]", before), cast("Mapping[Any, Any]", now)
        return sum(1 for key in {*old, *new} if old.get(key) != new.get(key))
    return len(set[Any](before) ^ set[Any](now)) or 1


def most_changed(counts: Mapping[str, int], shown: str) -> str | None:
    """The pane to raise while `shown` is seen; None: nothing changed.  One that is seen stays while it
    changed at least half as much as another, so that panes do not come and go."""
    for group in (MEMORY, RECORD):
        there = {id: counts.get(id, 0) for id in group}
        most = max(there.values())
        if most:
            stays = 2 * there.get(shown, 0) >= most
            return shown if stays else next(id for id, count in there.items() if count == most)
    return None
