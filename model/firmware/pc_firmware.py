"""What lies in the memory of a PC before the kernel starts, beside the zero page: the BIOS data area, the MP
table, SMBIOS, the list of setup_data, where ACPI's tables are, the memory type registers.

Read from a JSON file (firmware.json), since a running system has it in a dozen places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from ..base.errors import InputError
from ..language.words import tr
from .boot_params import SETUP_DATA_SIZE, SetupData
from .json_reader import JsonReader

USUAL_EBDA_SEGMENT = 0x9FC0
USUAL_BASE_MEMORY_K = 639
USUAL_BOOT_PARAMS, USUAL_CMDLINE = 0x13BD0, 0x20000
"""Where the real-mode code has the zero page, and QEMU puts the command line."""
MOST = 4096
"""More entries of a list than any firmware has."""
_MTRR = (
    r"reg(\d{1,3}): base=0x([0-9a-f]{1,16}) \( *\d+MB\), size= *(\d{1,15})([KM])B, count=(\d{1,9}): ([\w-]+)"
)


class MpPointer(NamedTuple):
    """``struct mpf_intel`` at a physical address: the specification's version, the first feature byte, and
    the address and bytes of the table that it points to (0 and none if there is none)."""

    address: int
    specification: int
    feature1: int
    table_address: int
    table: bytes


class SmbiosEntryPoint(Struct, frozen=True):
    """An entry point of SMBIOS at a physical address: its bytes; address, size, number and bytes of the
    structures."""

    address: int
    entry_point: bytes
    table_address: int
    table_size: int
    structures: int
    table: bytes


class TableAddress(NamedTuple):
    """Where an ACPI table lies: physical address, bytes, and the file that has them ("" if nobody says)."""

    signature: str
    address: int
    size: int
    file: str = ""


class Mtrr(NamedTuple):
    """A memory type range register in use, as /proc/mtrr prints it: base and size in bytes."""

    register: int
    base: int
    size: int
    type: str


class PcFirmware(Struct, frozen=True):
    """All of it; addresses are physical.

    `ebda_segment` and `base_memory_k` are the words at 0x40e (a paragraph) and 0x413 (KiB); `setup_data` is
    in the order of the list; `rsdp` is 0 if there is no root pointer.
    """

    boot_params_address: int = USUAL_BOOT_PARAMS
    cmdline_address: int = USUAL_CMDLINE
    setup_data: tuple[SetupData, ...] = ()
    ebda_segment: int = USUAL_EBDA_SEGMENT
    base_memory_k: int = USUAL_BASE_MEMORY_K
    mp: tuple[MpPointer, ...] = ()
    smbios: tuple[SmbiosEntryPoint, ...] = ()
    rsdp: int = 0
    acpi_tables: tuple[TableAddress, ...] = field(default=())
    mtrr: tuple[Mtrr, ...] = ()


KEYS = (
    "boot_params_pa",
    "cmdline_pa",
    "setup_data",
    "ebda_segment_0x40e",
    "base_memory_k_0x413",
    "mp",
    "smbios",
    "rsdp_pa",
    "acpi_tables",
    "proc_mtrr",
)


def parse_pc_firmware(facts: Mapping[str, Any], filename: str) -> PcFirmware:
    """From firmware.json as read; what it does not have is as it usually is.  Raises `InputError`."""
    reader = JsonReader(filename)
    reader.check_keys(facts, KEYS)
    usual = PcFirmware()

    def number(key: str, otherwise: int) -> int:
        return reader.number(key, facts[key]) if key in facts else otherwise

    def items(key: str) -> list[Mapping[str, Any]]:
        found = reader.items(key, facts.get(key, []))
        if len(found) > MOST:
            raise InputError(
                tr(
                    "{filename}: {key}: {count} entries are more than any firmware has",
                    filename=filename,
                    key=key,
                    count=len(found),
                )
            )
        return [reader.table(key, item) for item in found]

    ebda, base_memory = number("ebda_segment_0x40e", -1), number("base_memory_k_0x413", -1)
    for key, value in (("ebda_segment_0x40e", ebda), ("base_memory_k_0x413", base_memory)):
        if value > 0xFFFF:
            raise reader.wrong(key, facts[key], tr("a number of 16 bits"))
    return PcFirmware(
        boot_params_address=number("boot_params_pa", usual.boot_params_address),
        cmdline_address=number("cmdline_pa", usual.cmdline_address),
        setup_data=tuple(_setup_data(reader, item) for item in items("setup_data")),
        ebda_segment=ebda if ebda >= 0 else usual.ebda_segment,
        base_memory_k=base_memory if base_memory >= 0 else usual.base_memory_k,
        mp=tuple(_mp_pointer(reader, item) for item in items("mp")),
        smbios=tuple(_smbios(reader, item) for item in items("smbios")),
        rsdp=number("rsdp_pa", 0),
        acpi_tables=tuple(_table_address(reader, item) for item in items("acpi_tables")),
        mtrr=parse_mtrr(
            reader.text("proc_mtrr", line) for line in reader.items("proc_mtrr", facts.get("proc_mtrr", []))
        ),
    )


def _setup_data(reader: JsonReader, item: Mapping[str, Any]) -> SetupData:
    data = reader.bytes("setup_data.data", item.get("data", ""))
    length = reader.number("setup_data.len", item.get("len", len(data)))
    address = reader.number("setup_data.pa", item.get("pa"))
    if length > 0xFFFFFFFF or address + SETUP_DATA_SIZE + length > 1 << 52:
        raise reader.wrong("setup_data.len", item.get("len"), tr("data below 2^52, of at most 4 GiB"))
    return SetupData(address, reader.number("setup_data.type", item.get("type")) & 0xFFFFFFFF, length, data)


def _mp_pointer(reader: JsonReader, item: Mapping[str, Any]) -> MpPointer:
    def number(key: str) -> int:
        return reader.number(f"mp.{key}", item.get(key, 0))

    table = reader.bytes("mp.table", item.get("table", ""))
    return MpPointer(number("pa"), number("spec"), number("feature1"), number("table_pa"), table)


def _smbios(reader: JsonReader, item: Mapping[str, Any]) -> SmbiosEntryPoint:
    def number(key: str, otherwise: int = 0) -> int:
        return reader.number(f"smbios.{key}", item.get(key, otherwise))

    entry_point = reader.bytes("smbios.entry_point", item.get("entry_point", ""))
    table = reader.bytes("smbios.table", item.get("table", ""))
    return SmbiosEntryPoint(
        number("entry_point_pa"),
        entry_point,
        number("table_pa"),
        number("table_size", len(table)),
        number("count"),
        table,
    )


def _table_address(reader: JsonReader, item: Mapping[str, Any]) -> TableAddress:
    return TableAddress(
        reader.text("acpi_tables.signature", item.get("signature")),
        reader.number("acpi_tables.pa", item.get("pa")),
        reader.number("acpi_tables.size", item.get("size", 0)),
        reader.text("acpi_tables.file", item.get("file", "")),
    )


def parse_mtrr(lines: Iterable[str]) -> tuple[Mtrr, ...]:
    """The registers that /proc/mtrr lists; lines that it would not print tell nothing."""
    found = (re.match(_MTRR, line.strip()) for line in lines)
    return tuple(
        Mtrr(int(row[1]), int(row[2], 16), int(row[3]) << (10 if row[4] == "K" else 20), row[6])
        for row in found
        if row
    )
