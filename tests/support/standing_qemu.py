"""A real QEMU that stands before its first instruction, with its stub on a socket; it is ended with its whole
group, whatever happens."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

MACHINES = {
    "qemu-system-aarch64": ("-M", "virt", "-cpu", "cortex-a57", "-m", "64M"),
    "qemu-system-x86_64": ("-m", "64M"),
}
"""By its program: a machine that needs no kernel."""


@contextmanager
def standing_qemu(program: str, folder: Path, more: Sequence[str] = ()) -> Iterator[Path]:
    """The socket of a QEMU's stub, which is there soon; the test is skipped if there is no QEMU."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = folder / "gdb"
    command = [program, *MACHINES[program], "-display", "none", "-nodefaults", "-S", *more]
    process = subprocess.Popen(
        [*command, "-gdb", f"unix:{path},server=on,wait=off"],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield path
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
