"""Device trees with nodes added or taken away, as a boot loader does it (scripts/dtc/libfdt/fdt_rw.c).

The blob is made anew, and keeps its total size if it can.
"""

from __future__ import annotations

from ...base.errors import InputError
from ...language.words import tr
from .tree import MAX_DEPTH, DeviceTree, DTNode, flatten


def with_nodes(fdt: DeviceTree, added: DTNode) -> DeviceTree:
    """The tree with everything below the root `added`: nodes that are missing are made, properties that are
    there change their value.  Raises `InputError` if nodes become nested too deep."""
    changed = DeviceTree(fdt.raw, fdt.filename, fdt.assumed)
    _merge(changed.root, added)
    return _rebuilt(changed)


def without_node(fdt: DeviceTree, path: str) -> DeviceTree:
    """The tree without a node and all below it.  Raises `InputError` if there is none of that path."""
    changed = DeviceTree(fdt.raw, fdt.filename, fdt.assumed)
    node = changed.find(path)
    if node is None:
        raise InputError(tr("{filename}: there is no node {path}", filename=fdt.filename, path=path))
    if node.parent is None:
        raise InputError(tr("{filename}: the root cannot be removed", filename=fdt.filename))
    node.parent.children.remove(node)
    return _rebuilt(changed)


def _merge(into: DTNode, added: DTNode) -> None:
    into.properties.update(added.properties)
    for child in added.children:
        there = next((known for known in into.children if known.name == child.name), None)
        if there is None:
            if into.depth + 1 >= MAX_DEPTH:
                raise InputError(
                    tr(
                        "{path}: nodes would be nested more than {max_depth} deep",
                        path=child.path,
                        max_depth=MAX_DEPTH,
                    )
                )
            there = DTNode(child.name, into, into.depth + 1)
            into.children.append(there)
        _merge(there, child)


def _rebuilt(changed: DeviceTree) -> DeviceTree:
    raw = flatten(changed.root, changed.memreserve, changed.totalsize)
    return DeviceTree(raw, changed.filename, changed.assumed)
