"""What is found out about a log's kernel, and how each of it is known."""

from __future__ import annotations

import pytest
from bootstep.model.arch.arches import DEFAULT_ARCH
from bootstep.model.base.errors import InputError
from bootstep.model.build.release import Release
from bootstep.model.logs.grammar.understand import understand
from bootstep.model.logs.identity import GIVEN, Identity, identify
from bootstep.model.logs.kernel_log import KernelLog
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.told import NOTHING_TOLD, ToldByHand


def identity(*texts: str, told: ToldByHand = NOTHING_TOLD) -> Identity:
    """What is found out from lines."""
    lines = tuple(LogLine(text, number) for number, text in enumerate(texts, 1))
    return identify(KernelLog("a.log", lines, (), 1), understand(lines, told), told)


def test_nothing_is_known_of_a_log_that_tells_nothing() -> None:
    found = identity("usb 1-1: new device")
    assert found.arch.value is DEFAULT_ARCH
    assert found.arch.is_assumed
    assert found.release.is_assumed
    assert found.page_size == (4096, "assumed")
    assert not found.numa.value
    assert len(found.assumed()) == 4


def test_the_banner_says_release_and_architecture() -> None:
    found = identity("", "Linux version 6.6.63-ky (a@b) (riscv64-unknown-linux-gnu-gcc 13) #1")
    assert found.release == (Release(6, 6, 63), "line 2 says so")
    assert (found.arch.value.name, found.arch.value.directory) == ("RISC-V", "riscv")
    assert found.section_size_bits.value == 27


def test_functions_of_an_architecture_tell_which_it_is() -> None:
    caller = "memblock_add: [0x1000-0x9fbff] {}+0x6e/0xb0"
    for function, name in (
        ("e820__memblock_setup", "x86_64"),
        ("arm64_memblock_init", "arm64"),
        ("arm_memblock_init", "32-bit Arm"),
        ("early_init_devtree", "PowerPC"),
    ):
        assert identity(caller.format(function)).arch.value.name == name


def test_what_somebody_says_holds() -> None:
    told = ToldByHand("ppc64", Release(4, 18), 65536)
    found = identity("Linux version 6.6.63 (a@b) (riscv64-gcc) #1", told=told)
    assert (found.arch.value.name, found.arch.how) == ("PowerPC", GIVEN)
    assert found.release == (Release(4, 18), GIVEN)
    assert found.page_size == (65536, GIVEN)


def test_an_architecture_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InputError, match="no architecture is called 'pdp11'"):
        identity("", told=ToldByHand("pdp11"))


def test_the_page_size_follows_from_tables_areas_and_nodes() -> None:
    for text, size in (
        ("UDP hash table entries: 8192 (order: 0, 65536 bytes, linear)", 65536),
        ("futex hash table entries: 256 (order: -1, 3072 bytes)", 4096),
        ("percpu: Embedded 10 pages/cpu s94552 r8192 d61096 u163840", 16384),
    ):
        assert identity(text).page_size == (size, "follows from line 1")
    nodes = ("  node   0: [mem 0x0000000080000000-0x00000000bfffffff]", "On node 0 totalpages: 65536")
    assert identity(*nodes).page_size == (16384, "follows from line 2")


def test_the_size_of_a_page_struct_follows_from_a_zone() -> None:
    old = identity(
        "Machine: board",
        "On node 0 totalpages: 10240",
        "  Normal zone: 80 pages used for memmap",
        "  Normal zone: 10160 pages, LIFO batch:1",
    )
    assert old.sizeof_page == (32, "follows from line 3")
    holes = identity("  DMA zone: 10752 pages used for memmap", "  DMA zone: 779264 pages, LIFO batch:31")
    assert holes.sizeof_page == (56, "follows from line 1, which has holes in it")


def test_sections_of_arm64_had_other_sizes_before_5_12() -> None:
    line = "Linux version {} (a@b) (aarch64-gcc) #1"
    assert identity(line.format("5.10.1")).section_size_bits.value == 30
    assert identity(line.format("5.12.0")).section_size_bits.value == 27
    large = "UDP hash table entries: 8192 (order: 0, 65536 bytes, linear)"
    assert identity(line.format("6.1.0"), large).section_size_bits.value == 29


def test_a_kernel_that_keeps_nodes_says_so() -> None:
    assert identity("NODE_DATA(0) allocated [mem 0x55e2d5240-0x55e2fffff]").numa.value
    assert identity("  node   1: [mem 0x80000000-0xbfffffff]").numa.value
