"""ACPI's tables, from the root pointer in memory to the last of them, as files of a machine's ``acpi/``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ....model.firmware.acpi_tables import ACPI_HEADERLESS, HEADER_SIZE, checksum, text
from ....model.language.words import tr, trn
from ...capture.firmware import LARGEST_TABLE, MOST_TABLES
from ...remote.target import Range
from .physical import Reader

RSDP_SIGNATURE = b"RSD PTR "
OLD_RSDP, NEW_RSDP = 20, 36
RSDT_AT, REVISION_AT, XSDT_AT = 16, 15, 24
LARGEST_ROOT = 1 << 16
FADT = "FACP"
FADT_FACS_AT, FADT_DSDT_AT, FADT_XFACS_AT, FADT_XDSDT_AT = 36, 40, 132, 140
BGRT, BGRT_IMAGE_AT, BMP_SIZE_AT = "BGRT", 40, 2
LARGEST_IMAGE = 64 << 20


class Found(NamedTuple):
    """A table: its signature, physical address and bytes."""

    signature: str
    address: int
    data: bytes


class AcpiFound(NamedTuple):
    """The tables in the kernel's order: root pointer, root table, what that lists (the FADT followed by what
    it names); and sentences about those that could not be read."""

    tables: tuple[Found, ...] = ()
    missing: tuple[str, ...] = ()

    def named(self) -> list[tuple[str, Found]]:
        """The tables with the names of their files; several of one signature are numbered, as sysfs does."""
        count = Counter(_name(table.signature) for table in self.tables)
        seen: Counter[str] = Counter()
        found: list[tuple[str, Found]] = []
        for table in self.tables:
            name = _name(table.signature)
            seen[name] += 1
            found.append((f"{name}{seen[name] if count[name] > 1 else ''}.bin", table))
        return found

    def files(self) -> dict[str, bytes]:
        """The files of a machine's directory."""
        return {f"acpi/{name}": table.data for name, table in self.named()}

    def listing(self) -> list[list[str | int]]:
        """Signature, address and bytes of each, as efi.json has them."""
        return [[table.signature, hex(table.address), len(table.data)] for table in self.tables]


def _name(signature: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", signature) or "_"


def is_root_pointer(data: bytes) -> bool:
    """Whether this begins with a root pointer that the kernel takes (``acpi_tb_validate_rsdp``)."""
    if len(data) < OLD_RSDP or not data.startswith(RSDP_SIGNATURE) or checksum(data[:OLD_RSDP]):
        return False
    return data[REVISION_AT] < 2 or len(data) < NEW_RSDP or not checksum(data[:NEW_RSDP])


async def read_acpi(memory: Reader, pointer: int) -> AcpiFound:
    """All tables below the root pointer at a physical address (0: there is none)."""
    if not pointer:
        return AcpiFound()
    raw = await memory.bytes_at(pointer, NEW_RSDP) or await memory.bytes_at(pointer, OLD_RSDP)
    if raw is None or not is_root_pointer(raw):
        return AcpiFound((), (tr("ACPI: there is no root pointer at {address}", address=hex(pointer)),))
    size = OLD_RSDP if raw[REVISION_AT] < 2 else NEW_RSDP
    found = [Found("RSDP", pointer, raw[:size])]
    missing: list[str] = []
    entry = 8 if size == NEW_RSDP and _u64(raw, XSDT_AT) else 4
    address = _u64(raw, XSDT_AT) if entry == 8 else _u32(raw, RSDT_AT)
    root = (await _tables(memory, [address], LARGEST_ROOT, missing))[0]
    if root is not None:
        found.append(root)
        ends = range(HEADER_SIZE, len(root.data) - entry + 1, entry)
        listed = [int.from_bytes(root.data[at : at + entry], "little") for at in ends]
        if len(listed) > MOST_TABLES:
            missing.append(
                trn(
                    "ACPI: the root table lists more than one table",
                    "ACPI: the root table lists {count} tables, more than any machine has",
                    len(listed),
                )
            )
        found += await _listed(memory, listed[:MOST_TABLES], missing)
    return AcpiFound(tuple(found), tuple(missing))


async def _listed(memory: Reader, addresses: Sequence[int], missing: list[str]) -> list[Found]:
    """The tables at addresses, and behind each FADT those that it names, each once."""
    found: list[Found] = []
    there = [address for address in addresses if address]
    for table in await _tables(memory, there, LARGEST_TABLE, missing):
        if table is None:
            continue
        found.append(table)
        if table.signature == FADT:
            named = await _tables(memory, _named_by(table.data), LARGEST_TABLE, missing)
            found += [each for each in named if each is not None]
    return found


def _named_by(fadt: bytes) -> list[int]:
    """Where DSDT and FACS are."""
    dsdt = _u64(fadt, FADT_XDSDT_AT) or _u32(fadt, FADT_DSDT_AT)
    facs = _u32(fadt, FADT_FACS_AT) or _u64(fadt, FADT_XFACS_AT)
    return [address for address in (dsdt, facs) if address]


async def _tables(
    memory: Reader, addresses: Sequence[int], largest: int, missing: list[str]
) -> list[Found | None]:
    """The tables at addresses; None for what is none."""
    heads = await memory.many([Range(address, 8) for address in addresses])
    sizes = [int.from_bytes(head[4:8], "little") if head else 0 for head in heads]
    asked = [
        Range(address, size if size <= largest else 0) for address, size in zip(addresses, sizes, strict=True)
    ]
    found: list[Found | None] = []
    for each, data in zip(asked, await memory.many(asked), strict=True):
        signature = text(data[:4]) if data else ""
        if data is None or each.size < (8 if signature in ACPI_HEADERLESS else HEADER_SIZE):
            missing.append(tr("ACPI: there is no table at {address}", address=hex(each.address)))
            found.append(None)
        else:
            found.append(Found(signature, each.address, data))
    return found


async def boot_image_size(memory: Reader, tables: Iterable[Found]) -> int:
    """How many bytes the picture has that firmware shows while it boots (BGRT), which the kernel keeps; 0 if
    there is none."""
    table = next((table for table in tables if table.signature == BGRT), None)
    address = _u64(table.data, BGRT_IMAGE_AT) if table else 0
    head = await memory.bytes_at(address, BMP_SIZE_AT + 4) if address else None
    size = _u32(head, BMP_SIZE_AT) if head else 0
    return size if size <= LARGEST_IMAGE else 0


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _u64(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")
