"""Kinds of breakpoints, which the protocol has for each architecture: mostly the bytes of an instruction."""

from __future__ import annotations

_KINDS = {"i386": 1, "i386:x86-64": 1, "i8086": 1, "aarch64": 4}
"""By gdb's names of architectures."""
_USUAL = 4


def kind_of(architecture: str) -> int:
    """The kind for an architecture by its name; for one that is not known, what most have."""
    return _KINDS.get(architecture, _USUAL)
