"""Where things lie, from whatever tells it.

Covers boots/core/board.py, iomem.py, sources.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.build.iomem import read_iomem


def test_a_first_bank_that_is_too_small_is_not_the_kernels(tmp_path: Path) -> None:
    fdt = load_kernel(read_machine("virt-1g")).fdt
    reg = bytes.fromhex("0000000000000000000000000010000000000000800000000000000040000000")
    path = tmp_path / "sram.dtb"
    path.write_bytes(fdt.with_properties("/memory@40000000", {"reg": reg}).raw)
    assert load_kernel(read_machine(str(path))).machine.load_address == 0x80200000


IOMEM = """\
40000000-7fffffff : System RAM
  40210000-4055ffff : Kernel code
  40560000-4064ffff : reserved
  40650000-40faffff : Kernel data
  43000000-430fffff : reserved
"""


def test_proc_iomem_tells_kernel_and_device_tree(tmp_path: Path) -> None:
    """6.1 has the image without its head as Kernel code; the blob of 1 MiB is one of the reserved ranges."""
    board = tmp_path / "board.dtb"
    board.write_bytes(load_kernel(read_machine("virt-1g")).fdt.raw)
    (tmp_path / "iomem").write_text(IOMEM)
    kernel = load_kernel(read_machine(str(board), {"iomem": str(tmp_path / "iomem"), "release": "6.1"}))
    assert (kernel.machine.load_address, kernel.machine.dtb_address) == (0x40200000, 0x43000000)
    again = load_kernel(read_machine(str(board), {"iomem": str(tmp_path / "iomem"), "release": "6.12"}))
    assert again.machine.load_address == 0x40210000, "since 6.12 with its head"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("00000000-00000000 : System RAM\n", "all addresses are 0, read /proc/iomem as root"),
        ("MEMORY", "this is no /proc/iomem, there is no System RAM in it"),
        ("", "this is no /proc/iomem"),
    ],
)
def test_an_iomem_that_tells_nothing(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read_iomem(text, "iomem")


@pytest.mark.parametrize(
    ("option", "value", "found"),
    [
        ("load_address", "1026M", 0x40200000),
        ("load_address", "0x40200000", 0x40200000),
        ("dtb_address", "1.25G", 0x50000000),
        ("dtb_address", "1310720KiB", 0x50000000),
        ("initrd", "0x48000000,64M", (0x48000000, 64 << 20)),
        ("initrd", "1152M 0x4000000", (0x48000000, 64 << 20)),
        ("initrd", "none", (0, 0)),
        ("dtb_size", "1MiB", 1 << 20),
    ],
)
def test_addresses_and_sizes_have_units(option: str, value: str, found: object) -> None:
    assert getattr(read_machine("virt-1g", {option: value}), option) == found
