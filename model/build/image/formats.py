"""The architectures whose kernel images can be read."""

from __future__ import annotations

from collections.abc import Container, Mapping

from .arm64.format import ARM64_IMAGES
from .format import ImageFormat
from .x86.format import X86_IMAGES

FORMATS: Mapping[str, ImageFormat] = {images.arch: images for images in (ARM64_IMAGES, X86_IMAGES)}
"""By the names of architectures."""
ONLY = f"only {' and '.join(FORMATS)} kernels are read"


def format_of(start: bytes) -> ImageFormat | None:
    """Whose image begins so; None if it is none."""
    return next((images for images in FORMATS.values() if images.is_image(start)), None)


def format_of_machine(machine: int) -> ImageFormat | None:
    """Whose ELF files have this number; None if that is nobody here."""
    return next((images for images in FORMATS.values() if images.machine == machine), None)


def has_data(symbols: Container[str]) -> bool:
    """Whether data have symbols too, not only functions (CONFIG_KALLSYMS_ALL)."""
    return any(images.data_symbol in symbols for images in FORMATS.values())
