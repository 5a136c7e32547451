"""A boot of the toy architecture: memory from a toy box, an image, two trees of page tables, and a wish too
large."""

from __future__ import annotations

import functools

from bootstep.model.memory.memblock import MemblockConfig, memblock_add, memblock_alloc, memblock_reserve
from bootstep.model.memory.pagetable.tables import Geometry
from bootstep.model.source.facts import Facts
from bootstep.model.trace.recorder import BootTrace, traced
from toy_arch import DIRECT, HUGE, LAYOUT, PAIRED, PRESENT, TABLE, TOY, WRITABLE

KERNEL_FILE = "arch/toy/kernel/setup.c"
MIB = 1 << 20
TEXT = 0xFFFF_FFFF_8000_0000
SYMBOLS = {"_text": TEXT, "_sdata": TEXT + MIB, "_end": TEXT + 2 * MIB}


class ToyKernel:
    def __init__(self) -> None:
        self.trace = BootTrace()
        self.state = TOY.state()
        self.state.record_into(self.trace)
        self.state.memblock.configure(MemblockConfig(), self.trace)
        self.state.variables.update(toy_base=-1, toy_moved=0)
        geometry = Geometry(12, 48, 4)
        self.state.page_tables.set_root(TEXT & 0xFFFF_F000, DIRECT.start, geometry)
        self.state.trees["first_pgt"].set_root(0x30_0000, TEXT, geometry)
        self.trace.start()


@traced
def start_kernel(k: ToyKernel) -> None:
    toy_setup(k, "Ann")


@traced
def toy_setup(k: ToyKernel, owner: str) -> None:
    """Everything."""
    memblock_add(k.state.memblock, 0x10_0000, 64 * MIB)
    toy_reserve_image(k, 0x20_0000, 2 * MIB)
    memblock_reserve(k.state.memblock, 0x100_0000, 0x1000)
    k.state.variables.put("toy_base", 0x20_0000)
    toy_map(k)
    memblock_alloc(k.state.memblock, 1 << 30, 4096)


@traced
def toy_reserve_image(k: ToyKernel, base: int, size: int) -> None:
    memblock_reserve(k.state.memblock, base, size)


@traced
def toy_map(k: ToyKernel) -> None:
    first, tree = k.state.trees["first_pgt"], k.state.page_tables
    first.set_leaves(TEXT, TEXT + 2 * MIB, 0x20_0000, 2, PRESENT | HUGE)
    for level, pa in ((1, 0x3000), (2, 0x4000), (3, 0x5000)):
        tree.add_table(level, DIRECT.start, pa, TABLE)
    tree.set_leaves(DIRECT.start, DIRECT.start + 0x2000, 0, 3, PRESENT | WRITABLE | PAIRED)


@functools.cache
def trace() -> BootTrace:
    k = ToyKernel()
    start_kernel(k)
    k.trace.finish()
    return k.trace


FACTS = Facts("toy", arch=TOY, address_map=LAYOUT, symbols=SYMBOLS, load_address=0x20_0000)
"""What is known of it."""
