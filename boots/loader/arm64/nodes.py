"""The nodes of an arm64 board with ACPI, by the SRAT that QEMU would write for it.

Mirrors ``build_srat`` of QEMU's hw/arm/virt-acpi-build.c.
"""

from __future__ import annotations

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.firmware.acpi_tables import (
    ACPI_MADT_TYPE_GENERIC_INTERRUPT,
    MADT_ENTRIES_AT,
    generic_interrupt,
    subtables,
)
from ....model.firmware.efi_memmap import (
    EFI_ACPI_MEMORY_NVS,
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_MEMORY_MAPPED_IO,
    EFI_MEMORY_MAPPED_IO_PORT_SPACE,
    EFI_MEMORY_WB,
    EFI_PAGE_SHIFT,
    EfiMemoryDesc,
)
from ....model.firmware.srat import gicc_affinity, made_srat, memory_affinity
from ....model.language.words import tr
from ...core.board import Span, joined, memory_banks
from ..board.acpi_nodes import with_srat
from ..board.memory_shares import shares
from ..handover import Handover

SRAT_REVISION = 3
FOLLOWERS = ("NFIT", "IORT", "TPM2", "VIOT", "BGRT")
"""Tables that QEMU writes behind the SRAT."""
DEVICES = (EFI_MEMORY_MAPPED_IO, EFI_MEMORY_MAPPED_IO_PORT_SPACE)
OF_ACPI = (EFI_ACPI_RECLAIM_MEMORY, EFI_ACPI_MEMORY_NVS)


def with_nodes(given: Handover, count: int) -> Handover:
    """The board with memory and CPUs in `count` nodes, as ACPI tells them; one without its tables has them in
    the device tree already.  Raises `InputError`."""
    name, firmware = given.machine.name, given.firmware
    madt = next((table for table in firmware.acpi if table.signature == "APIC"), None)
    if madt is None:
        if not memory_banks(given.fdt):
            raise InputError(
                tr(
                    "{name}: neither its device tree nor ACPI tables (--acpi) tell of memory or nodes",
                    name=name,
                )
            )
        return given
    ram = [desc for desc in firmware.memmap if desc.attribute & EFI_MEMORY_WB and desc.type not in DEVICES]
    banks = list(joined(sorted(map(_span, ram))))
    if not banks:
        raise InputError(tr("{name}: there is no RAM that could be divided among nodes", name=name))
    cut = enumerate(shares(banks, count, name))
    memory = [memory_affinity(nid, span.start, span.size) for nid, spans in cut for span in spans]
    entries = [
        entry for entry in subtables(madt, MADT_ENTRIES_AT) if entry.type == ACPI_MADT_TYPE_GENERIC_INTERRUPT
    ]
    uids = [generic_interrupt(entry).uid for entry in entries]
    cpus = [gicc_affinity(uid, number % count) for number, uid in enumerate(uids)]
    srat = made_srat(SRAT_REVISION, madt, cpus, memory)
    kept = list(joined(sorted(_span(desc) for desc in firmware.memmap if desc.type in OF_ACPI)))
    return replace(given, firmware=with_srat(firmware, srat, FOLLOWERS, kept, name))


def _span(desc: EfiMemoryDesc) -> Span:
    return Span(desc.phys_addr, desc.phys_addr + (desc.num_pages << EFI_PAGE_SHIFT))
