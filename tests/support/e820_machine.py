"""Kernels for x86-64 on PCs made of an e820 map and what else lies in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from bootstep.boots.core.inputs import Machine
from bootstep.boots.init.main import prepare
from bootstep.boots.loader.handover import Handover
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.x86.variables import Kernel
from bootstep.model.build.release import parse_release
from bootstep.model.firmware.boot_params import BootParams
from bootstep.model.firmware.pc_firmware import PcFirmware
from bootstep.model.memory.e820 import (
    E820_TYPE_ACPI,
    E820_TYPE_NVS,
    E820_TYPE_PMEM,
    E820_TYPE_PRAM,
    E820_TYPE_RAM,
    E820_TYPE_RESERVED,
    E820_TYPE_RESERVED_KERN,
    E820_TYPE_SOFT_RESERVED,
    E820Entry,
)
from msgspec.structs import replace

DATA = Path(__file__).parents[1] / "data"
RAM, RESERVED, ACPI, NVS = E820_TYPE_RAM, E820_TYPE_RESERVED, E820_TYPE_ACPI, E820_TYPE_NVS
PMEM, PRAM, KERN, SOFT = E820_TYPE_PMEM, E820_TYPE_PRAM, E820_TYPE_RESERVED_KERN, E820_TYPE_SOFT_RESERVED
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

Map = Sequence[tuple[int, int, int]]
"""An e820 map: start, end (exclusive) and type of each range."""

USUAL: Map = (
    (0, 0x9FC00, RAM),
    (0x9FC00, 0xA0000, RESERVED),
    (0xF0000, MIB, RESERVED),
    (MIB, 0x7FFE0000, RAM),
    (0x7FFE0000, 0x80000000, RESERVED),
    (0xFFFC0000, 4 * GIB, RESERVED),
)
"""That of QEMU's pc with 2 GiB."""


def entries(ranges: Map) -> tuple[E820Entry, ...]:
    """The ranges as entries of a table."""
    return tuple(E820Entry(start, end - start, type) for start, end, type in ranges)


def pc_kernel(
    ranges: Map = USUAL,
    cmdline: str = "",
    release: str = "6.1",
    params: dict[str, int] | None = None,
    **x86: Any,
) -> Kernel:
    """A kernel before its first step, whose zero page has this map and these `params`, and in whose memory
    lies what `x86` tells (by the names of `PcFirmware`)."""
    page = BootParams().with_e820(entries(ranges)).having(**{"type_of_loader": 0xB0, **(params or {})})

    def varied(given: Handover) -> Handover:
        firmware = replace(given.firmware, e820=entries(ranges), boot_params=page, x86=PcFirmware(**x86))
        return replace(given, firmware=firmware)

    machine = Machine(
        "pc",
        release=parse_release(release),
        arch="x86_64",
        kind="e820",
        cpu="qemu64",
        e820=DATA / "e820" / "pc-2g.txt",
        cmdline=cmdline,
    )
    k = load_kernel(machine, varied=varied)
    prepare(k)
    return cast("Kernel", k)


def ranges_of(k: Kernel, table: str = "e820_table") -> list[tuple[int, int, int]]:
    """Start, end and type of the entries of a table."""
    found: list[E820Entry] = list(getattr(k.state.e820, table))
    return [(entry.addr, entry.end, entry.type) for entry in found]
