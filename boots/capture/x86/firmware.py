"""What firmware left in a PC's memory, as far as Linux shows it: firmware.json."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ....model.firmware.boot_params import SETUP_DATA_SIZE, SETUP_E820_EXT, BootParams
from ....model.memory.e820 import E820_TYPE_RAM, E820Entry
from ..source import Source

SETUP_DATA = "/sys/kernel/boot_params/setup_data"
LARGEST, MOST_NODES = 1 << 20, 64
TABLE_LINE = re.compile(r"ACPI: (\S{4}) 0x([0-9A-F]{16}) ([0-9A-F]{6})(?: |$)", re.MULTILINE)
MP_TABLE = re.compile(r"found SMP MP-table at \[mem 0x([0-9a-f]+)-0x[0-9a-f]+\]")
SCANNED = re.compile(r"memblock_reserve: \[0x([0-9a-f]+)-0x([0-9a-f]+)\] smp_scan_config\b")
MARKED = re.compile(r"reserve setup_data: \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] usable")
MP_SIGNATURE, HEADER_OF_MP_TABLE, LARGEST_MP_TABLE = b"PCMP", 44, 0xFFFF
LOWEST_EBDA, END_OF_LOW_MEMORY = 0x80000, 0xA0000


def capture_firmware(
    source: Source,
    log: str,
    page: BootParams | None,
    e820: Sequence[E820Entry],
    smbios: list[dict[str, Any]],
) -> bytes:
    """firmware.json, for a zero page, a map and SMBIOS that were taken down."""
    facts: dict[str, Any] = {
        **_bios_data_area(source, e820),
        "setup_data": list(_setup_data(source, log, page)),
        "mp": list(_mp_table(log)),
        "smbios": smbios,
        "acpi_tables": [
            {"signature": signature, "pa": hex(int(at, 16)), "size": int(size, 16)}
            for signature, at, size in TABLE_LINE.findall(log)
        ],
        "proc_mtrr": source.text("/proc/mtrr").splitlines(),
    }
    rsdp = next((int(at, 16) for name, at, _ in TABLE_LINE.findall(log) if name == "RSDP"), 0)
    facts["rsdp_pa"] = hex(rsdp or (page.acpi_rsdp_addr if page else 0))
    return (json.dumps(facts, indent=1) + "\n").encode()


def _bios_data_area(source: Source, e820: Sequence[E820Entry]) -> dict[str, Any]:
    """Where a BIOS says that its own data begin: right behind the first RAM.  UEFI leaves that empty."""
    first = next((entry for entry in sorted(e820) if entry.type == E820_TYPE_RAM), None)
    if first is None or not LOWEST_EBDA <= first.end < END_OF_LOW_MEMORY:
        return {"ebda_segment_0x40e": "0x0", "base_memory_k_0x413": 0}
    source.derived.append(f"the EBDA at {first.end:#x}: RAM ends there")
    return {"ebda_segment_0x40e": hex(first.end >> 4), "base_memory_k_0x413": first.end >> 10}


def _mp_table(log: str) -> Iterator[dict[str, Any]]:
    """Where the MP table's pointer is; with memblock=debug also where the table is, of which only the length
    is known, and only that counts where ACPI tells of CPUs."""
    pointer = MP_TABLE.search(log)
    if pointer is None:
        return
    found: dict[str, Any] = {"pa": f"0x{pointer[1]}", "spec": 4}
    for start, last in SCANNED.findall(log):
        address, size = int(start, 16), int(last, 16) + 1 - int(start, 16)
        if address != int(pointer[1], 16) and HEADER_OF_MP_TABLE <= size <= LARGEST_MP_TABLE:
            table = MP_SIGNATURE + size.to_bytes(2, "little")
            found |= {"table_pa": hex(address), "table": table.ljust(size, b"\0").hex()}
    yield found


def _setup_data(source: Source, log: str, page: BootParams | None) -> Iterator[dict[str, Any]]:
    """The nodes of the list.  Only the first one's address is told; others are ranges of the log that are
    as long."""
    numbers = (name for name, is_directory in source.names(SETUP_DATA) if is_directory and name.isdecimal())
    left = [(int(start, 16), int(last, 16) + 1) for start, last in MARKED.findall(log)]
    for number in sorted(numbers, key=lambda name: int(name[:9]))[:MOST_NODES]:
        kind = source.text(f"{SETUP_DATA}/{number}/type").strip()
        data = source.look(f"{SETUP_DATA}/{number}/data", LARGEST)
        if data is None or not re.fullmatch(r"0x[0-9a-f]{1,8}", kind):
            source.note(f"setup_data {number}", "it cannot be read", "run 'bootstep capture' as root")
            continue
        size = SETUP_DATA_SIZE + len(data)
        found = [start for start, end in left if end - start == size]
        address = page.setup_data if page and number == "0" else found[0] if len(found) == 1 else 0
        if not address:
            source.note(f"setup_data {number}", "nothing tells where it lies", "set it in firmware.json")
            continue
        node = {"pa": hex(address), "type": int(kind, 16), "len": len(data)}
        # The bytes of others may be anything: options, keys, a device's own program.
        yield {**node, "data": data.hex()} if node["type"] == SETUP_E820_EXT else node
