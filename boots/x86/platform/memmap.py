"""A memory map of the kernel's own, where UEFI's must be changed.  Mirrors arch/x86/platform/efi/memmap.c."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ....model.firmware.efi_memmap import EFI_PAGE_SHIFT, EfiMemoryDesc
from ....model.memory.memblock import memblock_phys_alloc, memblock_phys_free
from ....model.trace.recorder import traced
from ...core.subsystems import EfiMemoryMapData
from ...drivers.efi.memmap import __efi_memmap_init, efi_memmap_unmap
from ..variables import Kernel

KERNEL_FILE = "arch/x86/platform/efi/memmap.c"

ENOMEM = 12
EFI_PAGE_SIZE = 1 << EFI_PAGE_SHIFT
U64 = (1 << 64) - 1


class EfiMemRange(NamedTuple):
    """``struct efi_mem_range``: physical addresses from `start` to `end`, its last byte, and the attributes
    that are added to those of its memory."""

    start: int
    end: int
    attribute: int


def show_memmap(k: Kernel, data: EfiMemoryMapData) -> None:
    """Where the map that counts is, and how many descriptors it has: ``efi.memmap``, as far as a trace
    follows it."""
    k.efi_memmap_phys, k.efi_memmap_nr = data.phys_map, data.nr_map


@traced
def __efi_memmap_free(k: Kernel, data: EfiMemoryMapData) -> None:
    """Give back the memory of a map that the kernel had made."""
    if data.from_memblock:
        memblock_phys_free(k.memblock, data.phys_map, data.size)


@traced
def efi_memmap_alloc(k: Kernel, num_entries: int) -> EfiMemoryMapData | None:
    """Allocate memory for a map of so many descriptors.  Returns where it is, None if there is no memory."""
    assert k.efi.data is not None, "there is a map already"
    size = num_entries * k.efi.data.desc_size
    phys_map = memblock_phys_alloc(k.memblock, size, k.memblock.config.smp_cache_bytes)
    if not phys_map:
        return None
    return k.efi.data._replace(phys_map=phys_map, size=size, from_memblock=True)


@traced
def efi_memmap_install(k: Kernel, data: EfiMemoryMapData, found: Sequence[EfiMemoryDesc]) -> int:
    """Let another map count, whose descriptors are `found`.  Returns 0 or an error."""
    assert k.efi.data is not None, "there is a map already"
    old = k.efi.data
    efi_memmap_unmap(k)
    error = __efi_memmap_init(k, data, found)
    if error:
        return error
    show_memmap(k, data)
    __efi_memmap_free(k, old)
    return 0


@traced
def efi_memmap_split_count(k: Kernel, md: EfiMemoryDesc, mem: EfiMemRange) -> int:
    """How many descriptors more there are when one is cut at the ends of a range."""
    start, end = md.phys_addr, (md.end - 1) & U64
    if mem.start <= start:
        return int(start < mem.end < end)
    if mem.start < end:
        return 2 if mem.end < end else 1
    return 0


@traced
def efi_memmap_insert(k: Kernel, mem: EfiMemRange) -> tuple[EfiMemoryDesc, ...]:
    """The map that counts, with descriptors cut at the ends of a range, and its attributes added to what lies
    in it.  Nothing at all if the range is not of whole pages."""
    if mem.start % EFI_PAGE_SIZE or (mem.end + 1) % EFI_PAGE_SIZE:
        k.warn_on("1")
        return ()
    return tuple(_parts_of_all(k.efi.memmap, mem))


def _parts_of_all(descriptors: Iterable[EfiMemoryDesc], mem: EfiMemRange) -> Iterator[EfiMemoryDesc]:
    for md in descriptors:
        yield from _parts(md, mem)


def _parts(md: EfiMemoryDesc, mem: EfiMemRange) -> Iterator[EfiMemoryDesc]:
    """A descriptor's parts before, in and behind a range, in this order."""
    start, end = md.phys_addr, (md.end - 1) & U64
    if mem.end < start or end < mem.start or end < start:
        yield md
        return
    if start < mem.start:
        yield _cut(md, start, mem.start - 1)
    inside = _cut(md, max(start, mem.start), min(end, mem.end))
    yield inside._replace(attribute=md.attribute | mem.attribute)
    if mem.end < end:
        yield _cut(md, mem.end + 1, end)


def _cut(md: EfiMemoryDesc, first: int, last: int) -> EfiMemoryDesc:
    """A descriptor of the bytes from `first` to `last`."""
    return md._replace(phys_addr=first, num_pages=(last + 1 - first) >> EFI_PAGE_SHIFT)
