"""The client with gdbserver, whose ways are not QEMU's: no physical memory, no steps past breakpoints,
repeats, no acknowledgements."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator

import pytest
from bootstep.boots.remote.connecting import connect
from bootstep.boots.remote.target import Ended, Range, Stopped

Served = tuple[str, subprocess.Popen[str]]
PROGRAM = "/bin/true"


@pytest.fixture
def server() -> Iterator[Served]:
    """A port and the gdbserver that listens there, whose program stands before its first instruction."""
    found = shutil.which("gdbserver")
    if found is None:
        pytest.skip("gdbserver is not installed")
    command = [found, "--once", "127.0.0.1:0", PROGRAM]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        lines = (line for line in process.stderr if line.startswith("Listening on port "))
        port = next(lines, None)
        if port is None:
            pytest.skip("gdbserver may not run a program here")
        yield port.split()[-1], process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize("hardware_only", [False, True], ids=["any-breakpoints", "hardware-only"])
async def test_a_program(server: Served, hardware_only: bool) -> None:
    client = await connect(server[0], hardware_only=hardware_only)
    assert client.architecture and not client.knows_physical
    begins = await client._cpu.pc()
    assert begins is not None and begins in (await client.registers()).values()
    before = await client.read([Range(begins, 16), Range(8, 8)])
    assert before[0] is not None and before[1] is None
    assert isinstance(await client.step(), Stopped)
    second = await client._cpu.pc()
    assert second is not None and second != begins
    assert await client.add_breakpoint(second)
    stop = await client.step()
    assert isinstance(stop, Stopped) and stop.signal == 5
    assert await client._cpu.pc() != second
    await client.remove_breakpoint(second)
    assert (await client.read([Range(begins, 16)]))[0] == before[0]
    assert await client.resume() == Ended("exited with status 0")
    await client.close()


async def test_leaving_lets_it_run_on(server: Served) -> None:
    port, process = server
    client = await connect(port)
    await client.close()
    assert process.wait(60) == 0
