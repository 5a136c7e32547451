"""What a BIOS has left below 1 MiB: its data area, ACPI's root pointer, the MP table, SMBIOS; and where UEFI
says that SMBIOS is.

The kernel looks through the same areas for them (arch/x86/kernel/mpparse.c, drivers/acpi/acpica/tbxfroot.c,
drivers/firmware/dmi_scan.c).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ....model.firmware.acpi_tables import checksum
from ...remote.target import Range
from ..inputs.acpi import RSDP_SIGNATURE, is_root_pointer
from ..inputs.physical import Reader

EBDA_SEGMENT, BASE_MEMORY_K = 0x40E, 0x413
KIB = 1 << 10
FIRST, BASE_END = Range(0, KIB), Range(639 * KIB, KIB)
EXTENSIONS, BIOS = Range(0xE0000, 0x10000), Range(0xF0000, 0x10000)
STEP = 16
MP_POINTER, MP_POINTER_SIZE, MP_HEADER = b"_MP_", 16, 44
MP_TABLE = b"PCMP"
NEWER, OLDER = b"_SM3_", b"_SM_"
LARGEST_SMBIOS = 1 << 20
HEAD_OF_ENTRY_POINT = 32


class Area(NamedTuple):
    """Bytes at a physical address."""

    address: int
    data: bytes

    def at_steps(self, signature: bytes) -> Iterator[Area]:
        """What begins with a signature at a multiple of 16 bytes."""
        at = self.data.find(signature)
        while at >= 0:
            if (self.address + at) % STEP == 0:
                yield Area(self.address + at, self.data[at:])
            at = self.data.find(signature, at + 1)


class Bios(NamedTuple):
    """The words of the BIOS data area, and the areas where things are looked for."""

    ebda_segment: int
    base_memory_k: int
    first: Area
    base_end: Area
    ebda: Area
    extensions: Area
    bios: Area


async def read_bios(reader: Reader) -> Bios:
    """What cannot be read is empty."""
    areas = [
        Area(each.address, data or b"")
        for each, data in zip(
            (FIRST, BASE_END, EXTENSIONS, BIOS),
            await reader.many((FIRST, BASE_END, EXTENSIONS, BIOS)),
            strict=True,
        )
    ]
    first, base_end, extensions, bios = areas
    words = first.data + (await reader.bytes_at(KIB, 0x100) or b"")
    segment = int.from_bytes(words[EBDA_SEGMENT : EBDA_SEGMENT + 2], "little")
    base = int.from_bytes(words[BASE_MEMORY_K : BASE_MEMORY_K + 2], "little")
    ebda = Area(segment << 4, await reader.bytes_at(segment << 4, KIB) or b"" if segment else b"")
    return Bios(segment, base, first, base_end, ebda, extensions, bios)


def root_pointer(found: Bios) -> int:
    """Where ACPI's root pointer is, 0 if there is none."""
    for area in (found.ebda, found.extensions, found.bios):
        for place in area.at_steps(RSDP_SIGNATURE):
            if is_root_pointer(place.data):
                return place.address
    return 0


async def mp_table(reader: Reader, found: Bios) -> list[dict[str, Any]]:
    """The MP table's pointer, and the table."""
    for area in (found.first, found.base_end, found.bios, found.ebda):
        for place in area.at_steps(MP_POINTER):
            raw = place.data[:MP_POINTER_SIZE]
            if len(raw) == MP_POINTER_SIZE and raw[8] == 1 and not checksum(raw) and raw[9] in (1, 4):
                table = int.from_bytes(raw[4:8], "little")
                told: dict[str, Any] = {"pa": hex(place.address), "spec": raw[9], "feature1": raw[11]}
                data = await _mp_table(reader, table) if table else b""
                return [told | ({"table_pa": hex(table), "table": data.hex()} if data else {})]
    return []


async def _mp_table(reader: Reader, address: int) -> bytes:
    head = await reader.bytes_at(address, MP_HEADER)
    if head is None or not head.startswith(MP_TABLE):
        return b""
    size = int.from_bytes(head[4:6], "little")
    return await reader.bytes_at(address, size) or b"" if size >= MP_HEADER else head


async def smbios(reader: Reader, told: list[int], found: Bios) -> list[dict[str, Any]]:
    """The entry points and their structures, as firmware.json has them: at the addresses that UEFI has
    `told`, or else where a BIOS leaves them."""
    places: list[Area] = []
    for address in told:
        data = await reader.bytes_at(address, HEAD_OF_ENTRY_POINT) or await reader.bytes_at(address, 24)
        places.append(Area(address, data or b""))
    if not told:
        places = [*found.bios.at_steps(NEWER), *found.bios.at_steps(OLDER)]
    read = [await _entry_point(reader, place) for place in places]
    return [one for one in read if one is not None][:2]


async def _entry_point(reader: Reader, place: Area) -> dict[str, Any] | None:
    raw = place.data
    if raw.startswith(NEWER) and len(raw) >= 24:
        length, table, size, count = raw[6], _number(raw, 16, 8), _number(raw, 12, 4), 0
    elif raw.startswith(OLDER) and len(raw) >= 31:
        length, table, size, count = raw[5], _number(raw, 24, 4), _number(raw, 22, 2), _number(raw, 28, 2)
    else:
        return None
    entry = raw[:length]
    if not entry or length > HEAD_OF_ENTRY_POINT or checksum(entry):
        return None
    data = await reader.bytes_at(table, size) if size <= LARGEST_SMBIOS else None
    if data is None:
        return None
    return {
        "entry_point_pa": hex(place.address),
        "entry_point": entry.hex(),
        "table_pa": hex(table),
        "table_size": size,
        "count": count,
        "table": data.hex(),
    }


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
