"""What U-Boot printed, as people keep it: console text of several U-Boots, made after public questions."""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.placement.uboot_log import UbootBoot, read_uboot
from bootstep.model.base.errors import InputError

MOVED = """\
U-Boot 2023.01 (Jan 09 2023)
Moving Image from 0x41000000 to 0x40200000, end=41536000
## Flattened Device Tree blob at 5fd42280
   Booting using the fdt blob at 0x5fd42280
Working FDT set to 5fd42280
   Loading Device Tree to 0000000042df2000, end 0000000042dffb2f ... OK
Working FDT set to 42df2000

Starting kernel ...
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd034]
"""
IN_PLACE = """\
   kernel loaded at 0x00400000, end = 0x0219a200
   Using Device Tree in place at 000000000a100000, end 000000000a140215
Adding bank: 0x00200000 - 0x08400000 (size: 0x08200000)
Starting kernel ...
"""
RAMDISK = """\
## Loading init Ramdisk from Legacy Image at 09000000 ...
   Load Address: 00000000
   Loading Ramdisk to 7b6fb000, end 7c7ff9e3 ... OK
   Loading Device Tree to 000000007b6ed000, end 000000007b6fafff ... OK
"""
FIT = """\
## Loading kernel from FIT Image at 90000000 ...
   Trying 'kernel-1' kernel subimage
     Load Address: 0x40080000
     Entry Point:  0x40080000
## Loading fdt from FIT Image at 90000000 ...
   Trying 'fdt-1' fdt subimage
     Load Address: 0x44000000
   Loading Kernel Image ... OK
   Loading Device Tree to 000000005bdf1000, end 000000005bdfffff ... OK
"""
TYPED = "kernel_addr_r=0x40480000\n=> booti ${kernel_addr_r} 44000000:1234 0x43000000\n"
BANKS = """\
=> bdinfo
DRAM bank   = 0x00000000
-> start    = 0x40000000
-> size     = 0x20000000
"""


@pytest.mark.parametrize(
    ("text", "load", "dtb", "initrd"),
    [
        (MOVED, 0x40200000, 0x42DF2000, (0, 0)),
        (IN_PLACE, 0x400000, 0xA100000, (0, 0)),
        (RAMDISK, None, 0x7B6ED000, (0x7B6FB000, 0x11049E3)),
        (FIT, 0x40080000, 0x5BDF1000, None),
        (TYPED, 0x40480000, 0x43000000, (0x44000000, 0x1234)),
        ("ZynqMP> booti 3000000 - 2a00000\r\n", 0x3000000, 0x2A00000, None),
        ("[  12.345] => booti 0x40200000 - 0x48000000", None, None, None),
        (MOVED.replace("\n", "\r\n"), 0x40200000, 0x42DF2000, (0, 0)),
        (IN_PLACE + MOVED, 0x40200000, 0x42DF2000, (0, 0)),
        (BANKS, None, None, None),
    ],
)
def test_where_things_lie(
    text: str, load: int | None, dtb: int | None, initrd: tuple[int, int] | None
) -> None:
    if text.startswith("["):
        with pytest.raises(InputError, match="does not tell where U-Boot put anything"):
            read_uboot(text, "log")
        return
    found = read_uboot(text, "log")
    assert (found.load_address, found.dtb_address, found.initrd) == (load, dtb, initrd)


def test_banks_are_those_of_bdinfo() -> None:
    assert read_uboot(BANKS, "log").banks == [(0x40000000, 0x20000000)]
    assert read_uboot(BANKS + MOVED, "log").banks == [(0x40000000, 0x20000000)]


def test_text_without_an_end_takes_its_time_only() -> None:
    assert isinstance(read_uboot(TYPED + "=" * 100_000 + "\n" * 1000, "log"), UbootBoot)


@pytest.mark.parametrize("text", ["", "\0\1\2", "Starting kernel ...", "[    0.000000] Booting Linux"])
def test_other_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"^x: this does not tell where U-Boot put anything"):
        read_uboot(text, "x")


def machine_without_addresses(tmp_path: Path, extra: str = "") -> Path:
    board = tmp_path / "board.dtb"
    board.write_bytes(load_kernel(read_machine("virt-1g")).fdt.raw)
    (tmp_path / "uboot.txt").write_text(MOVED)
    path = tmp_path / "machine.toml"
    path.write_text(f'[board]\ndtb = "board.dtb"\n[boot]\nfrom_uboot = "uboot.txt"\n{extra}')
    return path


def test_a_machine_takes_them_and_says_so(tmp_path: Path) -> None:
    kernel = load_kernel(read_machine(str(machine_without_addresses(tmp_path))))
    assert (kernel.machine.load_address, kernel.machine.dtb_address) == (0x40200000, 0x42DF2000)
    assert kernel.assumed_places == ()
    assert any(
        said.endswith(
            "tells where things lie: the kernel at 0x40200000, the device tree at 0x42df2000, no initrd"
        )
        for said in kernel.assumed
    )


def test_what_the_machine_says_counts_more(tmp_path: Path) -> None:
    path = machine_without_addresses(tmp_path, "dtb_address = 0x50000000\n")
    kernel = load_kernel(read_machine(str(path)))
    assert (kernel.machine.load_address, kernel.machine.dtb_address) == (0x40200000, 0x50000000)


def test_memory_that_only_u_boot_knows(tmp_path: Path) -> None:
    """Many sources have an empty memory node: U-Boot fills it in."""
    board = tmp_path / "board.dtb"
    fdt = load_kernel(read_machine("virt-1g")).fdt
    board.write_bytes(fdt.with_properties("/memory@40000000", {"reg": bytes(16)}).raw)
    (tmp_path / "uboot.txt").write_text(BANKS)
    kernel = load_kernel(read_machine(str(board), {"from_uboot": str(tmp_path / "uboot.txt")}))
    node = kernel.fdt.find("/memory@40000000")
    assert node is not None
    assert node.cells("reg") == (0, 0x40000000, 0, 0x20000000)
    assert any("tells where memory is, the device tree does not" in said for said in kernel.assumed)
