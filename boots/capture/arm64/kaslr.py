"""What KASLR drew: how far the kernel was moved, and where its linear map begins."""

from __future__ import annotations

import re
from collections import Counter

from ....model.arch.arm64.address_map import Arm64Layout
from ....model.build.address_map import AddressMap
from ....model.build.iomem import resources_of
from ...core.inputs import Drawn
from ..source import Source

ENABLED = re.compile(r"KASLR enabled$|kernel page table isolation forced ON by KASLR$", re.MULTILINE)
DISABLED = re.compile(r"KASLR disabled (?:on command line|due to )", re.MULTILINE)
ABOVE_DMA = re.compile(
    r"memblock_alloc\w*: \d+ bytes .* from=0x([0-9a-f]+) max_addr=0x[0-9a-f]+ (?:memmap_alloc"
    r"|sparse_buffer_init|__earlyonly_bootmem_alloc|vmemmap_alloc_block|pcpu_fc_alloc|pcpu_(?:embed|page)_first_chunk)\b"
)
"""The requests for memory from ``__pa(MAX_DMA_ADDRESS)`` on, which is where the linear map begins."""
BLOCK = 2 << 20
"""Less than this is no displacement."""
MEMORY = ("System RAM", "reserved")
"""What /proc/iomem calls memory."""
VMCOREINFO = "/proc/kcore"
NOTES = 1 << 16
"""The notes of /proc/kcore, VMCOREINFO among them, come before anything else in it."""


def find_kaslr(source: Source, log: str, moved: int, unmoved: tuple[int, ...]) -> Drawn | None:
    """What it drew, as far as that is told; None if it drew nothing.  `moved` is how far from where they were
    linked the kernel's symbols lie; `unmoved` where a linear map that was left alone may begin."""
    told = vmcoreinfo(source)
    offset, memstart = moved or told.get("KERNELOFFSET", 0), told.get("NUMBER(PHYS_OFFSET)")
    if memstart is None:
        memstart = linear_map(log)
    is_elsewhere = offset >= BLOCK or (memstart is not None and memstart not in unmoved)
    if DISABLED.search(log) or not (is_elsewhere or ENABLED.search(log)):
        return None
    if offset < BLOCK:
        why = "the kernel was moved, but these symbols are where they were linked"
        source.note("kaslr", why, "run capture as root while that kernel runs; else an offset is assumed")
    if memstart is None:
        how = "capture as root (/proc/kcore tells), or boot with memblock=debug; else it is not moved"
        source.note("kaslr", "nothing tells where it began the linear map", how)
    return Drawn(offset if offset >= BLOCK else None, memstart)


def unmoved_maps(iomem: str, layout: AddressMap | None) -> tuple[int, ...]:
    """Where the linear map may begin without KASLR: at the first memory, rounded down; before that where the
    CPU lacks the 52 bits that the kernel was built for."""
    memory = (each.start for each in resources_of(iomem) if not each.depth and each.name in MEMORY)
    first = next(memory, None)
    if layout is None or first is None:
        return ()
    own = Arm64Layout(layout)
    start = first // own.memstart_align * own.memstart_align
    return start, start - (1 << layout.va_bits) + (1 << own.va_bits_min) & (1 << 64) - 1


def linear_map(log: str) -> int | None:
    """Where the linear map begins, by what was asked of memblock with memblock=debug."""
    found = Counter(ABOVE_DMA.findall(log)).most_common(1)
    return int(found[0][0], 16) if found else None


def vmcoreinfo(source: Source) -> dict[str, int]:
    """The numbers of VMCOREINFO, which the running kernel's memory image begins with."""
    notes = source.head(VMCOREINFO, NOTES).decode("latin-1")
    found = re.findall(r"^(KERNELOFFSET|NUMBER\(PHYS_OFFSET\))=(?:0x)?([0-9a-f]+)$", notes, re.M)
    return {name: int(digits, 16) for name, digits in found}
