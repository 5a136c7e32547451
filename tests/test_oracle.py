"""Our boots against those of real kernels: every line about memory, and the state at every captured moment.

The captures (tests/data/oracle) are a debugger's view of Linux in QEMU: on arm64 6.1 with 4K and with 64K
pages, 6.12 with 4K and with 16K pages; on x86-64 6.1, 6.12 and Debian's 6.1.  Each folder names its machine.
Of kernels with other configurations there are logs only; some of them begin late, since the log buffer
was too small.

Covers model/memory/memblock/reserve_mem.py, boots/x86/kernel/setup.py.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.core.printk_records import unreadable_lines
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.boots.sources.model_boot import facts_of
from bootstep.model.index.calls import CallIndex
from bootstep.model.logs.comparison import MemoryLines
from bootstep.model.memory.state import Replica
from bootstep.model.text.dmesg import log_lines
from bootstep.model.text.state_json import report
from sweeps import sweep

DATA = Path(__file__).parent / "data"
ORACLE = DATA / "oracle"
CASES = sorted(str(path.parent.relative_to(ORACLE)) for path in ORACLE.glob("*/*/machine.toml"))
QUICK = {case.partition("/")[0]: case for case in CASES}.values()
"""One case of each kernel."""
PARTS = (
    "kernel",
    "memblock",
    "page_tables",
    "sections",
    "zones",
    "nodes",
    "e820",
    "numa",
    "boot_page_tables",
)
MOMENTS = {"arm64": 10, "x86_64": 28}
"""How many states of a boot were captured at least."""


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def read(case: str, name: str) -> str:
    return unpacked(ORACLE / case / name).decode()


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder of each kernel, by its id."""
    folders = {folder.name: folder for folder in (SHIPPED / "kernels").iterdir()}
    for packed in (DATA / "kernels").glob("*/vmlinux.sym.gz"):
        name = packed.parent.name
        folders[name] = folder = tmp_path_factory.mktemp("kernels") / name
        shutil.copytree(packed.parent, folder)
        (folder / "vmlinux.sym").write_bytes(unpacked(packed))
    return folders


@pytest.fixture(scope="module", params=sweep(CASES, *QUICK))
def booted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, kernels: dict[str, Path]
) -> tuple[str, Kernel]:
    case: str = request.param
    folder = tmp_path_factory.mktemp("case")
    for path in (ORACLE / case).rglob("*.gz"):
        target = folder / path.relative_to(ORACLE / case).with_suffix("")
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(unpacked(path))
    text = (ORACLE / case / "machine.toml").read_text()
    (folder / "machine.toml").write_text(text.replace("KERNEL", str(kernels[Path(case).parent.name])))
    kernel = load_kernel(read_machine(str(folder / "machine.toml")))
    boot(kernel)
    return case, kernel


def test_the_log_is_the_real_kernels(booted: tuple[str, Kernel]) -> None:
    case, kernel = booted
    theirs = MemoryLines.read(read(case, "dmesg.log.gz").splitlines())
    # A console that misses lines may miss the last one.
    assert theirs.ends or kernel.printk.lost
    assert known_lines(our_log(kernel), kernel) == known_lines(theirs, kernel)


def our_log(kernel: Kernel) -> MemoryLines:
    return MemoryLines.read(list(log_lines(kernel.trace, unreadable_lines(kernel))))


def known_lines(log: MemoryLines, kernel: Kernel) -> tuple[str, ...]:
    return log.known_to(kernel.release).lines


def test_the_state_is_the_real_kernels_at_every_moment(booted: tuple[str, Kernel]) -> None:
    case, kernel = booted
    if not (ORACLE / case / "states.jsonl.gz").exists():
        pytest.skip("only its log was captured")
    replica = Replica(kernel.trace)
    moments = 0
    for line in read(case, "states.jsonl.gz").splitlines():
        theirs = json.loads(line)
        enter = CallIndex(kernel.trace, kernel.arch.facts).first(theirs["at"])
        assert enter is not None
        replica.move(enter + 1 if theirs["when"] == "entry" else kernel.trace.partner(enter))
        ours = json.loads(json.dumps(report(replica.state, facts_of(kernel))))
        where = f"{theirs['at']}:{theirs['when']}"
        assert not list(differences(ours, {part: theirs[part] for part in PARTS if part in theirs}, where))
        moments += 1
    assert moments >= MOMENTS[kernel.machine.arch]


@pytest.mark.parametrize(
    ("machine", "case", "options"),
    [
        ("virt-512m", "6.1-4k48/m512", {}),
        ("virt-1g", "6.1-4k48/m1g", {}),
        ("virt-1g-6.12", "6.12-4k48/m1g", {}),
        ("virt-4g", "6.1-4k48/m4g", {}),
        ("virt-6g", "6.1-4k48/m6g", {"dtb_size": "35192"}),
        ("virt-2g-numa2", "6.1-4k48/numa2", {"dtb_size": "35762"}),
        ("pc-2g", "6.1-x86_64/m2g", {"cmdline": "nokaslr ignore_loglevel console=ttyS0 panic=-1"}),
    ],
)
def test_a_shipped_machine_boots_as_qemus_did(machine: str, case: str, options: dict[str, str]) -> None:
    """Two of the captures were made with ``-dtb``, for which QEMU leaves less room in the blob."""
    kernel = load_kernel(read_machine(machine, {**options, "memblock_debug": "true"}))
    boot(kernel)
    theirs = MemoryLines.read(read(case, "dmesg.log.gz").splitlines())
    assert known_lines(our_log(kernel), kernel) == known_lines(theirs, kernel)


def differences(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    """Where `ours` lacks or contradicts `theirs`; hexadecimal strings count as numbers."""
    if isinstance(theirs, dict):
        for key, value in theirs.items():
            yield from differences(ours.get(key, "nothing"), value, f"{path}.{key}")
    elif isinstance(theirs, list) and isinstance(ours, list) and len(ours) == len(theirs):
        for number, value in enumerate(theirs):
            yield from differences(ours[number], value, f"{path}[{number}]")
    elif number_of(ours) != number_of(theirs):
        yield f"{path}: {ours!r} is {theirs!r}"


def number_of(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"-?0x[0-9a-f]+", value):
        return int(value, 16)
    return value
