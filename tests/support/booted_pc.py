"""Boots of the shipped kernels for x86-64 on a PC that is told by its e820 map alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import bootstep
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.x86.variables import Kernel
from bootstep.model.debugger.position_names import PositionNames
from bootstep.model.index.calls import CallIndex
from bootstep.model.memory.pagetable.tables import PageTables
from bootstep.model.memory.state import Replica, State
from msgspec import structs

MIB, GIB = 1 << 20, 1 << 30
LOW = (0, 0x9FC00, "usable"), (0x9FC00, 0xA0000, "reserved"), (0xF0000, 0x100000, "reserved")
TWO_GIB = (*LOW, (0x100000, 0x7FFE0000, "usable"))
EIGHT_GIB = (*LOW, (0x100000, 0xBFFE0000, "usable"), (4 * GIB, 9 * GIB, "usable"))
"""As QEMU has them: start, end, type."""


def loaded_pc(
    e820: Sequence[tuple[int, int, str]] = TWO_GIB,
    cmdline: str = "",
    cpu: str = "qemu64",
    release: str = "6.1",
    options: Mapping[str, str] | None = None,
    kaslr: str = "",
) -> Kernel:
    """A kernel before its first instruction.  `options` are those of its configuration that are other than
    shipped; `kaslr` is that key of a machine file, with its braces."""
    shipped = Path(bootstep.boots.__file__).parent / "machines" / "kernels" / f"{release}-x86_64"
    with TemporaryDirectory() as name:
        folder = Path(name)
        config = (shipped / "config").read_text()
        config += "".join(f"CONFIG_{option}={value}\n" for option, value in (options or {}).items())
        (folder / "config").write_text(config)
        (folder / "e820.txt").write_text("".join(f"{a:#x} {b:#x} {type}\n" for a, b, type in e820))
        (folder / "machine.toml").write_text(
            f'[kernel]\nrelease = "{release}"\narch = "x86_64"\nvmlinux = "{shipped}/vmlinux.sym"\n'
            f'config = "config"\nsizes = "{shipped}/sizes.json"\nconstants = "{shipped}/consts.json"\n'
            f'[board]\ne820 = "e820.txt"\ncpu = "{cpu}"\n'
            f'[boot]\nkind = "e820"\ncmdline = "{cmdline}"\n' + (f"kaslr = {kaslr}\n" if kaslr else "")
        )
        kernel = load_kernel(read_machine(str(folder / "machine.toml")))
    assert isinstance(kernel, Kernel)
    return kernel


def booted_pc(
    e820: Sequence[tuple[int, int, str]] = TWO_GIB,
    cmdline: str = "",
    cpu: str = "qemu64",
    release: str = "6.1",
    options: Mapping[str, str] | None = None,
    kaslr: str = "",
) -> Kernel:
    """The same after its boot."""
    kernel = loaded_pc(e820, cmdline, cpu, release, options, kaslr)
    boot(kernel)
    return kernel


def add_symbols(k: Kernel, symbols: Mapping[str, int]) -> None:
    """Before its boot, symbols that the shipped kernel has not got, or has elsewhere."""
    k.image = structs.replace(k.image, symbols={**k.image.symbols, **symbols})


def state_at(k: Kernel, position: str) -> State:
    """The state at a position that a name leads to: ``cleanup_highmap:return``."""
    replica = Replica(k.trace)
    replica.move(PositionNames(CallIndex(k.trace, k.arch.facts)).find(position))
    return replica.state


def leaves(tree: PageTables, start: int = 0, end: int = 1 << 64) -> list[tuple[int, int, int, int]]:
    """What a tree maps in [start, end): first and last address, where, at which level."""
    return [(run.va_start, run.va_end, run.pa_start, run.level) for run in tree.leaves(start, end)]


def log(k: Kernel) -> list[str]:
    """The lines printed."""
    return [k.trace.log_text(event) for event in k.trace.logs if k.trace.is_printed(event)]
