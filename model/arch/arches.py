"""The architectures that there are, by the names that machine files have for them."""

from __future__ import annotations

from collections.abc import Mapping

from .arm64.record import ARM64
from .spec import Arch

ARCHES: Mapping[str, Arch] = {arch.name: arch for arch in (ARM64,)}
DEFAULT_ARCH = ARM64
"""The architecture of what does not say."""
