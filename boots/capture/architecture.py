"""What taking down a machine asks of its architecture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ...model.build.address_map import AddressMap
from ...model.build.kconfig import KConfig
from ...model.build.release import Release
from ..core.inputs import Drawn
from .source import Source

BootKeys = Mapping[str, int | Drawn]


class CapturedBoard(NamedTuple):
    """A board that is no device tree: the keys of [board] and [boot], and the files that they name."""

    board: Mapping[str, str | int]
    boot: Mapping[str, str | int | Drawn]
    files: Mapping[str, bytes]


class CapturedArchitecture(NamedTuple):
    """`name` is what a machine file calls it; `is_running` tells by a configuration (None: not readable) and
    /proc/cpuinfo whether a Linux of it runs; `address_map` is the map of a kernel, `cpus` the first CPU by
    name and how many there are; `boot_keys` the keys of [boot] that are its own, by the kernel's log, how far
    the kernel was moved (bytes) and its map (None: not known); `board` takes down a board by the log, with
    what holds keys if that is asked for, where it is no device tree (None: it is one)."""

    name: str
    is_running: Callable[[bytes | None, str], bool]
    address_map: Callable[[Release, KConfig], AddressMap]
    cpus: Callable[[Source], tuple[str, int]]
    boot_keys: Callable[[Source, str, int, AddressMap | None], BootKeys]
    board: Callable[[Source, str, bool], CapturedBoard] | None = None
