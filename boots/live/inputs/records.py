"""What is told of a kernel's entry, and what was read there and later."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from ...capture.toml_text import Value
from ..entry import Entry
from ..kernel import LiveKernel


class KernelFiles(NamedTuple):
    """Where the files of the kernel are: `kernel` is the vmlinux or the image as it is booted, `symbols` its
    System.map where that has none, `config` its configuration, `release` its release as ``uname -r`` says
    it ("": the kernel tells)."""

    kernel: Path | None = None
    symbols: Path | None = None
    config: Path | None = None
    release: str = ""


def files_of(kernel: LiveKernel) -> KernelFiles:
    """Those of a kernel that was read."""
    paths = {name: Path(path) for name, path in kernel.files.items()}
    release = str(kernel.release)
    return KernelFiles(paths.get("vmlinux"), paths.get("kallsyms"), paths.get("config"), release)


class LiveInputs(Struct):
    """The inputs of a boot, as far as they were read: `files` by their names in the directory of a machine,
    the keys of its sections [kernel], [board] and [boot], and `missing`, sentences about what could not be
    read and what is assumed instead; `derived` are sentences about what follows from something else."""

    entry: Entry
    arch: str
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    kernel: dict[str, Value] = field(default_factory=dict[str, Value])
    board: dict[str, Value] = field(default_factory=dict[str, Value])
    boot: dict[str, Value] = field(default_factory=dict[str, Value])
    missing: list[str] = field(default_factory=list[str])
    derived: list[str] = field(default_factory=list[str])
