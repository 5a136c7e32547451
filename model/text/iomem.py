"""/proc/iomem as far as memory decides it: System RAM, what is reserved in it, the kernel, the crash kernel.

Mirrors kernel/resource.c (``insert_resource``, ``__reserve_region_with_split``, ``r_show``), of
arch/arm64/kernel/setup.c ``request_standard_resources`` and ``reserve_memblock_reserved_regions``, and of
arch/x86/kernel/e820.c ``e820__reserve_resources``.  What drivers and buses add comes much later in a boot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from ..base.pfn import PFN_DOWN, PFN_PHYS, PFN_UP
from ..memory.e820 import E820Entry, e820_type_to_string
from ..memory.memblock.regions import MEMBLOCK_NOMAP, Region

MAX_IORES_LEVEL = 5
U64 = (1 << 64) - 1


class Resource(Struct):
    """``struct resource``: the bytes from `start` to `end`, which is the last of them, and those inside."""

    start: int
    end: int
    name: str
    children: list[Resource] = field(default_factory=lambda: list[Resource]())

    def conflict(self, new: Resource) -> Resource | None:
        """What stands in the way of `new` inside this one, itself if `new` does not fit; the first child it
        touches.  None if there is room (``__request_resource``, without taking it)."""
        if new.end < new.start or new.start < self.start or new.end > self.end:
            return self
        return next(iter(self.touched(new)), None)

    def touched(self, new: Resource) -> list[Resource]:
        """The children that share a byte with `new`, in order."""
        return [child for child in self.children if child.start <= new.end and child.end >= new.start]

    def take(self, new: Resource) -> None:
        """Put `new` among the children; there is room for it."""
        self.children.append(new)
        self.children.sort(key=lambda child: child.start)


def insert_resource(root: Resource, new: Resource) -> bool:
    """Put `new` as deep into the tree as it fits; what lies inside it becomes its own.  Returns False if it
    overlaps another in part."""
    parent = root
    while (found := parent.conflict(new)) is not None:
        if found is parent:
            return False
        if found.start > new.start or found.end < new.end or (found.start, found.end) == (new.start, new.end):
            inside = parent.touched(new)
            if any(child.start < new.start or child.end > new.end for child in inside):
                return False
            parent.children = [child for child in parent.children if child not in inside]
            new.children = inside
            break
        parent = found
    parent.take(new)
    return True


def reserve_region_with_split(root: Resource, start: int, end: int, name: str) -> None:
    """Take what is free of [`start`, `end`] directly inside `root`, in as many pieces as it is in."""
    while start <= end:
        new = Resource(start, end, name)
        found = root.conflict(new)
        if found is None:
            root.take(new)
            return
        if found is root:
            return
        if found.start > start:
            root.take(Resource(start, found.start - 1, name))
        start = found.end + 1


def standard_resources(memory: Iterable[Region], page_shift: int) -> Iterator[Resource]:
    """One for every memory region: whole pages of it."""
    for region in memory:
        nomap = bool(region.flags & MEMBLOCK_NOMAP)
        first, last = (PFN_DOWN, PFN_UP) if nomap else (PFN_UP, PFN_DOWN)
        start = PFN_PHYS(first(region.base, page_shift), page_shift)
        end = PFN_PHYS(last(region.end, page_shift), page_shift) - 1
        yield Resource(start, end, "reserved" if nomap else "System RAM")


def iomem_tree(
    memory: Sequence[Region], reserved: Sequence[Region], page_shift: int, inside: Iterable[Resource]
) -> Resource:
    """The tree that the kernel would make of both arrays of memblock; `inside` are the kernel's own code and
    data, and crash kernels."""
    root = Resource(0, U64, "PCI mem")
    for resource in inside:
        insert_resource(root, resource)
    standard = list(standard_resources(memory, page_shift))
    for resource in standard:
        insert_resource(root, resource)
    for resource in standard:
        for region in reserved:
            start = max(PFN_PHYS(PFN_DOWN(region.base, page_shift), page_shift), resource.start)
            end = min(PFN_PHYS(PFN_UP(region.end, page_shift), page_shift) - 1, resource.end)
            if start <= resource.end and end >= resource.start:
                reserve_region_with_split(resource, start, end, "reserved")
    return root


def e820_tree(entries: Iterable[E820Entry], inside: Iterable[Resource]) -> Resource:
    """The tree that a PC's kernel would make of its e820 table; `inside` are the kernel's own parts, and
    crash kernels."""
    root = Resource(0, U64, "PCI mem")
    for resource in inside:
        insert_resource(root, resource)
    for entry in entries:
        insert_resource(root, Resource(entry.addr, entry.end - 1, e820_type_to_string(entry.type)))
    return root


def iomem_lines(root: Resource, depth: int = 0) -> Iterator[str]:
    """The lines of /proc/iomem."""
    for child in root.children:
        indent = " " * (2 * min(depth, MAX_IORES_LEVEL))
        yield f"{indent}{child.start:08x}-{child.end:08x} : {child.name}"
        yield from iomem_lines(child, depth + 1)
