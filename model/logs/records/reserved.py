"""Who takes memory, where a line says so in words."""

from __future__ import annotations

from typing import NamedTuple

from ..log_line import LogLine


class ReservedNode(NamedTuple):
    """A node of /reserved-memory, or what an old kernel's or vendor's table calls reserved; `base` is None
    if that is not told.  `failed` says why it was not reserved, "" if it was."""

    line: LogLine
    name: str
    base: int | None
    size: int
    nomap: bool = False
    reusable: bool = False
    compatible: str = ""
    failed: str = ""


class CmaArea(NamedTuple):
    """An area of the contiguous memory allocator.  `base` is None if it was not placed; then `failed` says
    what the kernel said."""

    line: LogLine
    name: str
    base: int | None
    size: int
    failed: str = ""


class CrashKernel(NamedTuple):
    """Memory for a crash kernel; `low` is what lies below 4 GiB beside the rest."""

    line: LogLine
    base: int | None
    size: int
    low: bool = False
    failed: str = ""


class NodeData(NamedTuple):
    """``NODE_DATA``: the ``pg_data_t`` of a node lies in this range of bytes."""

    line: LogLine
    nid: int
    base: int
    size: int


class OwnedRange(NamedTuple):
    """Any other range of bytes whose owner a line names: the RAM disk, an ACPI table, the ESRT, a stolen
    frame buffer, swiotlb, nosave memory.  `owner` is in words.  `reserves` says whether the kernel keeps it
    for that; otherwise the line is only told."""

    line: LogLine
    owner: str
    base: int
    size: int
    reserves: bool = True


class HashTable(NamedTuple):
    """A hash table that is made at boot, in bytes."""

    line: LogLine
    name: str
    entries: int
    size: int


class PerCpu(NamedTuple):
    """The first chunk of per-CPU areas: bytes for each CPU of the static, reserved and dynamic part, and of
    a unit, None where not told; `pages` for each CPU."""

    line: LogLine
    pages: int | None
    static: int
    reserved: int
    dynamic: int
    unit: int | None
