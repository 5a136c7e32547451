"""Where kernel and device tree are assumed to lie, what turns on that, and boards that people asked about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from bootstep.boots.core.inputs import Machine
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import device_tree, load_kernel
from bootstep.boots.loader.machine_file import read_machine, shipped_machines
from bootstep.boots.sources.other_places import what_turns_on_it
from in_blocks import in_blocks
from sweeps import sweep

BOARDS = Path(__file__).parents[2] / "data" / "real_boards"
RPI, ALTRA = BOARDS / "rpi-cma-512m", BOARDS / "altra-crash-4g"
FAILS = "OF: reserved mem: failed to allocate memory for node 'linux,cma': size 512 MiB"
FITS = (
    "OF: reserved mem: 0x0000000010000000..0x000000002fffffff (524288 KiB) map reusable linux,cma",
    "Reserved memory: created CMA memory pool at 0x0000000010000000, size 512 MiB",
)


def booted(path: Path, named: Callable[..., Machine] = in_blocks, **options: str) -> Kernel:
    kernel = load_kernel(named(str(path), options))
    boot(kernel)
    return kernel


def log_of(kernel: Kernel) -> list[str]:
    return [kernel.trace.log_text(event) for event in kernel.trace.logs]


def crash_lines(kernel: Kernel) -> list[str]:
    return [
        line for line in log_of(kernel) if line.startswith(("crashkernel", "cannot allocate crashkernel"))
    ]


def test_a_device_tree_in_the_only_gap_leaves_no_place_for_cma() -> None:
    assert FAILS in log_of(booted(RPI / "machine.toml"))


def test_a_device_tree_above_the_gap_leaves_it_whole() -> None:
    lines = log_of(booted(RPI / "machine.toml", dtb_address="0x2eff0000"))
    assert FAILS not in lines
    assert any("created CMA memory pool" in line and line.endswith("size 512 MiB") for line in lines)


def test_who_does_not_say_where_things_lie_is_told_what_turns_on_it() -> None:
    kernel = booted(RPI / "noaddr.toml")
    assert set(FITS) <= set(log_of(kernel))
    told = [words for words in kernel.assumed if "the machine does not say" in words]
    assert len(told) == 1
    assert "kernel at 0x200000 (--load-address)" in told[0]
    assert "device tree at 0x8000000 (--dtb-address), without an initrd" in told[0]
    turns, calm = what_turns_on_it(kernel)
    assert FAILS in turns
    assert "device tree at 0x1da00000" in turns
    assert "device tree at 0x1200000 (behind the kernel) or 0x3b3ff000 (at the end of the bank" in calm
    assert "no line of the log says anything else" in calm


def test_the_same_boot_is_found_at_the_place_that_was_tried() -> None:
    assert FAILS in log_of(booted(RPI / "noaddr.toml", dtb_address="0x1da00000"))


def test_only_what_is_left_open_is_assumed() -> None:
    kernel = booted(RPI / "noaddr.toml", load_address="0x200000", initrd="0x30000000,0x100000")
    assert kernel.assumed_places == ("dtb_address",)
    (told,) = (words for words in kernel.assumed if "the machine does not say" in words)
    assert "kernel" not in told
    assert "initrd" not in told
    assert all("with the kernel at" not in words for words in what_turns_on_it(kernel))


def test_a_machine_with_addresses_assumes_none() -> None:
    kernel = booted(RPI / "machine.toml")
    assert kernel.assumed_places == ()
    assert list(what_turns_on_it(kernel)) == []


@pytest.mark.parametrize("name", sweep(shipped_machines(), "virt-1g", "pc-2g"))
def test_qemus_own_boards_are_where_qemu_puts_them(name: str) -> None:
    assert load_kernel(read_machine(name)).assumed_places == ()


def test_a_bare_blob_says_nothing_of_places(tmp_path: Path) -> None:
    blob = tmp_path / "board.dtb"
    blob.write_bytes(device_tree(read_machine(str(RPI / "noaddr.toml"))).raw)
    assert load_kernel(read_machine(str(blob))).assumed_places == ("load_address", "dtb_address")


def test_a_long_boot_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = booted(RPI / "noaddr.toml")
    monkeypatch.setattr("bootstep.boots.sources.other_places.MOST_EVENTS", len(kernel.trace) - 1)
    assert list(what_turns_on_it(kernel)) == ["what turns on these places was not tried: this boot is long"]


@pytest.mark.slow
def test_6_1_looks_for_a_crash_kernel_below_4_gib_only_unless_it_is_told_high() -> None:
    lines = crash_lines(booted(ALTRA / "6.1.toml", cmdline="crashkernel=4G"))
    assert lines == ["cannot allocate crashkernel (size:0x100000000)"]


@pytest.mark.slow
def test_6_12_goes_high_and_takes_128_mib_low_with_it() -> None:
    assert crash_lines(booted(ALTRA / "6.12.toml", read_machine, cmdline="crashkernel=4G")) == [
        "crashkernel low memory reserved: 0xf4000000 - 0xfc000000 (128 MB)",
        "crashkernel reserved: 0x0000080eb5c00000 - 0x0000080fb5c00000 (4096 MB)",
    ]
