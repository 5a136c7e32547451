"""Boots a real kernel on PCs nobody made, in QEMU, and compares: every line of its log about memory, and its
page tables, read out of RAM when the buddy allocator has got the memory.

    python tests/real_boots/pc/run.py VMLINUX --config CONFIG --image BZIMAGE --release 6.1 --boots 100

VMLINUX is what the kernel was linked to, a file with its sections and symbols, or a bzImage that has them;
BZIMAGE is what QEMU starts, qemu-system-x86_64.  Boards follow from ``--seed``.  What differs is left in
``--keep``: the machine, and the log.  What firmware and boot loader tell is read out of RAM.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.kernel.file import read_kernel_file
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.logs.comparison import MemoryLines, compare
from bootstep.model.memory.pagetable.tables import Run
from bootstep.model.text.dmesg import all_lines
from pc_boards import Board, a_board
from pc_machine import Build, write_machine
from pc_qemu import booted
from pc_walk import leaves
from walk import joined, told

CALLER = re.compile(r"(?<=[\]\dd]) [A-Za-z_][\w.]*(?=(?:\+0x\w+/0x\w+)?$)")
"""At the end of what memblock prints."""


def log_differences(kernel: Kernel, real: Path, callers: bool) -> Iterator[str]:
    """The first line about memory that is another one; `callers` tells whether those count."""
    both = list(all_lines(kernel.trace)), real.read_text(errors="replace").splitlines()
    if not callers:
        both = tuple([CALLER.sub("", line) if "memblock_" in line else line for line in one] for one in both)
    ours, theirs = (MemoryLines.read(one).known_to(kernel.release) for one in both)
    found = compare(ours, theirs)
    if found.first is not None:
        for name, lines in (("real", found.theirs), ("ours", found.ours)):
            yield f"{name}  {lines[found.first] if found.first < len(lines) else 'ends'}"
    elif not theirs.ends:
        yield f"the real log ends after {len(theirs.lines)} lines that agree"


def table_differences(ours: list[Run], theirs: list[Run]) -> Iterator[str]:
    """The first runs that only one has."""
    yield from [f"real  {told(run)}" for run in theirs if run not in ours][:3]
    yield from [f"ours  {told(run)}" for run in ours if run not in theirs][:3]


def differences(
    board: Board, build: Build, symbols: Mapping[str, int], folder: Path, callers: bool
) -> list[str]:
    """What a real boot and ours do not have in common.  Of one that ends in a panic only the log counts."""
    real: list[Run] | None = None
    with booted(board, build.image, folder, symbols) as stopped:
        if stopped is None:
            return ["the kernel was not found"]
        path = write_machine(board, build, stopped, symbols, folder)
        kernel = load_kernel(read_machine(str(path)))
        boot(kernel)
        tree = kernel.page_tables
        if stopped.came:
            root = symbols["init_top_pgt"] - symbols["_text"] + stopped.load
            real = joined(leaves(stopped.ram, root, tree.geometry))
    found = list(log_differences(kernel, folder / "dmesg.log", callers))
    return found if real is None else [*found, *table_differences(joined(tree.runs), real)]


def symbols_of(vmlinux: Path) -> Mapping[str, int]:
    """Where the functions and data of a kernel are linked to."""
    found = read_kernel_file(vmlinux)
    if found.image is not None:
        return found.image.symbols
    assert found.embedded is not None, "expected a kernel with symbols"
    return found.embedded.symbols.addresses


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("vmlinux", type=Path)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--image", type=Path, required=True)
    parser.add_argument("--sizes", type=Path, help="sizes.json, if VMLINUX has no types")
    parser.add_argument("--constants", type=Path, help="consts.json")
    parser.add_argument("--release", default="6.1")
    parser.add_argument("--boots", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="number of the first board")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--more", default="", help="words for every command line")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "bootstep-differences")
    parser.add_argument("--no-callers", action="store_true", help="whoever asked memblock does not count")
    parser.add_argument("-j", type=int, default=2)
    return parser.parse_args()


def main() -> int:
    given = arguments()
    told = {key: getattr(given, key).resolve() for key in ("sizes", "constants") if getattr(given, key)}
    build = Build(given.vmlinux.resolve(), given.config.resolve(), given.release, given.image.resolve(), told)
    symbols = symbols_of(build.vmlinux)
    major, minor = map(int, given.release.split(".")[:2])

    def one(number: int) -> bool:
        board = a_board(f"{given.seed}-{number}", (major, minor), given.more)
        with tempfile.TemporaryDirectory() as folder:
            found = differences(board, build, symbols, Path(folder), not given.no_callers)
            if found:
                shutil.copytree(folder, given.keep / f"{given.seed}-{number}", dirs_exist_ok=True)
        words = f"{board.machine} {board.mib} MiB, {board.cpus} {board.cpu}, {len(board.nodes)} nodes"
        said = f"{'differs' if found else 'same   '} {number} {words}: {board.cmdline}"
        print("\n".join((said, *found)), flush=True)
        return not found

    with ThreadPoolExecutor(given.j) as pool:
        same = list(pool.map(one, range(given.first, given.first + given.boots)))
    print(f"{sum(same)} of {len(same)} boots the same")
    return int(not all(same))


if __name__ == "__main__":
    sys.exit(main())
