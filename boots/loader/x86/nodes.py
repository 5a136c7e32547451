"""A PC's memory and CPUs divided among NUMA nodes, by the SRAT that QEMU would write for it.

Mirrors ``build_srat`` of QEMU's hw/i386/acpi-build.c, and ``build_cpus_aml`` of hw/acpi/cpu.c: the DSDT gets
a ``_PXM`` for each CPU.  Nothing of an early boot runs what is in a DSDT, only how long it is matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.firmware.acpi_tables import (
    ACPI_SRAT_TYPE_CPU_AFFINITY,
    MADT_ENTRIES_AT,
    SRAT_ENTRIES_AT,
    AcpiTable,
    subtables,
)
from ....model.firmware.efi_memmap import EFI_ACPI_MEMORY_NVS, EFI_ACPI_RECLAIM_MEMORY, EFI_PAGE_SHIFT
from ....model.firmware.madt import (
    ACPI_MADT_TYPE_LOCAL_APIC,
    ACPI_MADT_TYPE_LOCAL_X2APIC,
    NOBODY,
    NOBODY_X2APIC,
    is_whole,
    local_apic,
)
from ....model.firmware.pc_firmware import TableAddress
from ....model.firmware.srat import local_apic_affinity, made_srat, memory_affinity, summed
from ....model.language.words import tr
from ....model.memory.e820 import E820_TYPE_RAM, E820Entry
from ...core.board import Span, joined
from ...core.inputs import Firmware
from ..board.acpi_nodes import PAGE, with_srat
from ..board.memory_shares import shares
from ..handover import Handover
from .ram import FOUR_GIB, MIB, PCI_EXPRESS

VGA_HOLE = Span(640 << 10, MIB)
SRAT_REVISION = 1
FOLLOWERS = ("MCFG", "DMAR", "IVRS", "VIOT", "NFIT", "CEDT", "WAET", "BGRT")
"""Tables that QEMU writes behind the SRAT."""
OF_QEMU = b"BOCHS "


def with_nodes(given: Handover, count: int) -> Handover:
    """The board with memory and CPUs in `count` nodes.  Raises `InputError`."""
    name, firmware = given.machine.name, given.firmware
    madt = next((table for table in firmware.acpi if table.signature == "APIC"), None)
    if madt is None:
        raise InputError(
            tr(
                "{name}: a PC's nodes stand in ACPI's SRAT, and this machine has no ACPI tables (--acpi); "
                "numa=fake={count} on the command line divides its memory (--whatif 'add …')",
                name=name,
                count=count,
            )
        )
    banks = list(_banks(firmware.e820))
    if not banks:
        raise InputError(tr("{name}: there is no RAM that could be divided among nodes", name=name))
    cut = [list(_without_hole(spans)) for spans in shares(banks, count, name)]
    memory = [memory_affinity(nid, *_extent(span)) for nid, spans in enumerate(cut) for span in spans]
    ids = _apic_ids(madt)
    cpus = [local_apic_affinity(apic_id, number % count) for number, apic_id in enumerate(ids)]
    srat = made_srat(SRAT_REVISION, madt, cpus, memory, count + 2)
    dsdt = _dsdt(firmware, madt, len(ids), count)
    firmware = with_srat(firmware, srat, FOLLOWERS, _kept(firmware), name, dsdt)
    x86 = replace(firmware.x86, acpi_tables=tuple(_listed(firmware)))
    return replace(given, firmware=replace(firmware, x86=x86))


def _listed(firmware: Firmware) -> Iterator[TableAddress]:
    """Where the tables lie now."""
    yield from (entry for entry in firmware.x86.acpi_tables if entry.signature == "RSDP")
    for table in (firmware.xsdt, firmware.rsdt, *firmware.acpi):
        if table is not None and table.address:
            yield TableAddress(table.signature, table.address, table.length)


def _extent(span: Span) -> tuple[int, int]:
    return span.start, span.size


def _banks(entries: Sequence[E820Entry]) -> Iterator[Span]:
    """Where RAM is, what firmware keeps of it and the hole for old devices included: up to a place below
    4 GiB, and above."""
    spans = [Span(entry.addr, entry.end) for entry in entries if entry.size and entry[:2] != PCI_EXPRESS]
    ram = [Span(entry.addr, entry.end) for entry in entries if entry.size and entry.type == E820_TYPE_RAM]
    pieces = [
        span
        for start, end in joined(sorted(spans))
        for span in (Span(start, min(end, FOUR_GIB)), Span(max(start, FOUR_GIB), end))
        if span.start < span.end and any(span.overlaps(piece) for piece in ram)
    ]
    low = [span.end for span in pieces if span.start < FOUR_GIB]
    if low:
        yield Span(0, max(low))
    yield from (span for span in pieces if span.start >= FOUR_GIB)


def _without_hole(spans: Sequence[Span]) -> Iterator[Span]:
    for span in spans:
        pieces = (
            Span(span.start, min(span.end, VGA_HOLE.start)),
            Span(max(span.start, VGA_HOLE.end), span.end),
        )
        yield from (piece for piece in pieces if piece.start < piece.end)


def _apic_ids(madt: AcpiTable) -> list[int]:
    """Of all CPUs that are there or may be plugged in."""
    nobody = {ACPI_MADT_TYPE_LOCAL_APIC: NOBODY, ACPI_MADT_TYPE_LOCAL_X2APIC: NOBODY_X2APIC}
    entries = [
        entry for entry in subtables(madt, MADT_ENTRIES_AT) if entry.type in nobody and is_whole(entry)
    ]
    found = [(entry.type, local_apic(entry).apic_id) for entry in entries]
    return [apic_id for kind, apic_id in found if apic_id != nobody[kind]]


def _kept(firmware: Firmware) -> list[Span]:
    """Memory that firmware keeps, where its tables may be."""
    of_acpi = (EFI_ACPI_RECLAIM_MEMORY, EFI_ACPI_MEMORY_NVS)
    if firmware.memmap:
        found = [
            Span(desc.phys_addr, desc.phys_addr + (desc.num_pages << EFI_PAGE_SHIFT))
            for desc in firmware.memmap
            if desc.type in of_acpi
        ]
    else:
        found = [Span(entry.addr, entry.end) for entry in firmware.e820 if entry.type != E820_TYPE_RAM]
    return list(joined(sorted(found)))


# ---- the DSDT ----


def _dsdt(firmware: Firmware, madt: AcpiTable, cpus: int, count: int) -> bytes | None:
    """QEMU's DSDT as long as it is with nodes, None if that is no longer than it is."""
    dsdt = next((table for table in firmware.acpi if table.signature == "DSDT"), None)
    if dsdt is None or madt.data[10:16] != OF_QEMU:
        return None
    srat = next((table for table in firmware.acpi if table.signature == "SRAT"), None)
    entries = subtables(srat, SRAT_ENTRIES_AT) if srat else ()
    old = [entry.number(2, 1) for entry in entries if entry.type == ACPI_SRAT_TYPE_CPU_AFFINITY]
    more = b"".join(_pxm(number % count) for number in range(cpus))[sum(len(_pxm(nid)) for nid in old) :]
    is_paged = dsdt.address % PAGE == 0
    if not more or (is_paged and -(-dsdt.length // PAGE) != -(-(dsdt.length + len(more)) // PAGE)):
        return None
    size = (dsdt.length + len(more)).to_bytes(4, "little")
    return summed(dsdt.data[:4] + size + dsdt.data[8:] + more)


def _pxm(nid: int) -> bytes:
    """``Name (_PXM, nid)`` in AML."""
    return b"\x08_PXM" + (bytes([nid]) if nid < 2 else bytes([0x0A, nid]))
