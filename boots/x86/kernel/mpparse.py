"""The MP table of old BIOSes: where it is.  Mirrors arch/x86/kernel/mpparse.c."""

from __future__ import annotations

from ....model.firmware.pc_firmware import MpPointer
from ....model.memory.memblock import memblock_reserve
from ....model.trace.recorder import traced
from ...core.params import early_param
from ...lib.cmdline import memparse
from ...mm.early_ioremap import early_memremap, early_memunmap
from ..variables import Kernel
from .e820.memblock import e820__memblock_alloc_reserved
from .early.ebda import get_bios_ebda

KERNEL_FILE = "arch/x86/kernel/mpparse.c"

SIZEOF_MPF = 16
KIB = 1 << 10
TOP_OF_BASE_MEMORY = 639 * KIB
BIOS_START, BIOS_SIZE = 0xF0000, 0x10000
MPC_ALIGN = 4


@traced
def get_mpc_size(k: Kernel, physptr: int, table: bytes) -> int:
    """The bytes of the table at a physical address: it tells itself, behind its signature."""
    page = early_memremap(k, physptr, k.layout.page_size)
    size = int.from_bytes(table[4:6], "little")
    early_memunmap(k, page, k.layout.page_size)
    return size


@traced
def smp_reserve_memory(k: Kernel, mpf: MpPointer) -> None:
    """Reserve the table that a pointer points to."""
    memblock_reserve(k.memblock, mpf.table_address, get_mpc_size(k, mpf.table_address, mpf.table))


@traced
def smp_scan_config(k: Kernel, base: int, length: int) -> bool:
    """Look for a pointer to the table, at multiples of 16 bytes; reserve both.  Returns whether there is
    one."""
    places = range(base, base + length, SIZEOF_MPF)
    found = [mpf for mpf in k.firmware.x86.mp if mpf.address in places and mpf.specification in (1, 4)]
    if not found:
        return False
    mpf = min(found)
    k.mpf_base = mpf.address
    k.mpf = mpf
    k.apic.smp_found_config = True
    k.pr_info("found SMP MP-table at [mem {:#010x}-{:#010x}]", k.mpf_base, k.mpf_base + SIZEOF_MPF - 1)
    memblock_reserve(k.memblock, k.mpf_base, SIZEOF_MPF)
    if mpf.table_address:
        smp_reserve_memory(k, mpf)
    return True


def _scan(k: Kernel) -> None:
    """Scan the places where a BIOS may have the pointer: the first KiB, the last of base memory, its own
    64 KiB, the first of its extended data."""
    places = ((0, KIB), (TOP_OF_BASE_MEMORY, KIB), (BIOS_START, BIOS_SIZE))
    if any(smp_scan_config(k, start, size) for start, size in places):
        return
    address = get_bios_ebda(k)
    if address:
        smp_scan_config(k, address, KIB)


@traced
def default_find_smp_config(k: Kernel) -> None:
    """Find the MP table and reserve it (until 6.8)."""
    _scan(k)


@traced
def mpparse_find_mptable(k: Kernel) -> None:
    """Find the MP table and reserve it (since 6.9)."""
    _scan(k)


def find_mptable(k: Kernel) -> None:
    """Find the MP table and reserve it, if the kernel knows such tables."""
    if not k.config.enabled("X86_MPPARSE"):
        return
    if k.release < (6, 9):
        default_find_smp_config(k)
    else:
        mpparse_find_mptable(k)


@early_param("update_mptable")
@traced
def update_mptable_setup(k: Kernel, p: str | None) -> int:
    """``update_mptable``: write the interrupts that ACPI tells into the MP table."""
    k.enable_update_mptable = True
    return 0


@early_param("alloc_mptable")
@traced
def parse_alloc_mptable_opt(k: Kernel, p: str | None) -> int:
    """``alloc_mptable`` or ``alloc_mptable=size``: write a new MP table, for the next kernel."""
    k.enable_update_mptable = k.alloc_mptable = True
    if p is not None:
        k.mpc_new_length, _ = memparse(p)
    return 0


@traced
def e820__memblock_alloc_reserved_mpc_new(k: Kernel) -> None:
    """Set memory aside for a new MP table, if that was asked for."""
    if k.enable_update_mptable and k.alloc_mptable:
        e820__memblock_alloc_reserved(k, k.mpc_new_length, MPC_ALIGN)
