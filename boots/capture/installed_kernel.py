"""The kernel that is installed as people boot it: it tells its own symbols where those of the running one are
hidden."""

from __future__ import annotations

from pathlib import Path

from ...model.base.errors import InputError
from ..loader.kernel.file import read_kernel_file
from .source import Source

INSTALLED = (
    "/boot/vmlinuz-{release}",
    "/boot/Image-{release}",
    "/boot/kernel-{release}",
    "/lib/modules/{release}/vmlinuz",
    "/usr/lib/modules/{release}/vmlinuz",
    "/lib/modules/{release}/Image",
)
"""Where distributions leave the kernel that boot loaders start."""


def installed_kernel(source: Source, arch: str, release: str) -> Path | None:
    """The installed kernel of the architecture and release that run; it is named where it is, not copied.
    None if there is none that can be read, or it says that it is another."""
    for name in INSTALLED:
        try:
            path = source.files.where(name.format(release=release))
            kernel = read_kernel_file(path)
            kernel.refuse_foreign(arch)
        except (InputError, OSError):
            continue
        if kernel.banner is None or kernel.banner.name == release:
            return path.absolute()
    return None
