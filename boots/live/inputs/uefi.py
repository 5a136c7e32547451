"""UEFI's memory map, its system table and its configuration tables, from the addresses that the boot stub
leaves for the kernel, as efi_memmap.bin and efi.json have them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from ....model.base.errors import InputError
from ....model.firmware.efi_memmap import (
    DESCRIPTOR_SIZE,
    EFI_MEMORY_RUNTIME,
    EfiMemoryDesc,
    parse_memory_map,
)
from ....model.firmware.efi_tables import GUIDS
from ....model.language.words import tr
from ...loader.firmware import ADDRESSES
from .acpi import AcpiFound, boot_image_size, read_acpi
from .physical import Reader
from .uefi_contents import read_contents, read_screen

SIGNATURE = b"IBI SYST"
SYSTEM_TABLE, REVISION_AT, VENDOR_AT, COUNT_AT, TABLES_AT = 120, 8, 24, 104, 112
CONFIG_TABLE = 24
MOST_CONFIG_TABLES = 1024
LARGEST_MAP = 1 << 20
LONGEST_VENDOR = 200
"""Bytes of the vendor's name that the kernel reads: 100 letters of 16 bits, the last one a NUL."""


class UefiAddresses(NamedTuple):
    """Physical addresses of the system table and the memory map, and the bytes of the map and of each of its
    descriptors."""

    system_table: int
    memory_map: int
    map_size: int
    descriptor_size: int


class UefiFound(NamedTuple):
    """What efi.json says, the bytes of the map (None: they cannot be read), ACPI's tables, and sentences
    about what could not be read."""

    facts: dict[str, Any]
    memory_map: bytes | None
    acpi: AcpiFound
    missing: tuple[str, ...]

    def files(self) -> dict[str, bytes]:
        """The files of a machine's directory, ACPI's tables among them."""
        files = {"efi.json": (json.dumps(self.facts, indent=1, sort_keys=True) + "\n").encode()}
        if self.memory_map is not None:
            files["efi_memmap.bin"] = self.memory_map
        return files | self.acpi.files()


async def read_uefi(memory: Reader, where: UefiAddresses) -> UefiFound:
    """All of it.  It raises nothing: what makes no sense is told among what is missing."""
    missing: list[str] = []
    raw, descriptors = await _memory_map(memory, where, missing)
    facts: dict[str, Any] = {"systab": hex(where.system_table), "memmap_pa": hex(where.memory_map)}
    facts |= {"memmap_size": where.map_size, "desc_size": where.descriptor_size}
    listing = await _system_table(memory, where.system_table, descriptors, facts, missing)
    facts["config_tables"] = [{"guid": guid, "table": hex(address)} for guid, address in listing]
    tables = dict(listing)
    contents = await read_contents(memory, tables)
    acpi = await read_acpi(memory, tables.get(GUIDS["ACPI 2.0"]) or tables.get(GUIDS["ACPI"]) or 0)
    if size := await boot_image_size(memory, acpi.tables):
        contents["BGRT"] = {"image_size": size}
    if contents:
        facts["tables"] = contents
    if screen := await read_screen(memory, tables):
        facts["screen_info"] = screen
    facts[ADDRESSES] = acpi.listing()
    return UefiFound(facts, raw, acpi, (*missing, *acpi.missing))


async def _memory_map(
    memory: Reader, where: UefiAddresses, missing: list[str]
) -> tuple[bytes | None, Sequence[EfiMemoryDesc]]:
    raw = None
    if DESCRIPTOR_SIZE <= where.descriptor_size <= where.map_size <= LARGEST_MAP:
        raw = await memory.bytes_at(where.memory_map, where.map_size)
    try:
        if raw is not None:
            return raw, parse_memory_map(raw, where.descriptor_size, "")
    except InputError:
        pass
    missing.append(tr("UEFI: its memory map at {address} cannot be read", address=hex(where.memory_map)))
    return None, ()


async def _system_table(
    memory: Reader,
    address: int,
    descriptors: Sequence[EfiMemoryDesc],
    facts: dict[str, Any],
    missing: list[str],
) -> list[tuple[str, int]]:
    """GUIDs and addresses of the configuration tables; revision and vendor go into `facts`."""
    raw = await memory.bytes_at(address, SYSTEM_TABLE)
    if raw is None or not raw.startswith(SIGNATURE):
        missing.append(tr("UEFI: there is no system table at {address}", address=hex(address)))
        return []
    facts["revision"] = hex(_number(raw, REVISION_AT, 4))
    facts["vendor"] = await _vendor(memory, physical(_number(raw, VENDOR_AT, 8), descriptors))
    count, place = _number(raw, COUNT_AT, 8), physical(_number(raw, TABLES_AT, 8), descriptors)
    data = None
    if count <= MOST_CONFIG_TABLES:
        data = await memory.bytes_at(place, count * CONFIG_TABLE) if count else b""
    if data is None:
        missing.append(tr("UEFI: its configuration tables at {address} cannot be read", address=hex(place)))
        return []
    entries = (data[at : at + CONFIG_TABLE] for at in range(0, len(data), CONFIG_TABLE))
    return [(str(UUID(bytes_le=entry[:16])), _number(entry, 16, 8)) for entry in entries]


async def _vendor(memory: Reader, address: int) -> str:
    """The vendor's name, as the kernel prints it: "unknown" if it cannot be read."""
    size = LONGEST_VENDOR
    data = await memory.bytes_at(address, size)
    while data is None and size > 2:
        size //= 2
        data = await memory.bytes_at(address, size)
    if not data:
        return "unknown"
    letters = (
        data[: len(data) & -2].decode("utf-16-le", "replace").partition("\0")[0][: LONGEST_VENDOR // 2 - 1]
    )
    return "".join(letter if " " <= letter <= "~" else "?" for letter in letters)


def physical(address: int, descriptors: Sequence[EfiMemoryDesc]) -> int:
    """``efi_to_phys``: where an address lies that the boot stub has had firmware make a virtual one."""
    for each in descriptors:
        if not each.attribute & EFI_MEMORY_RUNTIME or not each.virt_addr:
            continue
        if each.virt_addr <= address < each.virt_addr + each.size:
            return each.phys_addr + address - each.virt_addr
    return address


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
