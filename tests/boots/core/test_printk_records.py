"""Lines that a log buffer was too small for.  Real logs that begin late are in tests/data/oracle."""

from __future__ import annotations

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.core.printk_records import unreadable_lines
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from device_tree_kernel import log


def booted(options: str, cmdline: str = "", **keys: str) -> Kernel:
    k = load_kernel(read_machine("virt-1g", {"cmdline": cmdline, **keys}))
    k.config.options.update(line.split("=") for line in options.split())
    k = type(k)(k.machine, k.config, k.image, k.sizes, k.layout, k.fdt, arch=k.arch)
    boot(k)
    return k


def talkative(options: str, cmdline: str = "") -> Kernel:
    """A kernel that prints memblock's lines from the first call on."""
    return booted(options, cmdline, memblock_debug="true")


def test_nothing_is_lost_of_a_log_that_fits() -> None:
    assert not unreadable_lines(talkative("LOG_BUF_SHIFT=21"))


def test_a_line_that_is_not_printed_takes_no_room() -> None:
    assert unreadable_lines(talkative("LOG_BUF_SHIFT=14"))
    k = booted("LOG_BUF_SHIFT=14")
    assert len(log(k)) < len(k.trace.logs)
    assert not unreadable_lines(k)


@pytest.mark.parametrize("memblock", ["", "memblock=debug"])
def test_dmesg_has_only_what_came_last(memblock: str) -> None:
    k = booted("LOG_BUF_SHIFT=13", memblock) if memblock else talkative("LOG_BUF_SHIFT=14")
    lost = unreadable_lines(k)
    printed = [line for line, event in enumerate(k.trace.logs) if k.trace.is_printed(event)]
    assert lost
    assert lost == tuple(printed[: len(lost)]), "the oldest of those printed"
    room = 1 << (13 if memblock else 14)
    kept = log(k)[len(lost) :]
    assert room // 2 < sum(map(len, kept)) < room


def test_what_was_lost_before_the_log_moved_stays_lost() -> None:
    small = talkative("LOG_BUF_SHIFT=14", "log_buf_len=1M")
    assert small.printk.lost
    assert unreadable_lines(small) == tuple(range(small.printk.lost))
    assert not unreadable_lines(talkative("LOG_BUF_SHIFT=18", "log_buf_len=1M"))


def test_an_early_console_has_the_beginning_but_misses_as_many_later() -> None:
    k = talkative("LOG_BUF_SHIFT=14", "earlycon=pl011,0x9000000 log_buf_len=1M")
    lost = unreadable_lines(k)
    assert lost == tuple(range(lost[0], lost[0] + len(lost)))
    assert len(lost) == min(k.printk.lost, len(log(k)) - lost[0])
    assert log(k)[lost[0]] == "printk: log_buf_len: 1048576 bytes"


def test_an_early_console_misses_lines_that_were_printed() -> None:
    k = booted("LOG_BUF_SHIFT=12", "earlycon=pl011,0x9000000 log_buf_len=1M memblock=debug")
    lost = unreadable_lines(k)
    assert lost
    assert all(k.trace.is_printed(k.trace.logs[line]) for line in lost)
