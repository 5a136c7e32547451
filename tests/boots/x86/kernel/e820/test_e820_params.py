"""``mem=`` and ``memmap=`` on the command line.  Covers params.py."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import KernelPanic
from bootstep.boots.core.params import parse_early_param
from bootstep.boots.x86.kernel.e820.memory_setup import e820__memory_setup
from bootstep.boots.x86.kernel.e820.params import e820__finish_early_params
from bootstep.boots.x86.variables import Kernel
from device_tree_kernel import log
from e820_machine import ACPI, GIB, MIB, PRAM, RAM, RESERVED, USUAL, Map, pc_kernel, ranges_of

LOW: Map = USUAL[:3]
HIGH: Map = USUAL[4:]


def kernel(words: str) -> Kernel:
    """A kernel of QEMU's pc with 2 GiB that has read these words and settled its map."""
    k = pc_kernel(cmdline=words)
    e820__memory_setup(k)
    k.boot_command_line = words
    parse_early_param(k)
    e820__finish_early_params(k)
    return k


def settled(words: str) -> Map:
    return ranges_of(kernel(words))


def test_mem_takes_usable_memory_above_it_out() -> None:
    k = kernel("mem=1G")
    assert ranges_of(k) == [*LOW, (MIB, GIB, RAM), *HIGH]
    assert "e820: remove [mem 0x40000000-0xfffffffffffffffe] usable" in log(k)
    assert "user-defined physical RAM map:" in log(k)
    assert "user: [mem 0x0000000000100000-0x000000003fffffff] usable" in log(k)


def test_a_size_alone_is_the_same_in_memmap() -> None:
    assert settled("memmap=1G") == settled("mem=1G")


@pytest.mark.parametrize("word", ["mem", "mem=0", "mem=nopentium"])
def test_a_mem_that_makes_no_sense_is_complained_of(word: str) -> None:
    k = kernel(word)
    assert ranges_of(k) == list(USUAL)
    assert "Malformed early option 'mem'" in log(k)


@pytest.mark.parametrize(("sign", "type"), [("@", RAM), ("#", ACPI), ("$", RESERVED), ("!", PRAM)])
def test_a_sign_tells_what_a_range_is(sign: str, type: int) -> None:
    assert (5 * GIB, 6 * GIB, type) in settled(f"memmap=1G{sign}5G")


def test_exactmap_forgets_what_firmware_said() -> None:
    assert settled("memmap=exactmap memmap=639K@0,1G@1M") == [(0, 639 << 10, RAM), (MIB, GIB + MIB, RAM)]


def test_a_type_is_changed_where_it_is_the_old_one() -> None:
    assert settled("memmap=2G%0-1+2") == [(0, 0xA0000, 2), (0xF0000, 2 * GIB, 2), USUAL[-1]]
    assert settled("memmap=512M%1G-1+7")[3:6] == [
        (MIB, GIB, RAM),
        (GIB, GIB + (512 << 20), 7),
        (GIB + (512 << 20), 0x7FFE0000, RAM),
    ]


def test_without_a_new_type_a_range_is_taken_out() -> None:
    assert settled("memmap=1G%1G-1") == [*LOW, (MIB, GIB, RAM), *HIGH]
    assert settled("memmap=1G%1G") == [*LOW, (MIB, GIB, RAM), USUAL[-1]]


def test_without_an_old_type_a_range_is_added() -> None:
    assert (4 * GIB, 5 * GIB, 9) in settled("memmap=1G%4G+9")
    assert (4 * GIB, 5 * GIB, 0xEFFFFFFF) in settled("memmap=1G%4G+0x1efffffff")


def test_what_follows_a_type_makes_the_word_void_but_the_map_is_printed() -> None:
    k = kernel("memmap=1G%4G+9x")
    assert ranges_of(k) == list(USUAL)
    assert "user-defined physical RAM map:" in log(k)


def test_what_is_no_number_is_passed_over() -> None:
    k = kernel("memmap=nonsense memmap")
    assert ranges_of(k) == list(USUAL)
    assert "user-defined physical RAM map:" not in log(k)


def test_a_map_of_one_range_is_not_accepted() -> None:
    with pytest.raises(KernelPanic, match="Invalid user supplied memory map"):
        kernel("memmap=exactmap,1G@1M")
