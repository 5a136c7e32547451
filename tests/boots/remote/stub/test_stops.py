"""Why a target stands, read from what stubs say."""

from __future__ import annotations

import pytest
from bootstep.boots.remote.stub.stops import stop_of
from bootstep.boots.remote.target import Ended, Stop, Stopped


@pytest.mark.parametrize(
    ("body", "stop"),
    [
        pytest.param(b"S05", Stopped(5), id="a-signal"),
        pytest.param(b"T05", Stopped(5), id="nothing-more"),
        pytest.param(b"T05thread:p01.02;", Stopped(5, None, "p01.02"), id="qemu"),
        pytest.param(b"T0220:0010000000000000;thread:1;core:0;", Stopped(2, 0x1000, "1"), id="with-the-pc"),
        pytest.param(b"T05swbreak:;20:xxxx;", Stopped(5), id="pc-not-known"),
        pytest.param(b"T05watch:ffff;thread:0;", Stopped(5, None, "0"), id="a-watchpoint"),
        pytest.param(b"W00", Ended("exited with status 0"), id="an-exit"),
        pytest.param(b"W2a;process:1", Ended("exited with status 42"), id="of-a-process"),
        pytest.param(b"X0f", Ended("killed by signal 15"), id="a-kill"),
    ],
)
def test_a_stop(body: bytes, stop: Stop) -> None:
    assert stop_of(body, 0x20) == stop


@pytest.mark.parametrize(
    "body", [b"", b"OK", b"S", b"Sxy", b"T5", b"T05thread", b"T05thread:x\x1b;", b"Wzz", b"W00;boo"], ids=repr
)
def test_what_is_no_stop(body: bytes) -> None:
    assert stop_of(body, 0x20) is None
