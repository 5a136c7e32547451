"""The board: its device tree and where that lies, its CPUs, its initrd."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...model.base.errors import InputError
from ...model.firmware.devicetree.tree import (
    LONGEST_NAME,
    MAX_DEPTH,
    MAX_TOTALSIZE,
    DeviceTree,
    DTNode,
    flatten,
)
from ..arm64.kernel.cpu import CPUS
from .source import Source

DEFAULT_CPU = "cortex-a57"
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


@dataclass
class _Unpacked:
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


def capture_cpus(source: Source) -> tuple[str, int]:
    """The name of the first CPU as bootstep knows it, and how many there are."""
    text = source.text("/proc/cpuinfo")
    count = len(re.findall(r"^processor\s*:", text, re.M)) or 1
    implementer, part = (
        int(found[1], 16) if (found := re.search(rf"^CPU {what}\s*: (0x[0-9a-f]+)$", text, re.M)) else 0
        for what in ("implementer", "part")
    )
    for name, cpu in CPUS.items():
        if part and (cpu.midr >> 24, cpu.midr >> 4 & 0xFFF) == (implementer, part):
            return name, count
    why = f"CPU implementer {implementer:#x} part {part:#x} is not one that bootstep knows"
    source.note("cpu", why, f"{DEFAULT_CPU} is assumed, set cpu to one with the same features")
    return DEFAULT_CPU, count


def exception_level(log: str) -> int | None:
    """The exception level the kernel was started at, as it says itself; None if it no longer does."""
    told = re.search(r"CPU: All CPU\(s\) started at EL([12])$", log, re.M)
    if told:
        return int(told[1])
    if re.search(r"kvm \[\d+\]: HYP mode not available$", log, re.M):
        return 1
    has_hypervisor = re.search(r"kvm \[\d+\]: (?:VHE|Hyp|Protected)\b.* mode initialized", log)
    return 2 if has_hypervisor else None
