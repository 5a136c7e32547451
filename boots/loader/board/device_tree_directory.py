"""A device tree as the kernel shows it: /proc/device-tree, a directory for every node and a file for every
property.  Mirrors fs/proc and drivers/of/kobj.c, read backwards, as ``dtc -I fs`` does.

A copy of it is a directory like any other, with whatever may be in one.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from msgspec import Struct, field

from ....model.base.errors import InputError
from ....model.files.input_files import read_bytes
from ....model.firmware.devicetree.tree import (
    LONGEST_NAME,
    MAX_DEPTH,
    MAX_TOTALSIZE,
    DeviceTree,
    DTNode,
    flatten,
)

MOST_NODES = 20_000
MOST_PROPERTY = 1 << 20
SIGNS = ("#address-cells", "#size-cells", "compatible", "chosen", "model")
"""What the root of a device tree has."""
UNIT = r"([^@]*)@?([0-9a-f]*)(.*)"
ORDER = (
    "a directory does not keep the order of nodes, they come by name and address; what is allocated for them "
    "may lie elsewhere (/sys/firmware/fdt is the blob itself)"
)
LACKING = "the device tree's /memreserve/ entries and the padding of its blob are not known"


def is_device_tree_directory(path: Path) -> bool:
    """Whether a directory looks like a device tree."""
    try:
        names = {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise InputError(f"{path}: {(error.strerror or 'cannot be read').lower()}") from None
    return sum(name in names or any(at.startswith("memory") for at in names) for name in SIGNS) > 1


def read_directory(path: Path) -> DeviceTree:
    """The device tree in a directory; what cannot be read is left out, and told.  Raises `InputError`."""
    found = _Found(path)
    root = DTNode("", None, 0)
    found.read(path, root)
    if not root.children:
        raise InputError(f"{path}: this directory has no nodes of a device tree")
    assumed = [f"{path}: {ORDER}", f"{path}: {LACKING}"]
    if found.left_out:
        some = ", ".join(found.left_out[:3])
        assumed.append(
            f"{path}: {len(found.left_out)} entries that are no node or property are left out ({some})"
        )
    if found.unreadable:
        some = ", ".join(found.unreadable[:3])
        assumed.append(f"{path}: {len(found.unreadable)} entries cannot be read and are left out ({some})")
    return DeviceTree(flatten(root, (), 0), str(path), tuple(assumed))


class _Found(Struct):
    """What has been read of the directory at `path`."""

    path: Path
    nodes: int = 0
    size: int = 0
    left_out: list[str] = field(default_factory=lambda: list[str]())
    unreadable: list[str] = field(default_factory=lambda: list[str]())

    def read(self, directory: Path, node: DTNode) -> None:
        """Properties and nodes of a node."""
        self.nodes += 1
        if node.depth >= MAX_DEPTH - 1 or self.nodes > MOST_NODES:
            raise InputError(f"{self.path}: there are more directories in it than nodes in a device tree")
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: _place(entry.name))
        except OSError:
            self.unreadable.append(self.name(directory))
            return
        for entry in entries:
            path = directory / entry.name
            is_name = entry.name.isascii() and entry.name.isprintable() and len(entry.name) <= LONGEST_NAME
            mode = self.mode(entry)
            if mode is None:
                continue
            if is_name and stat.S_ISDIR(mode):
                child = DTNode(entry.name, node, node.depth + 1)
                node.children.append(child)
                self.read(path, child)
            elif is_name and stat.S_ISREG(mode):
                self.read_property(path, node)
            else:
                self.left_out.append(self.name(path))

    def mode(self, entry: os.DirEntry[str]) -> int | None:
        try:
            return entry.stat(follow_symlinks=False).st_mode
        except OSError:
            self.unreadable.append(entry.name)
            return None

    def read_property(self, path: Path, node: DTNode) -> None:
        try:
            value = read_bytes(path, MOST_PROPERTY)
        except InputError:
            self.unreadable.append(self.name(path))
            return
        self.size += len(value)
        if self.size > MAX_TOTALSIZE:
            raise InputError(f"{self.path}: there is more in it than the kernel takes of a device tree")
        # The kernel adds every node's name as a property (populate_properties).
        base = node.name.partition("@")[0].encode() + b"\0"
        if path.name != "name" or value != base:
            node.properties[path.name] = value

    def name(self, path: Path) -> str:
        return str(path.relative_to(self.path))


def _place(name: str) -> tuple[str, int, str]:
    """Where a node comes among its siblings: by name, then by the address in it."""
    found = re.match(UNIT, name)
    assert found
    return found[1], int(found[2] or "0", 16), found[3]
