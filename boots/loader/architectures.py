"""The architectures whose kernels boot, by the name that a machine gives."""

from __future__ import annotations

from collections.abc import Mapping

from ...model.base.errors import InputError
from ..core.inputs import Machine
from .architecture import Architecture
from .arm64.ops import LOADER as ARM64

ARCHITECTURES: Mapping[str, Architecture] = {"arm64": ARM64}


def architecture_of(machine: Machine) -> Architecture:
    """The architecture of a machine.  Raises `InputError` if its kernels do not boot, or not in the way that
    the machine starts."""
    found = ARCHITECTURES.get(machine.arch)
    if found is None or machine.kind not in found.kinds:
        booting = f"so far only {', '.join(ARCHITECTURES)} boots, from a device tree or UEFI"
        raise InputError(f"{machine.name}: {machine.arch} from {machine.kind}: {booting}")
    return found
