"""``state --format memblock`` and ``--format iomem`` against the files of the real kernels that booted so.

Covers model/text/debugfs.py, model/text/iomem.py.
"""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.build.release import Release
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.e820 import E820_TYPE_RAM, E820_TYPE_RESERVED, E820Entry
from bootstep.model.memory.memblock.regions import MEMBLOCK_MIRROR, MEMBLOCK_NOMAP, Region
from bootstep.model.text.debugfs import memblock_lines
from bootstep.model.text.iomem import Resource, e820_tree, insert_resource, iomem_lines, iomem_tree
from bootstep.tui.cli.kernel_files import iomem_files, memblock_files
from bootstep.tui.cli.main import main

DATA = Path(__file__).parents[2] / "data"
FILES = ("memblock-memory", "memblock-reserved", "iomem")
CASES = sorted(str(path.parent.relative_to(DATA / "files")) for path in DATA.glob("files/*/*/iomem.txt"))


@pytest.fixture(scope="module", params=CASES)
def booted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Kernel]:
    case: str = request.param
    folder = tmp_path_factory.mktemp("case")
    unpack(DATA / "oracle" / case, folder / "case")
    kernel = SHIPPED / "kernels" / Path(case).parent
    if not kernel.exists():
        unpack(DATA / "kernels" / Path(case).parent, kernel := folder / "kernel")
    machine = folder / "case" / "machine.toml"
    machine.write_text(machine.read_text().replace("KERNEL", str(kernel)))
    loaded = load_kernel(read_machine(str(machine)))
    boot(loaded)
    return case, loaded


def at_the_end(kernel: Kernel) -> Debugger:
    debugger = debugger_of(kernel)
    debugger.end()
    return debugger


def unpack(source: Path, target: Path) -> None:
    shutil.copytree(source, target)
    for path in target.rglob("*.gz"):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()


def real(case: str, name: str) -> list[str]:
    return (DATA / "files" / case / f"{name}.txt").read_text().splitlines()


def of_memory(lines: list[str]) -> list[str]:
    """The lines of /proc/iomem that are no device's."""
    kept: list[str] = []
    memory = False
    for line in lines:
        if not line.startswith(" "):
            memory = bool(re.search(": (System RAM|reserved)$", line))
        kept += [line] if memory else []
    return kept


def test_iomem_is_the_real_one_but_for_devices(booted: tuple[str, Kernel]) -> None:
    case, kernel = booted
    [(name, lines)] = iomem_files(at_the_end(kernel))
    assert name == "/proc/iomem"
    assert lines == of_memory(real(case, "iomem"))


def ranges(lines: list[str]) -> list[tuple[int, int, str]]:
    found = [re.fullmatch(r" *\d+: (0x\w{16})\.\.(0x\w{16})(.*)", line) for line in lines]
    return [(int(line[1], 16), int(line[2], 16) + 1, line[3]) for line in found if line]


def given_back_later(kernel: Kernel) -> list[tuple[int, int]]:
    """What a kernel takes out of memblock.reserved when it runs: the initrd when it is unpacked, and the init
    sections in releases that delete them there."""
    page = kernel.layout.page_size
    later = [(kernel.pa_symbol("__init_begin"), kernel.pa_symbol("__init_end"))] * (kernel.release >= (6, 12))
    if kernel.phys_initrd_size:
        start, end = kernel.phys_initrd_start, kernel.phys_initrd_start + kernel.phys_initrd_size
        later.append((start & -page, (end + page - 1) & -page))
    return later


def without(regions: list[tuple[int, int, str]], holes: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    for start, end in holes:
        pieces = [[(a, min(b, start), rest), (max(a, end), b, rest)] for a, b, rest in regions]
        regions = [piece for pair in pieces for piece in pair if piece[0] < piece[1]]
    return regions


def test_memblock_is_the_real_one_but_for_what_is_given_back_later(booted: tuple[str, Kernel]) -> None:
    case, kernel = booted
    (_, memory), (_, reserved) = memblock_files(at_the_end(kernel))
    assert memory == real(case, "memblock-memory")
    ours, theirs = ranges(reserved), ranges(real(case, "memblock-reserved"))
    assert len(ours) == len(reserved)
    assert without(ours, given_back_later(kernel)) == theirs


def test_several_files_have_their_names_before_them(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("state", "virt-512m", "--at", "arm64_memblock_init", "--format", "memblock")
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "# /sys/kernel/debug/memblock/memory",
        "   0: 0x0000000040000000..0x000000005fffffff",
        "# /sys/kernel/debug/memblock/reserved",
    ]


def test_iomem_alone_can_be_compared_with_the_file_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("state", "virt-512m", "--at", "memblock_free_all", "--format", "iomem")) == 0
    out, err = capsys.readouterr()
    assert out.startswith("40000000-5fffffff : System RAM\n  40210000-4059ffff : Kernel code\n")
    assert "what buses and drivers take comes after early boot" in err


