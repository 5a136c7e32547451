"""What firmware hands over beside the device tree: UEFI's memory map and tables, ACPI's tables.

Read from files, as they were taken from a running machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ...model.base.errors import InputError
from ...model.files.input_files import read_bytes, read_json
from ...model.firmware.devicetree.tree import DeviceTree
from ...model.firmware.efi_tables import parse_efi_tables
from ..core.inputs import Firmware, Machine

if TYPE_CHECKING:
    from ...model.firmware.acpi_tables import AcpiTable
    from ...model.firmware.efi_memmap import EfiMemoryDesc

RSDP_SIGNATURE = b"RSD PTR "
ADDRESSES = "acpi_tables_[sig,pa,len]"
"""The key of efi.json under which the ACPI tables' addresses are: lists of signature, address and length."""
UEFI_NODES = (("/hypervisor/uefi", "xen,uefi-mmap-"), ("/chosen", "linux,uefi-mmap-"))


class AcpiTables(Struct, frozen=True):
    """`tables` in the order of the root table, which is `xsdt` or `rsdt`; `rsdp` has the bytes of the root
    pointer."""

    tables: tuple[AcpiTable, ...] = ()
    xsdt: AcpiTable | None = None
    rsdt: AcpiTable | None = None
    rsdp: bytes = b""


def read_firmware(machine: Machine, fdt: DeviceTree) -> Firmware:
    """Read the files that a machine with a device tree names.  Raises `InputError`."""
    facts = efi_facts(machine)
    acpi = read_acpi(machine.acpi, efi_addresses(facts, machine.efi))
    return Firmware(
        memmap=_memory_map(machine, fdt),
        efi=parse_efi_tables(facts, str(machine.efi or machine.efi_memmap)),
        acpi=acpi.tables,
        xsdt=acpi.xsdt,
        rsdt=acpi.rsdt,
        rsdp=acpi.rsdp,
    )


def efi_facts(machine: Machine) -> Mapping[str, Any]:
    """What efi.json says, or else a log that was given for the memory map.  Raises `InputError`."""
    if machine.efi:
        return read_json(machine.efi)
    if machine.efi_memmap:
        from ...model.firmware.efi_log import efi_facts_of_log  # a lot of patterns

        return efi_facts_of_log(read_bytes(machine.efi_memmap).decode("latin-1"))
    return {}


# ---- the memory map ----


def uefi_number(fdt: DeviceTree, name: str) -> int | None:
    """A number the EFI stub put into the device tree, such as ``size`` of the map; None if it did not."""
    for path, prefix in UEFI_NODES:
        node = fdt.find(path)
        raw = node.properties.get(prefix + name) if node else None
        if raw is not None:
            return int.from_bytes(raw[: 4 if len(raw) == 4 else 8], "big")
    return None


def _memory_map(machine: Machine, fdt: DeviceTree) -> tuple[EfiMemoryDesc, ...]:
    """The descriptors, as many as the device tree says there are."""
    size, desc_size = uefi_number(fdt, "size"), uefi_number(fdt, "desc-size")
    if size is None or desc_size is None:
        return ()
    if machine.efi_memmap is None:
        raise InputError(f"{machine.name}: the device tree is UEFI's, expected efi_memmap, its memory map")
    return read_memory_map(machine.efi_memmap, size, desc_size)


def read_memory_map(path: Path, size: int | None, desc_size: int) -> tuple[EfiMemoryDesc, ...]:
    """The descriptors in a file, a log or the map's own bytes: `size` bytes of it (None: all), `desc_size`
    for each descriptor.  Raises `InputError`."""
    from ...model.firmware.efi_log import memory_map_of_log  # a lot of patterns
    from ...model.firmware.efi_memmap import parse_memory_map

    data = read_bytes(path)
    try:
        logged = memory_map_of_log(data.decode("latin-1"))
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None
    if logged:
        return logged
    size = len(data) if size is None else size
    if len(data) < size:
        raise InputError(f"{path}: the memory map is cut off, {len(data)} of {size} bytes are there")
    return parse_memory_map(data[:size], desc_size, str(path))


# ---- ACPI ----


def read_acpi(directory: Path | None, addresses: Mapping[str, Sequence[int]]) -> AcpiTables:
    """The tables in the files of a directory, of which `addresses` has the physical addresses by signature.
    Raises `InputError`."""
    if directory is None:
        return AcpiTables()
    tables = list(_tables(directory, addresses))
    roots = {table.signature: table for table in reversed(tables) if table.signature in ("XSDT", "RSDT")}
    others = [table for table in tables if table.signature not in ("XSDT", "RSDT")]
    xsdt, rsdt = roots.get("XSDT"), roots.get("RSDT")
    return AcpiTables(_in_root_order(others, xsdt, rsdt), xsdt, rsdt, _rsdp(directory))


def efi_addresses(facts: Mapping[str, Any], path: Path | None) -> dict[str, list[int]]:
    """The physical addresses of the tables of each signature, as efi.json has them.  Raises `InputError`."""
    found: dict[str, list[int]] = {}
    try:
        for signature, address, _ in facts.get(ADDRESSES, ()):
            number = address if isinstance(address, int) else int(address, 0)
            found.setdefault(str(signature), []).append(number)
    except (TypeError, ValueError):
        raise InputError(f"{path}: {ADDRESSES}: expected lists of signature, address and length") from None
    return found


def _files(directory: Path) -> list[Path]:
    try:
        return sorted((path for path in directory.iterdir() if path.is_file()), key=_numbered)
    except OSError as error:
        raise InputError(f"{directory}: {(error.strerror or 'cannot be read').lower()}") from None


def _numbered(path: Path) -> tuple[str, int]:
    """The order of sysfs: SSDT2 before SSDT10."""
    name, digits = re.fullmatch(r"(.*?)(\d*)", path.stem, re.DOTALL).groups()  # pyright: ignore[reportOptionalMemberAccess]
    return name, int(digits[:9] or 0)


def _tables(directory: Path, addresses: Mapping[str, Sequence[int]]) -> Iterator[AcpiTable]:
    from ...model.firmware.acpi_tables import parse_table

    left = {signature: list(of_signature) for signature, of_signature in addresses.items()}
    for path in _files(directory):
        data = read_bytes(path)
        if data.startswith(RSDP_SIGNATURE):
            continue
        known = left.get(data[:4].decode("latin-1"))
        yield parse_table(data, known.pop(0) if known else 0, str(path))


def _rsdp(directory: Path) -> bytes:
    for path in _files(directory):
        data = read_bytes(path)
        if data.startswith(RSDP_SIGNATURE):
            if len(data) < 20:
                raise InputError(f"{path}: the root pointer is cut off, {len(data)} of 20 bytes are there")
            return data
    return b""


def _in_root_order(
    tables: list[AcpiTable], xsdt: AcpiTable | None, rsdt: AcpiTable | None
) -> tuple[AcpiTable, ...]:
    """As the root table lists them; those it does not list, or whose address is not known, come last."""
    from ...model.firmware.acpi_tables import HEADER_SIZE

    if xsdt is not None:
        listed = [xsdt.u64(at) for at in range(HEADER_SIZE, xsdt.length - 7, 8)]
    elif rsdt is not None:
        listed = [rsdt.u32(at) for at in range(HEADER_SIZE, rsdt.length - 3, 4)]
    else:
        return tuple(tables)
    place = {address: at for at, address in reversed(list(enumerate(listed)))}
    return tuple(sorted(tables, key=lambda table: place.get(table.address or -1, len(listed))))
