"""From the log of a PC's boot to a machine that boots alike: e820 map, what firmware left, ACPI's tables."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ...model.base.errors import InputError
from ...model.base.units import hex_address, readable_size
from ...model.files.input_files import read_json
from ...model.firmware.boot_params import SETUP_DATA_SIZE, SETUP_PCI
from ...model.firmware.efi_tables import GUIDS
from ...model.logs.e820_map import map_of_log
from ...model.logs.kernel_log import KernelLog
from ...model.logs.records.memblock import MemblockCall, Operation
from ...model.logs.records.record import Record
from ...model.memory.e820 import E820_TYPE_RAM, E820Entry
from ..capture.toml_text import Value
from .pc_tables import IOAPIC, Cpus, cpus_of, logged_tables, tables_of
from .reserved import function_of

EFI_MAP_FILE, EFI_FILE = "efi_memmap.txt", "efi.json"
E820_FILE, FIRMWARE_FILE, ACPI_DIRECTORY = "e820.txt", "firmware.json", "acpi"
MP_HEADER_SIZE, MP_CHECKSUM_AT = 44, 7
INTERRUPT = b"\3".ljust(8, b"\0")
TWO_MIB = 2 << 20
INITRD = re.compile(r"RAMDISK: \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]")
EFI_RANGE = re.compile(r"efi: mem\d+: \[")
EFI_TABLES = re.compile(r"efi: +(?:[\w.]+(?: [23]\.0)?=0x[0-9a-f]+ *)+$")
EFI_TABLE = re.compile(r"([\w.]+(?: [23]\.0)?)=0x([0-9a-f]+)")
SETUP_DATA = re.compile(r"e820: update \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] usable ==> usable")
MOVED_INITRD = re.compile(r"Move RAMDISK from \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]")
PROCESSOR = re.compile(r"Processor #(\d{1,9})( \(Bootup-CPU\))?$")
MP_TABLE = re.compile(r"found SMP MP-table at \[mem 0x([0-9a-f]+)-0x")
FIVE_LEVELS = re.compile(r"(?:e820: )?last_pfn = 0x[0-9a-f]+ max_arch_pfn = 0x10000000000$")
SHIPPED_FIRMWARE = Path(__file__).parents[1] / "machines" / "pc" / "2g" / FIRMWARE_FILE


class Pc:
    """What a log tells of a PC: files by name, keys of its machine file, and what was told and assumed.

    Raises `InputError` if there is no e820 map, or what the log tells cannot be."""

    def __init__(self, log: KernelLog, records: Sequence[Record]) -> None:
        self.lines = log.lines
        self.texts = [line.text.strip() for line in log.lines]
        self.records = records
        self.e820 = _map(log)
        try:
            self.cpus = cpus_of(log.lines)
            self._take_down(tables_of(log.lines))
        except ValueError as error:
            raise InputError(f"{log.source}: {error}") from None
        except struct.error:
            what = "a number in the lines about ACPI's tables or the MP table has no room where it belongs"
            raise InputError(f"{log.source}: {what}") from None

    def _take_down(self, tables: dict[str, bytes]) -> None:
        """Everything as files and keys."""
        self.files = {
            E820_FILE: _rows(self.e820).encode(),
            FIRMWARE_FILE: (json.dumps(self._firmware(tables), indent=1) + "\n").encode(),
            **{f"{ACPI_DIRECTORY}/{name}": data for name, data in tables.items()},
        }
        self.board: dict[str, Value] = {"e820": E820_FILE, "firmware": FIRMWARE_FILE}
        if tables:
            self.board["acpi"] = ACPI_DIRECTORY
        self.board["cpu"] = self._cpu()
        self.board["cpus"] = (self.cpus or Cpus(1, 0)).present
        self.boot: dict[str, Value] = {"kind": "e820"}
        self._add_uefi()
        image = self._image()
        if image is not None:
            self.boot["load_address"] = image
        # Where it is moved, its end is told to the byte, and else to the page.
        moved = next(filter(None, map(MOVED_INITRD.match, self.texts)), None)
        initrd = moved or next(filter(None, map(INITRD.match, self.texts)), None)
        if initrd is not None:
            start = int(initrd[1], 16)
            self.boot["initrd"] = (start, int(initrd[2], 16) + 1 - start)

    @property
    def told(self) -> list[str]:
        """What the machine was made of."""
        ram = sum(entry.size for entry in self.e820 if entry.type == E820_TYPE_RAM)
        tables = [table.signature for table in logged_tables(self.lines)]
        return [
            f"RAM: {readable_size(ram)}, from the BIOS-e820 lines",
            f"ACPI: {len(tables)} tables" if tables else "ACPI: no table",
        ]

    @property
    def assumed(self) -> Iterator[str]:
        """What the log does not tell."""
        if self.cpus is None:
            yield "how many CPUs there are is not told: one"
        if "load_address" not in self.boot:
            yield "where the kernel lies is not told without memblock=debug: where it is linked for"
        if any(table.signature == "SLIT" for table in logged_tables(self.lines)):
            yield "how far nodes are apart is not told: as their order of falling back on others says"
        if any(text.startswith("efi: EFI v") for text in self.texts):
            if self.boot["kind"] == "uefi":
                yield "what UEFI's tables have in them is not told, but for where they are"
            else:
                yield "UEFI started this kernel: here a BIOS does, which has the same e820 map"
        if any(text.startswith(("SMBIOS ", "DMI:")) for text in self.texts):
            yield "what SMBIOS has to say is that of a PC in QEMU"
        if any(text.startswith("KASLR enabled") for text in self.texts):
            yield "what KASLR drew is not told: nothing is moved"

    def _add_uefi(self) -> None:
        """UEFI's map of memory and where its tables are, if the log has the map (efi=debug)."""
        ranges = [text for text in self.texts if EFI_RANGE.match(text)]
        if not ranges:
            return
        line = next(filter(EFI_TABLES.match, self.texts), "")
        tables = [
            {"guid": GUIDS[name], "table": f"0x{address}"}
            for name, address in EFI_TABLE.findall(line)
            if name in GUIDS
        ]
        facts: dict[str, Any] = {"config_tables": tables}
        kept = self._reserved_by("efi_memblock_")
        if kept is not None:
            facts |= {"memmap_pa": hex(kept.base), "memmap_size": kept.size, "desc_size": 48}
        self.files |= {
            EFI_MAP_FILE: "".join(f"{text}\n" for text in dict.fromkeys(ranges)).encode(),
            EFI_FILE: (json.dumps(facts, indent=1) + "\n").encode(),
        }
        self.board |= {"efi_memmap": EFI_MAP_FILE, "efi": EFI_FILE}
        self.boot["kind"] = "uefi"

    def _reserved_by(self, begin: str) -> MemblockCall | None:
        """What a function has reserved first, whose name begins so."""
        calls = (record for record in self.records if isinstance(record, MemblockCall))
        return next((call for call in calls if call.caller.startswith(begin)), None)

    def _image(self) -> int | None:
        """Where the image begins: what is reserved first is it."""
        for record in self.records:
            if isinstance(record, MemblockCall) and record.operation is Operation.RESERVE:
                own = function_of(record.caller) in ("setup_arch", "early_reserve_memory")
                return record.base if own and record.base % TWO_MIB == 0 and record.base else None
        return None

    def _cpu(self) -> str:
        """A CPU of QEMU's that maps memory as the log's does."""
        has_pti = any(text.startswith("Kernel/User page tables isolation: enabled") for text in self.texts)
        name = "Haswell" if has_pti else "qemu64"
        if any(text.startswith("Using GB pages for direct mapping") for text in self.texts):
            name += ",+pdpe1gb"
        if any(map(FIVE_LEVELS.match, self.texts)):
            name += ",+la57"
        return name

    def _firmware(self, tables: dict[str, bytes]) -> dict[str, Any]:
        """firmware.json: where ACPI's tables and the MP table lie."""
        found: dict[str, Any] = {}
        logged = logged_tables(self.lines)
        if tables:
            pointer = next((table.address for table in logged if table.signature == "RSDP"), 0)
            found["rsdp_pa"] = hex(pointer)
            found["acpi_tables"] = [
                {"signature": table.signature, "pa": hex(table.address), "size": table.length}
                for table in logged
            ]
        kept = {(int(row[1], 16), int(row[2], 16)) for row in map(SETUP_DATA.match, self.texts) if row}
        if kept:
            found["setup_data"] = [
                {"pa": hex(start), "type": SETUP_PCI, "len": last + 1 - start - SETUP_DATA_SIZE}
                for start, last in sorted(kept)
            ]
        mp = next(filter(None, map(MP_TABLE.match, self.texts)), None)
        if mp is not None:
            found["mp"] = [self._mp_table(int(mp[1], 16))]
        if any(text.startswith(("SMBIOS ", "DMI:")) for text in self.texts):
            found["smbios"] = read_json(SHIPPED_FIRMWARE)["smbios"]
        return found

    def _mp_table(self, pointer: int) -> dict[str, Any]:
        """The pointer to the MP table, and the table where memblock was told to reserve it, with the CPUs and
        I/O APICs that lines tell."""
        reserved = [
            record
            for record in self.records
            if isinstance(record, MemblockCall) and function_of(record.caller) == "smp_scan_config"
        ]
        found: dict[str, Any] = {"pa": hex(pointer), "spec": 4, "feature1": 0, "table_pa": "0x0", "table": ""}
        if len(reserved) > 1:
            table, size = reserved[1].base, reserved[1].size
            found |= {"table_pa": hex(table), "table": self._mp_entries(size & 0xFFFF).hex()}
        return found

    def _mp_entries(self, size: int) -> bytes:
        """An MP table of so many bytes, whose sum is 0."""
        entries = [
            struct.pack("<BBBB16x", 0, int(row[1]) & 0xFF, 20, 3 if row[2] else 1)
            for row in filter(None, map(PROCESSOR.match, self.texts))
        ]
        entries += [
            struct.pack("<BBBBI", 2, int(row[1]) & 0xFF, 32, 1, int(row[2], 16))
            for row in filter(None, map(IOAPIC.match, self.texts))
        ]
        # What is left are interrupts, which take no memory.
        entries += [INTERRUPT] * ((size - MP_HEADER_SIZE - sum(map(len, entries))) // len(INTERRUPT))
        head = struct.pack(
            "<4sHBB8s12sIHHIHBB", b"PCMP", size, 4, 0, b"", b"", 0, 0, len(entries), 0xFEE00000, 0, 0, 0
        )
        raw = bytearray((head + b"".join(entries))[:size].ljust(size, b"\0"))
        if len(raw) > MP_CHECKSUM_AT:
            raw[MP_CHECKSUM_AT] = -sum(raw) & 0xFF
        return bytes(raw)


def _map(log: KernelLog) -> tuple[E820Entry, ...]:
    """The map that firmware gave.  Raises `InputError` if the log does not tell it."""
    try:
        found = map_of_log(log.lines)
    except ValueError as error:
        raise InputError(f"{log.source}: {error}") from None
    if not found:
        raise InputError(f"{log.source}: the log does not tell of any RAM: it has no BIOS-e820 lines")
    return found


def _rows(entries: Sequence[E820Entry]) -> str:
    return "".join(f"{hex_address(e.addr)} {hex_address(e.end)} {e.type}\n" for e in entries)
