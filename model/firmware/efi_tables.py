"""What UEFI hands over beside the memory map: its system table, and what its configuration tables hold.

Mirrors ``efi_system_table_t`` and the tables of include/linux/efi.h, as far as they decide about memory.  The
contents come from a JSON file; for a table that is listed without its contents those are assumed that
firmware and boot stub leave at first, and `EfiTables.assumed` names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct

from ..base.errors import InputError
from ..language.words import tr
from .json_reader import JsonReader

EFI_2_70 = 2 << 16 | 70
EDK2_MEMATTR_ENTRIES = 21
"""How many descriptors EDK II's firmware for QEMU's virt machines puts into its memory attributes table."""


class ConfigTable(NamedTuple):
    """An entry of the array of configuration tables: its GUID in the usual spelling, and an address."""

    guid: str
    table: int


class MemReserve(NamedTuple):
    """A ``struct linux_efi_memreserve`` at a physical address: room for `size` entries, and the (base, size)
    of those in use, bytes."""

    address: int
    size: int
    entries: tuple[tuple[int, int], ...]


class EfiTables(Struct, frozen=True):
    """The system table and the contents of configuration tables; sizes in bytes.

    `tpm_final_events` is the size of the events, -1 if the kernel cannot make sense of them;
    `mem_reserve` has the entries of the list behind its head, in order (the head's address is the table's).
    """

    revision: int = EFI_2_70
    vendor: str = "EDK II"
    config_tables: tuple[ConfigTable, ...] = ()
    memattr_version: int = 1
    memattr_entries: int = EDK2_MEMATTR_ENTRIES
    memattr_desc_size: int = 48
    rng_seed_size: int = 32
    tpm_log_size: int = 0
    tpm_log_version: int = 2
    tpm_final_events: int = 0
    mem_reserve: tuple[MemReserve, ...] = (MemReserve(0, 0, ()),)
    initrd: tuple[int, int] | None = None
    esrt_version: int = 1
    esrt_count: int = 1
    mokvar_size: int = 0
    bgrt_image_size: int = 0
    unaccepted_version: int = 1
    unaccepted_size: int = 0
    screen: tuple[int, int] | None = None
    assumed: tuple[str, ...] = ()

    def address(self, guid: str) -> int | None:
        """Where the table of a GUID is, None if there is none; the last one counts."""
        found = [table.table for table in self.config_tables if table.guid == guid]
        return found[-1] if found else None


CONTENTS = {
    "MEMATTR": {"version": "memattr_version", "entries": "memattr_entries", "desc_size": "memattr_desc_size"},
    "RNG": {"size": "rng_seed_size"},
    "TPMEventLog": {"size": "tpm_log_size", "version": "tpm_log_version"},
    "TPMFinalLog": {"events_size": "tpm_final_events"},
    "ESRT": {"version": "esrt_version", "count": "esrt_count"},
    "MOKvar": {"size": "mokvar_size"},
    "BGRT": {"image_size": "bgrt_image_size"},
    "Unaccepted": {"version": "unaccepted_version", "size": "unaccepted_size"},
}
"""The numbers that may be told of a table, under its name as the kernel prints it."""
GUIDS = {
    "ACPI 2.0": "8868e871-e4f1-11d3-bc22-0080c73c8881",
    "ACPI": "eb9d2d30-2d88-11d3-9a16-0090273fc14d",
    "SMBIOS": "eb9d2d31-2d88-11d3-9a16-0090273fc14d",
    "SMBIOS 3.0": "f2fd1544-9794-4a2c-992e-e5bbcf20e394",
    "ESRT": "b122a263-3661-4f68-9929-78f8b0d62180",
    "MEMATTR": "dcfa911d-26eb-469f-a220-38b7dc461220",
    "RNG": "1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b",
    "TPMEventLog": "b7799cb0-eca2-4943-9667-1fae07b747fa",
    "TPMFinalLog": "1e2ed096-30e2-4254-bd89-863bbef82325",
    "CCFinalLog": "dd4a4648-2de7-4665-964d-21d9ef5fb446",
    "MEMRESERVE": "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2",
    "INITRD": "5568e427-68fc-4f3d-ac74-ca555231cc68",
    "RTPROP": "eb66918a-7eef-402a-842e-931d21c38ae9",
    "RCI2": "2d9f28a2-a886-456a-97a8-f11ef24ff455",
    "MOKvar": "c451ed2b-9694-45d3-baba-ed9f8988a389",
    "CocoSecret": "adf956ad-e98c-484c-ae11-b51c7d336447",
    "Unaccepted": "d5d1de3c-105c-44f9-9ea9-bcef98120031",
    "SCREEN_INFO": "e03fc20a-85dc-406e-b90e-4ab502371d95",
}
"""The tables that every architecture knows: their names as the kernel prints them (it has none for RCI2 and
SCREEN_INFO)."""
WITH_CONTENTS = (*(name for name in CONTENTS if name in GUIDS), "MEMRESERVE")


def parse_efi_tables(facts: Mapping[str, Any], filename: str) -> EfiTables:
    """From efi.json as read: ``revision``, ``vendor``, ``config_tables`` (objects of guid and table),
    ``tables`` (the contents, see `CONTENTS`; INITRD has base and size, MEMRESERVE a list of objects with
    size, entries and, but for the first, address), ``screen_info`` (lfb_base and lfb_size).  Revision and
    vendor may be in a ``system_table``.  Raises `InputError`."""
    reader = JsonReader(filename)
    listing = reader.items("config_tables", facts.get("config_tables", []))
    config_tables = tuple(_config_table(reader, entry) for entry in listing)
    contents = {**_told_beside(reader, facts, listing), **reader.table("tables", facts.get("tables", {}))}
    values: dict[str, Any] = {}
    for name, content in contents.items():
        values.update(_contents(reader, name, content))
    if "screen_info" in facts:
        values["screen"] = reader.pair("screen_info", facts["screen_info"], ("lfb_base", "lfb_size"))
    system_table = {**reader.table("system_table", facts.get("system_table", {})), **facts}
    if "revision" in system_table:
        values["revision"] = reader.number("revision", system_table["revision"])
    listed = {table.guid for table in config_tables}
    assumed = tuple(name for name in WITH_CONTENTS if GUIDS[name] in listed and name not in contents)
    vendor = reader.text("vendor", system_table.get("vendor", EfiTables().vendor))
    return EfiTables(vendor=vendor, config_tables=config_tables, assumed=assumed, **values)


def _config_table(reader: JsonReader, entry: Any) -> ConfigTable:
    table = reader.table("config_tables", entry)
    try:
        guid = str(UUID(table.get("guid", "")))
    except (ValueError, AttributeError, TypeError):
        raise reader.wrong("guid", table.get("guid"), "a GUID") from None
    return ConfigTable(guid, reader.number("table", table.get("table")))


def _told_beside(reader: JsonReader, facts: Mapping[str, Any], listing: list[Any]) -> dict[str, Any]:
    """Contents that stand elsewhere in the file, as a debugger wrote them: ``memattr`` beside the entry of
    its table, and ``initrd_table``, a base and a size."""
    found: dict[str, Any] = {}
    for entry in listing:
        if "memattr" in reader.table("config_tables", entry):
            found["MEMATTR"] = entry["memattr"]
    initrd = facts.get("initrd_table")
    if initrd is not None:
        pair = reader.items("initrd_table", initrd)
        if len(pair) != 2:
            raise reader.wrong("initrd_table", initrd, tr("a base and a size"))
        found["INITRD"] = {"base": pair[0], "size": pair[1]}
    return found


def _contents(reader: JsonReader, name: str, content: Any) -> dict[str, Any]:
    where = f"tables.{name}"
    if name == "INITRD":
        return {"initrd": reader.pair(where, content, ("base", "size"))}
    if name == "MEMRESERVE":
        return {
            "mem_reserve": tuple(_mem_reserve(reader, where, entry) for entry in reader.items(where, content))
        }
    known = CONTENTS.get(name)
    if known is None:
        names = ", ".join((*CONTENTS, "INITRD", "MEMRESERVE"))
        raise InputError(
            tr(
                "{filename}: {where}: no such table, known are {names}",
                filename=reader.filename,
                where=where,
                names=names,
            )
        )
    table = reader.table(where, content)
    for key in table:
        if key not in known:
            raise InputError(
                tr(
                    "{filename}: {where}: unknown key {key}, known are {known}",
                    filename=reader.filename,
                    where=where,
                    key=key,
                    known=", ".join(known),
                )
            )
    return {known[key]: reader.number(f"{where}.{key}", value, least=-1) for key, value in table.items()}


def _mem_reserve(reader: JsonReader, where: str, entry: Any) -> MemReserve:
    table = reader.table(where, entry)
    ranges: list[tuple[int, int]] = []
    for pair in reader.items(where, table.get("entries", [])):
        base_size = reader.items(where, pair)
        if len(base_size) != 2:
            raise reader.wrong(where, pair, tr("a base and a size"))
        ranges.append((reader.number(where, base_size[0]), reader.number(where, base_size[1])))
    size = reader.number(where, table.get("size", len(ranges)))
    return MemReserve(reader.number(where, table.get("address", 0)), size, tuple(ranges))
