"""Which pane is raised after a move: the one that it changed most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ...panes.e820.pane import TABLES

if TYPE_CHECKING:
    from ....model.memory.picture import Tree
    from ....model.memory.zones import Node
    from ...session.snapshot import Snapshot

MEMORY = ("memblock", "e820", "pagetables", "sections", "zones")
"""The panes of memory: what happened there comes first."""
RECORD = ("variables", "log")
"""Those that come forward where memory stayed as it was."""


def changes(snapshot: Snapshot, left: int) -> dict[str, int]:
    """How much of what each pane shows the last move changed, in thousandths; `left` is the position that it
    left."""
    before = snapshot.jump.left if snapshot.jump is not None else snapshot.before
    now, trace = snapshot.now, snapshot.trace
    e820 = f"e820.{TABLES[0]}"
    lines = trace.log_count(snapshot.position), trace.log_count(left)
    trees = [(tree, now.trees[name]) for name, tree in before.trees.items() if name in now.trees]
    return {
        "memblock": max(share(before.memory, now.memory), share(before.reserved, now.reserved)),
        "e820": share(before[e820], now[e820]) if e820 in now and e820 in before else 0,
        "pagetables": max((_share_of_tree(*pair) for pair in trees), default=0),
        "sections": max(share(before.sections, now.sections), share(before.roots, now.roots)),
        "zones": 0 if before.nodes is now.nodes else share(zones(before.nodes), zones(now.nodes)),
        "variables": share(before.variables, now.variables),
        "log": 1000 * abs(lines[0] - lines[1]) // max(*lines, 1),
    }


def zones(nodes: Mapping[int, Node]) -> dict[tuple[int, str], object]:
    """The zones that have been told where they are, and the nodes without them."""
    found: dict[tuple[int, str], object] = {(nid, ""): node[:6] for nid, node in nodes.items()}
    for nid, node in nodes.items():
        found |= {(nid, zone.name): zone for zone in node.zones if zone.spanned}
    return found


def _share_of_tree(before: Tree, now: Tree) -> int:
    return max(share(before.runs, now.runs), share(before.tables, now.tables, 2))


def share(before: Any, now: Any, apart: int = 1) -> int:
    """How many thousandths of a table are not as they were: what is new or gone counts in full, what is there
    in another form by half.  At least one if anything is.  Things in a row are told apart by the
    first `apart` that is said of each."""
    if before is now or before == now:
        return 0
    old, new = _keyed(before, apart), _keyed(now, apart)
    either, both = old.keys() | new.keys(), old.keys() & new.keys()
    halves = 2 * (len(either) - len(both)) + sum(1 for key in both if old[key] != new[key])
    return max(500 * halves // len(either), 1) if either else 1


def _keyed(table: Any, apart: int) -> Mapping[Any, Any]:
    if isinstance(table, Mapping):
        return cast("Mapping[Any, Any]", table)
    return {item[:apart]: item for item in cast("Sequence[tuple[Any, ...]]", table)}


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
