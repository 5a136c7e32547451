"""The architectures whose machines can be taken down."""

from __future__ import annotations

from ...model.base.errors import InputError
from .architecture import CapturedArchitecture
from .arm64.ops import CAPTURED as ARM64
from .x86.ops import CAPTURED as X86_64

ARCHITECTURES = (ARM64, X86_64)


def running_architecture(config: bytes | None, cpuinfo: str) -> CapturedArchitecture:
    """The architecture of the Linux that runs, by its configuration (None: not readable) and /proc/cpuinfo.
    Raises `InputError` if it is none of those."""
    for arch in ARCHITECTURES:
        if arch.is_running(config, cpuinfo):
            return arch
    known = " or ".join(arch.name for arch in ARCHITECTURES)
    raise InputError(f"this Linux does not run on {known}, so far only such machines can be captured")
