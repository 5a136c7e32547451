"""Make the firmware of the shipped server: UEFI's memory map and tables, and ACPI's.

Run ``python make.py`` in this folder after a change; a test compares what it makes with the files here.  The
board has eight CPUs on four nodes, two and two of which share a socket, and nothing between 5 GiB and 8 GiB.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path

MIB, GIB = 1 << 20, 1 << 30
PAGE = 4 << 10
WRITE_BACK, UNCACHED, RUNTIME = 1 << 3, 1 << 0, 1 << 63
(RESERVED, LOADER_CODE, LOADER_DATA, BOOT_CODE, BOOT_DATA, RUNTIME_CODE, RUNTIME_DATA, FREE) = range(8)
UNUSABLE, ACPI_RECLAIM, ACPI_NVS, MMIO = 8, 9, 10, 11

RSDP = 0xB980_0018
SMBIOS = 0xB990_2000
MEMRESERVE = 0xB9B0_F000

MEMORY = (
    # start, end, type, more attributes
    (0x4000_0000, 0xB700_0000, FREE, 0),
    (0xB700_0000, 0xB740_0000, BOOT_DATA, 0),
    (0xB740_0000, 0xB800_0000, FREE, 0),
    (0xB800_0000, 0xB820_0000, LOADER_DATA, 0),
    (0xB820_0000, 0xB920_0000, LOADER_CODE, 0),
    (0xB920_0000, 0xB980_0000, FREE, 0),
    (0xB980_0000, 0xB984_0000, ACPI_RECLAIM, 0),
    (0xB984_0000, 0xB985_0000, ACPI_NVS, 0),
    (0xB985_0000, 0xB990_0000, RUNTIME_CODE, RUNTIME),
    (0xB990_0000, 0xB9B0_0000, RUNTIME_DATA, RUNTIME),
    (0xB9B0_0000, 0xB9B1_0000, LOADER_DATA, 0),
    (0xB9B1_0000, 0xBE00_0000, FREE, 0),
    (0xBE00_0000, 0xBE80_0000, BOOT_CODE, 0),
    (0xBE80_0000, 0xBF00_0000, BOOT_DATA, 0),
    (0xBF00_0000, 0xBF80_0000, RESERVED, 0),
    (0xBF80_0000, 0xC000_0000, FREE, 0),
    (0xC000_0000, 0x1_3F00_0000, FREE, 0),
    (0x1_3F00_0000, 0x1_3F01_0000, UNUSABLE, 0),
    (0x1_3F01_0000, 0x1_4000_0000, FREE, 0),
    (0x2_0000_0000, 0x2_8000_0000, FREE, 0),
    (0x2_8000_0000, 0x2_FF00_0000, FREE, 0),
    (0x2_FF00_0000, 0x3_0000_0000, RESERVED, 0),
)
NODES = (
    (0x4000_0000, 0xC000_0000),
    (0xC000_0000, 0x1_4000_0000),
    (0x2_0000_0000, 0x2_8000_0000),
    (0x2_8000_0000, 0x3_0000_0000),
)
DISTANCES = (
    *(10, 12, 20, 22),
    *(12, 10, 22, 20),
    *(20, 22, 10, 12),
    *(22, 20, 12, 10),
)
CPUS_PER_NODE = 2


def memory_map() -> bytes:
    """The descriptors, as UEFI's GetMemoryMap() gives them."""
    ranges = [(start, end, kind, WRITE_BACK | more) for start, end, kind, more in MEMORY]
    ranges.append((0x901_0000, 0x901_1000, MMIO, UNCACHED | RUNTIME))
    return b"".join(
        struct.pack("<I4xQQQQ8x", kind, start, 0, (end - start) // PAGE, attributes)
        for start, end, kind, attributes in ranges
    )


def table(signature: bytes, revision: int, body: bytes) -> bytes:
    """An ACPI table with a good sum."""
    names = b"STEP", b"SERVER", 1, b"STEP", 1
    head = struct.pack("<4sIBB6s8sI4sI", signature, 36 + len(body), revision, 0, *names)
    raw = bytearray(head + body)
    raw[9] = -sum(raw) & 0xFF
    return bytes(raw)


def fadt() -> bytes:
    """No hardware of a PC; CPUs are started through PSCI, by hypervisor calls."""
    body = bytearray(240)
    struct.pack_into("<I", body, 112 - 36, 1 << 20 | 1 << 21)
    struct.pack_into("<HB", body, 129 - 36, 3, 0)
    return table(b"FACP", 6, bytes(body))


def madt() -> bytes:
    """A GICv2, and an interface of it for each CPU."""
    entries = struct.pack("<BB2xIQIB3x", 12, 24, 0, 0x800_0000, 0, 2)
    for cpu in range(CPUS_PER_NODE * len(NODES)):
        entry = bytearray(80)
        struct.pack_into("<BB2xIII", entry, 0, 11, 80, cpu, cpu, 1)
        struct.pack_into("<Q", entry, 32, 0x801_0000)
        struct.pack_into("<Q", entry, 68, cpu)
        entries += bytes(entry)
    return table(b"APIC", 4, bytes(8) + entries)


def srat() -> bytes:
    """Which memory and which CPUs belong to which node."""
    entries = b""
    for node, (start, end) in enumerate(NODES):
        for cpu in range(node * CPUS_PER_NODE, (node + 1) * CPUS_PER_NODE):
            entries += struct.pack("<BBIIII", 3, 18, node, cpu, 1, 0)
        entries += struct.pack("<BBIHQQIIQ", 1, 40, node, 0, start, end - start, 0, 1, 0)
    return table(b"SRAT", 3, struct.pack("<IQ", 1, 0) + entries)


def slit() -> bytes:
    """How far the nodes are from each other."""
    return table(b"SLIT", 1, struct.pack("<Q", len(NODES)) + bytes(DISTANCES))


def spcr() -> bytes:
    """The console is a PL011 with 32-bit registers."""
    body = bytearray(44)
    body[0] = 3
    struct.pack_into("<BBBBQ", body, 4, 0, 32, 0, 3, 0x900_0000)
    body[58 - 36] = 7
    return table(b"SPCR", 2, bytes(body))


def acpi() -> dict[str, tuple[int, bytes]]:
    """Every table by its signature: where it lies, and its bytes."""
    found: dict[str, tuple[int, bytes]] = {}
    address = 0xB981_0000
    for content in (fadt(), madt(), srat(), slit(), spcr()):
        found[content[:4].decode()] = (address, content)
        address += 0x1000
    listed = b"".join(struct.pack("<Q", at) for at, _ in found.values())
    root = (0xB980_1000, table(b"XSDT", 1, listed))
    pointer = bytearray(struct.pack("<8sB6sBIIQB3x", b"RSD PTR ", 0, b"STEP", 2, 0, 36, root[0], 0))
    pointer[8] = -sum(pointer[:20]) & 0xFF
    pointer[32] = -sum(pointer) & 0xFF
    return {"RSDP": (RSDP, bytes(pointer)), "XSDT": root, **found}


def efi_facts(tables: Mapping[str, tuple[int, bytes]]) -> dict[str, object]:
    """UEFI's own tables, shaped as efi.json."""
    return {
        "vendor": "bootstep",
        "revision": hex(2 << 16 | 70),
        "config_tables": [
            {"guid": "8868e871-e4f1-11d3-bc22-0080c73c8881", "table": hex(RSDP)},
            {"guid": "f2fd1544-9794-4a2c-992e-e5bbcf20e394", "table": hex(SMBIOS)},
            {"guid": "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2", "table": hex(MEMRESERVE)},
        ],
        "tables": {"MEMRESERVE": [{"size": 0, "entries": []}]},
        "acpi_tables_[sig,pa,len]": [
            [signature, hex(address), len(content)] for signature, (address, content) in tables.items()
        ],
    }


def files() -> dict[str, bytes]:
    """Every file of the folder, by its path."""
    tables = acpi()
    return {
        "efi_memmap.bin": memory_map(),
        "efi.json": (json.dumps(efi_facts(tables), indent=1) + "\n").encode(),
        **{f"acpi/{signature}.bin": content for signature, (_, content) in tables.items()},
    }


if __name__ == "__main__":
    folder = Path(__file__).parent
    (folder / "acpi").mkdir(exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
