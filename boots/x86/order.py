"""The orders in which releases for x86-64 take their steps."""

from __future__ import annotations

from ..core.order import BootOrder
from .kernel.e820.memblock import e820__memblock_setup
from .kernel.e820.memory_setup import e820__memory_setup
from .kernel.head64 import startup_64
from .mm.init import init_mem_mapping
from .mm.mem_init import mem_init
from .mm.nodes.numa import initmem_init
from .variables import Kernel

SINCE_6_1: BootOrder[Kernel] = BootOrder(
    since=(6, 1),
    enter=startup_64,
    scan_firmware=e820__memory_setup,
    memblock_init=e820__memblock_setup,
    paging_init=init_mem_mapping,
    bootmem_init=initmem_init,
    mem_init=mem_init,
)

ORDERS = (SINCE_6_1,)
