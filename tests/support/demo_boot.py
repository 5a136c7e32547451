"""A boot of a few functions whose every screen is known, for tests of how things look.

It has a bit of everything that panes show: memory and what is reserved of it, a region that is not mapped,
page tables of two levels, sections, a node with a zone, variables, and lines of the log of several levels.

The numbers of its lines are on the snapshots: when an import comes or goes above the functions, lines here
make up for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress

from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.build.address_map import AddressMap
from bootstep.model.memory.memblock import (
    MemblockConfig,
    memblock_add,
    memblock_mark_nomap,
    memblock_phys_free,
    memblock_reserve,
)
from bootstep.model.memory.pagetable.tables import Geometry
from bootstep.model.memory.sparsemem import MemSection
from bootstep.model.memory.state import State
from bootstep.model.memory.zones import Node, Zone
from bootstep.model.trace.recorder import BootTrace, traced
from bootstep.tui.session.recording import Recording

KERNEL_FILE = "init/main.c"
LINEAR = 0xFFFF_0000_0000_0000
RAM, SIZE = 0x4000_0000, 1 << 30
FREE = (1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 250)


class DemoKernel:
    def __init__(self) -> None:
        self.trace = BootTrace()
        self.state = State()
        self.memblock = self.state.memblock
        self.memblock.configure(MemblockConfig(), self.trace)
        self.state.page_tables.set_root(0x4059_5000, LINEAR, Geometry(12, 48, 4))
        self.state.variables.update(max_pfn=0, memory_limit=(1 << 64) - 1, totalram_pages=0)
        self.state.record_into(self.trace)
        self.trace.start()

    def set(self, name: str, value: int) -> None:
        self.state.variables.put(name, value, depth=2)


@traced
def start_kernel(k: DemoKernel) -> None:
    """The whole of it."""
    k.trace.printk("Booting Linux on physical CPU {:#x}", 0, level="notice")
    setup_memory(k, RAM, SIZE)
    paging_init(k)
    sparse_init(k)
    free_area_init(k, 0x80000)
    mem_init(k)


@traced
def setup_memory(k: DemoKernel, base: int, size: int) -> None:
    """Find memory and reserve what is used of it."""
    memblock_add(k.memblock, base, size)
    memblock_reserve(k.memblock, base + 0x21_0000, 0xDA_0000)
    memblock_reserve(k.memblock, base + 0x800_0000, 0x10_0000)
    memblock_mark_nomap(k.memblock, base + 0x2000_0000, 0x400_0000)
    k.trace.printk("[bold]not markup[/bold] [mem {:#018x}-{:#018x}]", base, base + size - 1, level="warning")
    k.set("max_pfn", 0x80000)


@traced
def paging_init(k: DemoKernel) -> None:
    """Map it."""
    tables, middle = k.state.page_tables, LINEAR + 0x20_0000
    tables.add_table(1, LINEAR, 0x7FFF_F000, 3)
    tables.set_leaves(LINEAR, middle, RAM, 2, 0x68_0000_0000_0701)
    tables.set_leaves(middle, middle + 0x10_0000, RAM + 0x20_0000, 3, 0xE8_0000_0000_0703)
    memblock_phys_free(k.memblock, RAM + 0x80_0000, 0x1000)


@traced
def sparse_init(k: DemoKernel) -> None:
    """Mark sections present, then give half of them struct pages."""
    for number in range(8, 16):
        section = MemSection(0xD if number < 12 else 0xFFFF_FBFF_FF00_000F, 0x7FDE_9E40 + number * 40, ())
        k.state.sections.set(number, section)


@traced
def free_area_init(k: DemoKernel, max_pfn: int) -> None:
    """One node with one zone."""
    zone = Zone("DMA", 0x40000, 0x40000, 0x40000, 0x3F000, 0, (0,) * 11)
    zones = (zone, Zone("DMA32"), Zone("Normal"))
    k.state.zones.set_node(Node(0, 0x7FDE_6B40, 1, 0x40000, 0x40000, 0x40000, zones))


@traced
def mem_init(k: DemoKernel) -> None:
    """The buddy allocator takes over."""
    old: Node = k.state.zones.nodes[0]
    zone = old.zones[0]._replace(managed=0x3E000, nr_free=FREE)
    k.state.zones.set_node(old._replace(zones=(zone, *old.zones[1:])))
    k.set("totalram_pages", 0x3E000)
    k.trace.printk("Memory: {}K/{}K available", 0x3E000 * 4, 0x40000 * 4)


@traced
def failing_kernel(k: DemoKernel) -> None:
    """A boot that ends badly."""
    memblock_add(k.memblock, RAM, SIZE)
    k.trace.printk("Kernel panic - not syncing: {}", "no [memory] left", level="emerg")
    k.trace.panic("no [memory] left")
    raise RuntimeError("panic")


@functools.cache
def layout() -> AddressMap:
    return load_kernel(read_machine("virt-1g")).layout


def _recording(first: Callable[[DemoKernel], None]) -> Recording:
    from demo_source import DemoSource  # here: the line numbers above are on the snapshots

    k = DemoKernel()

    def run() -> None:
        with suppress(RuntimeError):
            first(k)
        k.trace.finish()

    return Recording(DemoSource("demo", k.trace, run))


def demo() -> Recording:
    """The boot that goes well."""
    return _recording(start_kernel)


def panicking() -> Recording:
    """The boot that panics."""
    return _recording(failing_kernel)
