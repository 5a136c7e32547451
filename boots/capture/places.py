"""Where things were when the kernel started: its device tree and its initrd.

Linux shows nowhere where they were.  It shows what memory it has reserved: debugfs byte for byte, with
neighbours made one, /proc/iomem in whole pages; and its log says more, the longer the sooner it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.build.iomem import parse_kernel_resources, reserved_in_ram
from ...model.firmware.devicetree.tree import DeviceTree
from ...model.firmware.efi_memmap import EFI_LOADER_DATA
from .firmware import descriptors
from .source import Source

MEMBLOCK_RESERVED = "/sys/kernel/debug/memblock/reserved"
TWO_MIB = 2 << 20
EFI_PAGE = 4096
EFI_ALLOC_ALIGN = 64 << 10
"""UEFI's boot stub asks for memory in multiples of this (drivers/firmware/efi/libstub/efistub.h)."""
RANGE = r"\[0x([0-9a-f]+)-0x([0-9a-f]+)\]"
ADDED = rf"memblock_add: {RANGE} \w+_memblock_init"
RESERVED = rf"memblock_reserve: {RANGE} \w+_memblock_init"
FIRST_RESERVED = rf"memblock_reserve: {RANGE} setup_(?:arch|machine_fdt)\b"
Extent = tuple[int, int]
"""The first address of something, and the one after its last."""


