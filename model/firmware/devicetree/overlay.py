"""Overlays, laid over a device tree.  Mirrors scripts/dtc/libfdt/fdt_overlay.c (``fdt_overlay_apply``) and
scripts/dtc/fdtoverlay.c of dtc 1.6.1, property by property: what is new comes first in its node, and the
order of nodes decides about the order of reserved memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

from ...base.errors import InputError
from ...language.words import tr
from .patch import count_nops
from .tree import DeviceTree, DTNode, Strings, flatten

PHANDLES = ("phandle", "linux,phandle")
NO_PHANDLE = 0xFFFFFFFF
FIXUP = re.compile(r"([^:]*):([^:]+):(\d+)")


def apply_overlay(base: DeviceTree, overlay: DeviceTree) -> DeviceTree:
    """The base with an overlay laid over it, packed as ``fdtoverlay`` packs it.  Raises `InputError` if it
    does not fit."""
    over = _Overlay(base, overlay)
    over.renumber()
    over.refer_to_base()
    over.merge()
    over.add_symbols()
    raw = flatten(over.root, base.memreserve, 0, over.names, count_nops(base.raw))
    return DeviceTree(raw, base.filename, base.assumed)


class _Overlay:
    """An overlay and the tree it is laid over, both to be changed."""

    def __init__(self, base: DeviceTree, overlay: DeviceTree) -> None:
        self.base, self.overlay = base, overlay
        self.root = DeviceTree(base.raw, base.filename).root
        self.over = DeviceTree(overlay.raw, overlay.filename).root
        self.names = Strings(base.strings)
        self.symbols = subnode(self.root, "__symbols__")

    def fail(self, what: str) -> NoReturn:
        raise InputError(tr("{filename}: this overlay {what}", filename=self.overlay.filename, what=what))

    # ---- phandles ----

    def renumber(self) -> None:
        """Move the overlay's phandles behind those of the base, and with them what refers to them
        (``overlay_adjust_local_phandles``, ``overlay_update_local_references``)."""
        delta = max((node.phandle for node in self.root.walk() if node.phandle != NO_PHANDLE), default=0)
        for node in self.over.walk():
            for name in PHANDLES:
                value = node.properties.get(name)
                if value is not None:
                    node.properties[name] = self.moved(value, 0, delta, f"{node.path}: {name}")
        local = subnode(self.over, "__local_fixups__")
        if local is not None:
            self.move_references(local, self.over, delta)

    def move_references(self, fixups: DTNode, node: DTNode, delta: int) -> None:
        for name, offsets in fixups.properties.items():
            if name not in node.properties or len(offsets) % 4:
                self.fail(f"has a wrong entry in its __local_fixups__: {node.path}: {name}")
            for at in fixups.cells(name):
                where = f"{node.path}: {name}"
                node.properties[name] = self.moved(node.properties[name], at, delta, where)
        for child in fixups.children:
            there = subnode(node, child.name)
            if there is None:
                self.fail(f"has no node {child.name} in {node.path}, of which its __local_fixups__ tell")
            self.move_references(child, there, delta)

    def moved(self, value: bytes, at: int, delta: int, where: str) -> bytes:
        if at + 4 > len(value):
            self.fail(f"has no phandle where it should be: {where}")
        phandle = int.from_bytes(value[at : at + 4], "big") + delta
        if phandle >= NO_PHANDLE:
            self.fail(f"has a phandle that is too large: {where}")
        return value[:at] + phandle.to_bytes(4, "big") + value[at + 4 :]

    def refer_to_base(self) -> None:
        """Fill in the phandles of the labels of the base (``overlay_fixup_phandles``)."""
        fixups = subnode(self.over, "__fixups__")
        if fixups is None:
            return
        for label in fixups.properties:
            phandle = self.phandle_of(label, fixups)
            for entry in fixups.strings(label):
                found = FIXUP.fullmatch(entry)
                node = find(self.over, found[1]) if found else None
                value = node.properties.get(found[2]) if found and node else None
                at = int(found[3]) if found else 0
                if node is None or found is None or value is None or at + 4 > len(value):
                    self.fail(f"has a wrong entry in its __fixups__: {label}: {entry}")
                node.properties[found[2]] = value[:at] + phandle.to_bytes(4, "big") + value[at + 4 :]

    def phandle_of(self, label: str, fixups: DTNode) -> int:
        """The phandle of a label of the base."""
        base = self.base.filename
        if self.symbols is None:
            labels = ", ".join(fixups.properties)
            self.fail(
                f"refers to labels ({labels}), and {base} has no __symbols__: compile its source with dtc -@"
            )
        path = self.symbols.string(label)
        if path is None:
            self.fail(f"refers to the label {label}, which {base} does not have in its __symbols__")
        node = find(self.root, path)
        if node is None or not node.phandle:
            self.fail(f"refers to the label {label}: in {base} {path} is no node with a phandle")
        return node.phandle

    # ---- nodes ----

    def fragments(self) -> Iterator[tuple[DTNode, DTNode]]:
        """Each fragment of the overlay and its ``__overlay__``."""
        for fragment in self.over.children:
            content = subnode(fragment, "__overlay__")
            if content is not None:
                yield fragment, content

    def target(self, fragment: DTNode) -> DTNode:
        """Where a fragment belongs (``fdt_overlay_target_offset``)."""
        name = fragment.name
        value = fragment.properties.get("target")
        if value is not None and (len(value) != 4 or value == b"\xff" * 4):
            self.fail(f"has a fragment {name} whose target is no phandle")
        phandle = int.from_bytes(value or b"", "big")
        if phandle:
            found = next((node for node in self.root.walk() if node.phandle == phandle), None)
            return found or self.fail(f"has a fragment {name} for a phandle that no node has: {phandle:#x}")
        path = fragment.string("target-path")
        if path is None:
            self.fail(f"has a fragment {name} without target and target-path")
        found = find(self.root, path)
        return found or self.fail(f"is for another board: {self.base.filename} has no node {path}")

    def merge(self) -> None:
        """Add what the fragments have to their targets (``overlay_merge``)."""
        fragments = list(self.fragments())
        if not fragments:
            self.fail("has no fragment with an __overlay__")
        for fragment, content in fragments:
            self.merge_node(self.target(fragment), content)

    def merge_node(self, target: DTNode, content: DTNode) -> None:
        """Properties and nodes of the overlay, into a node of the base (``overlay_apply_node``)."""
        for name, value in content.properties.items():
            self.set_property(target, name, value)
        for child in content.children:
            self.merge_node(subnode(target, child.name) or add_subnode(target, child.name), child)

    def set_property(self, node: DTNode, name: str, value: bytes) -> None:
        """``fdt_setprop``: one that is there stays in its place, a new one comes first."""
        if name in node.properties:
            node.properties[name] = value
        else:
            node.properties = {name: value, **node.properties}
            self.names.offset(name.encode())

    def add_symbols(self) -> None:
        """The overlay's labels become the base's, for the next overlay (``overlay_symbol_update``)."""
        symbols = subnode(self.over, "__symbols__")
        if symbols is None:
            return
        table = subnode(self.root, "__symbols__") or add_subnode(self.root, "__symbols__")
        for label in symbols.properties:
            path = symbols.string(label) or ""
            found = re.fullmatch(r"/([^/]+)/__overlay__(?:/(.*))?", path)
            if not found:
                if path.startswith("/"):
                    continue
                self.fail(f"has a wrong entry in its __symbols__: {label}")
            fragment = subnode(self.over, found[1])
            if fragment is None or subnode(fragment, "__overlay__") is None:
                self.fail(f"has an entry in its __symbols__ for a fragment that is not there: {label}")
            # A target's path is kept as it was given, without target it is what the tree has.
            by_phandle = any(fragment.properties.get("target", b""))
            target = self.target(fragment).path if by_phandle else fragment.string("target-path") or ""
            target = target if len(target) > 1 else ""
            self.set_property(table, label, f"{target}/{found[2] or ''}".encode() + b"\0")


# ---- libfdt ----


def subnode(node: DTNode, name: str) -> DTNode | None:
    """``fdt_subnode_offset``: the first child of this name; without a unit address any will do."""
    for child in node.children:
        if child.name == name or ("@" not in name and child.name.partition("@")[0] == name):
            return child
    return None


def find(root: DTNode, path: str) -> DTNode | None:
    """``fdt_path_offset``: the node at a path, which may begin with an alias."""
    node: DTNode | None = root
    parts = path.split("/")
    if parts[0]:
        aliases = subnode(root, "aliases")
        alias = aliases.string(parts[0]) if aliases else None
        if alias is None or not alias.startswith("/"):
            return None
        node = find(root, alias)
    for name in filter(None, parts[1:]):
        node = subnode(node, name) if node else None
    return node


def add_subnode(node: DTNode, name: str) -> DTNode:
    """``fdt_add_subnode``: the new node comes before the others."""
    child = DTNode(name, node, node.depth + 1)
    node.children.insert(0, child)
    return child
