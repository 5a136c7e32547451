"""Lines that a log buffer was too small for.  Real logs that begin late are in tests/data/oracle."""

from __future__ import annotations

from bootstep.boots.kernel import Kernel
from bootstep.boots.load import load_kernel
from bootstep.boots.machine import read_machine
from bootstep.boots.printk_records import unreadable_lines
from bootstep.boots.start_kernel import boot
from device_tree_kernel import log


def booted(options: str, cmdline: str = "") -> Kernel:
    k = load_kernel(read_machine("virt-1g", {"cmdline": cmdline}))
    k.config.options.update(line.split("=") for line in options.split())
    k = Kernel(k.machine, k.config, k.image, k.sizes, k.layout, k.fdt)
    boot(k)
    return k


def test_nothing_is_lost_of_a_log_that_fits() -> None:
    assert not unreadable_lines(booted("LOG_BUF_SHIFT=21"))


def test_dmesg_has_only_what_came_last() -> None:
    k = booted("LOG_BUF_SHIFT=14")
    lost = unreadable_lines(k)
    assert lost.start == 0
    room = 1 << 14
    kept = log(k)[lost.stop :]
    assert room // 2 < sum(map(len, kept)) < room


def test_what_was_lost_before_the_log_moved_stays_lost() -> None:
    small = booted("LOG_BUF_SHIFT=14", "log_buf_len=1M")
    assert unreadable_lines(small) == range(small.printk.lost)
    assert not unreadable_lines(booted("LOG_BUF_SHIFT=18", "log_buf_len=1M"))


def test_an_early_console_has_the_beginning_but_misses_as_many_later() -> None:
    k = booted("LOG_BUF_SHIFT=14", "earlycon=pl011,0x9000000 log_buf_len=1M")
    lost = unreadable_lines(k)
    assert len(lost) == min(k.printk.lost, len(log(k)) - lost.start)
    assert log(k)[lost.start] == "printk: log_buf_len: 1048576 bytes"
