"""Device tree sources, compiled by the package ``fdt``."""

from __future__ import annotations

from typing import Any

import fdt  # pyright: ignore[reportMissingTypeStubs]

from .devicetree import DeviceTree
from .errors import InputError


def compile_dts(text: str, filename: str = "device tree source") -> DeviceTree:
    """The device tree a source describes.  Raises `InputError` for what cannot be compiled."""
    try:
        parsed: Any = fdt.parse_dts(text)
        blob: bytes = parsed.to_dtb(version=17)
    except Exception as error:  # the package raises bare Exception, AssertionError, ValueError …
        raise InputError(f"{filename}: this device tree source cannot be compiled: {error}") from None
    return DeviceTree(blob, filename)
