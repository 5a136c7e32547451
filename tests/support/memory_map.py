"""Kernels in the middle of bootmem_init(): memory is known, sections and zones are not."""

from __future__ import annotations

from typing import NamedTuple

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import prepare
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.model.build.kconfig import KConfig
from bootstep.model.memory.memblock import memblock_add_node, memblock_reserve
from bootstep.model.memory.zones import Node

MIB, GIB = 1 << 20, 1 << 30
CONFIG = (SHIPPED / "kernels" / "6.1-4k48" / "config").read_text()


class Bank(NamedTuple):
    """Memory: where, how much (bytes), of which node, and memblock's flags."""

    base: int
    size: int
    nid: int = 0
    flags: int = 0


def kernel_with(*banks: Bank, reserved: tuple[tuple[int, int], ...] = (), options: str = "") -> Kernel:
    """A 6.1 kernel with this memory; `options` are more lines of its configuration.  Each node's pg_data_t is
    its first page, and reserved."""
    k = load_kernel(read_machine("virt-1g"))
    k.config = KConfig.parse(f"{CONFIG}\n{options}\n", "test")
    prepare(k)
    k.memstart_addr = min(bank.base for bank in banks) // GIB * GIB
    k.max_pfn = k.max_low_pfn = max(bank.base + bank.size for bank in banks) >> 12
    for bank in banks:
        memblock_add_node(k.memblock, bank.base, bank.size, bank.nid, bank.flags)
        if bank.nid not in k.zones.nodes:
            memblock_reserve(k.memblock, bank.base, 4096)
            k.zones.nodes[bank.nid] = Node(bank.nid, bank.base)
    for base, size in reserved:
        memblock_reserve(k.memblock, base, size)
    k.numa.node_possible_map = k.numa.node_online_map = tuple(sorted(k.zones.nodes))
    k.numa.node_id = {nid: nid for nid in k.zones.nodes}
    return k


def max_zone_pfns(k: Kernel) -> tuple[int, ...]:
    """All memory below 4 GiB in ZONE_DMA, the rest in ZONE_NORMAL."""
    dma = min(k.max_pfn, 4 * GIB >> 12)
    return dma, dma, k.max_pfn, 0


def log(k: Kernel) -> list[str]:
    """The kernel log without memblock's lines."""
    return [k.trace.log_text(event) for event in k.trace.logs if k.trace.is_printed(event)]


def memblock_log(k: Kernel) -> list[str]:
    """What memblock says, printed or not."""
    lines = [k.trace.log_text(event) for event in k.trace.logs]
    return [line for line in lines if line.startswith("memblock_")]
