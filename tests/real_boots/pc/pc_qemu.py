"""A PC in QEMU whose RAM is in files, and which stops where its memory has become the buddy allocator's."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gdb import Gdb
from pc_boards import MIB, Board
from ram import FOUR_GIB, Ram

START_KERNEL_MAP = 0xFFFFFFFF80000000
STOP = "kmem_cache_init"
"""The first function after the buddy allocator has got all memory and that is printed."""
STEP = 2 << 20
"""KASLR moves a kernel by multiples of it."""
BANNER = b"Linux version "
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


class Stopped(NamedTuple):
    """A machine whose kernel has come to `STOP`, or has ended before: its RAM, the physical address of
    ``_text``, by how many bytes KASLR has moved virtual addresses, and whether it came."""

    ram: Ram
    load: int
    moved: int
    came: bool


def _found(ram: Ram, symbols: Mapping[str, int], size: int) -> tuple[int, int] | None:
    """Where KASLR has put a kernel, and by how much it moved its addresses."""
    for load in range(0, size, STEP):
        at = {name: symbols[name] - symbols["_text"] + load for name in ("linux_banner", "phys_base")}
        if ram.bytes(at["linux_banner"], len(BANNER)) == BANNER:
            text = load - ram.number(at["phys_base"], 8) + START_KERNEL_MAP
            return load, (text - symbols["_text"]) % (1 << 64)
    return None


def _run(
    board: Board, gdb: Gdb, ram: Ram, symbols: Mapping[str, int], process: subprocess.Popen[bytes], log: Path
) -> Stopped | None:
    """Let the kernel run to `STOP`.  A kernel that KASLR moves is stopped at its first words, and looked
    for."""
    load, moved = symbols["_text"] - START_KERNEL_MAP, 0
    if "nokaslr" not in board.cmdline.split():
        gdb.go_on()
        while process.poll() is None and BANNER not in log.read_bytes():
            time.sleep(0.005)
        place = _found(ram, symbols, FOUR_GIB + board.mib * MIB) if gdb.interrupt(PATIENCE) else None
        if place is None:
            return None
        load, moved = place
    stop = (symbols[STOP] + moved) % (1 << 64)
    return Stopped(ram, load, moved, gdb.run_until(stop, PATIENCE))


@contextmanager
def booted(board: Board, image: Path, folder: Path, symbols: Mapping[str, int]) -> Iterator[Stopped | None]:
    """Boot as far as `STOP`, None if the kernel is nowhere; `symbols` are its addresses as linked.
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
                ram = Ram(files, board.low)
                try:
                    yield _run(board, gdb, ram, symbols, process, log)
                finally:
                    ram.close()
                gdb.go_on()
                _wait_for_log(log, process)
            finally:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(place)
