"""Boots a real kernel in QEMU on boards nobody made and compares: every line of its log about memory, and its
page tables, read out of RAM.

    python tests/real_boots/run.py BUILD --release 6.12 --boots 100

BUILD is the directory an arm64 kernel was built in (vmlinux, .config, arch/arm64/boot/Image), best with
``memblock_debug`` set to 1 in mm/memblock.c; otherwise ``--more memblock=debug``.  Wanted besides is
qemu-system-aarch64.  Boards follow from ``--seed``.  What differs is left in ``--keep``: the machine, and
the log.

What is known to differ: since 6.11 the log ends so late that ``kpti=1`` has made all mappings non-global.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from boards import Board, a_board
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.logs.comparison import MemoryLines, compare
from bootstep.model.text.dmesg import all_lines
from qemu import booted
from walk import READ_ONLY, told, walk, within

CPUS = {12: ("cortex-a57", "cortex-a53", "max"), 14: ("cortex-a76", "max"), 16: ("cortex-a57", "max")}
"""By the bits of a page: CPUs that have it."""


def write_machine(board: Board, build: Path, release: str, folder: Path) -> None:
    """The files that bootstep and QEMU read."""
    (folder / "board.dtb").write_bytes(compile_dts(board.dts, "board.dts").raw)
    start, size = board.initrd
    (folder / "machine.toml").write_text(
        f'[kernel]\nrelease = "{release}"\narch = "arm64"\n'
        f'vmlinux = "{build / "vmlinux"}"\nconfig = "{build / ".config"}"\n'
        f'[board]\ndtb = "board.dtb"\ncpu = "{board.cpu}"\ncpus = {board.cpus}\n'
        f'[boot]\nkind = "devicetree"\nload_address = {board.load:#x}\ndtb_address = {board.dtb:#x}\n'
        f"initrd = {{ start = {start:#x}, size = {size:#x} }}\n"
    )


def log_differences(kernel: Kernel, real: Path) -> Iterator[str]:
    """The first line about memory that is another one."""
    ours = MemoryLines.read(list(all_lines(kernel.trace))).known_to(kernel.release)
    theirs = MemoryLines.read(real.read_text(errors="replace").splitlines()).known_to(kernel.release)
    found = compare(ours, theirs)
    if found.first is not None:
        for name, lines in (("real", found.theirs), ("ours", found.ours)):
            yield f"{name}  {lines[found.first] if found.first < len(lines) else 'ends'}"
    elif not theirs.ends:
        yield f"the real log ends after {len(theirs.lines)} lines that agree"


def table_differences(kernel: Kernel, ram: Path) -> Iterator[str]:
    """Runs of the linear map that only one has, and the first of the rest that is another one.  Since 6.11
    the log ends when much more is mapped, and text can no longer be written through the linear map."""
    layout, tree = kernel.layout, kernel.page_tables
    is_late = kernel.release >= (6, 11)
    real = walk(ram, kernel.pa_symbol("swapper_pg_dir"), tree.geometry)
    ignored = READ_ONLY if is_late else 0
    theirs, ours = (
        within(runs, layout.page_offset, layout.direct_map.end, ignored) for runs in (real, list(tree.runs))
    )
    yield from (f"real  linear map: {told(run)}" for run in theirs if run not in ours)
    yield from (f"ours  linear map: {told(run)}" for run in ours if run not in theirs)
    for run in tree.runs:
        is_ours = run.va_start >= layout.direct_map.end and not (
            is_late and run.va_start >= layout.fixmap.start
        )
        if is_ours and within(real, run.va_start, run.va_end) != [run]:
            yield f"ours  {told(run)}"
            return


def differences(board: Board, build: Path, release: str, folder: Path) -> list[str]:
    """What a real boot and ours do not have in common."""
    write_machine(board, build, release, folder)
    kernel = load_kernel(read_machine(str(folder / "machine.toml")))
    boot(kernel)
    with booted(board, build / "arch/arm64/boot/Image", folder) as ram:
        found = list(log_differences(kernel, folder / "dmesg.log"))
        return found or list(table_differences(kernel, ram))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("build", type=Path)
    parser.add_argument("--release", default="6.12")
    parser.add_argument("--boots", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first board")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--more", default="", help="words for every command line")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "bootstep-differences")
    parser.add_argument("-j", type=int, default=2)
    return parser.parse_args()


def main() -> int:
    given = arguments()
    config = (given.build / ".config").read_text()
    page_shift = 16 if "ARM64_64K_PAGES=y" in config else 14 if "ARM64_16K_PAGES=y" in config else 12
    release = tuple(map(int, given.release.split(".")))

    def one(number: int) -> bool:
        board = a_board(f"{given.seed}-{number}", release, CPUS[page_shift], given.more)
        with tempfile.TemporaryDirectory() as folder:
            found = differences(board, given.build.resolve(), given.release, Path(folder))
            if found:
                shutil.copytree(folder, given.keep / f"{given.seed}-{number}", dirs_exist_ok=True)
        words = f"{board.ram >> 20} MiB, {board.cpus} {board.cpu}: {board.cmdline}"
        print("\n".join((f"{'differs' if found else 'same   '} {number} {words}", *found)), flush=True)
        return not found

    with ThreadPoolExecutor(given.j) as pool:
        same = list(pool.map(one, range(given.first, given.first + given.boots)))
    print(f"{sum(same)} of {len(same)} boots the same")
    return int(not all(same))


if __name__ == "__main__":
    sys.exit(main())
