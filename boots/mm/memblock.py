"""What the command line says to memblock.  Mirrors mm/memblock.c (``early_memblock``, ``reserve_mem``);
memblock itself is in the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory import memblock
from ..core.params import early_param
from ..core.setup_params import setup_param

if TYPE_CHECKING:
    from ..core.kernel import Kernel


@early_param("memblock")
def early_memblock(k: Kernel, p: str | None) -> int:
    """``memblock=debug``: from now on memblock prints what it does."""
    return memblock.early_memblock(k.memblock, p)


@setup_param
def reserve_mem(k: Kernel, value: str) -> int:
    """``reserve_mem=size:align:name``: memory that keeps its place from one boot to the next (6.11)."""
    result = memblock.reserve_mem(k.memblock, value)
    k.reserved_mem_count = len(k.memblock.reserved_mem_table)
    return result
