"""What a program prints is read to its end, and kept as far as anybody asks."""

from __future__ import annotations

import os

from bootstep.boots.live.qemu.output import KEPT, Output


def printed(text: bytes) -> Output:
    reads, writes = os.pipe()
    output = Output(reads)
    at = 0
    while at < len(text):
        at += os.write(writes, text[at:])
    os.close(writes)
    assert output.ended(30)
    os.close(reads)
    return output


def test_only_the_end_is_kept() -> None:
    output = printed(b"first\n" + b"x" * (3 * KEPT) + b"\nlast\n")
    assert output.last_line() == "last"
    assert sum(map(len, output.lines())) < KEPT


def test_nothing_that_a_terminal_obeys_is_in_it() -> None:
    output = printed(b"\x1b[2J\x1b[01;01Hone\r\n\r\n\x1b]0;title\x07two\x9b\x00\xff three\r\n \t\n")
    assert output.lines() == ["one", "two\\x9b\\xff three"]


def test_the_line_of_a_complaint_is_found() -> None:
    output = printed(b"qemu: warning: old\nqemu: unsupported machine type\nUse -machine help\n")
    assert output.last_line("qemu") == "qemu: unsupported machine type"
    assert output.last_line("other") == "Use -machine help"
    assert printed(b"").last_line() == ""
