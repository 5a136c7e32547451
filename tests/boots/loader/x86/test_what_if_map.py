"""A PC changed a little boots as the changed PC would.

Covers ram.py, boots/loader/board/map_changes.py.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.board.map_changes import EntryChange, HoleChange
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.boots.loader.what_if_syntax import WhatIf
from bootstep.boots.loader.x86.ram import low_end
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.acpi_tables import HEADER, checksum
from bootstep.model.memory.e820 import E820Entry

GIB = 1 << 30
PC_2G = """0x0 0x9fc00 usable
0x9fc00 0xa0000 reserved
0xf0000 0x100000 reserved
0x100000 0x7ffe0000 usable
0x7ffe0000 0x80000000 reserved
0xfffc0000 0x100000000 reserved
0xfd00000000 0x10000000000 reserved
"""
Q35_8G = """0x0 0x9fc00 usable
0x9fc00 0xa0000 reserved
0xf0000 0x100000 reserved
0x100000 0x7ffdf000 usable
0x7ffdf000 0x80000000 reserved
0xb0000000 0xc0000000 reserved
0xfffc0000 0x100000000 reserved
0x100000000 0x280000000 usable
0xfd00000000 0x10000000000 reserved
"""


def pc(folder: Path, text: str = PC_2G) -> str:
    (folder / "e820.txt").write_text(text)
    return str(folder / "e820.txt")


def map_with(machine: str, variation: Variation) -> list[tuple[int, int, int]]:
    kernel = load_what_if(read_machine(machine), variation)
    assert kernel.firmware.boot_params.e820_table == kernel.firmware.e820
    return [(addr, addr + size, type) for addr, size, type in kernel.firmware.e820]


def test_with_8_gib_a_pc_has_3_below_the_hole_and_5_above(tmp_path: Path) -> None:
    """As QEMU's pc with ``-m 8G`` was captured."""
    assert map_with(pc(tmp_path), Variation(ram=8 * GIB))[3:] == [
        (0x100000, 0xBFFE0000, 1),
        (0xBFFE0000, 0xC0000000, 2),
        (0xFFFC0000, 0x100000000, 2),
        (0x100000000, 0x240000000, 1),
        (0xFD00000000, 0x10000000000, 2),
    ]


def test_a_q35_has_2_below_the_hole_and_the_rest_above(tmp_path: Path) -> None:
    machine = pc(tmp_path, Q35_8G)
    assert map_with(machine, Variation(ram=4 * GIB))[3:8] == [
        (0x100000, 0x7FFDF000, 1),
        (0x7FFDF000, 0x80000000, 2),
        (0xB0000000, 0xC0000000, 2),
        (0xFFFC0000, 0x100000000, 2),
        (0x100000000, 0x180000000, 1),
    ]
    assert map_with(machine, Variation(ram=GIB))[-2] == (0xFFFC0000, 0x100000000, 2)


def test_all_ram_that_fits_is_below_the_hole() -> None:
    assert low_end((), 0xDFFF0000) == 0xDFFF0000
    assert low_end((), 0xE0000000) == 0xC0000000
    express = [E820Entry(0xB0000000, 0x10000000, 2)]
    assert low_end(express, 0xAFFF0000) == 0xAFFF0000
    assert low_end(express, 0xB0000000) == 0x80000000


def test_the_initrd_and_acpis_tables_stay_at_the_end_of_low_ram(tmp_path: Path) -> None:
    def table(signature: bytes, body: bytes = b"") -> bytes:
        data = HEADER.pack(signature, HEADER.size + len(body), 1, 0, b"BOCHS ", b"BXPC    ", 1, b"BXPC", 1)
        raw = bytearray(data + body)
        raw[9] = -sum(raw) & 0xFF
        return bytes(raw)

    (tmp_path / "acpi").mkdir()
    (tmp_path / "acpi" / "HPET.bin").write_bytes(table(b"HPET"))
    (tmp_path / "acpi" / "RSDT.bin").write_bytes(table(b"RSDT", (0x7FFE1000).to_bytes(4, "little")))
    listed = [{"signature": "HPET", "pa": "0x7ffe1000"}, {"signature": "RSDT", "pa": "0x7ffe2000"}]
    (tmp_path / "firmware.json").write_text(json.dumps({"acpi_tables": listed, "rsdp_pa": "0xf59d0"}))
    options = {
        "initrd": "0x7ffdc000,0x3600",
        "acpi": str(tmp_path / "acpi"),
        "firmware": str(tmp_path / "firmware.json"),
    }
    kernel = load_what_if(read_machine(pc(tmp_path), options), Variation(ram=512 << 20))
    firmware = kernel.firmware
    assert kernel.machine.initrd == (0x1FFDC000, 0x3600)
    assert firmware.boot_params.ramdisk_image == 0x1FFDC000
    assert [entry.address for entry in firmware.acpi] == [0x1FFE1000]
    assert firmware.rsdt
    assert (firmware.rsdt.address, firmware.rsdt.u32(36)) == (0x1FFE2000, 0x1FFE1000)
    assert checksum(firmware.rsdt.data) == 0


