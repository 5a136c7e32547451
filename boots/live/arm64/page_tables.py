"""The trees of page tables of a running arm64 kernel: which there are, what shape the registers say they
have, what their entries mean.

Mirrors arch/arm64/include/asm/pgtable-hwdef.h; what the registers hold is in Arm's reference manual.
"""

from __future__ import annotations

from typing import NamedTuple

from ....model.arch.arm64.entry_format import ENTRIES, PTE_VALID, TABLE_BIT
from ....model.memory.pagetable.tables import PAGE_LEVEL, Geometry
from ....model.memory.state import KERNEL_TREE
from ...remote.target import Target
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

ROOT, SHAPE, CONTROL = "TTBR1_EL1", "TCR_EL1", "SCTLR_EL1"
MMU_ON = 1 << 0
GRANULES = {1: 14, 2: 12, 3: 16}
"""By TCR_EL1.TG1, the bits of an address in a page."""
IPS_52 = 6
TCR_DS = 1 << 59
"""Descriptors of 4K and 16K pages hold 52-bit addresses (FEAT_LPA2)."""
LEAST_VA_BITS, MOST_VA_BITS = 25, 52
OFFSET_4852 = 0x1E00
"""TTBR1_BADDR_4852_OFFSET: how far into the root of 52 bits the 48 bits begin that a CPU with no more walks;
64K pages alone have it."""
IDMAP_VA_BITS = 48
U64 = (1 << 64) - 1
C_MAPS = "__pi_early_map_kernel"
"""A function that kernels have since 6.9, whose identity maps have 48 bits whatever the kernel has."""


class Registers(NamedTuple):
    """What TTBR1_EL1 and TCR_EL1 say of the kernel's tree: the physical address of its root, its shape, and
    whether entries of 4K and 16K pages hold 52-bit addresses."""

    root_pa: int
    geometry: Geometry
    lpa2: bool


def read_registers(ttbr1: int, tcr: int) -> Registers | None:
    """What the two registers say; None if no kernel of ours sets them so."""
    page_shift = GRANULES.get(tcr >> 30 & 3)
    va_bits = 64 - (tcr >> 16 & 63)
    if page_shift is None or not LEAST_VA_BITS <= va_bits <= MOST_VA_BITS:
        return None
    lpa2 = bool(tcr & TCR_DS) and page_shift < 16
    root = ttbr1 & (1 << 48) - 2
    if lpa2 or tcr >> 32 & 7 == IPS_52:
        root = root & -64 | (ttbr1 >> 2 & 15) << 48
    if page_shift == 16 and va_bits == 48 and root % (1 << page_shift) == OFFSET_4852:
        root, va_bits = root - OFFSET_4852, 52
    return Registers(root, _geometry(page_shift, va_bits), lpa2)


