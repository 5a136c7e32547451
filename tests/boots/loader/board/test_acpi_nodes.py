"""Where an SRAT goes among a board's tables.  Covers acpi_pointers.py.

What the boards of QEMU are to look like is what QEMU 7.2 gave Debian's 6.1 for the same machine with
``-object memory-backend-ram … -numa node,memdev=…``, two or three of them, and ``-smp N,sockets=N``.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.board import Span
from bootstep.boots.core.inputs import Firmware
from bootstep.boots.loader.board.acpi_nodes import with_srat
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import AcpiTable, checksum


def places(machine: str, nodes: int) -> dict[str, tuple[int, int]]:
    """Address and size of each table of a machine with so many nodes."""
    firmware = load_what_if(read_machine(machine), Variation(numa=nodes)).firmware
    tables = [*firmware.acpi, *filter(None, (firmware.xsdt, firmware.rsdt))]
    assert all(checksum(table.data) == 0 for table in tables if table.signature != "FACS")
    assert all(table.length == len(table.data) for table in tables)
    return {table.signature: (table.address, table.length) for table in tables}


def listed(machine: str, nodes: int) -> list[int]:
    firmware = load_what_if(read_machine(machine), Variation(numa=nodes)).firmware
    root = firmware.xsdt or firmware.rsdt
    assert root is not None
    width = 8 if root.signature == "XSDT" else 4
    return [int.from_bytes(root.data[at : at + width], "little") for at in range(36, root.length, width)]


def test_seabios_moves_what_is_behind_it() -> None:
    """``-M pc -smp 2,sockets=2 -m 8G``."""
    assert places("pc-8g", 2) == {
        "FACS": (0xBFFE0000, 0x40),
        "DSDT": (0xBFFE0040, 0x19E0),
        "FACP": (0xBFFE1A20, 0x74),
        "APIC": (0xBFFE1A94, 0x80),
        "HPET": (0xBFFE1B14, 0x38),
        "SRAT": (0xBFFE1B4C, 0xF0),
        "WAET": (0xBFFE1C3C, 0x28),
        "RSDT": (0xBFFE1C64, 0x38),
    }
    assert listed("pc-8g", 2) == [0xBFFE1A20, 0xBFFE1A94, 0xBFFE1B14, 0xBFFE1B4C, 0xBFFE1C3C]


def test_edk2_goes_on_in_the_next_page() -> None:
    """``-M q35 -bios OVMF.fd -smp 2,sockets=2 -m 8G``: the DSDT has 12 bytes more there, too."""
    found = places("pc-8g-uefi", 2)
    assert found.pop("DSDT") == (0x7F77A000, 8464 + 12)
    assert found == {
        "FACP": (0x7F779000, 0xF4),
        "FACS": (0x7F7DD000, 0x40),
        "APIC": (0x7F778000, 0x80),
        "HPET": (0x7F777000, 0x38),
        "SRAT": (0x7F776000, 0xF0),
        "MCFG": (0x7F775000, 0x3C),
        "WAET": (0x7F774000, 0x28),
        "BGRT": (0x7F773000, 0x38),
        "XSDT": (0x7F77D0E8, 0x5C),
    }
    assert listed("pc-8g-uefi", 2) == [0x7F779000 - 0x1000 * page for page in range(7)]


def test_an_srat_takes_the_place_of_another_and_distances_go() -> None:
    found = places("pc-6g-numa2", 3)
    assert "SLIT" not in found
    assert found["SRAT"] == (0xBFFE1C15, 0x138)  # a byte later: _PXM of the third node is longer by one
    assert found["WAET"][0] == 0xBFFE1C15 + 0x138
    assert places("server-8g", 3)["SRAT"][0] == 0xB9812000
    assert listed("server-8g", 3) == [0xB9810000, 0xB9811000, 0xB9812000, 0xB9813000]


def test_one_that_has_no_page_left_goes_where_there_is_room() -> None:
    """128 nodes want more than a page; behind the old SRAT was the SLIT, which is gone."""
    found = places("server-8g", 128)
    assert found["SRAT"] == (0xB9812000, 48 + 8 * 18 + 128 * 40)
    assert found["SPCR"][0] == 0xB9814000


def table(signature: bytes, address: int, size: int) -> AcpiTable:
    return AcpiTable(address, (signature + size.to_bytes(4, "little")).ljust(size, b"\0"), "a table")


def test_firmware_without_room_is_told_so() -> None:
    firmware = Firmware(acpi=(table(b"APIC", 0x10010, 64), table(b"FACP", 0x10100, 64)))
    with pytest.raises(InputError, match="a board: where its firmware keeps ACPI's tables there is no room"):
        with_srat(firmware, bytes(100), (), [Span(0x10000, 0x11000)], "a board")
    found = with_srat(firmware, bytes(100), (), [Span(0xF000, 0x11000)], "a board")
    assert [table.address for table in found.acpi] == [0x10010, 0x10100, 0xF000]


def test_where_no_address_is_known_none_is_made_up() -> None:
    firmware = Firmware(acpi=(table(b"APIC", 0, 64), table(b"WAET", 0, 64), table(b"DSDT", 0, 64)))
    found = with_srat(firmware, b"SRAT".ljust(64, b"\0"), ("WAET",), [], "a board")
    assert [table.signature for table in found.acpi] == ["APIC", "SRAT", "WAET", "DSDT"]
    assert not any(table.address for table in found.acpi)
