"""Ten boards that together use everything a device tree can say of memory.

The logs beside them are those of a 6.1 kernel in QEMU, which was started with the very blobs that our
compiler makes of the sources.

Covers kernel/crash_dump.py, kernel/dma_coherent.py, mm/kfence.py.
"""

from __future__ import annotations

import gzip
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.logs.comparison import MemoryLines
from bootstep.model.text.dmesg import log_lines
from bootstep.model.trace.events import Trace

DATA = Path(__file__).parents[1] / "data"
FEATURES = DATA / "boards" / "features"
KERNEL = DATA / "kernels" / "6.1-4k48-rebuilt"
BOARDS = sorted(path.stem for path in FEATURES.glob("*.dts"))
CPUS = {"nodes": 4}
PLACES = {"high": (0x1_0020_0000, 0x1_0800_0000)}
"""Where the image and the blob were, if not near the start of memory at 1 GiB."""
MACHINE = """
[kernel]
release = "6.1"
arch = "arm64"
vmlinux = "{kernel}/vmlinux.sym"
config = "{kernel}/config"
sizes = "{kernel}/sizes.json"
memblock_debug = true
[board]
dts = "{dts}"
cpu = "cortex-a57"
cpus = {cpus}
[boot]
kind = "devicetree"
load_address = {load:#x}
dtb_address = {dtb:#x}
"""


@pytest.fixture(scope="module")
def kernel_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kernel") / KERNEL.name
    shutil.copytree(KERNEL, folder)
    (folder / "vmlinux.sym").write_bytes(gzip.decompress((KERNEL / "vmlinux.sym.gz").read_bytes()))
    return folder


def booted(name: str, folder: Path) -> Kernel:
    load, dtb = PLACES.get(name, (0x4020_0000, 0x4800_0000))
    machine = folder / f"{name}.toml"
    machine.write_text(
        MACHINE.format(
            kernel=folder, dts=FEATURES / f"{name}.dts", cpus=CPUS.get(name, 1), load=load, dtb=dtb
        )
    )
    kernel = load_kernel(read_machine(str(machine)))
    boot(kernel)
    return kernel


def outline(trace: Trace) -> list[tuple[int, int, int]]:
    """Everything of a trace but what its events carry."""
    return [
        (trace.kind(event), trace.function_number(event), trace.parent(event)) for event in range(len(trace))
    ]


@pytest.fixture(scope="module", params=BOARDS)
def board(request: pytest.FixtureRequest, kernel_folder: Path) -> tuple[str, Kernel]:
    name: str = request.param
    return name, booted(name, kernel_folder)


def test_there_are_ten() -> None:
    assert len(BOARDS) == 10


def test_the_log_is_the_real_kernels(board: tuple[str, Kernel]) -> None:
    name, kernel = board
    real = gzip.decompress((FEATURES / f"{name}.log.gz").read_bytes()).decode()
    theirs = MemoryLines.read(real.splitlines())
    ours = MemoryLines.read(list(log_lines(kernel.trace)))
    assert theirs.ends
    assert ours.lines == theirs.lines


def test_memblock_is_in_order(board: tuple[str, Kernel]) -> None:
    """Regions are sorted, do not overlap, and none is empty."""
    for array in (board[1].memblock.memory, board[1].memblock.reserved):
        assert all(region.size for region in array.regions)
        assert all(left.base + left.size <= right.base for left, right in pairwise(array.regions))


def test_what_is_reserved_is_not_free(board: tuple[str, Kernel]) -> None:
    """The buddy allocator has no page that memblock holds any part of, and none outside memory."""
    k = board[1]
    size = k.layout.page_size
    for run in k.zones.free:
        start, end = run.start_pfn * size, run.end_pfn * size
        held = [r for r in k.memblock.reserved.regions if r.base < end and start < r.base + r.size]
        assert not held
        assert _is_covered(k, start, end)


def _is_covered(k: Kernel, start: int, end: int) -> bool:
    """Whether memory's regions, one behind the other, hold all of [start, end)."""
    for region in k.memblock.memory.regions:
        if region.base <= start < region.base + region.size:
            start = region.base + region.size
    return start >= end


def test_the_same_board_boots_the_same_way_again(board: tuple[str, Kernel], kernel_folder: Path) -> None:
    name, kernel = board
    again = booted(name, kernel_folder).trace
    assert outline(again) == outline(kernel.trace)
    assert [again.log_text(event) for event in again.logs] == [
        kernel.trace.log_text(event) for event in kernel.trace.logs
    ]
