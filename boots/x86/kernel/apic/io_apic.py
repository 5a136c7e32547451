"""I/O APICs, which devices' interrupts go through.  Mirrors arch/x86/kernel/apic/io_apic.c.

What their registers say is not known: each is taken to have as many pins as lie between its first interrupt
and the next one's.
"""

from __future__ import annotations

from .....model.firmware.madt import io_apic_bases
from .....model.memory.memblock import memblock_alloc
from .....model.trace.recorder import traced
from ....core.params import early_param
from ....drivers.acpi.root_table import acpi_get_table
from ...mm.fixmap import set_fixmap_nocache
from ...subsystems import IoApic
from ...variables import Kernel

KERNEL_FILE = "arch/x86/kernel/apic/io_apic.c"

EINVAL, EEXIST, ENOSPC = 22, 17, 28
MAX_IO_APICS = 128
IOAPIC_RESOURCE_NAME_SIZE = 11
USUAL_PINS = 24
USUAL_VERSION = 32


def disable_ioapic_support(k: Kernel) -> None:
    """Do not use I/O APICs."""
    k.apic.skip_ioapic_setup = True


@early_param("noapic")
@traced
def parse_noapic(k: Kernel, value: str | None) -> int:
    """``noapic``: do not use I/O APICs."""
    disable_ioapic_support(k)
    return 0


def arch_disable_smp_support(k: Kernel) -> None:
    """One CPU does without I/O APICs (smpboot.c)."""
    disable_ioapic_support(k)


def _set_fixmap(k: Kernel, idx: int, address: int) -> None:
    """Map the registers of the I/O APIC `idx`."""
    set_fixmap_nocache(k, k.layout.fixmap_slots["FIX_IO_APIC_BASE_0"] + idx, address)


def _pins(k: Kernel, gsi_base: int) -> int:
    """How many interrupts an I/O APIC has."""
    table = acpi_get_table(k, "APIC", k.acpi.apic_instance)
    above = [base for base in io_apic_bases(table) if base > gsi_base] if table else []
    return min(above) - gsi_base if above else USUAL_PINS


def _unique_id(k: Kernel, apic_id: int) -> int:
    """``io_apic_unique_id``: the ID that firmware tells, or the next that is free."""
    used = {ioapic.apic_id for ioapic in k.apic.ioapics}
    return apic_id if apic_id not in used else next(number for number in range(256) if number not in used)


def mp_find_ioapic(k: Kernel, gsi: int) -> int:
    """Which I/O APIC an interrupt comes in through; -1, with a complaint, if none."""
    for idx, ioapic in enumerate(k.apic.ioapics):
        if ioapic.gsi_base <= gsi <= ioapic.gsi_end:
            return idx
    if k.apic.ioapics:
        k.pr_err("ERROR: Unable to locate IOAPIC for GSI {}", gsi)
    return -1


@traced
def mp_register_ioapic(k: Kernel, id: int, address: int, gsi_base: int) -> int:
    """Take an I/O APIC with its first interrupt into the list, and map its registers.  Returns 0 or an
    error."""
    ioapics = k.apic.ioapics
    if not address:
        k.pr_warn("Bogus (zero) I/O APIC address found, skipping!")
        return -EINVAL
    for number, ioapic in enumerate(ioapics):
        if ioapic.address == address:
            k.pr_warn("address 0x{:x} conflicts with IOAPIC{}", address, number)
            return -EEXIST
    idx = len(ioapics)
    if idx >= MAX_IO_APICS:
        k.pr_warn("Max # of I/O APICs ({}) exceeded (found {}), skipping", MAX_IO_APICS, idx)
        return -ENOSPC
    _set_fixmap(k, idx, address)
    gsi_end = gsi_base + _pins(k, gsi_base) - 1
    for other in ioapics:
        if gsi_base <= other.gsi_end and gsi_end >= other.gsi_base:
            words = "GSI range [{}-{}] for new IOAPIC conflicts with GSI[{}-{}]"
            k.pr_warn(words, gsi_base, gsi_end, other.gsi_base, other.gsi_end)
            return -ENOSPC
    ioapics.append(IoApic(_unique_id(k, id), address, gsi_base, gsi_end))
    k.pr_info(
        "IOAPIC[{}]: apic_id {}, version {}, address 0x{:x}, GSI {}-{}",
        *(idx, ioapics[idx].apic_id, USUAL_VERSION, address, gsi_base, gsi_end),
    )
    return 0


def _setup_resources(k: Kernel) -> None:
    """``ioapic_setup_resources``: allocate a ``struct resource`` and a name for each I/O APIC."""
    count = len(k.apic.ioapics)
    size = (IOAPIC_RESOURCE_NAME_SIZE + k.sizes.sizeof("struct resource")) * count
    if count and not memblock_alloc(k.memblock, size, k.sizes.constant("SMP_CACHE_BYTES")):
        k.panic(f"ioapic_setup_resources: Failed to allocate {size} bytes")


@traced
def io_apic_init_mappings(k: Kernel) -> None:
    """Map the I/O APICs and make their resources; pages of memory stand for them if there is only one
    CPU."""
    _setup_resources(k)
    page_size = k.layout.page_size
    for idx, ioapic in enumerate(k.apic.ioapics):
        address = ioapic.address
        if not k.apic.smp_found_config:
            address = memblock_alloc(k.memblock, page_size, page_size)
            if not address:
                words = f"Failed to allocate {page_size} bytes align={page_size:#x}"
                k.panic(f"io_apic_init_mappings: {words}")
        _set_fixmap(k, idx, address)
