"""What cannot be where it was put.

What kernels do then was seen of real ones: Debian's 6.1.0-57 and 6.12.117, started in QEMU with ``-device
loader`` and the blobs at such addresses; their log buffers were read from memory.
"""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.board.tree_changes import NodeChange
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if

KERNELS = ("virt-1g", "virt-1g-6.12")
LOAD = 0x40200000


def booted(name: str, **options: str) -> Kernel:
    kernel = load_kernel(read_machine(name, options))
    boot(kernel)
    return kernel


def lines(kernel: Kernel) -> list[str]:
    trace = kernel.trace
    texts = (trace.log_text(event) for event in trace.logs if trace.is_printed(event))
    return [line for text in texts for line in text.split("\n")]


def address(name: str, symbol: str) -> int:
    image = load_kernel(read_machine(name)).image
    return image.symbol(symbol) - image.symbol("_text") + LOAD


def ending(kernel: Kernel) -> str:
    return kernel.trace.ending(len(kernel.trace) - 1)


@pytest.mark.parametrize("name", KERNELS)
def test_a_device_tree_in_bss_is_cleared_and_the_kernel_waits_for_ever(name: str) -> None:
    at = address(name, "__bss_start") + 0x1000 & -8
    kernel = booted(name, dtb_address=hex(at))
    assert lines(kernel)[-5:] == [
        "",
        f"Error: invalid device tree blob at physical address {at:#018x} (virtual address 0x{0:016x})",
        "The dtb must be 8-byte aligned and must not exceed 2 MB in size",
        "",
        "Please check your bootloader.",
    ]
    assert ending(kernel).startswith("the kernel stops: it has no device tree and waits for ever")
    assert "lies in the kernel's BSS, which the kernel clears" in kernel.collisions[0]


@pytest.mark.parametrize(("name", "symbol"), [("virt-1g", "init_pg_dir"), ("virt-1g-6.12", "init_pg_dir")])
def test_first_page_tables_are_no_place_either(name: str, symbol: str) -> None:
    kernel = booted(name, dtb_address=hex(address(name, symbol)))
    assert any(line.startswith("Error: invalid device tree blob") for line in lines(kernel))


def test_behind_the_first_stack_the_image_leaves_a_device_tree_alone() -> None:
    """It lies in the last pages of the image, which nothing fills: a real 6.12 boots from there."""
    at = address("virt-1g-6.12", "early_init_stack")
    kernel = booted("virt-1g-6.12", dtb_address=hex(at))
    assert lines(kernel)[-1].startswith("Memory: ")


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("at", ["0x48000004", "0x48000001", "0"])
def test_a_device_tree_that_is_not_aligned_or_at_0_is_none(name: str, at: str) -> None:
    kernel = booted(name, dtb_address=at, cmdline="nokaslr")
    assert lines(kernel)[-4].startswith("Error: invalid device tree blob at physical address 0x")
    assert "KASLR disabled on command line" not in lines(kernel), "libfdt reads no such tree"


def test_a_device_tree_over_code_is_nobodys_guess() -> None:
    kernel = booted("virt-1g", dtb_address=hex(LOAD + (1 << 20)))
    assert lines(kernel) == []
    assert "whichever was loaded last has destroyed the other" in ending(kernel)


def test_a_device_tree_whose_end_reaches_into_the_image_is_over_it() -> None:
    assert load_kernel(read_machine("virt-1g", {"dtb_address": hex(LOAD - 0x1000)})).cannot_start


@pytest.mark.parametrize("name", KERNELS)
def test_a_kernel_runs_at_multiples_of_64_kib_and_complains_of_those_that_are_not_of_2_mib(name: str) -> None:
    kernel = booted(name, load_address=hex(LOAD + 0x10000))
    complaint = "[Firmware Bug]: Kernel image misaligned at boot, please fix your bootloader!"
    assert complaint in lines(kernel)
    assert kernel.collisions == ()


@pytest.mark.parametrize("name", KERNELS)
def test_a_stack_that_is_not_aligned_is_told(name: str) -> None:
    """Both real kernels booted at multiples of 32 KiB, and panicked in the first exception at others."""
    (said,) = booted(name, load_address=hex(LOAD + 0x1000)).collisions
    assert "'kernel stack overflow'" in said
    assert booted(name, load_address=hex(LOAD + 0x8000)).collisions == ()


@pytest.mark.parametrize("name", KERNELS)
def test_inside_a_page_no_kernel_starts(name: str) -> None:
    kernel = booted(name, load_address=hex(LOAD + 0x100))
    assert lines(kernel) == []
    assert "is not at a multiple of 4.0 KiB" in ending(kernel)


def test_an_image_that_cannot_relocate_itself_runs_at_its_2_mib_only(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    machine = read_machine("virt-1g")
    assert machine.config
    text = (
        machine.config.read_text().replace("CONFIG_RELOCATABLE=y", "").replace("CONFIG_RANDOMIZE_BASE=y", "")
    )
    config = tmp_path_factory.mktemp("config") / "config"
    config.write_text(text)
    options = {"vmlinux": str(machine.vmlinux), "config": str(config), "release": "6.1"}
    good = load_kernel(read_machine("virt-1g", options))
    assert not good.cannot_start
    bad = load_kernel(read_machine("virt-1g", {**options, "load_address": "0x40210000"}))
    assert "without CONFIG_RELOCATABLE it runs nowhere else" in bad.cannot_start


@pytest.mark.parametrize("name", KERNELS)
def test_a_node_that_claims_the_kernels_memory_with_no_map_is_refused(name: str) -> None:
    claim = "fw@40000000 { no-map; reg = <0 0x40000000 0 0x1000000>; };"
    node = f"/reserved-memory {{ #address-cells = <2>; #size-cells = <2>; ranges; {claim} }};"
    kernel = load_what_if(read_machine(name), Variation(changes=(NodeChange.parse(node),)))
    boot(kernel)
    (said,) = kernel.collisions
    assert said.startswith(
        "node /reserved-memory/fw@40000000 at 0x40000000-0x40ffffff lies over the kernel at "
    )
    subsystem = "OF: fdt" if name == "virt-1g" else "OF: reserved mem"
    words = f"{subsystem}: Reserved memory: failed to reserve memory for node 'fw@40000000'"
    assert f"{words}: base 0x0000000040000000, size 16 MiB" in lines(kernel)


def test_an_initrd_over_kernel_or_device_tree_is_told() -> None:
    said = load_kernel(read_machine("virt-1g", {"initrd": "0x40400000,4M"})).collisions
    assert said[0].startswith("the initrd at 0x40400000-0x407fffff lies over the kernel at 0x40200000-")
    said = load_kernel(read_machine("virt-1g", {"initrd": "0x47f00000,4M"})).collisions
    assert said[0].startswith("the initrd at 0x47f00000-0x482fffff lies over the device tree at 0x48000000-")


def test_a_device_tree_outside_memory_is_read_all_the_same() -> None:
    """As real kernels of 6.1 and 6.12 do."""
    kernel = booted("virt-1g", dtb_address="0x90000000")
    assert lines(kernel)[-1].startswith("Memory: ")
    assert "; it is read and reserved all the same" in kernel.collisions[0]


@pytest.mark.parametrize("name", [*KERNELS, "virt-512m", "server-8g"])
def test_of_machines_that_boot_nothing_is_said(name: str) -> None:
    assert load_kernel(read_machine(name)).collisions == ()
