"""What the command line says to memblock.  Mirrors mm/memblock.c (``early_memblock``); memblock itself is in
the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model import memblock
from ..params import early_param

if TYPE_CHECKING:
    from ..kernel import Kernel


@early_param("memblock")
def early_memblock(k: Kernel, p: str | None) -> int:
    """``memblock=debug``: from now on memblock prints what it does."""
    return memblock.early_memblock(k.memblock, p)
