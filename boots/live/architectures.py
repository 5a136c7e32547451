"""The architectures whose kernels are watched, by the names that machine files have for them."""

from __future__ import annotations

from collections.abc import Mapping

from ...model.base.errors import InputError
from ...model.language.words import tr
from .architecture import LiveArchitecture
from .arm64.record import ARM64
from .x86.record import X86_64

LIVE: Mapping[str, LiveArchitecture] = {arch.name: arch for arch in (ARM64, X86_64)}


def architecture_of_stub(stub_name: str) -> LiveArchitecture:
    """The architecture that a stub calls so.  Raises `InputError` if no kernel of it is watched."""
    for arch in LIVE.values():
        if stub_name in arch.stub_names:
            return arch
    known = ", ".join(name for arch in LIVE.values() for name in arch.stub_names)
    if not stub_name:
        raise InputError(tr("the stub does not tell its architecture, expected one of {known}", known=known))
    raise InputError(
        tr("the stub's architecture is {name}, expected one of {known}", name=stub_name, known=known)
    )
