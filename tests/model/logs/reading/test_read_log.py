"""Logs as people have them, and what is read of them.

Covers boots.py, containers.py, joining.py, pieces.py, prefixes.py, text_lines.py, model/logs/visible_text.py,
model/files/packed.py.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from bootstep.model.base.errors import InputError
from bootstep.model.files import input_files
from bootstep.model.logs.content import kind_at
from bootstep.model.logs.kernel_log import KernelLog
from bootstep.model.logs.reading.read_log import log_of_text, read_log

LOG = """\
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd030]
[    0.000000] Linux version 6.7.0 (user@host) (aarch64-linux-gnu-gcc) #17 SMP PREEMPT
[    0.000000] memblock_reserve: [0x0000000040210000-0x0000000040faffff] arm64_memblock_init+0x1e4/0x250
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000080000000-0x000000009fffffff]
[    0.000000] Kernel command line: console=ttyS0 memblock=debug
[    0.000000] Memory: 360304K/524288K available (8126K kernel code, 131216K reserved)
[    0.029294] Mount-cache hash table entries: 1024 (order: 1, 8192 bytes, linear)
"""
PLAIN = [line[15:] for line in LOG.splitlines()]


def texts(log: KernelLog) -> list[str]:
    return [line.text for line in log.lines]


def test_the_lines_are_the_kernels_and_have_its_time_and_their_place() -> None:
    log = log_of_text(LOG, "dmesg.txt")
    assert texts(log) == PLAIN
    assert [line.number for line in log.lines] == list(range(1, 9))
    assert log.lines[-1].time == pytest.approx(0.029294)
    assert not log.repairs
    assert log.extent.is_complete


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_what_is_packed_is_unpacked(packed: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "dmesg"
    path.write_bytes(packed(LOG.encode()))
    assert texts(read_log(path)) == PLAIN


def test_rubbish_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dmesg"
    for content in (bytes(range(256)) * 99, b"", bytes(5000), b"\x1f\x8bnothing"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="dmesg: "):
            read_log(path)


def test_a_pipe_that_was_looked_at_is_read_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_files, "SILENCE", 0.01)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(path, os.O_WRONLY)
    os.write(writing, LOG.encode())
    os.close(writing)
    kind = kind_at(path)
    assert kind
    assert kind.name == "log"
    assert kind_at(path) == kind
    assert texts(read_log(path)) == PLAIN
    os.close(reading)
