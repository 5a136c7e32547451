"""ACPI tables made by hand, and kernels that read them."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from bootstep.boots.arm64.kernel.acpi import acpi_boot_table_init, parse_acpi
from bootstep.boots.core.inputs import Firmware
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.efi.flags import EFI_CONFIG_TABLES
from bootstep.boots.drivers.of.fdt import early_init_dt_scan_root
from bootstep.model.firmware.acpi_tables import AcpiTable, parse_table
from bootstep.model.memory.memblock import memblock_add
from device_tree_kernel import GIB
from uefi_kernel import bare_kernel

RSDP_ADDRESS = 0x7C430018
TWO_GIB = ((GIB, 2 * GIB),)


def table(signature: str, body: bytes = b"", revision: int = 3, address: int = 0) -> AcpiTable:
    """A whole table with a good sum."""
    names = b"BOCHS ", b"BXPC    ", 1, b"BXPC", 1
    header = struct.pack("<4sIBB6s8sI4sI", signature.encode(), 36 + len(body), revision, 0, *names)
    raw = bytearray(header + body)
    raw[9] = -sum(raw) & 0xFF
    return parse_table(bytes(raw), address, f"{signature}.bin")


def fadt(revision: int = 6, minor: int = 0, arm_boot_flags: int = 3, flags: int = 1 << 20) -> AcpiTable:
    """A FADT of hardware without the parts of a PC, with PSCI."""
    body = bytearray(240)
    struct.pack_into("<I", body, 112 - 36, flags)
    struct.pack_into("<HB", body, 129 - 36, arm_boot_flags, minor)
    return table("FACP", bytes(body), revision)


def gicc(uid: int, mpidr: int, flags: int = 1, length: int = 80, parked: int = 0) -> bytes:
    """An entry of the MADT."""
    entry = bytearray(max(length, 80))
    struct.pack_into("<BB2xIII", entry, 0, 11, length, uid, uid, flags)
    struct.pack_into("<Q", entry, 24, parked)
    struct.pack_into("<Q", entry, 68, mpidr)
    return bytes(entry[:length])


def madt(*entries: bytes) -> AcpiTable:
    """A MADT."""
    return table("APIC", bytes(8) + b"".join(entries), 4)


def memory(pxm: int, base: int, size: int, flags: int = 1, length: int = 40) -> bytes:
    """Memory in the SRAT."""
    return struct.pack("<BBIHQQIIQ", 1, length, pxm, 0, base, size, 0, flags, 0)


def cpu(pxm: int, uid: int, flags: int = 1, length: int = 18) -> bytes:
    """A CPU in the SRAT."""
    return struct.pack("<BBIIII", 3, length, pxm, uid, flags, 0)


def srat(*entries: bytes, revision: int = 3) -> AcpiTable:
    """A SRAT."""
    return table("SRAT", bytes(12) + b"".join(entries), revision)


def slit(*distances: int) -> AcpiTable:
    """A SLIT of a square of distances."""
    return table("SLIT", struct.pack("<Q", round(len(distances) ** 0.5)) + bytes(distances), 1)


def acpi_kernel(
    tables: Sequence[AcpiTable],
    banks: tuple[tuple[int, int], ...] = TWO_GIB,
    words: tuple[str, ...] = ("force",),
    options: str = "",
) -> Kernel:
    """A kernel that has read these tables; `words` are those of acpi=, `options` of its configuration."""
    k = bare_kernel(options, Firmware(acpi=tuple(tables)))
    k.efi.flags.add(EFI_CONFIG_TABLES)
    k.efi.tables["ACPI 2.0"] = RSDP_ADDRESS
    early_init_dt_scan_root(k)
    for base, size in banks:
        memblock_add(k.memblock, base, size)
    for word in words:
        parse_acpi(k, word)
    acpi_boot_table_init(k)
    return k
