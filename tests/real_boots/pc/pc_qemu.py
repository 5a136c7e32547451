"""A PC in QEMU whose RAM is in files, and which stops where its memory has become the buddy allocator's."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gdb import Gdb
from pc_boards import MIB, Board
from ram import Ram

LAST = (b"] Memory: ", b"end Kernel panic")
"""How the last line begins that matters."""
PATIENCE = 120
"""Seconds for a boot."""


def _memory(board: Board, folder: Path) -> tuple[list[str], list[Path]]:
    """QEMU's words for RAM and nodes, and the files that have the RAM in order."""
    sizes = [node.mib for node in board.nodes] or [board.mib]
    files = {number: folder / f"ram{number}" for number, size in enumerate(sizes) if size}
    words = [
        word
        for number, path in files.items()
        for word in (
            "-object",
            f"memory-backend-file,id=ram{number},size={sizes[number]}M,mem-path={path},share=on",
        )
    ]
    for number, node in enumerate(board.nodes):
        memory = f",memdev=ram{number}" if node.mib else ""
        cpus = f",{node.cpus}" if node.cpus else ""
        words += ["-numa", f"node,nodeid={number}{cpus}{memory}"]
    for one, other, distance in board.distances:
        words += ["-numa", f"dist,src={one},dst={other},val={distance}"]
    return words, list(files.values())


def _command(board: Board, image: Path, folder: Path, place: Path, memory: list[str]) -> list[str]:
    machine = board.machine + ("" if board.nodes else ",memory-backend=ram0")
    machine += f",max-ram-below-4g={board.below_4g}M" if board.below_4g else ""
    plugs = f",slots=2,maxmem={board.mib + board.hotplug}M" if board.hotplug else ""
    (folder / "initrd").write_bytes(bytes(board.initrd))
    return [
        *("qemu-system-x86_64", "-M", machine, "-cpu", board.cpu, "-m", f"{board.mib}M{plugs}"),
        *("-smp", f"{board.cpus},maxcpus={board.max_cpus}", "-accel", "tcg", *memory),
        *("-display", "none", "-monitor", "none", "-nic", "none", "-no-reboot"),
        *("-serial", f"file:{folder / 'dmesg.log'}", "-kernel", str(image), "-append", board.cmdline),
        *(("-initrd", str(folder / "initrd")) if board.initrd else ()),
        *("-S", "-gdb", f"unix:{place / 'gdb'},server=on,wait=off"),
    ]


def _wait_for_log(log: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        text = log.read_bytes()
        if any(text.find(b"\n", at) > 0 for at in map(text.find, LAST) if at >= 0):
            return
        time.sleep(0.02)


@contextmanager
def booted(board: Board, image: Path, folder: Path, stop: int) -> Iterator[tuple[Ram, bool]]:
    """Boot as far as the function at the address `stop`; gives the RAM, and whether the kernel came there.
    When that is left the machine runs on until its log has all that matters; `folder` gets it as
    dmesg.log."""
    log = folder / "dmesg.log"
    log.write_bytes(b"")
    place = Path(tempfile.mkdtemp(prefix="pc-", dir="/dev/shm"))
    memory, files = _memory(board, place)
    try:
        with (folder / "qemu.log").open("w") as errors:
            process = subprocess.Popen(_command(board, image, folder, place, memory), stderr=errors)
            try:
                gdb = Gdb(place / "gdb", PATIENCE)
                came = gdb.run_until(stop, PATIENCE)
                ram = Ram(files, board.low)
                try:
                    yield ram, came
                finally:
                    ram.close()
                gdb.go_on()
                _wait_for_log(log, process)
            finally:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(place)


def bytes_of_ram(board: Board) -> int:
    """All of a board's RAM."""
    return board.mib * MIB
