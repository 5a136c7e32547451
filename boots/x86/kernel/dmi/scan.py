"""SMBIOS is looked for.  Mirrors drivers/firmware/dmi_scan.c."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .....model.firmware.smbios import number_at, walk
from .....model.trace.recorder import traced
from ....drivers.efi.flags import EFI_CONFIG_TABLES
from ....mm.early_ioremap import early_memremap, early_memunmap
from ...variables import Kernel
from .decode import SIZEOF_DMI_MEMDEV_INFO, count_mem_devices, dmi_alloc, dmi_decode, save_mem_devices

KERNEL_FILE = "drivers/firmware/dmi_scan.c"

ENOMEM = 12
SCAN_START, SCAN_SIZE = 0xF0000, 0x10000
PARAGRAPH = 16
ENTRY_POINT_SIZE = 32
IDS_LENGTH = 127
WRONG_VERSIONS = {0x021F: 0x0203, 0x0221: 0x0203, 0x0233: 0x0206}
"""What some BIOSes call the versions that they have."""
DECODERS: Mapping[str, Callable[[Kernel, int], None]] = {
    "dmi_decode": dmi_decode,
    "count_mem_devices": count_mem_devices,
    "save_mem_devices": save_mem_devices,
}


def _has_checksum(data: bytes) -> bool:
    """Whether the bytes add up to 0."""
    return sum(data) & 0xFF == 0


def _table(k: Kernel) -> bytes:
    """The structures, as far as any file has their bytes."""
    tables = (entry.table for entry in k.firmware.x86.smbios if entry.table_address == k.dmi.base)
    return next(tables, b"")[: k.dmi.length]


@traced
def dmi_walk_early(k: Kernel, decode: str) -> int:
    """Hand the address of every structure to a function.  Returns 0, or -ENOMEM if they cannot be mapped."""
    dmi, length = k.dmi, k.dmi.length
    data = early_memremap(k, dmi.base, length)
    if not data:
        return -ENOMEM
    found = walk(_table(k), dmi.count)
    dmi.structures = {dmi.base + structure.offset: structure for structure in found.structures}
    for dm in dmi.structures:
        DECODERS[decode](k, dm)
    if found.corrupted_at is not None:
        k.pr_warn(
            "[Firmware Bug]: Corrupted DMI table, offset {} (only {} entries processed)",
            found.corrupted_at,
            len(found.structures),
        )
    dmi.length = found.length
    early_memunmap(k, data, length)
    return 0


def _printable(text: bytes) -> str:
    """A string with escapes for what is not printed (``print_filtered``)."""
    return "".join(chr(c) if 32 <= c < 127 or c >= 160 else f"\\x{c:02x}" for c in text)


def dmi_format_ids(k: Kernel) -> str:
    """Maker, product, board and BIOS in a line."""
    ids = {name: _printable(text) for name, text in k.dmi.idents.items()}
    board = f"/{ids['board_name']}" if "board_name" in ids else ""
    vendor, product = ids.get("sys_vendor", ""), ids.get("product_name", "")
    bios, date = ids.get("bios_version", ""), ids.get("bios_date", "")
    return f"{vendor} {product}{board}, BIOS {bios} {date}"[:IDS_LENGTH]


def _window(k: Kernel, address: int) -> bytes:
    """The 32 bytes at an address, where an entry point of SMBIOS is; of an old one, ``_DMI_`` alone, those
    from 16 before.  Zeros where no file tells of one."""
    found = (entry.entry_point for entry in k.firmware.x86.smbios if entry.address == address)
    data = next(found, b"")
    before = b"\0" * PARAGRAPH if data.startswith(b"_DMI_") else b""
    return (before + data).ljust(ENTRY_POINT_SIZE, b"\0")[:ENTRY_POINT_SIZE]


@traced
def dmi_present(k: Kernel, buf: int) -> int:
    """Whether the 32 bytes at an address are an entry point of 32 bits, ``_SM_`` with ``_DMI_`` behind it or
    that alone: read what it points to.  Returns 0 or 1, as the kernel does: 1 is no."""
    version, data = 0, _window(k, buf)
    if data.startswith(b"_SM_") and 30 <= data[5] <= 32 and _has_checksum(data[: data[5]]):
        version = int.from_bytes(data[6:8], "big")
        version = WRONG_VERSIONS.get(version, version)
    legacy = data[16:]
    if not legacy.startswith(b"_DMI_") or not _has_checksum(legacy[:15]):
        return 1
    dmi = k.dmi
    dmi.version = (version or (legacy[14] & 0xF0) << 4 | legacy[14] & 0x0F) << 8
    dmi.count, dmi.length = number_at(legacy, 12, 2), number_at(legacy, 6, 2)
    dmi.base = number_at(legacy, 8, 4)
    if dmi_walk_early(k, "dmi_decode"):
        return 1
    name = "SMBIOS" if version else "Legacy DMI"
    k.pr_info("{} {}.{} present.", name, dmi.version >> 16, dmi.version >> 8 & 0xFF)
    k.pr_info("DMI: {}", dmi_format_ids(k))
    return 0


@traced
def dmi_smbios3_present(k: Kernel, buf: int) -> int:
    """Whether the 32 bytes at an address are an entry point of 64 bits, ``_SM3_``: read what it points to.
    Returns 0 or 1, as the kernel does: 1 is no."""
    data = _window(k, buf)
    if not data.startswith(b"_SM3_") or not 24 <= data[6] <= 32 or not _has_checksum(data[: data[6]]):
        return 1
    dmi = k.dmi
    dmi.version = int.from_bytes(data[7:10], "big")
    dmi.count, dmi.length, dmi.base = 0, number_at(data, 12, 4), number_at(data, 16, 8)
    if dmi_walk_early(k, "dmi_decode"):
        return 1
    k.pr_info("SMBIOS {}.{}.{} present.", dmi.version >> 16, dmi.version >> 8 & 0xFF, dmi.version & 0xFF)
    k.pr_info("DMI: {}", dmi_format_ids(k))
    return 0


def _found_by_uefi(k: Kernel) -> bool:
    """Look where UEFI's configuration tables say, at the newer entry point first."""
    for name, present in (("SMBIOS 3.0", dmi_smbios3_present), ("SMBIOS", dmi_present)):
        address = k.efi.tables.get(name)
        if address is None:
            continue
        data = early_memremap(k, address, ENTRY_POINT_SIZE)
        if not data:
            return False
        early_memunmap(k, data, ENTRY_POINT_SIZE)
        if not present(k, address):
            return True
    return False


