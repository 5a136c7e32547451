"""Where the boot loader put kernel, device tree and initrd, and on which CPUs it boots."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ...model.base.units import readable_size
from ...model.logs.log_line import LogLine
from ...model.logs.records.memblock import MemblockCall, Operation
from ...model.logs.records.record import Record
from ...model.logs.records.summary import FreedMemory
from .reserved import function_of

TWO_MIB = 2 << 20
BOOT_CPU = re.compile(r"Booting Linux on physical CPU \S+ \[0x([0-9a-f]+)\]")
CPUS = re.compile(r"SLUB: .*\bCPUs=(\d+)")
CPU_GROUPS = re.compile(r"pcpu-alloc: ((?:\[\d+\](?: \d+)* ?)+)$")
GROUP = re.compile(r"\[(\d+)\]((?: \d+)*)")
WITHOUT_REVISION = 0xFF0FFFF0
"""Implementer, architecture and part of MIDR_EL1."""


class Places(NamedTuple):
    """Physical addresses and sizes in bytes, None for what is not told; `image` is what is reserved for the
    kernel.  `assumed` tells what is."""

    image: tuple[int, int] | None
    tree: tuple[int, int] | None
    initrd: tuple[int, int] | None
    assumed: tuple[str, ...]


def places_of(records: Sequence[Record]) -> Places:
    """What memblock's lines tell: ``setup_arch()`` reserves the device tree, ``arm64_memblock_init()`` the
    initrd, which it adds before, and the kernel."""
    calls = [record for record in records if isinstance(record, MemblockCall)]
    reserved = [call for call in calls if call.operation is Operation.RESERVE]
    own = [call for call in reserved if function_of(call.caller) == "arm64_memblock_init"]
    added = {
        call.base
        for call in calls
        if call.operation is Operation.ADD and function_of(call.caller) == "arm64_memblock_init"
    }
    initrd = next(((call.base, call.size) for call in own if call.base in added), None)
    image = next(((call.base, call.size) for call in own if call.base not in added), None)
    tree = next(
        (
            (call.base, call.size)
            for call in reserved
            if function_of(call.caller) in ("setup_arch", "setup_machine_fdt", "fixmap_remap_fdt")
        ),
        None,
    )
    return Places(image, tree, initrd, tuple(_assumed(records, image, tree, initrd)))


def _assumed(
    records: Sequence[Record],
    image: tuple[int, int] | None,
    tree: tuple[int, int] | None,
    initrd: tuple[int, int] | None,
) -> list[str]:
    said: list[str] = []
    unknown = [name for name, place in (("the kernel", image), ("the device tree", tree)) if place is None]
    if unknown:
        said.append(
            f"where {' and '.join(unknown)} lies is not told without memblock=debug: where QEMU would put it"
        )
    freed = next((r for r in records if isinstance(r, FreedMemory) and "initrd" in r.what), None)
    if initrd is None and freed is not None:
        said.append(
            f"there was an initrd of {readable_size(freed.size)}, at a place that is not told: there is none"
            " here"
        )
    return said


def load_address(image: tuple[int, int] | None, head: int) -> int | None:
    """Where the image begins, if its first reserved byte is known: kernels reserve from its start, or, until
    6.8, from ``_stext``, which is `head` bytes behind that.  A boot loader puts the start at a multiple of
    2 MiB."""
    if image is None:
        return None
    start = image[0]
    if start % TWO_MIB and (start - head) % 0x10000 == 0:
        return start - head
    return start


def cpu_name(lines: Sequence[LogLine], known: dict[str, int]) -> str:
    """The CPU of the log's first line, if it is one of the `known` (by MIDR_EL1); "" if not."""
    found = next(filter(None, (BOOT_CPU.search(line.text) for line in lines)), None)
    part = int(found[1], 16) & WITHOUT_REVISION if found else 0
    return next((name for name, midr in known.items() if part and midr & WITHOUT_REVISION == part), "")


def cpu_count(lines: Sequence[LogLine]) -> int | None:
    """How many CPUs the kernel counts."""
    found = next(filter(None, (CPUS.match(line.text.strip()) for line in lines)), None)
    return int(found[1]) if found else None


def cpu_groups(lines: Sequence[LogLine]) -> dict[int, int]:
    """The group of each CPU, which on machines with nodes is its node."""
    found: dict[int, int] = {}
    for line in lines:
        if told := CPU_GROUPS.match(line.text.strip()):
            for group, cpus in GROUP.findall(told[1]):
                found |= {int(cpu): int(group) for cpu in cpus.split()}
    return found
