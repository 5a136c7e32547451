"""What stands before lines of a log, and that nothing of the line itself is taken for it."""

from __future__ import annotations

import pytest
from bootstep.model.logs.reading.prefixes import parted, stripped

RESERVE = "memblock_reserve: [0x0000000040210000-0x0000000040faffff] arm64_memblock_init+0x1e4/0x250"

PREFIXES = (
    "[    0.000000] ",
    "[ 0.000000] ",
    "<6>[    0.000000] ",
    "<30>[    0.000000] ",
    "[    0.000000][    T0] ",
    "[    0.000000] [    T0] ",
    "[    0.000000 <    0.000000>] ",
    "[0.000001 0.000001] [    0.000000] ",
    "[    0.000000] kernel: ",
    "[    0.000000] host kernel: ",
    "kern  :info  : [    0.000000] ",
    "kern  :debug : [Fri Apr  7 00:04:12 2023] ",
    "[Tue Jan 20 10:17:44 2026] ",
    "[  +0.000123] ",
    "[Jan 1 00:00] ",
    "2024-01-01T00:00:00,123456+01:00 ",
    "2024-01-01 00:00:00 ",
    "6,123,0,-;",
    "Jan  1 00:00:37 host kernel: [    0.000000] ",
    "Dec 12 09:13:10 host kernel: ",
    "Mon Feb 20 23:55:56 2023 kern.info kernel: [    0.000000] ",
    "Fri 2023-04-07 00:04:12 CEST host kernel: ",
    "1680818652.123456 host kernel: ",
    "2024-01-01T00:00:00.123456+01:00 host kernel: ",
    "Jan  1 00:00:12 (none) kern.info kernel: klogd: ",
    "01-01 00:00:00.000     0     0 I         : ",
    "2024-01-01T00:00:00.1234567Z [    0.000000] ",
    "12:34:56.789  [    0.000000] ",
    "[12:34:56.789] [    0.000000] ",
    "[2024-01-01 10:00:00] [    0.000000] ",
    "  3. [    0.000000] ",
    "3:[    0.000000] ",
    "dmesg.txt:3:[    0.000000] ",
    "| [    0.000000] ",
    "kernel-log | [    0.000000] ",
    "Starting kernel ...[    0.000000] ",
    "\t[    0.000000] ",
    "<5>[    0.000000] c0      0 ",
    "<6>-(0)[0:swapper] ",
    "<6>[    0.000000]  [0:        swapper:    0] ",
    "<6>[    0.000000] I[0:      swapper/0:    0] ",
    "[    0.000000]C0 [      swapper] ",
    "<6>[    0.000000,0] ",
    "<6>[    0.000000 / 01-01 00:00:00.000][0] ",
    "[    0.000000] kernel: mm/memblock.c memblock_reserve 602 ",
    "[    0.000000] mm/memblock.c:602: ",
)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("text", [RESERVE, "  DMA      [mem 0x0000000080000000-0x000000009fffffff]"])
def test_what_stands_before_a_line_is_taken_off(prefix: str, text: str) -> None:
    found = stripped(prefix + text)
    assert found.text == text
    assert found.is_stamped
    assert found.time == (0.0 if "0.000000" in prefix or ",0,-;" in prefix else None)


@pytest.mark.parametrize(
    "text",
    [
        RESERVE,
        "  Normal zone: 1472 pages used for memmap",
        "[mem 0x90000000-0xdfffffff] available for PCI devices",
        "kvm [1]: IPA Size Limit: 44bits",
        "11:46:11 UTC 2024",
        " 20141031 (prerelease) (Linaro GCC 2014.11) ) #1 SMP",
        "Tue May 7 13:16:23 CEST 2019",
        "0: 0x00000000 -> 0x00002000",
        "<hang>",
        "[<c0b20cd4>] (tegra_common_init_clock+0x70/0x8c) from [<c0b1fd84>]",
    ],
)
def test_nothing_of_a_line_is_taken_for_what_stands_before_one(text: str) -> None:
    assert stripped(text).text == text
    assert not stripped(text).is_stamped
    assert stripped(f"[    0.000000] {text}").text == text


@pytest.mark.parametrize("tab", ["#011", "\\x09", "\t"])
def test_a_tab_may_be_written_in_other_characters(tab: str) -> None:
    line = f"[    0.000000]  memory[0x0]{tab}[0x0000000000001000-0x0000000000001fff]"
    assert stripped(line).text == " memory[0x0]\t[0x0000000000001000-0x0000000000001fff]"


def test_several_lines_in_one_are_parted_at_their_times() -> None:
    line = "Zone ranges: [    0.000000]   DMA32    empty [    0.000000]   Normal   empty"
    assert parted(line) == [
        "Zone ranges:",
        "[    0.000000]   DMA32    empty",
        "[    0.000000]   Normal   empty",
    ]
    assert parted("Zone ranges:") == ["Zone ranges:"]
