"""SMBIOS is found, and its strings kept.  Covers decode.py."""

from __future__ import annotations

import pytest
from bootstep.boots.drivers.efi.flags import EFI_CONFIG_TABLES
from bootstep.boots.x86.kernel.dmi.decode import dmi_decode
from bootstep.boots.x86.kernel.dmi.scan import dmi_setup
from bootstep.boots.x86.mm.fixmap import early_ioremap_init
from bootstep.boots.x86.variables import Kernel
from bootstep.model.build.kconfig import KConfig
from bootstep.model.firmware.pc_firmware import SmbiosEntryPoint
from bootstep.model.firmware.smbios import walk
from device_tree_kernel import log
from e820_machine import pc_kernel

ENTRY, TABLE = 0xF59F0, 0xF5A10


def structure(type: int, area: bytes, *strings: bytes) -> bytes:
    """A structure of these bytes behind its header, and its strings."""
    return bytes([type, 4 + len(area), 0, 0]) + area + (b"".join(s + b"\0" for s in strings) or b"\0") + b"\0"


BIOS = structure(0, bytes([1, 2, 0, 0, 3]), b"SeaBIOS", b"1.16.2", b"04/01/2014")
SYSTEM = structure(1, bytes([1, 2]) + bytes(21), b"QEMU", b"Standard PC")
BOARD = structure(2, bytes([0, 1]), b"board\x01")
MEMORY = structure(17, bytes(8) + (1024).to_bytes(2, "little") + bytes([0, 0, 1, 0, 7]), b"DIMM 0")
NO_MEMORY = structure(17, bytes(15), b"DIMM 1")


