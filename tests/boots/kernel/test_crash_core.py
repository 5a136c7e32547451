"""The syntaxes of crashkernel=, as Documentation/admin-guide/kdump/kdump.rst gives them."""

from __future__ import annotations

import pytest
from bootstep.boots.kernel.crash_core import (
    CrashKernelRequest,
    parse_crashkernel,
    parse_crashkernel_high,
    parse_crashkernel_low,
)
from device_tree_kernel import GIB, MIB, bare_kernel, log

RANGES = "crashkernel=512M-2G:64M,2G-:128M"


@pytest.mark.parametrize(
    ("cmdline", "system_ram", "found"),
    [
        ("crashkernel=256M", GIB, CrashKernelRequest(0, 256 * MIB, 0)),
        ("a crashkernel=128M@0x60000000 b", GIB, CrashKernelRequest(0, 128 * MIB, 0x60000000)),
        (RANGES, 256 * MIB, CrashKernelRequest(0, 0, 0)),
        (RANGES, GIB, CrashKernelRequest(0, 64 * MIB, 0)),
        (RANGES, 2 * GIB, CrashKernelRequest(0, 128 * MIB, 0)),
        (RANGES + "@0x70000000", GIB, CrashKernelRequest(0, 64 * MIB, 0x70000000)),
        ("crashkernel=64M crashkernel=96M", GIB, CrashKernelRequest(0, 96 * MIB, 0)),
        ("crashkernel=64M crashkernel=96M,high", GIB, CrashKernelRequest(0, 64 * MIB, 0)),
        ("quiet", GIB, CrashKernelRequest(-2)),
    ],
)
def test_a_size_or_a_size_for_each_range_of_memory(
    cmdline: str, system_ram: int, found: CrashKernelRequest
) -> None:
    assert parse_crashkernel(bare_kernel(), cmdline, system_ram) == found


def test_memory_that_firmware_keeps_still_counts_for_the_ranges() -> None:
    # Rounded up to 128 MiB, 2 GiB less a few pages are 2 GiB.
    assert parse_crashkernel(bare_kernel(), RANGES, 2 * GIB - 4096).size == 128 * MIB


def test_high_and_low_are_asked_for_apart() -> None:
    k = bare_kernel()
    cmdline = "crashkernel=1G,high crashkernel=128M,low"
    assert parse_crashkernel(k, cmdline, 8 * GIB).ret == -2
    assert parse_crashkernel_high(k, cmdline, 8 * GIB) == CrashKernelRequest(0, GIB)
    assert parse_crashkernel_low(k, cmdline, 8 * GIB) == CrashKernelRequest(0, 128 * MIB)


@pytest.mark.parametrize(
    ("cmdline", "line"),
    [
        ("crashkernel=", "crashkernel: memory value expected"),
        ("crashkernel=64Mx", "crashkernel: unrecognized char: x"),
        ("crashkernel=1G:64M", "crashkernel: '-' expected"),
        ("crashkernel=2G-1G:64M", "crashkernel: end <= start"),
        ("crashkernel=0-:8G", "crashkernel: invalid size"),
        ("crashkernel=512M-:64M@x", "Memory value expected after '@'"),
    ],
)
def test_what_cannot_be_read_is_complained_of(cmdline: str, line: str) -> None:
    k = bare_kernel()
    assert parse_crashkernel(k, cmdline, GIB).ret == -22
    assert log(k) == [line]
