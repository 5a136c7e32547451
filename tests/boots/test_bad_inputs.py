"""Inputs that are wrong: one clear sentence and status 2, or the kernel's own complaint and what it does
next.

Covers model/base/errors.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.tui.cli.main import main

KERNEL = SHIPPED / "kernels" / "6.1-4k48"


def log(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    """Status, log without stamps, and what was said of it."""
    status = main(["log", *words])
    out, err = capsys.readouterr()
    return status, [line.removeprefix("[    0.000000] ") for line in out.splitlines()], err


def board(path: Path, memory: str | None) -> str:
    """The shipped 1 GiB board with another `reg` of its memory (None: without memory)."""
    fdt = load_kernel(read_machine("virt-1g")).fdt
    change = {"device_type": None} if memory is None else {"reg": bytes.fromhex(memory)}
    path.write_bytes(fdt.with_properties("/memory@40000000", change).raw)
    return str(path)


def test_an_empty_device_tree(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty.dtb").write_bytes(b"")
    status, lines, err = log(capsys, str(tmp_path / "empty.dtb"))
    assert (status, lines) == (2, [])
    assert err == f"bootstep: {tmp_path}/empty.dtb: the device tree is empty\n"


def test_a_device_tree_cut_in_half(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    whole = load_kernel(read_machine("virt-1g")).fdt.raw
    (tmp_path / "half.dtb").write_bytes(whole[: len(whole) // 2])
    status, lines, err = log(capsys, str(tmp_path / "half.dtb"))
    assert (status, lines) == (2, [])
    assert err == (
        f"bootstep: {tmp_path}/half.dtb: the device tree is cut off, 524288 of 1048576 bytes are there\n"
    )


def test_an_elf_file_without_symbols(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    stripped = bytearray((KERNEL / "vmlinux.sym").read_bytes())
    headers = int.from_bytes(stripped[40:48], "little")
    for header in range(headers, len(stripped) - 63, 64):
        if stripped[header + 4 : header + 8] == b"\2\0\0\0":
            stripped[header + 4] = 1
    (tmp_path / "vmlinux").write_bytes(stripped)
    options = ("--vmlinux", str(tmp_path / "vmlinux"), "--config", str(KERNEL / "config"))
    status, lines, err = log(capsys, "virt-1g", *options)
    assert (status, lines) == (2, [])
    assert err == (
        f"bootstep: {tmp_path}/vmlinux: this ELF file has no symbols, "
        "expected a vmlinux that is not stripped\n"
    )


def test_a_misspelt_key(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text('[boot]\ncmd_line = "mem=600M"\n')
    status, lines, err = log(capsys, str(machine))
    assert (status, lines) == (2, [])
    assert err == f"bootstep: {machine}: unknown key cmd_line in [boot], did you mean cmdline?\n"


@pytest.mark.parametrize("option", ["--dtb", "--dts", "--sizes", "--constants"])
def test_a_missing_file(capsys: pytest.CaptureFixture[str], option: str) -> None:
    status, lines, err = log(capsys, "virt-1g", option, "/no/such/file")
    assert (status, lines, err) == (2, [], "bootstep: /no/such/file: no such file or directory\n")


def test_a_kernel_outside_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """A kernel does not mind; whether the memory it is in exists, only the machine knows."""
    status, lines, err = log(capsys, "virt-1g", "--load-address", "0x80000000")
    assert status == 0
    assert lines[-1].startswith("Memory: ")
    assert err.startswith(
        "bootstep: careful: the kernel at 0x80000000-0x80daffff lies outside the memory of the board: "
        "0x40000000-0x7fffffff; it is reserved all the same"
    )


def test_a_kernel_that_is_larger_than_memory(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    small = board(tmp_path / "small.dtb", "0000000040000000 0000000000800000")
    status, _, err = log(capsys, small)
    assert status == 2
    assert (
        "the kernel at 0x40200000-0x40faffff lies outside the memory of the board: 0x40000000-0x407fffff"
        in err
    )


def test_without_any_memory_the_kernel_panics(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, lines, err = log(capsys, board(tmp_path / "none.dtb", None))
    assert status == 0
    assert lines[-1] == "Kernel panic - not syncing: Failed to allocate page table page"
    assert err.splitlines()[-1] == "bootstep: the kernel panicked: Failed to allocate page table page"


def test_an_initrd_beyond_memory_becomes_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """``arm64_memblock_init`` adds the initrd's memory back, whether or not it was ever there."""
    status, lines, err = log(capsys, "virt-1g", "--memblock-debug", "--initrd", "0x90000000,0x1000000")
    assert status == 0
    assert err == (
        "bootstep: careful: the initrd at 0x90000000-0x90ffffff lies outside the memory of the board: "
        "0x40000000-0x7fffffff; the kernel makes its pages memory, whether there is any or not\n"
    )
    assert "memblock_add: [0x0000000090000000-0x0000000090ffffff] arm64_memblock_init" in lines
    assert "memblock_reserve: [0x0000000090000000-0x0000000090ffffff] arm64_memblock_init" in lines
    assert any("/1064960K available" in line for line in lines), "1 GiB and 16 MiB"


def test_an_initrd_below_memory_is_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines, _ = log(capsys, "virt-1g", "--initrd", "0x10000000,0x1000000")
    assert status == 0
    assert any(line.startswith("initrd not fully accessible via the linear mapping") for line in lines)
    assert not any("0x0000000010000000" in line for line in lines)


@pytest.mark.parametrize("nonsense", ["mem=banana", "mem=0", "mem=-", "mem=1"])
def test_a_limit_that_is_no_size_limits_nothing(capsys: pytest.CaptureFixture[str], nonsense: str) -> None:
    """``memparse`` reads 0, which ``memblock_mem_limit_remove_map`` takes for no limit."""
    status, lines, err = log(capsys, "virt-1g", "--cmdline", nonsense)
    assert (status, err) == (0, "")
    assert "Memory limited to 0MB" in lines
    assert any("/1048576K available" in line for line in lines)


def test_a_limit_beyond_memory_removes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    status, lines, err = log(capsys, "virt-1g", "--cmdline", "mem=64T")
    assert (status, err) == (0, "")
    assert "Memory limited to 67108864MB" in lines
    assert any("/1048576K available" in line for line in lines)
