"""The shipped machines: each says what it teaches, and boots as a real kernel does on the same board."""

from __future__ import annotations

import gzip
import runpy
from pathlib import Path
from typing import NamedTuple

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.board.board import read_board
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine, shipped_machines, teaches
from bootstep.model.logs.comparison import MemoryLines, compare
from bootstep.model.text.dmesg import all_lines
from write_kernels import COMPILED

DATA = Path(__file__).parent.parent / "data"
WORDS = "nokaslr console=ttyAMA0 loglevel=8 panic=-1"
EARLYCON = "earlycon=pl011,0xff000000"


class Real(NamedTuple):
    """A boot of a real kernel on a shipped machine's board: the kernel (of tests/data/kernels), its command
    line, and what QEMU made of the blob's size."""

    kernel: str
    cmdline: str
    dtb_size: int = 0


REAL = {
    # QEMU's xlnx-versal-virt has RAM from 0, too; the kernel believes what the device tree says.
    "raspberry-2g": Real("6.1-4k48-own", f"{WORDS} {EARLYCON}"),
    "sections-512m": Real("6.1-4k48-sparsemem", f"{WORDS} memblock=debug {EARLYCON}"),
    "phone-4g": Real("6.1-4k48-own", WORDS, 41818),
    "broken-1g": Real("6.1-4k48-own", f"{WORDS} crashkernel=2G cma=256M@0x50000000", 35986),
    "server-8g": Real("6.1-4k48-own", f"{WORDS} efi=debug earlycon=pl011,0x9000000"),
}


def real_kernel(folder: Path, name: str) -> dict[str, str]:
    """The options for a kernel of tests/data/kernels."""
    packed = DATA / "kernels" / name
    (folder / "vmlinux.sym").write_bytes(gzip.decompress((packed / "vmlinux.sym.gz").read_bytes()))
    # The one built without debug information is the shipped kernel, but for the initrd in it.
    sizes = packed if (packed / "sizes.json").exists() else SHIPPED / "kernels" / "6.1-4k48"
    files = {
        "vmlinux": folder / "vmlinux.sym",
        "config": packed / "config",
        "sizes": sizes / "sizes.json",
    }
    return {option: str(path) for option, path in files.items()}


def booted(name: str, options: dict[str, str] | None = None) -> Kernel:
    k = load_kernel(read_machine(name, options))
    boot(k)
    return k


def our_lines(k: Kernel) -> list[str]:
    return [k.trace.log_text(event) for event in k.trace.logs if k.trace.is_printed(event)]


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_board_of_ours_boots_as_a_real_kernel_does(name: str, tmp_path: Path) -> None:
    real = REAL[name]
    size = {"dtb_size": str(real.dtb_size)} if real.dtb_size else {}
    k = booted(name, {**real_kernel(tmp_path, real.kernel), "cmdline": real.cmdline, **size})
    text = gzip.decompress((DATA / "machines" / f"{name}.log.gz").read_bytes()).decode()
    theirs = MemoryLines.read(text.splitlines()).known_to(k.release)
    ours = MemoryLines.read(list(all_lines(k.trace))).known_to(k.release)
    assert len(theirs.lines) > 600
    assert compare(ours, theirs).first is None


@pytest.mark.parametrize("name", shipped_machines())
def test_every_machine_says_in_a_line_what_it_teaches(name: str) -> None:
    words = teaches(name)
    assert 20 < len(words) < 120
    assert words.endswith(".")


def test_the_raspberry_has_a_hole_a_gib_for_dma_and_its_cma_within() -> None:
    k = booted("raspberry-2g")
    assert [(region.base, region.end) for region in k.memblock.memory.regions if not region.flags] == [
        (0, 0x1000),
        (0x80000, 0x3B400000),
        (0x40000000, 0x80000000),
    ]
    assert k.arm64_dma_phys_limit == 1 << 30
    (area,) = k.cma.cma_areas
    assert (area.base_pfn + area.page_count) << 12 <= 0x30000000


def test_the_phone_keeps_more_than_forty_regions_and_maps_few_of_them() -> None:
    k = booted("phone-4g")
    assert k.reserved_mem_count == 43
    unmapped = [region for region in k.memblock.memory.regions if region.flags]
    # Neighbours are one region of memblock.
    assert len(unmapped) == 22
    assert all(k.page_tables.leaf(k.phys_to_virt(region.base)) is None for region in unmapped)


def test_the_servers_firmware_is_what_its_maker_makes() -> None:
    folder = SHIPPED / "server"
    made = runpy.run_path(str(folder / "make.py"))["files"]()
    assert {name: (folder / name).read_bytes() for name in made} == made


def test_the_server_has_four_nodes_in_two_sockets_and_a_hole() -> None:
    k = booted("server-8g")
    assert sorted(k.zones.nodes) == [0, 1, 2, 3]
    orders = [[ref.nid for ref in node.zonelist] for node in k.zones.nodes.values()]
    assert [list(dict.fromkeys(order)) for order in orders] == [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [2, 3, 0, 1],
        [3, 2, 1, 0],
    ]
    hole = range(0x140000000 >> 27, 0x200000000 >> 27)
    assert not set(hole) & set(k.sections.sections)
    assert all(k.page_tables.leaf(k.phys_to_virt(number << 27)) is None for number in hole)


def test_the_broken_machine_says_what_is_wrong() -> None:
    lines = our_lines(booted("broken-1g"))
    expected = (
        "OF: fdt: Reserved memory: failed to reserve memory for node 'firmware@40400000'",
        "OF: reserved mem: OVERLAP DETECTED!",
        "OF: reserved mem: failed to allocate memory for node 'camera': size 256 MiB",
        "cma: Failed to reserve 256 MiB",
        "cannot allocate crashkernel (size:0x80000000)",
    )
    for words in expected:
        assert any(line.startswith(words) for line in lines), words


@pytest.mark.parametrize("model", ["vmemmap", "sparsemem", "sparsemem-static", "flatmem"])
def test_the_textbooks_512_mib_boot_in_each_memory_model(model: str) -> None:
    k = booted("sections-512m", {"memory_model": model})
    assert k.shape.model == model
    assert sorted(k.sections.sections) == ([] if model == "flatmem" else [0, 1, 2, 3])
    assert sorted(k.sections.roots) == ([0] if model in ("vmemmap", "sparsemem") else [])
    assert our_lines(k)[-1].startswith("Memory: ")


@pytest.mark.parametrize("name", COMPILED)
def test_a_board_that_is_shipped_compiled_is_what_its_source_says(name: str) -> None:
    board = SHIPPED / "boards" / f"{name}.dts"
    assert board.with_suffix(".dtb").read_bytes() == read_board(board).raw
