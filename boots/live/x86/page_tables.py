"""The trees of page tables of a running x86-64 kernel: which there are, what shape the registers say they
have, what their entries mean.

Mirrors arch/x86/include/asm/pgtable_types.h and the control registers of Intel's manual.
"""

from __future__ import annotations

from ....model.arch.x86.entry_format import ENTRIES, PRESENT, PSE, PTE_PFN_MASK
from ....model.arch.x86.kernel_map import FIVE_LEVELS, FOUR_LEVELS, START_KERNEL_MAP
from ....model.memory.pagetable.tables import ENTRY_SIZE, PAGE_LEVEL, Geometry
from ....model.memory.state import BOOT_TREE, KERNEL_TREE
from ...remote.target import Range, Target
from ..memory import KernelMemory
from ..reading.page_tables import (
    Decode,
    Entry,
    LiveTree,
    ReadPhysical,
    TreeOps,
    reading_virtually,
    translate,
)

ROOT, SHAPE, CONTROL = "cr3", "cr4", "cr0"
CR0_PG = 1 << 31
CR4_LA57 = 1 << 12
U64 = (1 << 64) - 1
INIT_TOP_PGT, EARLY_TOP_PGT = "init_top_pgt", "early_top_pgt"
LARGE_LEVELS = (1, 2)
"""The levels whose entries may map memory themselves, 1 GiB or 2 MiB."""


def geometry_of(cr4: int) -> Geometry:
    """The shape of all trees, four levels or five."""
    levels, va_bits = (5, 57) if cr4 & CR4_LA57 else (4, 48)
    return Geometry(12, va_bits, levels, both_halves=True)


SIZES = {level: geometry_of(0).size(level) for level in range(PAGE_LEVEL + 1)}


def decode(level: int, bits: int) -> Entry | None:
    """What an entry means."""
    if not bits & PRESENT:
        return None
    is_leaf = level == PAGE_LEVEL or (level in LARGE_LEVELS and bool(bits & PSE))
    mask = PTE_PFN_MASK & -SIZES[level] if is_leaf else PTE_PFN_MASK
    return Entry(not is_leaf, bits & mask, bits & ~mask)


class X86Trees:
    """The trees of the kernel in `memory`, on `target`: none before the kernel has mapped itself."""

    def __init__(self, target: Target, memory: KernelMemory) -> None:
        self.target = target
        self.memory = memory
        self._cr3: int | None = None
        self._geometry: Geometry | None = None
        self._root: int | None = None

    async def reader(self) -> ReadPhysical:
        """By the stub if it can, else where the kernel has mapped it."""
        return await physical_reader(self.target, self.memory)

    async def live(self) -> list[LiveTree]:
        """The kernel's own tree, and the one that it starts on as long as the CPU walks that."""
        cr3 = await self.target.register(ROOT)
        if cr3 != self._cr3 or self._geometry is None:
            self._cr3, self._geometry = cr3, await self._shape()
        geometry, used = self._geometry, (cr3 or 0) & PTE_PFN_MASK
        if cr3 is None or geometry is None:
            return []

        def tree(name: str, pa: int, decode: Decode = decode) -> LiveTree:
            return LiveTree(name, pa, 0, geometry, decode, ENTRIES.is_contiguous)

        address, early = self.memory.address(INIT_TOP_PGT), self.memory.address(EARLY_TOP_PGT)
        if address is None:
            return [tree(KERNEL_TREE, used)]
        read = await self.reader()
        if self._root is None:
            self._root = await translate(read, tree(BOOT_TREE, used), address)
        root = self._root
        if root is None:
            return []
        if early is None or root + early - address & U64 != used:
            return [tree(KERNEL_TREE, root)]
        identity = (await read([Range(root, ENTRY_SIZE)]))[0]
        own = tree(KERNEL_TREE, root, _nothing if identity and any(identity) else decode)
        return [own, tree(BOOT_TREE, used)]

    async def _shape(self) -> Geometry | None:
        """The shape of all trees; None if there is no paging, or nobody tells."""
        cr4, cr0 = [await self.target.register(name) for name in (SHAPE, CONTROL)]
        return None if cr4 is None or (cr0 is not None and not cr0 & CR0_PG) else geometry_of(cr4)


def _nothing(level: int, bits: int) -> Entry | None:
    """No entry means anything.  Until x86_64_start_kernel clears init_top_pgt, that holds what other ways to
    start need (Xen, PVH), at addresses where the image may not be, with an identity map in its first entry;
    the kernel itself puts nothing there while it is on the first tree."""
    return None


async def physical_reader(target: Target, memory: KernelMemory) -> ReadPhysical:
    """How physical memory is read: by the stub if it can, else where the kernel has mapped it: in its image,
    and in the direct map."""
    if target.knows_physical:
        return target.read_physical
    cr4 = await target.register(SHAPE)
    phys_base = await memory.variable("phys_base")
    start, end = memory.address("_text"), memory.address("_end")
    fixed = (FIVE_LEVELS if cr4 is not None and cr4 & CR4_LA57 else FOUR_LEVELS)["direct map"].start
    page_offset = await memory.variable("page_offset_base") or fixed
    image = START_KERNEL_MAP - phys_base if phys_base is not None else None

    def virtual(pa: int) -> int | None:
        if image is not None and start is not None and end is not None and start <= pa + image & U64 < end:
            return pa + image & U64
        return pa + page_offset & U64

    return reading_virtually(target, virtual)


OPS = TreeOps((ROOT,), X86Trees)
