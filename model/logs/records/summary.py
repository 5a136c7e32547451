"""What the kernel says of itself, and at the end of all memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..log_line import LogLine


class Banner(NamedTuple):
    """``Linux version``: `release` as it is told, `rest` what follows (compiler, host)."""

    line: LogLine
    release: str
    rest: str


class CommandLine(NamedTuple):
    """The command line; `whole` is false where the kernel says that it is a part of it."""

    line: LogLine
    text: str
    whole: bool = True


class MachineModel(NamedTuple):
    """The machine's name, from device tree, DMI or the kernel's own board file."""

    line: LogLine
    name: str


class MemorySummary(NamedTuple):
    """``Memory: 7759032K/8274344K available (…)``, in bytes: what is `available` of the `total`, and `parts`
    of the kernel and of what is reserved, by the kernel's words ("kernel code", "reserved",
    "cma-reserved", "highmem", "absent")."""

    line: LogLine
    available: int
    total: int
    parts: Mapping[str, int]


class BanksSummary(NamedTuple):
    """``Memory: 64MB 16MB = 80MB total`` of old 32-bit Arm kernels, in bytes."""

    line: LogLine
    banks: tuple[int, ...]
    total: int


class LayoutRange(NamedTuple):
    """A row of ``Virtual kernel memory layout:``: virtual addresses, the end not included."""

    line: LogLine
    name: str
    start: int
    end: int


class FreedMemory(NamedTuple):
    """``Freeing unused kernel memory``, initrd and the like, in bytes."""

    line: LogLine
    what: str
    size: int


class Panic(NamedTuple):
    """The kernel panics, in its own words."""

    line: LogLine
    words: str


class Fact(NamedTuple):
    """Any other line about early memory, that is read but has no type of its own: `about` is what it tells
    of ("max_pfn", "memory limit", "doubled"), `numbers` what stands in it."""

    line: LogLine
    about: str
    numbers: tuple[int, ...] = ()
