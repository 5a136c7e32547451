"""A board in QEMU: a kernel started at any address with any device tree, and its RAM in a file."""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boards import BASE, MIB, Board

LAST = (b"] Memory: ", b"end Kernel panic")
"""How the last line begins that matters."""
PATIENCE = 120
"""Seconds for a boot."""
STUB = (0x58000100, 0xAA1F03E1, 0xAA1F03E2, 0xAA1F03E3, 0x580000C4, 0xD61F0080, 0xD503201F, 0xD503201F)
"""What a boot loader does at last: the device tree's address in x0, zero in x1 to x3, and off to the kernel
(``ldr x0``, ``mov``, ``ldr x4``, ``br x4``); the two addresses follow."""


def _loaded(path: Path, address: int, more: str = "") -> list[str]:
    return ["-device", f"loader,file={path},addr={address:#x},force-raw=on{more}"]


def _command(board: Board, image: Path, folder: Path, ram: Path) -> list[str]:
    (folder / "stub").write_bytes(struct.pack("<8I2Q", *STUB, board.dtb, board.load))
    (folder / "initrd").write_bytes(bytes(board.initrd[1]))
    end = BASE + board.ram - 0x1000
    return [
        *("qemu-system-aarch64", "-M", "virt,gic-version=2,memory-backend=ram", "-cpu", board.cpu),
        *("-object", f"memory-backend-file,id=ram,size={board.ram},mem-path={ram},share=on"),
        *("-m", str(board.ram // MIB), "-smp", str(board.cpus), "-display", "none", "-monitor", "none"),
        *("-nic", "none", "-no-reboot", "-serial", f"file:{folder / 'dmesg.log'}"),
        *_loaded(image, board.load),
        *_loaded(folder / "board.dtb", board.dtb),
        *_loaded(folder / "stub", end, ",cpu-num=0"),
        *(_loaded(folder / "initrd", board.initrd[0]) if board.initrd[1] else ()),
    ]


def _is_over(log: Path) -> bool:
    text = log.read_bytes() if log.exists() else b""
    return any(text.find(b"\n", at) > 0 for at in map(text.find, LAST) if at >= 0)


@contextmanager
def booted(board: Board, image: Path, folder: Path) -> Iterator[Path]:
    """Boot until the log is complete; `folder` gets it as dmesg.log.  Gives the file that the RAM is in."""
    log = folder / "dmesg.log"
    log.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(prefix="ram-", dir="/dev/shm")
    os.close(handle)
    try:
        with (folder / "qemu.log").open("w") as errors:
            process = subprocess.Popen(_command(board, image, folder, Path(name)), stderr=errors)
            deadline = time.monotonic() + PATIENCE
            while process.poll() is None and not _is_over(log) and time.monotonic() < deadline:
                time.sleep(0.02)
            process.kill()
            process.wait()
        yield Path(name)
    finally:
        Path(name).unlink()
