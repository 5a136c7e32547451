"""The configuration of a kernel: the one that is named, else the one inside the kernel, else one that lies
beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from ....model.base.errors import InputError
from ....model.files.input_files import is_file, read_text
from ...core.inputs import Machine

if TYPE_CHECKING:
    from .file import KernelFile

PREFIXES = ("vmlinuz-", "vmlinux-", "Image-", "Image.gz-", "kernel-", "linux-", "vmlinuz.", "vmlinux.")
"""What the names of installed kernels begin with, before what names their configuration too."""
DEBUG, ROOT = Path("/usr/lib/debug"), Path("/")
"""Where distributions install what debuggers read of what they install elsewhere."""
BUILD_DEPTH = 3
"""So far below the top of a build, where ``.config`` is, lies ``arch/*/boot``."""


class Configuration(Struct, frozen=True):
    """Its text, what to call it, its file if it is one, and what is to be said of where it was found."""

    text: str
    name: str
    path: Path | None
    told: str


def find_configuration(machine: Machine, kernel: KernelFile | None) -> Configuration:
    """The configuration of a machine's kernel.  Raises `InputError` if there is none."""
    if machine.config is not None:
        return Configuration(read_text(machine.config), str(machine.config), machine.config, "")
    if kernel is None:
        raise InputError(f"{machine.name}: the machine names kallsyms but not its config")
    if kernel.config is not None:
        name = f"the configuration inside {kernel.path}"
        return Configuration(kernel.config, name, None, f"{name} (IKCONFIG) is taken")
    path = configuration_beside(kernel.path, kernel)
    if path is not None:
        told = f"the configuration is {path}, which lies beside the kernel"
        return Configuration(read_text(path), str(path), path, told)
    raise InputError(
        f"{kernel.path}: there is no configuration inside this kernel, nor {_beside_words(kernel)} beside it;"
        " give --config too"
    )


def configuration_beside(file: Path, kernel: KernelFile) -> Path | None:
    """The configuration of a kernel that lies beside a file of it, None if none does."""
    return next(filter(is_file, _beside(file, kernel)), None)


def _beside(file: Path, kernel: KernelFile) -> Iterator[Path]:
    """Where the configuration of a kernel may lie, beside a file of it; what distributions have for debuggers
    lies in a folder of its own, as all else lies from the root on."""
    yield from _in_folder(file.parent, file.name, kernel)
    path = file.absolute()
    if path.is_relative_to(DEBUG):
        yield from _in_folder(ROOT / path.relative_to(DEBUG).parent, file.name, kernel)


def _in_folder(directory: Path, filename: str, kernel: KernelFile) -> Iterator[Path]:
    for prefix in PREFIXES:
        if filename.startswith(prefix):
            yield directory / f"config-{filename.removeprefix(prefix)}"
    if kernel.banner:
        yield directory / f"config-{kernel.banner.name}"
    yield directory / ".config"
    yield directory / "config"
    if directory.parts[-BUILD_DEPTH::2] == ("arch", "boot"):
        yield directory.parents[BUILD_DEPTH - 1] / ".config"


def _beside_words(kernel: KernelFile) -> str:
    """The names that were looked for."""
    return " or ".join(dict.fromkeys(path.name for path in _beside(kernel.path, kernel)))