def _geometry(page_shift: int, va_bits: int) -> Geometry:
    return Geometry(page_shift, va_bits, -(-(va_bits - page_shift) // (page_shift - 3)))


def decoder(page_shift: int, lpa2: bool) -> Decode:
    """What descriptors mean.  Addresses of more than 48 bits have their highest ones below the page's: with
    64K pages bits 48 to 51 are 12 to 15, with `lpa2` 50 and 51 are 8 and 9."""
    top = 50 if lpa2 else 48
    low, moved = (((1 << 2) - 1) << 8, 42) if lpa2 else ((15 << 12, 36) if page_shift == 16 else (0, 0))
    mask = (1 << top) - (1 << page_shift)
    others = U64 & ~(mask | low)

    def decode(level: int, bits: int) -> Entry | None:
        if not bits & PTE_VALID:
            return None
        is_table = level < PAGE_LEVEL and bool(bits & TABLE_BIT)
        if not is_table and (not bits & TABLE_BIT if level == PAGE_LEVEL else level < 0):
            return None
        return Entry(is_table, bits & mask | (bits & low) << moved, bits & others)

    return decode


class Arm64Trees:
    """The trees of the kernel in `memory`, on `target`.  There are none before the MMU is on; init_pg_dir
    counts as long as the CPU walks it: its memory is given away then."""

    def __init__(self, target: Target, memory: KernelMemory) -> None:
        self.target = target
        self.memory = memory
        self._used: _Used | None = None
        self._offset: int | None = None

    async def reader(self) -> ReadPhysical:
        """By the stub if it can, else where the kernel has mapped it."""
        return await physical_reader(self.target, self.memory)

    async def live(self) -> list[LiveTree]:
        """The kernel's own tree, the first one if it is in use, and the identity maps that are kept."""
        used = self._used = await self._tree_in_use()
        if used is None:
            return []
        if self._offset is None:
            self._offset = await _image_offset(await self.reader(), self.memory, used.tree)
        roots = self._roots(self._offset)
        if self._offset is None or "swapper_pg_dir" not in roots:
            return [used.tree]
        trees = [used.tree._replace(root_pa=roots["swapper_pg_dir"])]
        if roots.get("init_pg_dir") == used.tree.root_pa:
            trees.append(used.tree._replace(target="init_pg_dir"))
        for symbol, geometry in _identity_maps(self.memory, used.tree.geometry, self._offset).items():
            if symbol in roots:
                place = {"target": symbol, "root_pa": roots[symbol], "root_va": 0, "geometry": geometry}
                trees.append(used.tree._replace(**place))
        return trees

    async def _tree_in_use(self) -> _Used | None:
        """The tree that TTBR1_EL1 points to; the other registers are asked when that has changed."""
        ttbr1 = await self.target.register(ROOT)
        if self._used is not None and self._used.ttbr1 == ttbr1:
            return self._used
        tcr, control = [await self.target.register(name) for name in (SHAPE, CONTROL)]
        found = read_registers(ttbr1, tcr) if ttbr1 is not None and tcr is not None else None
        if ttbr1 is None or found is None or (control is not None and not control & MMU_ON):
            return None
        geometry, before = found.geometry, self._used
        decode = decoder(geometry.page_shift, found.lpa2)
        if before is not None and (geometry, found.lpa2) == (before.tree.geometry, before.lpa2):
            decode = before.tree.decode  # what was understood of the tables stays so
        first = U64 + 1 - (1 << geometry.va_bits)
        tree = LiveTree(KERNEL_TREE, found.root_pa, first, geometry, decode, ENTRIES.is_contiguous)
        return _Used(ttbr1, found.lpa2, tree)

    def _roots(self, offset: int | None) -> dict[str, int]:
        """The physical addresses of the roots that have symbols."""
        return {
            symbol: address - offset & U64
            for symbol in ("swapper_pg_dir", "init_pg_dir", "idmap_pg_dir", "init_idmap_pg_dir")
            if offset is not None and (address := self.memory.address(symbol)) is not None
        }


class _Used(NamedTuple):
    """The tree that is in use, and the register that says so."""

    ttbr1: int
    lpa2: bool
    tree: LiveTree


def _identity_maps(memory: KernelMemory, kernel: Geometry, offset: int) -> dict[str, Geometry]:
    """The identity maps that are kept, and their shapes.  Up to 6.8 the first one is not, and the other is as
    the kernel's, or a level higher if the image lies beyond that."""
    if C_MAPS in memory.symbols:
        shape = _geometry(kernel.page_shift, IDMAP_VA_BITS)
        return {"idmap_pg_dir": shape, "init_idmap_pg_dir": shape}
    end = memory.address("_end")
    if end is not None and kernel.va_bits < IDMAP_VA_BITS and (end - offset & U64) >> kernel.va_bits:
        return {"idmap_pg_dir": Geometry(kernel.page_shift, IDMAP_VA_BITS, kernel.levels + 1)}
    return {"idmap_pg_dir": kernel}


async def _image_offset(read: ReadPhysical, memory: KernelMemory, used: LiveTree) -> int | None:
    """How far the image's virtual addresses are above its physical ones (``kimage_voffset``), as the tree
    that is in use maps it; None if it maps no image."""
    for symbol in ("swapper_pg_dir", "_data", "_text", "init_pg_dir"):
        address = memory.address(symbol)
        pa = await translate(read, used, address) if address is not None else None
        if address is not None and pa is not None:
            return address - pa & U64
    return None


async def physical_reader(target: Target, memory: KernelMemory) -> ReadPhysical:
    """How physical memory is read: by the stub if it can, else where the kernel has mapped it: in its image,
    and in the linear map."""
    if target.knows_physical:
        return target.read_physical
    offset = await memory.variable("kimage_voffset")
    start, end = memory.address("_text"), memory.address("_end")
    phys_offset = await memory.variable("memstart_addr", signed=True)
    tcr, ttbr1 = await target.register(SHAPE), await target.register(ROOT)
    found = read_registers(ttbr1 or 0, tcr) if tcr is not None else None

    def virtual(pa: int) -> int | None:
        if offset and start is not None and end is not None and start <= pa + offset & U64 < end:
            return pa + offset & U64
        if found is None or phys_offset is None or phys_offset == -1:
            return None
        return pa - phys_offset - (1 << found.geometry.va_bits) & U64

    return reading_virtually(target, virtual)


OPS = TreeOps((ROOT,), Arm64Trees)
