"""Which file is likeliest to be the one that defines a function, of several that do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from msgspec import Struct

OTHERS = ("boot", "rm", "um", "xen", "purgatory")
"""Folders of programs that are not the kernel itself: decompressors, trampolines."""


class Likelihood(Struct, frozen=True, order=True):
    """How likely a file is, the likeliest first in order."""

    is_other_program: bool
    is_header: bool
    is_elsewhere: bool
    """It is in another folder than was said."""
    is_of_no_architecture: bool
    """It is generic code, where an architecture's was said."""
    has_other_stem: bool
    is_32_bit: bool


def likelihood(file: str, said: str, arch: str) -> Likelihood:
    """How likely it is that `file` is meant where `said` is what the model names; `arch` is the
    architecture's directory."""
    given, found = PurePosixPath(said), PurePosixPath(file)
    return Likelihood(
        any(part in OTHERS for part in found.parts[:-1]),
        found.suffix == ".h",
        found.parent != given.parent,
        said.startswith("arch/") and not file.startswith(f"arch/{arch}/"),
        not found.stem.startswith(given.stem),
        found.stem.endswith("_32"),
    )


def ordered(files: Iterable[str], said: str, arch: str) -> tuple[list[str], bool]:
    """The files that may be meant, the likeliest first, those of other architectures left away; and whether
    the first is likelier than all others."""
    own = [file for file in files if not file.startswith("arch/") or file.startswith(f"arch/{arch}/")]
    found = sorted(own, key=lambda file: (likelihood(file, said, arch), file))
    is_clear = len(found) < 2 or likelihood(found[0], said, arch) != likelihood(found[1], said, arch)
    return found, is_clear
