"""The state as the kernel shows it in debugfs.

Mirrors ``memblock_debug_show()`` of mm/memblock.c and ``note_page()`` of arch/arm64/mm/ptdump.c.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..arch.arm64.entry_format import describe_attributes
from ..build.release import Release
from ..memory.memblock.regions import U64, Region
from ..memory.pagetable.tables import Run

FLAG_NAMES = ("HOTPLUG", "MIRROR", "NOMAP", "DRV_MNG", "RSV_NIT")
"""``flagname[]``: the flags of a region, from bit 0 on."""

NODES_AND_FLAGS_SINCE = Release(6, 5, 0)
"""The release that began to print nodes and flags."""
LEVEL_NAMES = ("PGD", "PUD", "PMD", "PTE")


def flag_names(flags: int) -> str:
    """The flags of a region as the kernel spells them: ``NOMAP``, ``HOTPLUG|MIRROR``, ``NONE``."""
    names = [
        FLAG_NAMES[bit] if bit < len(FLAG_NAMES) else "UNKNOWN"
        for bit in range(flags.bit_length())
        if flags >> bit & 1
    ]
    return "|".join(names) or "NONE"


def memblock_lines(
    regions: Iterable[Region], max_numnodes: int, release: Release = NODES_AND_FLAGS_SINCE
) -> Iterator[str]:
    """One of the files ``memory`` and ``reserved``, as a release prints it; a region without a node has an
    x."""
    for index, region in enumerate(regions):
        last = (region.base + region.size - 1) & U64
        line = f"{index:4}: {region.base:#018x}..{last:#018x}"
        if release >= NODES_AND_FLAGS_SINCE:
            node = region.nid if 0 <= region.nid < max_numnodes else "x"
            line += f" {node:>4} {flag_names(region.flags)}"
        yield line


def page_table_lines(runs: Iterable[Run]) -> Iterator[str]:
    """The file ``kernel_page_tables``, and where each range leads."""
    for run in runs:
        attributes = " ".join(describe_attributes(run.attrs, run.level))
        yield (
            f"{run.va_start:#018x}-{run.va_end:#018x} {_size(run.va_end - run.va_start):>10} "
            f"{LEVEL_NAMES[run.level]} {attributes} -> {run.pa_start:#x}"
        )


def _size(size: int) -> str:
    """A size as ptdump.c has it: the largest unit without a remainder."""
    size >>= 10
    units = "KMGTPE"
    while not size & 1023 and len(units) > 1:
        size >>= 10
        units = units[1:]
    return f"{size}{units[0]}"
