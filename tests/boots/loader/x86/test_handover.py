"""What firmware and boot loader of a PC hand over.

Covers cpu.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bootstep.boots.core.inputs import Machine
from bootstep.boots.loader.handover import Handover
from bootstep.boots.loader.x86.handover import hand_over
from bootstep.model.arch.x86.address_map import address_map_of
from bootstep.model.base.errors import InputError
from bootstep.model.build.image.image import Image
from bootstep.model.build.kconfig import KConfig
from bootstep.model.build.release import Release
from bootstep.model.firmware.acpi_tables import HEADER
from bootstep.model.firmware.boot_params import SETUP_E820_EXT, bios_boot_params
from bootstep.model.firmware.cpu_features import parse_cpu_json
from bootstep.model.memory.e820 import E820Entry

CONFIG = KConfig.parse("CONFIG_X86_64=y\nCONFIG_X86_5LEVEL=y\nCONFIG_EFI_SOFT_RESERVE=y\n", "config")
LAYOUT = address_map_of(Release(6, 1), CONFIG)
TEXT = 0xFFFFFFFF81000000
IMAGE = Image("vmlinux", {"_text": TEXT, "_end": TEXT + (32 << 20)}, {}, (), {})
MAP = "0 9fc00 usable\n9fc00 a0000 reserved\nf0000 100000 reserved\n100000 7ffe0000 usable\n"
ENTRIES = (
    E820Entry(0, 0x9FC00, 1),
    E820Entry(0x9FC00, 0x400, 2),
    E820Entry(0xF0000, 0x10000, 2),
    E820Entry(0x100000, 0x7FEE0000, 1),
)


def pc(folder: Path, **keys: object) -> Machine:
    """A machine with an e820 map in a file and nothing more, unless `keys` say so."""
    (folder / "e820.txt").write_text(MAP)
    given = {"arch": "x86_64", "kind": "e820", "e820": folder / "e820.txt", "cpu": "qemu64", **keys}
    return Machine("pc", **given)  # type: ignore[arg-type]


def handed(machine: Machine) -> Handover:
    return hand_over(machine, CONFIG, IMAGE, LAYOUT)


def descriptor(kind: int, start: int, pages: int, attribute: int = 0xF) -> bytes:
    numbers = (kind, start, 0, pages, attribute, 0)
    return b"".join(number.to_bytes(8, "little") for number in numbers)


def test_a_map_alone_is_enough_and_what_is_missing_is_said(tmp_path: Path) -> None:
    given = handed(pc(tmp_path))
    page, x86 = given.firmware.boot_params, given.firmware.x86
    assert given.firmware.e820 == page.e820_table == ENTRIES
    assert (x86.ebda_segment, x86.base_memory_k) == (0x9FC0, 639)
    assert given.machine.load_address == 0x1000000
    assert given.machine.initrd == (0, 0)
    assert not given.machine.cpu_features.has("pdpe1gb")
    assert given.left_open == ("load_address",)
    said = "\n".join(given.assumed)
    for word in ("--boot-params", "--firmware", "--acpi", "--cpu-features", "--load-address", "no initrd"):
        assert word in said


def test_a_zero_page_alone_is_enough_too(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(bios_boot_params(ENTRIES).with_ramdisk(0x7FFDC000, 0x3600).data)
    given = handed(pc(tmp_path, e820=None, boot_params=tmp_path / "page"))
    assert given.firmware.e820 == ENTRIES
    assert given.machine.initrd == (0x7FFDC000, 0x3600)
    assert given.firmware.boot_params.type_of_loader == 0xB0


def test_what_the_machine_says_itself_goes_into_the_zero_page(tmp_path: Path) -> None:
    page = bios_boot_params(ENTRIES[:1]).with_ramdisk(0x7FFDC000, 0x3600).having(alt_mem_k=0x1234)
    (tmp_path / "page").write_bytes(page.data)
    given = handed(pc(tmp_path, boot_params=tmp_path / "page", initrd=(0x1_0000_0000, 0x1000)))
    page = given.firmware.boot_params
    assert page.e820_table == ENTRIES
    assert (page.ramdisk_image, page.ramdisk_size) == (0x1_0000_0000, 0x1000)
    assert page.number("alt_mem_k") == 0x1234


def test_of_a_long_map_real_mode_code_sees_128_ranges(tmp_path: Path) -> None:
    machine = pc(tmp_path)
    (tmp_path / "e820.txt").write_text("".join(f"{at:x}00000 {at:x}80000 1\n" for at in range(140)))
    given = handed(machine)
    assert len(given.firmware.e820) == 128
    assert any("140 ranges" in sentence for sentence in given.assumed)


def test_the_rest_of_a_long_map_is_in_setup_data(tmp_path: Path) -> None:
    facts = {"setup_data": [{"pa": "0x2000", "type": SETUP_E820_EXT, "len": 240}]}
    (tmp_path / "firmware.json").write_text(json.dumps(facts))
    machine = pc(tmp_path, firmware=tmp_path / "firmware.json")
    (tmp_path / "e820.txt").write_text("".join(f"{at:x}00000 {at:x}80000 1\n" for at in range(140)))
    firmware = handed(machine).firmware
    assert len(firmware.e820) == 140
    assert firmware.e820[128:] == firmware.x86.setup_data[0].e820_entries()
    assert firmware.boot_params.setup_data == 0x2000


def test_ufeis_boot_stub_makes_the_e820_map_of_uefis(tmp_path: Path) -> None:
    descriptors = (
        descriptor(7, 0, 0xA0),
        descriptor(7, 0x100000, 0x700),
        descriptor(10, 0x800000, 8),
        descriptor(3, 0x808000, 8),
        descriptor(4, 0x810000, 8),
        descriptor(7, 0x818000, 8, 1 << 18),
        descriptor(0x80000000, 0x820000, 8),
        descriptor(9, 0x900000, 1),
    )
    (tmp_path / "map").write_bytes(b"".join(descriptors))
    keys = {"e820": None, "kind": "uefi", "efi_memmap": tmp_path / "map"}
    given = handed(pc(tmp_path, **keys))
    assert given.firmware.e820 == (
        E820Entry(0, 0xA0000, 1),
        E820Entry(0x100000, 0x700000, 1),
        E820Entry(0x800000, 0x8000, 4),
        E820Entry(0x808000, 0x10000, 1),
        E820Entry(0x818000, 0x8000, 0xEFFFFFFF),
        E820Entry(0x900000, 0x1000, 3),
    )
    assert given.firmware.boot_params.efi_loader_signature == b"EL64"
    given = handed(pc(tmp_path, **keys, cmdline="efi=nosoftreserve"))
    assert given.firmware.e820[3] == E820Entry(0x808000, 0x18000, 1)


def test_acpis_tables_come_in_the_order_of_the_root_table(tmp_path: Path) -> None:
    def table(signature: bytes, body: bytes = b"") -> bytes:
        header = HEADER.pack(signature, HEADER.size + len(body), 1, 0, b"BOCHS ", b"BXPC    ", 1, b"BXPC", 1)
        return header + body

    (tmp_path / "acpi").mkdir()
    for signature in (b"APIC", b"FACP", b"HPET"):
        (tmp_path / "acpi" / f"{signature.decode()}.bin").write_bytes(table(signature))
    root = b"".join(address.to_bytes(4, "little") for address in (0x3000, 0x1000, 0x2000))
    (tmp_path / "acpi" / "RSDT.bin").write_bytes(table(b"RSDT", root))
    listed = [("FACP", "0x1000"), ("APIC", "0x2000"), ("HPET", "0x3000"), ("RSDT", "0x4000")]
    facts = {"acpi_tables": [{"signature": name, "pa": at} for name, at in listed]}
    (tmp_path / "firmware.json").write_text(json.dumps(facts))
    machine = pc(tmp_path, firmware=tmp_path / "firmware.json", acpi=tmp_path / "acpi")
    firmware = handed(machine).firmware
    assert [table.signature for table in firmware.acpi] == ["HPET", "FACP", "APIC"]
    assert firmware.rsdt
    assert firmware.rsdt.address == 0x4000


def test_a_cpu_is_what_its_file_says_or_else_qemus_of_its_name(tmp_path: Path) -> None:
    assert handed(pc(tmp_path, cpu="max")).machine.cpu_features.has("la57")
    told = parse_cpu_json({"flags": ["lm", "pae"], "physical_bits": 46}, "cpu.json")
    given = handed(pc(tmp_path, cpu_features=told))
    assert given.machine.cpu_features.physical_bits == 46
    assert not any("--cpu-features" in sentence for sentence in given.assumed)
    given = handed(pc(tmp_path, cpu="z80"))
    assert given.machine.cpu == "qemu64"
    assert any("nobody here knows a CPU z80" in sentence for sentence in given.assumed)


def test_what_is_lacking_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pc: the machine has no memory, an e820 map is expected"):
        handed(pc(tmp_path, e820=None))
    with pytest.raises(InputError, match=r"pc: it boots from UEFI, expected efi_memmap"):
        handed(pc(tmp_path, kind="uefi"))
    (tmp_path / "page").write_bytes(bytes(100))
    with pytest.raises(InputError, match=r"page: the zero page \(boot_params\) is cut off, 100 of 4096"):
        handed(pc(tmp_path, boot_params=tmp_path / "page"))


def test_iomem_tells_where_the_kernel_lies(tmp_path: Path) -> None:
    (tmp_path / "iomem").write_text("00100000-7ffdffff : System RAM\n  04000000-046000ff : Kernel code\n")
    image = Image("vmlinux", {**IMAGE.symbols, "_stext": TEXT}, {}, (), {})
    given = hand_over(pc(tmp_path, iomem=tmp_path / "iomem"), CONFIG, image, LAYOUT)
    assert given.machine.load_address == 0x4000000
    assert given.left_open == ()
    assert any(said.endswith("tells where things lie: the kernel at 0x4000000") for said in given.assumed)
