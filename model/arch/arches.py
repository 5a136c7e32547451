"""The architectures that there are, by the names that machine files and logs have for them."""

from __future__ import annotations

from collections.abc import Mapping

from ..base.imported import Imported
from .arm64.record import ARM64
from .spec import Arch
from .told.table import OTHER_NAMES, TOLD

_BOOTING = {"arm64": (".arm64.record", "ARM64"), "x86_64": (".x86.record", "X86_64")}
ARCHES: Mapping[str, Arch] = Imported(__name__, _BOOTING)
"""Those that boot here."""
DEFAULT_ARCH = ARM64
"""The architecture of what does not say."""
KNOWN: Mapping[str, Arch] = Imported(__name__, _BOOTING, TOLD)
"""Those that boot, and those of which logs are read."""


def arch_named(name: str) -> Arch | None:
    """An architecture by any name that people have for it; None if nobody knows it."""
    plain = OTHER_NAMES.get(name.lower(), name)
    return next((KNOWN[known] for known in KNOWN if known.lower() == plain.lower()), None)
