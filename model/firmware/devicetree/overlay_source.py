"""What dtc adds to a compiled source so that overlays can refer to it, and to an overlay so that it can refer
to a board.  Mirrors scripts/dtc/livetree.c (``generate_label_tree``, ``generate_fixups_tree``,
``generate_local_fixups_tree``) and ``add_orphan_node``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .tree import DTNode

UNRESOLVED = b"\xff" * 4
"""What stands in an overlay for the phandle of a node of the board."""


class Fixup(NamedTuple):
    """A cell of a property, `at` bytes from its beginning, that is a phandle: of a node of the board with
    this label, or of one of the overlay's own (None)."""

    node: DTNode
    name: str
    at: int
    label: str | None


def add_child(node: DTNode, name: str) -> DTNode:
    """A new node, behind the others."""
    child = DTNode(name, node, node.depth + 1)
    node.children.append(child)
    return child


def add_symbols(root: DTNode, labels: Mapping[str, DTNode]) -> None:
    """The paths of all nodes with labels, in the order of the tree (dtc -@)."""
    by_node: dict[DTNode, list[str]] = {}
    for label, node in labels.items():
        by_node.setdefault(node, []).append(label)
    found = {label: node.path for node in root.walk() for label in by_node.get(node, ())}
    if found:
        symbols = add_child(root, "__symbols__")
        symbols.properties = {label: path.encode() + b"\0" for label, path in found.items()}


def add_fixups(root: DTNode, fixups: Iterable[Fixup]) -> None:
    """Where an overlay refers to the board and to itself."""
    of_board: dict[str, bytes] = {}
    own = DTNode("__local_fixups__", root, 1)
    for node, name, at, label in fixups:
        if label is not None:
            entry = f"{node.path}:{name}:{at}".encode() + b"\0"
            of_board[label] = of_board.get(label, b"") + entry
            continue
        place = own
        for part in filter(None, node.path.split("/")):
            there = next((child for child in place.children if child.name == part), None)
            place = there or add_child(place, part)
        place.properties[name] = place.properties.get(name, b"") + at.to_bytes(4, "big")
    if of_board:
        add_child(root, "__fixups__").properties = of_board
    if own.children or own.properties:
        root.children.append(own)
