"""What firmware and boot loader say that memory is."""

from __future__ import annotations

from typing import NamedTuple

from ..log_line import LogLine


class MapEntry(NamedTuple):
    """A range of bytes in a map of memory: `map` is whose ("e820", "efi", "device tree", "physical RAM map",
    "user-defined", "SRAT" …), `kind` what the map calls the range ("usable", "ACPI NVS", "Boot Data").
    `usable` says whether the kernel takes it for RAM."""

    line: LogLine
    map: str
    base: int
    size: int
    kind: str
    usable: bool


class MapChange(NamedTuple):
    """The kernel changes its map: a range that was `old` is `new` from now on, "" if it is taken out."""

    line: LogLine
    map: str
    base: int
    size: int
    old: str
    new: str


class NodeMemory(NamedTuple):
    """Firmware says that a range of bytes belongs to a node (SRAT, device tree); `how` names who."""

    line: LogLine
    nid: int
    base: int
    size: int
    how: str
    hotplug: bool = False
