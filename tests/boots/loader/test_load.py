"""From a machine to a kernel.

Covers handover.py.
"""

from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.build.release import NEWEST, Release
from bootstep.model.firmware.devicetree.tree import DTNode

BOARDS = Path(__file__).parents[2] / "data" / "boards"


def chosen(kernel: Kernel) -> DTNode:
    node = kernel.fdt.find("/chosen")
    assert node
    return node


def test_a_shipped_machine_is_complete() -> None:
    kernel = load_kernel(read_machine("virt-1g"))
    assert kernel.release == Release(6, 1, 192)
    assert kernel.fdt.totalsize == 1 << 20, "QEMU hands over a blob of 1 MiB"
    assert kernel.image.symbol("_text") == kernel.layout.image.start
    assert kernel.sizes.sizeof("struct page") == 64
    assert chosen(kernel).string("bootargs") == kernel.machine.cmdline


def test_the_command_line_of_an_option_is_the_one_the_kernel_reads() -> None:
    kernel = load_kernel(read_machine("virt-1g", {"cmdline": "mem=600M cma=0"}))
    assert chosen(kernel).string("bootargs") == "mem=600M cma=0"
    assert kernel.fdt.totalsize == 1 << 20


def test_without_a_command_line_the_device_trees_counts() -> None:
    kernel = load_kernel(read_machine(str(BOARDS / "resv-nomap.dtb")))
    assert kernel.machine.cmdline == "nokaslr console=ttyAMA0 loglevel=0 panic=-1"
    assert kernel.fdt.raw == (BOARDS / "resv-nomap.dtb").read_bytes()


def test_an_initrd_is_told_in_the_device_tree_as_qemu_does() -> None:
    kernel = load_kernel(read_machine("virt-1g", {"initrd": "0x48000000,0x10600"}))
    assert chosen(kernel).cells("linux,initrd-start") == (0, 0x48000000)
    assert chosen(kernel).cells("linux,initrd-end") == (0, 0x48010600)
    again = load_kernel(read_machine("virt-1g", {"initrd": "0,0"}))
    assert "linux,initrd-start" not in chosen(again).properties


@pytest.mark.parametrize(
    ("size", "initrd", "dtb_address"),
    [
        (0x40000000, "0,0", 0x48000000),
        (0x8000000, "0,0", 0x44000000),
        (0x1000000, "0,0", 0x41000000),
        (0x40000000, "0x48000000,0x10600", 0x48200000),
        (0x40000000, "0x48000000,0x80b800", 0x48A00000),
    ],
)
def test_a_bare_board_is_laid_out_as_qemu_does(
    tmp_path: Path, size: int, initrd: str, dtb_address: int
) -> None:
    board = load_kernel(read_machine("virt-1g")).fdt
    reg = bytes.fromhex(f"{0x40000000:016x}{size:016x}")
    path = tmp_path / "board.dtb"
    path.write_bytes(board.with_properties("/memory@40000000", {"reg": reg}).raw)
    machine = load_kernel(read_machine(str(path), {"initrd": initrd})).machine
    assert machine.load_address == 0x40200000
    assert machine.dtb_address == dtb_address


def test_sizes_that_are_not_given_are_the_shipped_ones_and_say_so(tmp_path: Path) -> None:
    shipped = read_machine("virt-1g")
    options = {"vmlinux": str(shipped.vmlinux), "config": str(shipped.config)}
    kernel = load_kernel(read_machine("virt-1g", options))
    assert kernel.sizes.source == "what is shipped for 6.1-4k48"
    assert kernel.sizes.constant("INIT_MEMBLOCK_RESERVED_REGIONS") == 145
    fewer = tmp_path / "config"
    fewer.write_text(Path(options["config"]).read_text().replace("CONFIG_NR_CPUS=16", "CONFIG_NR_CPUS=4"))
    kernel = load_kernel(read_machine("virt-1g", {**options, "config": str(fewer)}))
    assert kernel.sizes.constant("INIT_MEMBLOCK_RESERVED_REGIONS") == 133


@pytest.mark.parametrize(
    ("cpu", "cmdline", "is_said"),
    [("max", "", True), ("max", "nokaslr", False), ("cortex-a57", "", False)],
)
def test_a_seed_that_the_cpu_makes_itself_is_said(cpu: str, cmdline: str, is_said: bool) -> None:
    kernel = load_kernel(read_machine("virt-1g", {"cpu": cpu, "cmdline": cmdline}))
    assert any("random numbers of this CPU" in sentence for sentence in kernel.assumed) is is_said


def test_a_configuration_of_another_release_or_kernel_is_said(tmp_path: Path) -> None:
    shipped = read_machine("virt-1g")
    assert load_kernel(shipped).assumed == ()
    other = tmp_path / "config"
    text = "# Linux/arm64 6.6.9 Kernel Configuration\n" + Path(str(shipped.config)).read_text()
    text = text.replace("CONFIG_PGTABLE_LEVELS=4", "CONFIG_PGTABLE_LEVELS=3")
    other.write_text(text.replace("CONFIG_ARM64_VA_BITS=48", "CONFIG_ARM64_VA_BITS=39"))
    options = {"vmlinux": str(shipped.vmlinux), "config": str(other)}
    assert load_kernel(read_machine("virt-1g", options)).assumed == (
        f"{other} is Linux 6.6.9's, the rules of 6.1 are followed",
        f"{shipped.vmlinux} is linked at 0xffff800008000000, by {other} it would be at 0xffffffc008000000",
        "nothing tells the patch level of 6.1, the newest is assumed"
        " (since 6.1.178: early_ioremap slots are a page longer)",
    )


def test_a_patch_level_that_nothing_turns_on_is_not_asked_for() -> None:
    kernel = load_kernel(read_machine("virt-512m", {"release": "6.8"}))
    assert kernel.release.patch == NEWEST
    assert not any("patch level" in sentence for sentence in kernel.assumed)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"arch": "x86_64"}, "x86_64 has no device tree, an e820 map is expected"),
        ({"dtb": "/no/such.dtb"}, "/no/such.dtb: no such file or directory"),
        ({"dts": "/no/such.dts"}, "/no/such.dts: no such file or directory"),
        ({"sizes": "/etc/passwd"}, "/etc/passwd: this is no valid JSON"),
        ({"config": "/etc/passwd"}, "/etc/passwd: this is no kernel configuration"),
    ],
)
def test_what_cannot_be_loaded_is_named(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        load_kernel(read_machine("virt-1g", options))
