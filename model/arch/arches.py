"""The architectures that there are, by the names that machine files and logs have for them."""

from __future__ import annotations

from collections.abc import Mapping

from .arm64.record import ARM64
from .spec import Arch
from .told.table import OTHER_NAMES, TOLD
from .x86.record import X86_64

ARCHES: Mapping[str, Arch] = {arch.name: arch for arch in (ARM64, X86_64)}
"""Those that boot here."""
DEFAULT_ARCH = ARM64
"""The architecture of what does not say."""
KNOWN: Mapping[str, Arch] = {**ARCHES, **TOLD}
"""Those that boot, and those of which logs are read."""


def arch_named(name: str) -> Arch | None:
    """An architecture by any name that people have for it; None if nobody knows it."""
    plain = OTHER_NAMES.get(name.lower(), name)
    return next((arch for known, arch in KNOWN.items() if known.lower() == plain.lower()), None)
