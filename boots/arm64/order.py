"""The orders in which releases for arm64 take their steps."""

from __future__ import annotations

from msgspec.structs import replace

from ..core.order import BootOrder
from ..drivers.of.fdt import early_init_dt_scan
from ..drivers.of.v5_7 import fdt as fdt_5_7
from .kernel.head import primary_entry
from .kernel.v5_7.head import stext
from .kernel.v6_8.head import __primary_switch
from .mm import mmu
from .mm.init import arm64_memblock_init, bootmem_init, mem_init
from .mm.v5_7 import init as init_5_7
from .mm.v5_7 import mmu as mmu_5_7
from .mm.v6_8 import mmu as mmu_6_8
from .variables import Kernel

SINCE_5_7: BootOrder[Kernel] = BootOrder(
    since=(5, 7),
    enter=stext,
    scan_firmware=fdt_5_7.early_init_dt_scan,
    memblock_init=init_5_7.arm64_memblock_init,
    paging_init=mmu_5_7.paging_init,
    bootmem_init=init_5_7.bootmem_init,
    mem_init=init_5_7.mem_init,
)
SINCE_5_8 = replace(
    SINCE_5_7,
    since=(5, 8),
    enter=__primary_switch,
    memblock_init=arm64_memblock_init,
    paging_init=mmu_6_8.paging_init,
    bootmem_init=bootmem_init,
    mem_init=mem_init,
)
SINCE_5_17 = replace(SINCE_5_8, since=(5, 17), scan_firmware=early_init_dt_scan)
SINCE_6_9 = replace(SINCE_5_17, since=(6, 9), enter=primary_entry, paging_init=mmu.paging_init)

ORDERS = (SINCE_5_7, SINCE_5_8, SINCE_5_17, SINCE_6_9)
