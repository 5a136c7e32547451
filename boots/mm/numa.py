"""What a node's ``pg_data_t`` lies in.  Mirrors mm/numa.c (since 6.12; before, every architecture has its
own)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import ALIGN
from ...model.memory.memblock import memblock_alloc, memblock_phys_alloc_try_nid
from ...model.trace.recorder import traced
from .early_pfn import early_pfn_to_nid

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/numa.c"


def place_node_data(k: Kernel, nid: int, allocated: str, elsewhere: str) -> int:
    """Allocate a ``pg_data_t`` for a node and say where it is, in the words `allocated`, and (`elsewhere`,
    a format) if that is on another node.  Returns a physical address."""
    align = k.sizes.constant("SMP_CACHE_BYTES")
    size = ALIGN(k.sizes.sizeof("struct pglist_data"), align)
    address = memblock_phys_alloc_try_nid(k.memblock, size, align, nid)
    if not address:
        k.panic(f"Cannot allocate {size} bytes for node {nid} data")
    k.pr_info("{} [mem {:#010x}-{:#010x}]", allocated, address, address + size - 1)
    on_node = early_pfn_to_nid(k, address >> k.layout.page_shift)
    if on_node != nid:
        k.pr_info(elsewhere, nid, on_node)
    k.access(address, k.sizes.sizeof("struct pglist_data"))
    return address


@traced
def alloc_node_data(k: Kernel, nid: int) -> int:
    """Allocate a node's ``pg_data_t``.  Returns a physical address."""
    return place_node_data(k, nid, f"NODE_DATA({nid}) allocated", "    NODE_DATA({}) on node {}")


@traced
def alloc_offline_node_data(k: Kernel, nid: int) -> int:
    """Allocate the ``pg_data_t`` of a node without memory.  Returns a physical address."""
    size = k.sizes.sizeof("struct pglist_data")
    address = memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES"))
    if not address:
        k.panic(f"Cannot allocate {size}B for node {nid}.")
    return address
