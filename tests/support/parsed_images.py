"""The images of kernels that tests only read, each parsed once in a process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bootstep.model.build.image.image import Image


@lru_cache(maxsize=4)
def image_of(vmlinux: Path) -> Image:
    """The image in a vmlinux."""
    return Image.parse(vmlinux.read_bytes(), str(vmlinux))