def with_checksum(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([-sum(data) & 0xFF]) + data[at + 1 :]


def legacy(table: bytes, count: int) -> bytes:
    """An entry point ``_DMI_``."""
    body = b"_DMI_\0" + len(table).to_bytes(2, "little") + TABLE.to_bytes(4, "little")
    return with_checksum(body + count.to_bytes(2, "little") + b"\x28", 5)


def old(table: bytes, count: int, version: tuple[int, int] = (2, 8)) -> bytes:
    """An entry point ``_SM_``."""
    head = b"_SM_\0\x1f" + bytes(version) + bytes(8)
    return with_checksum(head + legacy(table, count), 4)


def new(table: bytes) -> bytes:
    """An entry point ``_SM3_``."""
    head = b"_SM3_\0\x18" + bytes([3, 2, 1]) + b"\1\0" + len(table).to_bytes(4, "little")
    return with_checksum(head + TABLE.to_bytes(8, "little"), 5)


def kernel(entry: bytes, table: bytes, count: int = 0, release: str = "6.1", address: int = ENTRY) -> Kernel:
    k = pc_kernel(
        release=release, smbios=(SmbiosEntryPoint(address, entry, TABLE, len(table), count, table),)
    )
    k.config = KConfig.parse("CONFIG_DMI_SCAN_MACHINE_NON_EFI_FALLBACK=y\n", "test")
    early_ioremap_init(k)
    return k


def taken(k: Kernel) -> int:
    """Bytes of the brk area."""
    return k._brk_end - k._brk_start


def needs(*sizes: int) -> int:
    """Bytes of the brk area that allocations of these sizes take, each aligned to 4, but for the last one's
    end."""
    return sum(-(-size // 4) * 4 for size in sizes[:-1]) + sizes[-1]


def test_the_strings_of_bios_machine_and_board_are_kept() -> None:
    table = BIOS + SYSTEM + BOARD
    k = kernel(old(table, 3), table, 3)
    dmi_setup(k)
    assert log(k) == [
        "SMBIOS 2.8 present.",
        "DMI: QEMU Standard PC/board\\x01, BIOS 1.16.2 04/01/2014",
    ]
    assert taken(k) == needs(8, 7, 11, 5, 12, 7)


def test_an_old_entry_point_may_stand_alone() -> None:
    k = kernel(legacy(BIOS, 1), BIOS, 1)
    dmi_setup(k)
    assert log(k)[0] == "Legacy DMI 2.8 present."


def test_the_new_entry_point_has_no_count() -> None:
    table = BIOS + structure(127, b"") + SYSTEM
    k = kernel(new(table), table)
    dmi_setup(k)
    assert log(k)[0] == "SMBIOS 3.2.1 present."
    assert "sys_vendor" not in k.dmi.idents


def test_a_wrong_version_is_put_right() -> None:
    k = kernel(old(BIOS, 1, (2, 0x33)), BIOS, 1)
    dmi_setup(k)
    assert log(k)[0] == "SMBIOS 2.6 present."


def test_memory_devices_are_counted_since_6_11() -> None:
    table = MEMORY + NO_MEMORY
    for release in ("6.1", "6.12"):
        k = kernel(old(table, 2), table, 2, release)
        dmi_setup(k)
        assert (k.dmi.populated, k.dmi.memory_devices) == (1, 2)
        assert ("DMI: Memory slots populated: 1/2" in log(k)) is (release == "6.12")
        assert taken(k) == needs(2 * 32, 7)


@pytest.mark.parametrize("address", [0xE0000, ENTRY + 1])
def test_only_paragraphs_of_the_bioss_64_kib_are_looked_at(address: int) -> None:
    k = kernel(old(BIOS, 1), BIOS, 1, address=address)
    dmi_setup(k)
    assert log(k) == ["DMI not present or invalid."]
    assert taken(k) == 0


def test_a_checksum_that_is_wrong_makes_an_entry_point_none() -> None:
    k = kernel(old(BIOS, 1)[:-1] + b"\x29", BIOS, 1)
    dmi_setup(k)
    assert log(k) == ["DMI not present or invalid."]


def test_uefi_tells_where_it_is() -> None:
    k = kernel(old(BIOS, 1), BIOS, 1, address=0x7F518000)
    k.efi.flags.add(EFI_CONFIG_TABLES)
    k.efi.tables["SMBIOS"] = 0x7F518000
    dmi_setup(k)
    assert log(k)[0] == "SMBIOS 2.8 present."


def decoded(*structures: bytes) -> int:
    """Bytes of the brk area that structures take."""
    k = pc_kernel()
    table = b"".join(structures)
    k.dmi.structures = {item.offset: item for item in walk(table, len(structures)).structures}
    for address in k.dmi.structures:
        dmi_decode(k, address)
    return taken(k)


def test_what_is_kept_takes_its_size() -> None:
    assert decoded(structure(1, bytes(4) + b"\1" * 16)) == 37
    assert decoded(structure(1, bytes(4) + b"\xff" * 16)) == 0
    assert decoded(structure(0, bytes(16) + bytes([1, 2]))) == 8
    assert decoded(structure(0, bytes(16) + bytes([0xFF, 0xFF]))) == 0
    assert decoded(structure(3, bytes([0, 1]))) == 4
    assert decoded(structure(9, bytes([1]) + bytes(12), b"PCI 1")) == 56 + 6
    assert decoded(structure(9, bytes([1]) + bytes(4) + b"\xff" * 8, b"PCI 1")) == 0
    assert decoded(structure(10, bytes([0x83, 1]), b"VGA")) == 40 + 4
    assert decoded(structure(11, bytes([2]), b"one", b"three")) == needs(4, 40, 6, 40)
    assert decoded(structure(38, bytes(12))) == needs(16, 40)
    assert decoded(structure(41, bytes([1, 0x83]) + bytes(5), b"VGA")) == needs(56 + 4, 40 + 4)


def test_the_first_of_two_strings_is_kept_and_a_device_only_once() -> None:
    assert decoded(BOARD, BOARD) == decoded(BOARD)
    onboard = structure(10, bytes([0x83, 1]), b"VGA")
    assert decoded(onboard, onboard) == decoded(onboard)
