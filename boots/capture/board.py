"""The board: its device tree and where that lies, its CPUs, its initrd."""

from __future__ import annotations

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.firmware.devicetree.tree import (
    LONGEST_NAME,
    MAX_DEPTH,
    MAX_TOTALSIZE,
    DeviceTree,
    DTNode,
    flatten,
)
from .source import Source

FLATTENED = (
    "it was put together from /proc/device-tree: /memreserve/ entries and the order of nodes may be lost"
)


def capture_device_tree(source: Source) -> DeviceTree | None:
    """The blob the kernel got, or one put together from its unpacked tree."""
    raw = source.look("/sys/firmware/fdt")
    if raw:
        try:
            return DeviceTree(raw, "/sys/firmware/fdt")
        except InputError as error:
            source.note("device tree", str(error), "the unpacked one is taken")
    for name in ("/proc/device-tree", "/sys/firmware/devicetree/base"):
        if source.files.is_directory(name):
            why = "/sys/firmware/fdt cannot be read" if raw is None else "/sys/firmware/fdt is damaged"
            source.note("device tree", why, f"run as root; {FLATTENED}")
            source.seen[name] = None
            return DeviceTree(flatten(_Unpacked(source).node(name, "", None), (), 0), name)
    source.note("device tree", "there is no /sys/firmware/fdt and no /proc/device-tree", "run as root")
    return None


class _Unpacked(Struct):
    """/proc/device-tree being read; `left` is how many bytes more a tree may have."""

    source: Source
    left: int = MAX_TOTALSIZE

    def node(self, directory: str, name: str, parent: DTNode | None) -> DTNode:
        """A node: the files of its directory are properties, the directories nodes."""
        node = DTNode(name, parent, parent.depth + 1 if parent else 0)
        for entry, is_directory in self.source.names(directory):
            path = f"{directory}/{entry}"
            if len(entry) > LONGEST_NAME or not entry.isascii() or self.left < 0:
                continue
            if is_directory:
                if node.depth + 1 < MAX_DEPTH:
                    node.children.append(self.node(path, entry, node))
            elif entry != "name":
                self.property(node, path, entry)
        self.left -= len(name)
        return node

    def property(self, node: DTNode, path: str, name: str) -> None:
        """A property, if it can be read."""
        try:
            value = self.source.files.read(path, MAX_TOTALSIZE)
        except OSError:
            return
        self.left -= len(value) + len(name)
        if self.left >= 0:
            node.properties[name] = value
