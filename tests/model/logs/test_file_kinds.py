"""What files are, by what they contain.

Covers head.py.
"""

import gzip
import struct
from pathlib import Path

import pytest
from bootstep.model.logs.file_kinds import kind_of, mistaken

BOARDS = Path(__file__).parents[2] / "data" / "real_boards"
FILES = {
    "files/System.map": "symbols",
    "files/base.dtb": "blob",
    "files/board.dts": "source",
    "files/fdt": "blob",
    "files/fdtdump.txt": "source",
    "files/foo.dtsi": "source",
    "files/inc.dts": "source",
    "files/inc2.P.dts": "source",
    "files/inc2.dts": "source",
    "files/inc2.pp.dts": "source",
    "files/iomem.txt": "iomem",
    "files/ov.dts": "overlay",
    "files/ov.dtbo": "overlay",
    "files/uboot.txt": "u-boot",
    "files/zoneinfo.txt": "zoneinfo",
    "stick-512m/machine.toml": "machine",
    **{f"foreign/{name}.txt": "log" for name in ("arm32", "fedora612", "riscv", "x86", "x95")},
    **{f"stick-512m/{path.name}": "log" for path in BOARDS.glob("stick-512m/*.txt")},
    **{f"sixteen-gib/{path.name}": "log" for path in BOARDS.glob("sixteen-gib/*.txt")},
}


def kind(content: bytes) -> str:
    found = kind_of(content)
    return found.name if found else ""


@pytest.mark.parametrize("name", FILES)
def test_files_of_boards_are_known(name: str) -> None:
    content = (BOARDS / name).read_bytes()
    assert kind(content) == FILES[name]
    if b"\0" not in content:
        windows = b"\xef\xbb\xbf" + content.replace(b"\r", b"").replace(b"\n", b"\r\n")
        assert kind(windows) == FILES[name]
        assert kind(b"\xff\xfe" + content.decode().encode("utf-16-le")) == FILES[name]


TEXTS = {
    "# cat /proc/iomem\n00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n": "iomem",
    "0000000000000000 T _text\n0000000000000000 t primary_entry\n": "symbols",
    "$ zcat /proc/config.gz\n#\n# Linux/arm64 6.1.0 Kernel Configuration\n#\nCONFIG_64BIT=y\n"
    "# CONFIG_SMP is not set\n": "config",
    "Node 0, zone      DMA      5      3      1      0      2      1      1    400\n": "buddyinfo",
    "MemTotal:        1000000 kB\nMemFree:          900000 kB\n": "meminfo",
    "processor\t: 0\nBogoMIPS\t: 48.00\n": "cpuinfo",
    "   0: 0x0000000040000000..0x000000007fffffff\n": "memblock",
    "   0: 0x0000000040000000..0x000000007fffffff    0 NONE\n": "memblock",
    "---[ Linear Mapping start ]---\n0xffff000000000000-0xffff000000200000  2M PTE  RW\n": "page tables",
    "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n": "e820",
    "0000000000000000-000000000009fbff usable\n": "e820",
    "console=ttyS0 root=/dev/vda rw\n": "command line",
    '{"sizeof": {"struct page": 64}}\n': "json",
    "U-Boot 2023.07 (Jul 11 2023)\nDRAM:  512 MiB\n": "u-boot",
    "=> printenv\nkernel_addr_r=0x40400000\n": "u-boot",
    "rk3588 => bdinfo\n": "u-boot",
    "## Flattened Device Tree blob at 48000000\n   Booting using the fdt blob at 0x48000000\n"
    "   Loading Device Tree to 000000007bfe9000, end 000000007bfff7a1 ... OK\n\n": "u-boot",
    "=> fdt print /\n/ {\n\t#address-cells = <0x00000002>;\n};\n": "source",
    "<stdout>: Warning (unit_address_vs_reg): /soc: node has a reg\n/dts-v1/;\n\n/ {\n};\n": "source",
    '// SPDX-License-Identifier: GPL-2.0\n&uart0 {\n\tstatus = "okay";\n};\n': "source",
    "// SPDX-License-Identifier: GPL-2.0\n/dts-v1/;\n/plugin/;\n&{/} { a; };\n": "overlay",
    "[2441] mblock_reserve-R[11].start: 0x544f0000, sz: 0x10000\n": "loader log",
    "[    0.000000] Zone ranges:\n": "log",
    "---[ end trace 0000000000000000 ]---\nLinux version 6.1.0\n": "log",
    "memblock_reserve: [0x0000000040200000-0x0000000041ffffff] paging_init+0x4c\n": "log",
    "diff --git a/x b/x\n": "patch",
    "": "empty",
    "\n\n": "empty",
    "Nothing that anybody knows.\n": "",
}


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_known_by_their_lines(text: str) -> None:
    assert kind(text.encode()) == TEXTS[text]


def test_files_that_are_no_text() -> None:
    descriptor = struct.pack("<IIQQQQQ", 7, 0, 0x40000000, 0, 0x1000, 8, 0)
    table = b"APIC" + (40).to_bytes(4, "little") + bytes(32)
    assert kind(descriptor * 3) == "efi map"
    assert kind(table) == "acpi"
    assert kind(b"\x7fELF\2\1\1" + bytes(9) + b"\4\0\xb7\0" + bytes(50)) == "dump"
    assert kind(b"\x7fELF\2\1\1" + bytes(9) + b"\2\0\xb7\0" + bytes(50)) == "elf"
    assert kind(bytes(56) + b"ARM\x64" + bytes(9)) == "kernel"
    assert kind(b"07070100000000" + bytes(90)) == "initrd"
    assert kind(b"\xd7\xb7\xab\x1e" + bytes(28)) == "dtbo image"
    assert kind(gzip.compress(b"something")) == "packed"
    assert kind(bytes(100)) == "empty"
    assert kind(bytes(range(256)) * 4) == ""


def test_zeroes_in_place_of_addresses_are_told() -> None:
    found = kind_of(b"00000000-00000000 : System RAM\n")
    assert found
    assert found.told("iomem") == (
        "this is a /proc/iomem; --iomem iomem takes it, for a MACHINE of this board; "
        "read it again as root, its addresses are zero"
    )


def test_what_is_mistaken_for_another_kind_is_told() -> None:
    content = (BOARDS / "files/iomem.txt").read_bytes()
    assert mistaken(content, "iomem") == ""
    assert mistaken(content, "config").startswith("this is a /proc/iomem; ")
    assert mistaken(b"Nothing that anybody knows.", "config") == ""