class Clues(Struct, frozen=True):
    """What the system tells of places: the text of /proc/iomem, the log, the bytes of a page, what is
    known to lie somewhere, such as the kernel, and whether UEFI's boot stub started it."""

    iomem: str
    log: str
    page_size: int
    known: tuple[Extent, ...] = ()
    by_uefi: bool = False

    def reserved(self) -> list[Extent]:
        """What /proc/iomem has as reserved inside System RAM."""
        return [(each.start, each.last + 1) for each in reserved_in_ram(self.iomem)]

    def pages(self, size: int) -> int:
        """A size in whole pages, in bytes."""
        return -(-size // self.page_size) * self.page_size


def _extents(pattern: str, text: str) -> list[Extent]:
    return [(int(start, 16), int(last, 16) + 1) for start, last in re.findall(pattern, text, re.M)]


def _without(extents: Iterable[Extent], known: tuple[Extent, ...]) -> Iterator[Extent]:
    """What is left of ranges when known ones are taken away."""
    for start, end in extents:
        for first, after in sorted(known):
            if first < end and after > start:
                if start < first:
                    yield start, first
                start = max(start, after)
        if start < end:
            yield start, end


def kernel_extents(iomem: str) -> tuple[Extent, ...]:
    """Where the kernel lies, from its code to its data."""
    try:
        kernel = parse_kernel_resources(iomem, "/proc/iomem")
    except InputError:
        return ()
    return ((kernel.code[0], kernel.data[1] + 1),)


def initrd_extents(fdt: DeviceTree) -> tuple[Extent, ...]:
    """Where the device tree says that the initrd is."""
    chosen = fdt.find("/chosen")
    ends = ("linux,initrd-start", "linux,initrd-end")
    start, end = (int.from_bytes(chosen.properties.get(name, b"") if chosen else b"") for name in ends)
    return ((start, end),) if end > start else ()


def find_device_tree(source: Source, fdt: DeviceTree, clues: Clues) -> int | None:
    """Where the blob lies.  What is not told but follows from something else is noted as derived."""
    size, reserved = fdt.totalsize, source.text(MEMBLOCK_RESERVED)
    listed = _extents(r"^ *\d+: 0x([0-9a-f]+)\.\.0x([0-9a-f]+)", reserved)
    told = {start for start, end in [*listed, *_first_reserved(clues.log)] if end - start == size}
    if len(told) == 1:
        return told.pop()
    ways = (
        (_loader_data(clues, listed, size), "it is where UEFI's loader data of 2 MiB or more begins"),
        (_left(listed, clues, size), f"a range of {MEMBLOCK_RESERVED} is as long, less what else lies in it"),
        (_left(clues.reserved(), clues, clues.pages(size)), "a range of /proc/iomem has as many pages"),
        (_last_of(listed, clues, size), "a reserved range ends where the tree would"),
        (_loader_starts(clues), "UEFI has no other loader data of 2 MiB or more than those that begin there"),
    )
    for found, why in ways:
        if len(found) == 1:
            source.derived.append(f"dtb_address {min(found):#x}: {why}")
            return found.pop()
    why = "several ranges" if any(found for found, _ in ways) else "no range"
    how = (
        f"run capture as root with debugfs mounted, {MEMBLOCK_RESERVED} may have it; or boot once with"
        " efi=debug or memblock=debug; or set dtb_address"
    )
    source.note("dtb_address", f"{why} that the kernel has reserved could be the device tree's", how)
    return None


def _first_reserved(log: str) -> list[Extent]:
    """What memblock=debug says that was reserved first, where the command line was read before that."""
    return _extents(FIRST_RESERVED, log)[:1]


def _loader_data(clues: Clues, listed: list[Extent], size: int) -> set[int]:
    """UEFI's boot stub takes 2 MiB of loader data for the tree, which are one range with what was taken
    before and lies above."""
    reserved = listed or clues.reserved()
    starts = _loader_starts(clues)
    inside = {at for at in starts if any(start <= at and at + size <= end for start, end in reserved)}
    exact = {at for at in inside if any(end == at + size for _, end in listed)}
    return exact or inside


def _loader_starts(clues: Clues) -> set[int]:
    """Where UEFI's loader data of 2 MiB or more begin.  If ``mem=`` has cut off the memory that the tree is
    in, nothing else tells of it."""
    return {
        start
        for kind, start, count, _ in descriptors(clues.log)
        if kind == EFI_LOADER_DATA and count * EFI_PAGE >= TWO_MIB
    }


def _left(ranges: list[Extent], clues: Clues, size: int) -> set[int]:
    """The ranges of this size, without what is known to lie in them."""
    align = EFI_ALLOC_ALIGN if clues.by_uefi else 8
    left = (start for start, end in _without(ranges, clues.known) if end - start == size)
    return {start for start in left if start % align == 0}


def _last_of(listed: list[Extent], clues: Clues, size: int) -> set[int]:
    """The places in longer ranges that end with them, of those where UEFI's boot stub may put a tree."""
    if not clues.by_uefi:
        return set()
    ends = [(start, end - size) for start, end in listed]
    ends = ends or [(start, end - clues.pages(size)) for start, end in clues.reserved()]
    return {place for start, place in ends if place >= start and place % EFI_ALLOC_ALIGN == 0}


def find_initrd(source: Source, fdt: DeviceTree, clues: Clues) -> tuple[int, int] | None:
    """Start and size of an initrd that the device tree does not tell of: UEFI's boot stub leaves it in a
    table that Linux does not show.  None if there is none, or the device tree tells."""
    chosen = fdt.find("/chosen")
    freed = re.search(r"Freeing initrd memory: (\d+)K", clues.log)
    if chosen and "linux,initrd-start" in chosen.properties:
        return None
    # The kernel adds and reserves an initrd in a row; itself it adds first, if mem= may have cut it off.
    logged = re.findall(rf"{ADDED}.*\n.*{RESERVED}", clues.log)
    for start, end, again, until in logged:
        is_kernel = any(first <= int(start, 16) < after for first, after in clues.known)
        if (start, end) == (again, until) and not is_kernel:
            return int(start, 16), int(end, 16) + 1 - int(start, 16)
    if not freed:
        return None
    size = int(freed[1]) << 10
    found = [
        (start, end - start) for start, end in clues.reserved() if 0 <= end - start - size <= clues.page_size
    ]
    if len(found) == 1:
        return found[0]
    how = "set initrd; a boot with memblock=debug prints it, memblock_add and memblock_reserve in a row"
    source.note("initrd", "neither the device tree nor /proc/iomem tells where it was", how)
    return None
