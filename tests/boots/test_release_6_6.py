"""Linux 6.6, against a document that shows one: its address map, its image, its reserved memory.

What it shows tells the machine: QEMU's virt with 1 GiB, two CPUs and a GICv3, and a command line of 143
characters that asks for a crash kernel of 128 MiB and for a log buffer of 256 KiB.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.arch.arm64.record import ARM64
from bootstep.model.build.image.table import HOLE, image_rows
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.index.calls import CallIndex
from bootstep.tui.cli.kernel_files import iomem_files, memblock_files
from device_tree_kernel import log

DOCUMENT = Path(__file__).parents[1] / "data" / "document_6_6"
COMMAND_LINE = "nokaslr crashkernel=128M log_buf_len=256K".ljust(143, "x")

ADDRESS_MAP = {
    "VMEMMAP_END": 0xFFFF_FE00_0000_0000,
    "VMEMMAP_SIZE": 0x200_0000_0000,
    "VMEMMAP_START": 0xFFFF_FC00_0000_0000,
    "PCI_IO_END": 0xFFFF_FBFF_FF80_0000,
    "PCI_IO_START": 0xFFFF_FBFF_FE80_0000,
    "FIXADDR_TOP": 0xFFFF_FBFF_FE00_0000,
    "VMALLOC_END": 0xFFFF_FBFF_F000_0000,
    "VMALLOC_START": 0xFFFF_8000_8000_0000,
    "MODULES_END": 0xFFFF_8000_8000_0000,
    "KIMAGE_VADDR": 0xFFFF_8000_8000_0000,
    "MODULES_VADDR": 0xFFFF_8000_0000_0000,
    "PAGE_END": 0xFFFF_8000_0000_0000,
    "PAGE_OFFSET": 0xFFFF_0000_0000_0000,
}


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    k = load_kernel(read_machine("virt-1g-6.6", {"cmdline": COMMAND_LINE}))
    boot(k)
    return k


def at_the_end(kernel: Kernel) -> Debugger:
    debugger = debugger_of(kernel)
    debugger.end()
    return debugger


def shown(name: str) -> list[str]:
    """The lines of one of the document's listings."""
    return (DOCUMENT / name).read_text().splitlines()


@pytest.mark.parametrize("name", ADDRESS_MAP)
def test_the_address_map_is_the_documents(kernel: Kernel, name: str) -> None:
    assert kernel.layout.constants()[name] == ADDRESS_MAP[name]


def test_there_are_2_gib_of_modules_and_the_image_is_linked_behind_them(kernel: Kernel) -> None:
    assert kernel.layout.modules.end - kernel.layout.modules.start == 2 << 30
    assert kernel.image.symbol("_text") == kernel.layout.modules.end


def test_the_image_is_the_documents_section_by_section(kernel: Kernel) -> None:
    rows = [row for row in image_rows(kernel.image.sections) if row.name != HOLE]
    documented = [line.split() for line in shown("image.txt")]
    assert [(row.name, row.flags) for row in rows] == [(name, flags) for name, flags, _, _ in documented]
    assert [(row.start, row.last) for row in rows] == [
        (int(first.replace("_", ""), 16), int(last.replace("_", ""), 16)) for _, _, first, last in documented
    ]


def test_memblock_ends_as_the_document_shows_it(kernel: Kernel) -> None:
    (_, memory), (_, reserved) = memblock_files(at_the_end(kernel))
    assert memory == shown("memory.txt")
    assert reserved == shown("reserved.txt")


def test_so_does_the_published_iomem(kernel: Kernel) -> None:
    ((_, lines),) = iomem_files(at_the_end(kernel))
    assert lines == shown("iomem.txt")


def test_paging_init_ends_with_the_identity_map(kernel: Kernel) -> None:
    calls = CallIndex(kernel.trace, ARM64)
    steps = ("paging_init", "map_kernel", "map_mem", "memblock_allow_resize", "create_idmap")
    found = [calls.first(step) for step in steps]
    assert None not in found
    assert found == sorted(found, key=lambda call: call or 0)


def test_nokaslr_is_said_first_of_all(kernel: Kernel) -> None:
    lines = log(kernel)
    assert lines.index("KASLR disabled on command line") < lines.index("Machine model: linux,dummy-virt")


def test_without_nokaslr_the_seed_moves_the_kernel() -> None:
    k = load_kernel(read_machine("virt-1g-6.6", {"cmdline": "crashkernel=128M"}))
    boot(k)
    assert "KASLR enabled" in log(k)
    assert k.kaslr_offset % (2 << 20) == 0 < k.kaslr_offset


def test_a_crash_kernel_that_does_not_fit_low_may_lie_high() -> None:
    k = load_kernel(read_machine("virt-6g", {"release": "6.6", "cmdline": "nokaslr crashkernel=2950M"}))
    boot(k)
    assert k.crashk_res[0] >= k.arm64_dma_phys_limit == 1 << 32
    assert k.crashk_low_res[1] + 1 - k.crashk_low_res[0] == 128 << 20


def test_what_was_compared_of_6_6_is_said(kernel: Kernel) -> None:
    assert any("6.6 follow its source" in words for words in kernel.assumed)
