"""The state as the kernel shows it in debugfs.

Mirrors ``memblock_debug_show()`` of mm/memblock.c and ``note_page()`` of the architecture's mm/ptdump.c.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..build.release import Release
from ..memory.memblock.regions import U64, Region
from ..memory.pagetable.entries import level_name
from ..memory.pagetable.format import EntryFormat
from ..memory.pagetable.tables import Run
from ..memory.pagetable.walk import kernel_size

FLAG_NAMES = ("HOTPLUG", "MIRROR", "NOMAP", "DRV_MNG", "RSV_NIT")
"""``flagname[]``: the flags of a region, from bit 0 on."""

NODES_AND_FLAGS_SINCE = Release(6, 5, 0)
"""The release that began to print nodes and flags."""


def flag_names(flags: int) -> str:
    """The flags of a region as the kernel spells them: ``NOMAP``, ``HOTPLUG|MIRROR``, ``NONE``."""
    return "|".join(flag_list(flags)) or "NONE"


def flag_list(flags: int) -> list[str]:
    """The flags of a region, one by one; none for NONE."""
    return [
        FLAG_NAMES[bit] if bit < len(FLAG_NAMES) else "UNKNOWN"
        for bit in range(flags.bit_length())
        if flags >> bit & 1
    ]


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


def page_table_lines(runs: Iterable[Run], entries: EntryFormat) -> Iterator[str]:
    """The runs of a tree in the words of the file ``kernel_page_tables``, and where each leads."""
    for run in runs:
        attributes = " ".join(entries.words(run.attrs, run.level))
        yield (
            f"{run.va_start:#018x}-{run.va_end:#018x} {kernel_size(run.va_end - run.va_start):>10} "
            f"{level_name(entries, run.level)} {attributes} -> {run.pa_start:#x}"
        )