def test_an_entry_more_and_the_kernel_settles_what_overlaps(tmp_path: Path) -> None:
    change = EntryChange.parse("0x40000000-0x4fffffff reserved")
    kernel = load_what_if(read_machine(pc(tmp_path)), Variation(entries=(change,)))
    assert kernel.firmware.e820[-1] == E820Entry(0x40000000, 0x10000000, 2)
    boot(kernel)
    said = [kernel.trace.log_text(event) for event in kernel.trace.logs]
    assert "BIOS-e820: [mem 0x0000000040000000-0x000000004fffffff] reserved" in said
    assert "BIOS-e820: [mem 0x0000000050000000-0x000000007ffdffff] usable" in said


def test_a_hole_is_cut_out_of_what_was_there(tmp_path: Path) -> None:
    found = map_with(pc(tmp_path), Variation(entries=(HoleChange.parse("0x40000000 0x50000000"),)))
    assert found[3:5] == [(0x100000, 0x40000000, 1), (0x50000000, 0x7FFE0000, 1)]


def test_as_it_is_typed(tmp_path: Path) -> None:
    varied = WhatIf(read_machine(pc(tmp_path)))
    for wish in ("ram 4G", "e820 0x40000000-0x4fffffff ACPI NVS", "hole 0x50000000-0x5fffffff", "add mem=1G"):
        varied = varied.wished(wish)
    assert varied.variation.words() == (
        "command line + 'mem=1G', 4.0 GiB RAM, [0x40000000-0x4fffffff] ACPI NVS, no [0x50000000-0x5fffffff]"
    )
    kernel = load_what_if(varied.machine, varied.variation)
    assert kernel.machine.cmdline == "mem=1G"


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ("e820 everywhere", "e820 everywhere: expected START-END TYPE"),
        ("e820 0x1000 0x1000 usable", "this range is empty"),
        ("hole 0x1000", "hole 0x1000: expected START-END, such"),
        ("hole 0x2000000000-0x2000000fff", "nothing of it is in the e820 map"),
        ("ram 1M", "a PC has from 16 MiB to 64 TiB"),
        ("set /chosen:x=<1>", "this board has an e820 map, no device tree"),
        ("dtb-address 0x40000000", "this board has an e820 map, no device tree"),
        ("overlay board.dtbo", "this board has an e820 map, no device tree"),
        (
            "nothing",
            "expected one of add, cmdline, ram, numa, initrd, load-address, e820, hole, release, machine,",
        ),
    ],
)
def test_what_cannot_be_wished_gets_a_sentence(tmp_path: Path, wish: str, sentence: str) -> None:
    with pytest.raises(InputError) as raised:
        varied = WhatIf(read_machine(pc(tmp_path))).wished(wish)
        load_what_if(varied.machine, varied.variation)
    assert sentence in str(raised.value)


def test_a_board_with_a_device_tree_has_no_map() -> None:
    with pytest.raises(InputError, match="this board has a device tree, no e820 map"):
        WhatIf(read_machine("virt-1g")).wished("hole 0x1000-0x1fff")
    varied = WhatIf(read_machine("pc-2g")).wished("hole 0x1000-0x1fff").wished("machine virt-1g")
    with pytest.raises(InputError, match="this board has a device tree, no e820 map"):
        load_what_if(varied.machine, varied.variation)


def test_a_map_that_does_not_go_on_at_1_mib_is_no_usual_pcs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no RAM begins at 1 MiB in this e820 map"):
        map_with(pc(tmp_path, "0x200000 0x10000000 usable\n"), Variation(ram=GIB))
