"""``bootstep capture`` on x86-64: a PC taken down from a running Linux boots as that Linux did.

Covers board.py, firmware.py, kaslr.py, ops.py, smbios.py.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from bootstep.boots.capture.machine import Capture, capture
from bootstep.boots.capture.x86.kaslr import ELF_HEADER, NOWHERE, PROGRAM_HEADER
from bootstep.boots.capture.x86.smbios import masked
from bootstep.boots.core.inputs import Drawn
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.firmware.boot_params import SETUP_E820_EXT, packed_entries
from bootstep.model.memory.e820 import E820Entry
from bootstep.model.text.dmesg import all_lines
from fake_pc import ENTRIES, INITRD, KERNEL, LOAD, TABLES, TEXT, FakePc, symbols


@pytest.fixture
def pc(tmp_path: Path) -> FakePc:
    return FakePc(tmp_path)


def captured(pc: FakePc) -> tuple[Capture, Path]:
    target = pc.path.parent / "captured"
    return capture(pc.path, target), target / "machine.toml"


def loaded(pc: FakePc) -> Kernel:
    return load_kernel(read_machine(str(captured(pc)[1])))


def noted(pc: FakePc) -> dict[str, str]:
    """What was not read, and why."""
    return {missing.what: missing.why for missing in captured(pc)[0].missing}


def test_a_captured_pc_boots_as_the_one_it_was_taken_from(pc: FakePc) -> None:
    found, path = captured(pc)
    assert found.trouble == ""
    machine = read_machine(str(path))
    assert (machine.arch, machine.kind, machine.load_address) == ("x86_64", "e820", LOAD)
    k = load_kernel(machine)
    assert k.firmware.e820 == ENTRIES
    assert k.firmware.boot_params == pc.page
    assert k.machine.initrd == INITRD
    assert (k.machine.cpus, k.machine.cpu_features.name) == (2, "A PC's")
    boot(k)
    options = {
        "vmlinux": str(KERNEL / "vmlinux.sym"),
        "config": str(KERNEL / "config"),
        "sizes": str(KERNEL / "sizes.json"),
        "constants": str(KERNEL / "consts.json"),
    }
    theirs = load_kernel(read_machine(str(path), options))
    boot(theirs)
    ours, others = (list(all_lines(kernel.trace)) for kernel in (k, theirs))
    assert ours == others


def test_tables_have_their_addresses_and_a_root_table(pc: FakePc) -> None:
    firmware = loaded(pc).firmware
    assert {table.signature: table.address for table in firmware.acpi} == {
        name: address for name, (address, _) in TABLES.items()
    }
    assert firmware.rsdt
    assert [firmware.rsdt.u32(at) for at in (36, 40)] == [TABLES["FACP"][0], TABLES["HPET"][0]]
    assert sum(firmware.rsdt.data) & 0xFF == sum(firmware.rsdp) & 0xFF == 0
    assert firmware.x86.rsdp == 0xF59D0
    assert firmware.x86.mp[0].address == 0xF5BA0
    assert firmware.x86.mtrr[0].base == 2 << 30


def test_a_long_map_is_sysfs_to_tell(pc: FakePc) -> None:
    many = tuple(E820Entry(at << 20, 1 << 20, 1) for at in range(140))
    pc.write("sys/kernel/boot_params/data", pc.page.with_e820(many).having(setup_data=0x2000).data)
    for number, (start, size, _) in enumerate(many):
        pc.write(f"sys/firmware/memmap/{number}/start", f"{start:#x}\n")
        pc.write(f"sys/firmware/memmap/{number}/end", f"{start + size - 1:#x}\n")
        pc.write(f"sys/firmware/memmap/{number}/type", "System RAM\n")
    pc.write("sys/kernel/boot_params/setup_data/0/type", f"{SETUP_E820_EXT:#x}\n")
    pc.write("sys/kernel/boot_params/setup_data/0/data", packed_entries(many[128:]))
    firmware = loaded(pc).firmware
    assert firmware.e820 == many
    assert firmware.x86.setup_data[0].address == 0x2000
    assert firmware.x86.setup_data[0].e820_entries() == many[128:]


def test_where_later_setup_data_lies_is_in_the_log(pc: FakePc) -> None:
    pc.write("sys/kernel/boot_params/data", pc.page.having(setup_data=0x2000).data)
    for number, size in enumerate((100, 200, 300)):
        pc.write(f"sys/kernel/boot_params/setup_data/{number}/type", "0x3\n")
        pc.write(f"sys/kernel/boot_params/setup_data/{number}/data", bytes(size))
    log = (pc.path / "var/log/dmesg").read_text()
    marked = "reserve setup_data: [mem 0x0000000000003018-0x00000000000030ef] usable\n"
    pc.write("var/log/dmesg", log + marked)
    found, path = captured(pc)
    listed = json.loads((path.parent / "firmware.json").read_text())["setup_data"]
    assert listed == [{"pa": "0x2000", "type": 3, "len": 100}, {"pa": "0x3018", "type": 3, "len": 200}]
    assert [missing.what for missing in found.missing if "setup_data" in missing.what] == ["setup_data 2"]


def test_without_uefis_map_a_pc_starts_as_from_a_bios(pc: FakePc) -> None:
    page = pc.page.with_efi_memmap(0x3F5EC018, 0x3F774040, 96, 48)
    pc.write("sys/kernel/boot_params/data", page.data)
    k = loaded(pc)
    assert k.machine.kind == "e820"
    assert k.firmware.boot_params.efi_loader_signature == bytes(4)
    assert any("UEFI's memory map is not told" in sentence for sentence in k.assumed)


def by_uefi(pc: FakePc) -> None:
    """Start it with UEFI and efi=debug."""
    page = pc.page.with_efi_memmap(0x3F5EC018, 0x3F774040, 96, 48)
    pc.write("sys/kernel/boot_params/data", page.data)
    flags = "|   |  |  |  |  |  |  |  |  |  |  |   |WB|WT|WC|UC]"
    lines = (
        "efi: EFI v2.70 by EDK II\nefi: ACPI 2.0=0x3f77e014 \n"
        f"efi: mem00: [Conventional{flags} range=[0x0000000000001000-0x000000000009ffff] (0MB)\n"
        f"efi: mem01: [Boot Data   {flags} range=[0x0000000000100000-0x000000003fffffff] (1023MB)\n"
    )
    pc.write("var/log/dmesg", (pc.path / "var/log/dmesg").read_text() + lines)


def test_with_efi_debug_the_log_has_uefis_map(pc: FakePc) -> None:
    by_uefi(pc)
    k = loaded(pc)
    assert k.machine.kind == "uefi"
    assert [(one.type, one.phys_addr, one.size) for one in k.firmware.memmap] == [
        (7, 0x1000, 0x9F000),
        (4, 0x100000, 0x3FF00000),
    ]
    assert k.firmware.boot_params.efi_systab == 0x3F5EC018
    assert k.firmware.efi.address("8868e871-e4f1-11d3-bc22-0080c73c8881") == 0x3F77E014


def kcore(*ranges: tuple[int, int, int]) -> bytes:
    """The beginning of /proc/kcore: virtual and physical addresses, and sizes."""
    header = ELF_HEADER.pack(b"\x7fELF\2\1\1", 4, 62, 1, 0, 64, 0, 0, 64, 56, len(ranges), 0, 0, 0)
    return header + b"".join(
        PROGRAM_HEADER.pack(1, 7, 0, va, pa, size, size, 4096) for va, pa, size in ranges
    )


def test_kcore_tells_what_kaslr_drew(pc: FakePc) -> None:
    moved, direct = 0x2A800000, 0xFFFF8A2F40000000
    pc.write("proc/kallsyms", symbols(moved))
    ranges = (
        (0xFFFFD12FC0000000, NOWHERE, 1 << 45),
        (TEXT + moved, LOAD, 0x2000000),
        (0xFFFFFFFFC0000000, NOWHERE, 0x3F000000),
        (direct + 0x1000, 0x1000, 0x9E000),
        (0xFFFFFA11C0000000, NOWHERE, 0x2000),
        (direct + 0x100000, 0x100000, 0x3FEE0000),
        (0xFFFFFA11C0004000, NOWHERE, 0xFF8000),
    )
    pc.write("proc/kcore", kcore(*ranges))
    machine = read_machine(str(captured(pc)[1]))
    assert machine.kaslr == Drawn(None, None, TEXT + moved, direct, 0xFFFFD12FC0000000, 0xFFFFFA11C0000000)


def test_without_kcore_only_the_image_is_known(pc: FakePc) -> None:
    pc.write("proc/kallsyms", symbols(0x2A800000))
    found, path = captured(pc)
    assert read_machine(str(path)).kaslr == Drawn(text=TEXT + 0x2A800000)
    assert any(missing.what == "kaslr" for missing in found.missing)


def test_without_kaslr_nothing_is_said_of_it(pc: FakePc) -> None:
    ranges = (
        (0xFFFFC90000000000, NOWHERE, 1 << 45),
        (0xFFFF888000001000, 0x1000, 0x9E000),
        (0xFFFFEA0000000000, NOWHERE, 0x2000),
    )
    pc.write("proc/kcore", kcore(*ranges))
    assert read_machine(str(captured(pc)[1])).kaslr is None


SMBIOS = (
    bytes([1, 27]) + b"\0\1" + bytes([1, 2, 0, 3]) + bytes(range(16)) + bytes(3)
    + b"QEMU\0Standard PC\0SER 123\0\0"
    + bytes([17, 8, 0, 2, 1, 2, 0, 0]) + b"DIMM 0\0serial\0\0"
    + bytes([127, 4, 0, 3]) + b"\0\0"
)  # fmt: skip


def test_of_smbios_only_what_the_log_shows_is_kept(pc: FakePc) -> None:
    """The kernel allocates as many bytes as the strings are long."""
    found = masked(SMBIOS)
    assert len(found) == len(SMBIOS)
    assert b"QEMU\0Standard PC\0xxx xxx\0\0" in found
    assert b"xxxx x\0xxxxxx\0\0" in found
    assert found[8:24] == b"\x11" * 16
    entry = b"_SM_" + bytes(12) + b"_DMI_" + bytes(1) + struct.pack("<HIHB", len(SMBIOS), 0xF5A10, 3, 0x28)
    pc.write("sys/firmware/dmi/tables/smbios_entry_point", entry)
    pc.write("sys/firmware/dmi/tables/DMI", SMBIOS)
    told = loaded(pc).firmware.x86.smbios[0]
    assert (told.table_address, told.structures, told.table) == (0xF5A10, 3, found)


def test_a_bios_has_smbios_where_the_kernel_looks(pc: FakePc) -> None:
    pc.write("sys/firmware/dmi/tables/smbios_entry_point", b"_SM3_".ljust(24, b"\0"))
    pc.write("sys/firmware/dmi/tables/DMI", SMBIOS)
    assert loaded(pc).firmware.x86.smbios[0].address == 0xF0000


def test_uefis_tables_tell_of_smbios(pc: FakePc) -> None:
    pc.write("sys/firmware/dmi/tables/smbios_entry_point", b"_SM3_".ljust(24, b"\0"))
    pc.write("sys/firmware/dmi/tables/DMI", SMBIOS)
    pc.write("sys/firmware/efi/systab", "ACPI20=0x3f77e014\nSMBIOS3=0x3f518000\nSMBIOS=0x3f519000\n")
    by_uefi(pc)
    assert loaded(pc).firmware.x86.smbios[0].address == 0x3F518000


def test_with_memblock_debug_the_log_tells_how_long_the_mp_table_is(pc: FakePc) -> None:
    lines = (
        "memblock_reserve: [0x00000000000f5ba0-0x00000000000f5baf] smp_scan_config+0x66/0xe1\n"
        "memblock_reserve: [0x00000000000f5bb0-0x00000000000f5c77] smp_scan_config+0xb4/0xe1\n"
    )
    pc.write("var/log/dmesg", (pc.path / "var/log/dmesg").read_text() + lines)
    table = loaded(pc).firmware.x86.mp[0]
    assert (table.address, table.table_address, len(table.table)) == (0xF5BA0, 0xF5BB0, 200)


def test_what_cannot_be_read_is_noted(pc: FakePc) -> None:
    pc.remove("sys/kernel/boot_params/data")
    found = noted(pc)
    assert "boot_params" in found
    assert "SMBIOS" in found


def test_sysfs_alone_tells_the_map(pc: FakePc) -> None:
    pc.remove("sys/kernel/boot_params/data")
    assert loaded(pc).firmware.e820 == ENTRIES


def test_damaged_files_are_noted_and_nothing_fails(pc: FakePc) -> None:
    pc.write("sys/kernel/boot_params/data", b"short")
    pc.write("sys/firmware/memmap/3/type", "Strange\n")
    pc.write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: pae lm\nmodel\t: x\n")
    pc.write("proc/kcore", b"\x7fELF\2\1" + bytes(40))
    found = noted(pc)
    assert "cut off" in found["boot_params"]
    assert "e820" in found
