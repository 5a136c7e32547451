"""PCs whose BIOS has ACPI's tables, made by hand."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from acpi_machine import table
from booted_pc import TWO_GIB, loaded_pc
from bootstep.boots.init.main import boot
from bootstep.boots.x86.variables import Kernel
from bootstep.model.firmware.acpi_tables import AcpiTable
from msgspec.structs import replace

RSDP_ADDRESS = 0xF59D0
TABLES_AT = 0x7FFE0000
LAPIC_NMI = struct.pack("<BBBHB", 4, 6, 0xFF, 0, 1)


def lapic(apic_id: int, flags: int = 1, length: int = 8) -> bytes:
    """A CPU in the MADT, whose APIC ID has eight bits."""
    return struct.pack("<BBBBI", 0, length, apic_id, apic_id, flags)


def x2apic(apic_id: int, flags: int = 1) -> bytes:
    """A CPU in the MADT, whose APIC ID has 32 bits."""
    return struct.pack("<BBHIII", 9, 16, 0, apic_id, flags, apic_id)


def ioapic(id: int, address: int, gsi_base: int) -> bytes:
    """An I/O APIC in the MADT."""
    return struct.pack("<BBBBII", 1, 12, id, 0, address, gsi_base)


def override(bus_irq: int, gsi: int, flags: int) -> bytes:
    """An interrupt source override in the MADT."""
    return struct.pack("<BBBBIH", 2, 10, 0, bus_irq, gsi, flags)


def pc_madt(*entries: bytes, address: int = 0xFEE00000) -> AcpiTable:
    """A MADT that says where local APICs are."""
    return table("APIC", struct.pack("<II", address, 1) + b"".join(entries), 3)


def usual_madt(cpus: int = 2) -> AcpiTable:
    """QEMU's."""
    return pc_madt(*map(lapic, range(cpus)), ioapic(0, 0xFEC00000, 0), override(9, 9, 0xD), LAPIC_NMI)


def pc_fadt(revision: int = 1, minor: int = 0, dsdt: int = 0, facs: int = 0, xfacs: int = 0) -> AcpiTable:
    """A FADT whose interrupt is 9 and whose timer is at port 0x608."""
    body = bytearray(240)
    struct.pack_into("<II", body, 0, facs, dsdt)
    struct.pack_into("<H", body, 46 - 36, 9)
    struct.pack_into("<I", body, 76 - 36, 0x608)
    struct.pack_into("<B", body, 131 - 36, minor)
    struct.pack_into("<Q", body, 132 - 36, xfacs)
    return table("FACP", bytes(body), revision)


def hpet(address: int = 0xFED00000, space: int = 0) -> AcpiTable:
    """A table of the event timer."""
    return table("HPET", struct.pack("<IBBBBQBHB", 0x8086A201, space, 0, 0, 0, address, 0, 0, 0), 1)


def near(pxm: int, apic_id: int, flags: int = 1, length: int = 16) -> bytes:
    """A CPU in the SRAT, by an APIC ID of eight bits."""
    return struct.pack("<BBBBIB3sI", 0, length, pxm & 0xFF, apic_id, flags, 0, b"\0\0\0", 0)


def near_x2(pxm: int, apic_id: int) -> bytes:
    """A CPU in the SRAT, by an APIC ID of 32 bits."""
    return struct.pack("<BBHIIIII", 2, 24, 0, pxm, apic_id, 1, 0, 0)


def initiator(pxm: int) -> bytes:
    """A device in the SRAT that starts transfers."""
    return struct.pack("<BBBBI16sII", 5, 32, 0, 1, pxm, bytes(16), 1, 0)


def placed(tables: Sequence[AcpiTable]) -> list[AcpiTable]:
    """The same, one behind the other in reserved memory at the end of RAM."""
    found: list[AcpiTable] = []
    address = TABLES_AT
    for each in tables:
        found.append(AcpiTable(address, each.data, each.filename))
        address += each.length
    return found


def acpi_pc(
    tables: Sequence[AcpiTable],
    cmdline: str = "",
    release: str = "6.1",
    e820: Sequence[tuple[int, int, str]] = TWO_GIB,
    options: Mapping[str, str] | None = None,
    cpu: str = "qemu64",
) -> Kernel:
    """A PC with these tables, before its first instruction: a RSDT lists them, and the BIOS's area has the
    root pointer."""
    k = loaded_pc(e820, cmdline, cpu, release, options)
    there = placed(tables)
    listed = [each.address for each in there if each.signature not in ("DSDT", "FACS")]
    address = there[-1].address + there[-1].length if there else TABLES_AT
    rsdt = table("RSDT", struct.pack(f"<{len(listed)}I", *listed), 1, address)
    rsdp = b"RSD PTR \0BOCHS \0" + struct.pack("<I", address)
    x86 = replace(k.firmware.x86, rsdp=RSDP_ADDRESS)
    k.firmware = replace(k.firmware, acpi=tuple(there), rsdt=rsdt, xsdt=None, rsdp=rsdp, x86=x86)
    return k


def booted_acpi_pc(
    tables: Sequence[AcpiTable],
    cmdline: str = "",
    release: str = "6.1",
    e820: Sequence[tuple[int, int, str]] = TWO_GIB,
    options: Mapping[str, str] | None = None,
    cpu: str = "qemu64",
) -> Kernel:
    """The same after its boot."""
    k = acpi_pc(tables, cmdline, release, e820, options, cpu)
    boot(k)
    return k
