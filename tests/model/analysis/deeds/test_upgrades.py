"""The upgrade that lost 200 MB: pairs of small logs, and pairs of real ones of two releases.

Covers told.py, paragraph.py.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from bootstep.boots.sources.log_replay.opening import replay_of
from bootstep.model.analysis.deeds.report import LogComparison
from bootstep.model.analysis.deeds.told import ToldTrace, told_trace
from bootstep.model.logs.reading.read_log import log_of_text
from sweeps import sweep

ORACLE = Path(__file__).parents[3] / "data" / "oracle"

PC = """\
Linux version 5.15.0 (us@here) (gcc) #1 SMP
Command line: root=/dev/sda1
BIOS-provided physical RAM map:
BIOS-e820: [mem 0x0000000000000000-0x000000000009ffff] usable
BIOS-e820: [mem 0x0000000000100000-0x000000007fefffff] usable
BIOS-e820: [mem 0x000000007ff00000-0x000000007fffffff] reserved
Zone ranges:
  DMA      [mem 0x0000000000001000-0x0000000000ffffff]
  DMA32    [mem 0x0000000001000000-0x000000007fefffff]
  Normal   empty
Early memory node ranges
  node   0: [mem 0x0000000000001000-0x000000000009ffff]
  node   0: [mem 0x0000000000100000-0x000000007fefffff]
Memory: 2000000K/2095740K available (14336K kernel code, 95740K reserved, 0K cma-reserved)
"""
BOARD = """\
Booting Linux on physical CPU 0x0000000000 [0x410fd083]
Linux version 5.10.0 (us@here) (aarch64-linux-gnu-gcc) #1 SMP
Zone ranges:
  DMA      [mem 0x0000000040000000-0x00000000bfffffff]
Early memory node ranges
  node   0: [mem 0x0000000040000000-0x00000000bfffffff]
cma: Reserved 16 MiB at 0x00000000bf000000
Kernel command line: console=ttyS0
Memory: 2000000K/2097152K available (14336K kernel code, 80768K reserved, 16384K cma-reserved)
"""
LOST = 200 << 10


def told(text: str) -> ToldTrace:
    boot = replay_of(log_of_text(text, "dmesg.txt"))
    boot.run()
    return told_trace(boot.trace, boot.facts)


def compared(old: str, new: str) -> LogComparison:
    one, other = told(old), told(new)
    return LogComparison.of(one.boot, other.boot, (one.callers, other.callers))


def lost(text: str, *, reserved: int = LOST, cma: int = 0) -> str:
    """With so many KiB less, which are reserved or CMA's."""
    text = text.replace("2000000K/", f"{2000000 - reserved - cma}K/")
    for size in (95740, 80768):
        text = text.replace(f"{size}K reserved", f"{size + reserved}K reserved")
    return text.replace("16384K cma", f"{16384 + cma}K cma")


def test_an_upgrade_lost_it_to_cma() -> None:
    new = lost(BOARD, reserved=0, cma=LOST)
    new = new.replace("16 MiB at 0x00000000bf000000", "216 MiB at 0x00000000b2800000")
    new = new.replace("5.10.0", "6.12.0").replace("console=ttyS0", "console=ttyS0 cma=216M")
    assert compared(BOARD, new).paragraph == (
        "The new boot has 200.0 MiB less memory available: 1753.1 MiB instead of 1953.1 MiB. "
        "CMA grew by 200.0 MiB to 216.0 MiB (line 7, cma=216M on the command line)."
    )


def test_an_upgrade_lost_it_to_a_crash_kernel() -> None:
    new = lost(PC).replace("root=/dev/sda1", "root=/dev/sda1 crashkernel=200M")
    head, found, tail = new.partition("Zone ranges:")
    new = head + "Reserving 200MB of memory at 1024MB for crashkernel (System RAM: 2046MB)\n" + found + tail
    words = compared(PC, new).paragraph
    assert "The new boot has 200.0 MiB less memory available" in words
    assert "Crash kernel is new and takes 200.0 MiB (line 7, crashkernel=200M on the command line)." in words
    assert "ot told" not in words


def test_an_upgrade_lost_it_to_page_structs() -> None:
    def log(text: str, pages: int) -> str:
        line = f"  DMA32 zone: {pages} pages used for memmap\n"
        return text.replace("Memory: ", f"On node 0 totalpages: 523935\n{line}Memory: ")

    words = compared(log(PC, 8192), log(lost(PC, reserved=32 << 10), 16384)).paragraph
    assert "The new boot has 32.0 MiB less memory available" in words
    assert "Page structs grew by 32.0 MiB to 64.0 MiB (line 15)." in words


def test_an_upgrade_of_firmware_lost_it_to_an_area_of_its_own() -> None:
    new = PC.replace("7fefffff", "736fffff").replace("7ff00000-", "73700000-")
    new = new.replace("2000000K/2095740K", f"{2000000 - LOST}K/{2095740 - LOST}K")
    found = compared(PC, new)
    assert "The firmware's map (e820) has 200.0 MiB less usable RAM" in found.paragraph
    assert any("e820: reserved: 1.0 MiB → 201.0 MiB" in line for line in found.lines())


def test_an_upgrade_lost_it_to_a_reserved_node() -> None:
    node = "0x0000000050000000..0x000000005c7fffff (204800 KiB) nomap non-reusable tee@50000000"
    new = lost(BOARD).replace("Zone ranges", f"OF: reserved mem: {node}\nZone ranges")
    words = compared(BOARD, new).paragraph
    assert "Reserved memory tee@50000000 is new and takes 200.0 MiB (line 3)." in words
    assert "ot told" not in words


def oracle(case: str) -> str:
    return gzip.decompress((ORACLE / case / "dmesg.log.gz").read_bytes()).decode()


@pytest.mark.parametrize(
    "case",
    sweep(
        ("m1g", "crash256", "resv-nomap", "numa2", "cma128", "efi-srat", "hotplug", "usable-range"),
        *("crash256", "efi-srat"),
    ),
)
def test_of_real_boots_of_two_releases_it_is_known_who_has_it(case: str) -> None:
    """Debian's compilers put other functions into one another, the releases renamed some: less than a page
    is not told all the same."""
    one, other = told(oracle(f"6.1-4k48/{case}")), told(oracle(f"6.12-4k48/{case}"))
    found = LogComparison.of(one.boot, other.boot, (one.callers, other.callers))
    assert found
    assert "kernel image grew by" in found.paragraph
    rest = found.paragraph.partition("not told is who has ")[2]
    assert not rest or ("MiB" not in rest.partition(".")[0] and "KiB" not in rest)


def test_a_real_boot_twice_did_the_same_wherever_things_lie() -> None:
    assert not compared(oracle("6.1-4k48/m2g"), oracle("6.1-4k48/m2g"))
