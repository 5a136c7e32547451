"""Machines made of logs.  Covers board.py, fitting.py, kernel.py, machine.py, places.py, ram.py and
reserved.py."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from bootstep.boots.adopt.board import Bank, Board, CpuNodes, ReservedRegion, dts, unique_names
from bootstep.boots.adopt.kernel import stand_in
from bootstep.boots.adopt.machine import Adopted, adopt_log, write
from bootstep.boots.adopt.places import load_address
from bootstep.boots.adopt.ram import joined, ram_of
from bootstep.boots.adopt.reserved import kept_by_firmware
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.base.errors import InputError
from bootstep.model.build.release import Release
from bootstep.model.logs.comparison import MemoryLines, compare
from bootstep.model.logs.grammar.understand import understand
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.text.dmesg import all_lines

LOGS = Path(__file__).parents[2] / "data/logs"
TEE = "0x0000000060000000..0x00000000600fffff (1024 KiB) nomap non-reusable tee@60000000"
HEAD = """\
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd083]
[    0.000000] Linux version 6.1.90 (user@host) (aarch64-linux-gnu-gcc 12.2.0) #1 SMP
[    0.000000] Machine model: A "board" of tests
"""
PLAIN = f"""{HEAD}\
[    0.000000] Reserved memory: created CMA memory pool at 0x0000000070000000, size 64 MiB
[    0.000000] OF: reserved mem: initialized node linux,cma, compatible id shared-dma-pool
[    0.000000] OF: reserved mem: {TEE}
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000]   DMA32    empty
[    0.000000]   Normal   empty
[    0.000000] Early memory node ranges
[    0.000000]   node   0: [mem 0x0000000040000000-0x000000005fffffff]
[    0.000000]   node   0: [mem 0x0000000060000000-0x00000000600fffff]
[    0.000000]   node   0: [mem 0x0000000060100000-0x000000007fffffff]
[    0.000000] Kernel command line: console=ttyS0
[    0.000000] Memory: 900000K/1048576K available (9000K kernel code, 83040K reserved, 65536K cma-reserved)
"""


def adopted(text: str) -> Adopted:
    return adopt_log(log_of_text(text, "dmesg.txt"))


def booted(machine: Adopted, place: Path) -> ModelBoot:
    boot = ModelBoot.of(read_machine(str(write(machine, place / "machine"))))
    boot.run()
    return boot


def records(text: str) -> tuple[object, ...]:
    return understand(log_of_text(text, "dmesg.txt").lines).records


def test_a_machine_of_a_whole_log_boots_line_for_line_as_the_log_tells(tmp_path: Path) -> None:
    text = lzma.decompress((LOGS / "6.12-4k48_m1g-mem600-initrd.log.xz").read_bytes()).decode()
    boot = booted(adopted(text), tmp_path)
    theirs = MemoryLines.of(log_of_text(text, "dmesg.txt"))
    release = boot.facts.release
    found = compare(MemoryLines.read(all_lines(boot.trace)).known_to(release), theirs.known_to(release))
    assert found.agree == found.total > 500
    assert boot.facts.device_tree is not None


def test_of_a_plain_log_ram_and_what_is_kept_are_the_board(tmp_path: Path) -> None:
    machine = adopted(PLAIN)
    boot = booted(machine, tmp_path)
    memory = boot.kernel.memblock.memory.regions
    assert (memory[0].base, memory[-1].end) == (0x4000_0000, 0x8000_0000)
    assert [region.base for region in memory if region.flags & 4] == [0x6000_0000]
    lines = list(all_lines(boot.trace))
    assert "Reserved memory: created CMA memory pool at 0x0000000070000000, size 64 MiB" in lines
    assert any("where the kernel and the device tree lies is not told" in one for one in machine.assumed)
    assert b"# assumed: " in machine.files["machine.toml"]


def test_a_log_with_its_total_alone_becomes_one_bank_and_that_is_said() -> None:
    ram = ram_of(records(f"{HEAD}[    0.000000] Memory: 900000K/1048576K available (9000K kernel code)\n"))
    assert ram.banks == (Bank(0x4000_0000, 0x8000_0000),)
    assert "its size only" in ram.assumed


def test_a_log_without_ram_is_told() -> None:
    with pytest.raises(InputError, match=r"dmesg\.txt: the log does not tell of any RAM"):
        adopted(HEAD)


def test_a_log_of_another_architecture_becomes_no_machine() -> None:
    text = HEAD.replace("aarch64-linux-gnu", "riscv64-linux-gnu").replace(" on physical CPU", "")
    with pytest.raises(InputError, match=r"only arm64 and x86_64 boot here"):
        adopted(text)


def test_ranges_that_touch_are_cut_by_what_is_not_mapped() -> None:
    kept = kept_by_firmware(records(PLAIN.replace("nomap non-reusable tee", "map non-reusable tee")))
    assert next(region for region in kept.regions if region.base == 0x6000_0000).nomap
    unnamed = "".join(line for line in PLAIN.splitlines(keepends=True) if "tee@" not in line)
    kept = kept_by_firmware(records(unnamed))
    assert next(region for region in kept.regions if region.base == 0x6000_0000).nomap
    assert any("taken for a no-map node" in one for one in kept.assumed)


def test_a_kernel_that_lacks_what_came_later_boots_as_the_release_that_it_is() -> None:
    far = stand_in("arm64", Release(5, 10, 33), 4096, {}, own_rules=True)
    assert far.release == far.stock.release
    assert any("the log is of 5.10.33" in one for one in far.assumed)
    changed = stand_in("arm64", Release(6, 1, 90), 4096, {"CMA_SIZE_MBYTES": "64"})
    assert b"CONFIG_CMA_SIZE_MBYTES=64\n" in changed.files["config"]


def test_an_older_release_is_adopted_with_the_kernel_that_can_be_loaded(tmp_path: Path) -> None:
    boot = booted(adopted(PLAIN.replace("6.1.90", "5.10.33")), tmp_path)
    assert boot.facts.release >= (6, 1)


def test_banks_that_touch_are_one() -> None:
    assert joined([Bank(8, 12), Bank(0, 4), Bank(4, 8), Bank(16, 20)]) == (Bank(0, 12), Bank(16, 20))


def test_nodes_have_names_of_their_own_and_words_that_a_source_can_hold() -> None:
    twice = [ReservedRegion("tee", 0x1000, 0x1000), ReservedRegion("tee", 0x9000, 0x1000)]
    assert unique_names(twice) == ["tee", "tee@9000"]
    source = dts(Board('a "b" \\', (Bank(0, 1 << 30),), CpuNodes(1), twice))
    assert 'model = "a \\"b\\" \\\\";' in source and source.count("tee") == 2


def test_an_image_lies_a_little_before_its_first_reserved_byte() -> None:
    assert load_address((0x4021_0000, 0x100_0000), 0x10000) == 0x4020_0000
    assert load_address((0x4020_0000, 0x100_0000), 0x10000) == 0x4020_0000
    assert load_address(None, 0x10000) is None
