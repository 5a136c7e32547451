"""Where a crash kernel's memory is put on a PC; the lines are those of real boots of the same e820 maps.

Covers reserve_crashkernel.py.
"""

from __future__ import annotations

import pytest

from tests.support.booted_pc import EIGHT_GIB, GIB, MIB, TWO_GIB, booted_pc, log


def said(cmdline, e820=TWO_GIB, release="6.1"):
    k = booted_pc(e820, cmdline, release=release)
    return k, [line for line in log(k) if "crashkernel" in line and "ommand line" not in line]


def test_it_lies_below_4_gib_if_there_is_room():
    k, lines = said("crashkernel=2G-6G:128M,6G-:256M", EIGHT_GIB)
    assert lines == ["Reserving 256MB of memory at 2800MB for crashkernel (System RAM: 8191MB)"]
    assert k.crashk_res == (2800 * MIB, 3056 * MIB - 1)
    assert k.crashk_low_res == (0, 0)


def test_above_4_gib_it_needs_low_memory_too():
    k, lines = said("crashkernel=512M,high", EIGHT_GIB)
    assert lines == [
        "Reserving 256MB of low memory at 2800MB for crashkernel (low RAM limit: 4096MB)",
        "Reserving 512MB of memory at 8688MB for crashkernel (System RAM: 8191MB)",
    ]
    assert k.crashk_low_res == (2800 * MIB, 3056 * MIB - 1)


def test_how_much_low_memory_can_be_said_and_none_is_an_answer():
    low = said("crashkernel=512M,high crashkernel=64M,low", EIGHT_GIB)[1][0]
    assert low == "Reserving 64MB of low memory at 2992MB for crashkernel (low RAM limit: 4096MB)"
    assert len(said("crashkernel=512M,high crashkernel=0,low", EIGHT_GIB)[1]) == 1


def test_more_bounce_buffers_need_more_low_memory():
    low = said("crashkernel=512M,high swiotlb=262144", EIGHT_GIB)[1][0]
    assert low.startswith("Reserving 520MB of low memory")


def test_a_base_is_kept_or_refused():
    assert said("crashkernel=128M@512M")[1] == [
        "Reserving 128MB of memory at 512MB for crashkernel (System RAM: 2047MB)"
    ]
    refused = "crashkernel reservation failed - memory is in use."
    assert said("crashkernel=128M@0x1800000")[1] == [refused]


def test_what_fits_nowhere_is_not_reserved():
    k, lines = said("crashkernel=2040M")
    assert lines == ["crashkernel reservation failed - No suitable area found."]
    assert k.crashk_res == (0, 0)


def test_generic_code_has_the_same_limits_later():
    k, lines = said("crashkernel=256M", release="6.12")
    assert lines == ["crashkernel reserved: 0x000000006f000000 - 0x000000007f000000 (256 MB)"]
    k, lines = said("crashkernel=512M,high", EIGHT_GIB, release="6.12")
    assert [line.split(":")[0] for line in lines] == [
        "crashkernel low memory reserved",
        "crashkernel reserved",
    ]
    assert k.crashk_low_res[1] + 1 - k.crashk_low_res[0] == 256 * MIB
    assert k.crashk_res[0] >= 4 * GIB and k.crashk_res[0] % (16 * MIB) == 0


@pytest.mark.parametrize(("release", "option"), [("6.1", "KEXEC_CORE"), ("6.12", "CRASH_RESERVE")])
def test_a_kernel_that_cannot_run_another_reserves_nothing(release, option):
    k = booted_pc(TWO_GIB, "crashkernel=256M", release=release, options={option: "n"})
    assert k.crashk_res == (0, 0)