def _found_by_scan(k: Kernel) -> bool:
    """Look at every paragraph of the BIOS's 64 KiB for the newer entry point, then for the older one.  Only
    those are shown where something is."""
    there = sorted(entry.address for entry in k.firmware.x86.smbios if entry.address % PARAGRAPH == 0)
    places = [address for address in there if SCAN_START <= address < SCAN_START + SCAN_SIZE]
    return any(not present(k, buf) for present in (dmi_smbios3_present, dmi_present) for buf in places)


@traced
def dmi_scan_machine(k: Kernel) -> bool:
    """Look for SMBIOS.  Returns whether it is there."""
    if k.efi.enabled(EFI_CONFIG_TABLES):
        found = _found_by_uefi(k)
    elif k.config.enabled("DMI_SCAN_MACHINE_NON_EFI_FALLBACK"):
        data = early_memremap(k, SCAN_START, SCAN_SIZE)
        found = bool(data) and _found_by_scan(k)
        if data:
            early_memunmap(k, data, SCAN_SIZE)
    else:
        found = False
    if not found:
        k.pr_info("DMI not present or invalid.")
    return found


@traced
def dmi_memdev_walk(k: Kernel) -> None:
    """Keep what there is of memory devices."""
    if dmi_walk_early(k, "count_mem_devices") == 0 and k.dmi.memory_devices:
        dmi_alloc(k, SIZEOF_DMI_MEMDEV_INFO * k.dmi.memory_devices)
        dmi_walk_early(k, "save_mem_devices")


@traced
def dmi_setup(k: Kernel) -> None:
    """Find SMBIOS and keep its strings in the brk area."""
    if not dmi_scan_machine(k):
        return
    dmi_memdev_walk(k)
    if k.release >= (6, 11):
        k.pr_info("DMI: Memory slots populated: {}/{}", k.dmi.populated, k.dmi.memory_devices)
