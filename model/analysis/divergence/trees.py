"""What two device trees differ in, in sentences: nodes of only one, properties that are not the same."""

from __future__ import annotations

from collections.abc import Iterator

from ...firmware.devicetree.tree import DeviceTree, DTNode
from ...language.words import tr, trn

MOST = 4
NOT_COMPARED = frozenset(("phandle", "linux,phandle", "kaslr-seed", "rng-seed"))
"""Properties that are made up anew for each boot, or number nodes."""


def tree_lines(one: DeviceTree | None, other: DeviceTree | None) -> Iterator[str]:
    """The differences, the first of them; nothing where a tree is not known."""
    if one is None or other is None or one.raw == other.raw:
        return
    found = list(_differences(_nodes(one), _nodes(other)))
    yield from found[:MOST]
    if len(found) > MOST:
        more = len(found) - MOST
        yield trn("{count} more in the device trees", "{count} more in the device trees", more)


def _nodes(tree: DeviceTree) -> dict[str, DTNode]:
    return {node.path: node for node in tree.nodes()}


def _differences(one: dict[str, DTNode], other: dict[str, DTNode]) -> Iterator[str]:
    for path in one:
        if path not in other:
            yield tr("only the first device tree has the node {path}", path=path)
    for path, node in other.items():
        if path not in one:
            yield tr("only the second device tree has the node {path}", path=path)
            continue
        mine, its = one[path].properties, node.properties
        for name in dict.fromkeys((*mine, *its)):
            if name not in NOT_COMPARED and mine.get(name) != its.get(name):
                yield tr("the device trees differ in {name} of {path}", name=name, path=path)
