"""A boot of a few functions, for the debugger's tests: what the kernel does, a hundred times smaller.

start_kernel
    setup_arch
        parse_early_param       prints, sets memory_limit
        arm64_memblock_init     three memblock_reserve, the second of 64 MiB by dma_contiguous_reserve
        paging_init             six times alloc_init_cont_pte, each maps 2 MiB
    mem_init                    sets totalram_pages
"""

from __future__ import annotations

from bootstep.model.build.address_map import AddressMap, Range
from bootstep.model.memory.memblock import MemblockConfig, memblock_add, memblock_reserve
from bootstep.model.memory.state import State
from bootstep.model.trace.recorder import BootTrace, traced

KERNEL_FILE = "init/main.c"

PAGES = 512
BLOCK = PAGES << 12


MAP = AddressMap(
    page_shift=12,
    va_bits=48,
    levels=4,
    direct_map=Range(0xFFFF_0000_0000_0000, 0xFFFF_8000_0000_0000),
    vmalloc=Range(0xFFFF_8000_0800_0000, 0xFFFF_FBFF_F000_0000),
    vmemmap=Range(0xFFFF_FC00_0000_0000, 0xFFFF_FE00_0000_0000),
    modules=Range(0xFFFF_8000_0000_0000, 0xFFFF_8000_0800_0000),
    image=Range(0xFFFF_8000_0800_0000, 0xFFFF_FBFF_F000_0000),
    fixmap=Range(0xFFFF_FBFF_FDBF_8000, 0xFFFF_FBFF_FE00_0000),
    fixmap_slots={},
    section_size_bits=27,
    max_physmem_bits=48,
    nr_page_orders=11,
    pageblock_order=9,
    nodes_shift=4,
)
"""The virtual address map of 6.1 with 4K pages and 48-bit addresses."""


class SmallKernel:
    """Has what traced functions need: a trace, and a state to change."""

    def __init__(self, symbols: dict[str, str] | None = None) -> None:
        self.trace = BootTrace(symbols)
        self.state = State()
        self.state.memblock.configure(MemblockConfig(), self.trace)
        self.state.variables.update(max_pfn=0, memory_limit=(1 << 64) - 1, memstart_addr=-1, totalram_pages=0)
        self.state.record_into(self.trace)
        self.trace.start()

    def set(self, name: str, value: int) -> None:
        self.state.variables.put(name, value, depth=2)


@traced
def start_kernel(k: SmallKernel) -> None:
    k.trace.printk("Booting Linux on physical CPU {:#x}", 0, level="notice")
    setup_arch(k)
    mem_init(k)


@traced
def setup_arch(k: SmallKernel) -> None:
    parse_early_param(k, "mem=600M")
    arm64_memblock_init(k)
    paging_init(k)


@traced
def parse_early_param(k: SmallKernel, cmdline: str) -> None:
    k.trace.printk("Memory limited to {}MB", 600)
    k.set("memory_limit", 600 << 20)


@traced
def arm64_memblock_init(k: SmallKernel) -> None:
    memblock_add(k.state.memblock, 0x4000_0000, 1 << 30)
    memblock_reserve(k.state.memblock, 0x4020_0000, 0x150_0000)
    dma_contiguous_reserve(k, 0x8000_0000)
    memblock_reserve(k.state.memblock, 0x4800_0000, 0x10_0000)
    k.set("memstart_addr", 0x4000_0000)


@traced
def dma_contiguous_reserve(k: SmallKernel, limit: int) -> int:
    memblock_reserve(k.state.memblock, 0x7C00_0000, 64 << 20)
    k.trace.printk("cma: Reserved {} MiB at {:#018x}", 64, 0x7C00_0000)
    return 0x7C00_0000


@traced
def paging_init(k: SmallKernel) -> None:
    for block in range(6):
        alloc_init_cont_pte(k, 0xFFFF_0000_0000_0000 + block * BLOCK, 0x4000_0000 + block * BLOCK)


@traced
def alloc_init_cont_pte(k: SmallKernel, addr: int, phys: int) -> None:
    k.state.page_tables.set_leaves(addr, addr + BLOCK, phys, 3, 0x68_0000_0000_0703)


@traced
def mem_init(k: SmallKernel) -> int:
    k.set("totalram_pages", 0x4_0000)
    return 0


def recorded(symbols: dict[str, str] | None = None) -> BootTrace:
    """The trace of the small boot."""
    k = SmallKernel(symbols)
    start_kernel(k)
    k.trace.finish()
    return k.trace