def test_nodes_and_flags_are_printed_since_6_5() -> None:
    regions = [Region(0x1000, 0x1000, 0, 1), Region(0x4000, 0x1000, MEMBLOCK_MIRROR | MEMBLOCK_NOMAP, 16)]
    assert (
        next(iter(memblock_lines(regions, 16, Release(6, 4))))
        == "   0: 0x0000000000001000..0x0000000000001fff"
    )
    assert list(memblock_lines(regions, 16, Release(6, 5))) == [
        "   0: 0x0000000000001000..0x0000000000001fff    1 NONE",
        "   1: 0x0000000000004000..0x0000000000004fff    x MIRROR|NOMAP",
    ]


def test_the_published_iomem_follows_from_the_published_memblock_of_the_same_6_6_boot() -> None:
    published = DATA / "files" / "published-6.6"
    lines = {name: (published / f"{name}.txt").read_text().splitlines() for name in FILES}
    memory, reserved = (
        [Region(start, end - start, 0, 0) for start, end, _ in ranges(lines[name])] for name in FILES[:2]
    )
    assert list(memblock_lines(memory, 16, Release(6, 6))) == lines["memblock-memory"]
    assert list(memblock_lines(reserved, 16, Release(6, 6))) == lines["memblock-reserved"]
    inside = [
        Resource(0x40210000, 0x4165FFFF, "Kernel code"),
        Resource(0x41DF0000, 0x4240FFFF, "Kernel data"),
        Resource(0x75A00000, 0x7D9FFFFF, "Crash kernel"),
    ]
    assert list(iomem_lines(iomem_tree(memory, reserved, 12, inside))) == lines["iomem"]


def test_a_resource_that_overlaps_another_in_part_is_refused() -> None:
    root = Resource(0, 0xFFFF, "PCI mem")
    assert insert_resource(root, Resource(0x1000, 0x1FFF, "first"))
    assert not insert_resource(root, Resource(0x1800, 0x27FF, "across"))
    assert insert_resource(root, Resource(0x800, 0x2FFF, "around"))
    assert list(iomem_lines(root)) == ["00000800-00002fff : around", "  00001000-00001fff : first"]


def test_reserved_memory_goes_around_the_kernel_and_stays_inside_its_bank() -> None:
    memory = [Region(0x10000, 0x10000, 0, 0), Region(0x30000, 0x1000, MEMBLOCK_NOMAP, 0)]
    reserved = [Region(0x8000, 0x10080, 0, 0)]
    kernel = Resource(0x12000, 0x13FFF, "Kernel code")
    assert list(iomem_lines(iomem_tree(memory, reserved, 12, [kernel]))) == [
        "00010000-0001ffff : System RAM",
        "  00010000-00011fff : reserved",
        "  00012000-00013fff : Kernel code",
        "  00014000-00018fff : reserved",
        "00030000-00030fff : reserved",
    ]


def test_iomem_of_a_pc_is_its_e820_table_with_the_kernel_inside() -> None:
    entries = (
        E820Entry(0, 0x1000, E820_TYPE_RESERVED),
        E820Entry(0x1000, 0x9EC00, E820_TYPE_RAM),
        E820Entry(0x9FC00, 0x400, E820_TYPE_RESERVED),
        E820Entry(0x100000, 0x7FEE0000, E820_TYPE_RAM),
        E820Entry(0x7FFE0000, 0x10000, 77),
    )
    tree = e820_tree(entries, [Resource(0x1000000, 0x16000FF, "Kernel code")])
    assert list(iomem_lines(tree)) == [
        "00000000-00000fff : Reserved",
        "00001000-0009fbff : System RAM",
        "0009fc00-0009ffff : Reserved",
        "00100000-7ffdffff : System RAM",
        "  01000000-016000ff : Kernel code",
        "7ffe0000-7ffeffff : Unknown E820 type",
    ]
