"""Kernels booted on the captured machines, and what the real ones printed there."""

from __future__ import annotations

import functools
import gzip
import os
import re
import tempfile
from pathlib import Path

from bootstep.boots.core.kernel import Kernel
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import SHIPPED, read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.debugger.debugger import Debugger

ORACLE = Path(__file__).parents[1] / "data" / "oracle"
SHARED = Path(os.environ.get("BOOTSTEP_ORACLE", Path(__file__).parents[3] / "shared" / "oracle"))
"""Where more captures may lie than the repository has."""
KERNEL = "6.1-4k48"
CASES = sorted(path.parent.name for path in (ORACLE / KERNEL).glob("*/machine.toml"))
QUICK = ("m1g", "numa2", "resv-nomap", "crash256", "m1g-mem600-initrd", "efi-srat")
"""Those that stand for all while one works."""
MORE_CASES = sorted(
    str(path.parent.relative_to(SHARED / "cases"))
    for path in SHARED.glob("cases/*/*/machine.toml")
    if 'arch = "arm64"' in path.read_text()
)
"""Those of the architecture that boots so far."""


def unpacked(case: str, name: str) -> bytes:
    return gzip.decompress((ORACLE / KERNEL / case / name).read_bytes())


def dmesg(case: str) -> list[str]:
    """The real kernel's log, without time stamps."""
    return [line.partition("] ")[2] for line in unpacked(case, "dmesg.log.gz").decode().splitlines()]


@functools.lru_cache(maxsize=8)
def booted(case: str, more: str = "") -> Kernel:
    """The kernel of a captured case, booted, with some words more on its command line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for packed in (ORACLE / KERNEL / case).rglob("*.gz"):
            place = folder / packed.relative_to(ORACLE / KERNEL / case).with_suffix("")
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(gzip.decompress(packed.read_bytes()))
        text = (ORACLE / KERNEL / case / "machine.toml").read_text()
        text = re.sub(r'^cmdline = "(.*)"$', rf'cmdline = "\1 {more}"', text, flags=re.M) if more else text
        (folder / "machine.toml").write_text(text.replace("KERNEL", str(SHIPPED / "kernels" / KERNEL)))
        kernel = load_kernel(read_machine(str(folder / "machine.toml")))
    boot(kernel)
    return kernel


def at_the_end(kernel: Kernel) -> Debugger:
    debugger = debugger_of(kernel)
    debugger.end()
    return debugger


def what_if(variation: Variation, machine: str = "virt-1g") -> Debugger:
    """A changed machine's boot, at its end."""
    kernel = load_what_if(read_machine(machine), variation)
    boot(kernel)
    return at_the_end(kernel)
