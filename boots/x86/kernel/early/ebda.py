"""The BIOS's memory below 1 MiB.  Mirrors arch/x86/kernel/ebda.c and arch/x86/include/asm/bios_ebda.h."""

from __future__ import annotations

from .....model.memory.memblock import memblock_reserve
from .....model.trace.recorder import traced_sibling_call
from ...variables import Kernel

KERNEL_FILE = "arch/x86/kernel/ebda.c"

EBDA_SEGMENT, BASE_MEMORY_K = 0x40E, 0x413
"""Where the BIOS has noted them in memory, as words."""
BIOS_START_MIN, BIOS_START_MAX = 0x20000, 0x9F000
BIOS_END = 0x100000
X86_SUBARCH_PC = 0


def get_bios_ebda(k: Kernel) -> int:
    """Where the BIOS keeps its extended data, 0 if it does not say: a segment at 0x40e."""
    k.access(EBDA_SEGMENT, 2)
    return k.firmware.x86.ebda_segment << 4


@traced_sibling_call
def reserve_bios_regions(k: Kernel) -> None:
    """Reserve everything from the BIOS's memory to 1 MiB.  It begins where base memory ends (KiB at 0x413) or
    its extended data does, if these numbers can be believed; else at 636 KiB."""
    if k.firmware.boot_params.number("hardware_subarch") != X86_SUBARCH_PC:
        return
    k.access(BASE_MEMORY_K, 2)
    bios_start = k.firmware.x86.base_memory_k << 10
    if not BIOS_START_MIN <= bios_start <= BIOS_START_MAX:
        bios_start = BIOS_START_MAX
    ebda_start = get_bios_ebda(k)
    if BIOS_START_MIN <= ebda_start < bios_start:
        bios_start = ebda_start
    memblock_reserve(k.memblock, bios_start, BIOS_END - bios_start)
