"""KFENCE's pool, if the architecture has not set it aside already.  Mirrors mm/kfence/core.c."""

from __future__ import annotations

from ...model.memblock import memblock_alloc
from ...model.traced import traced
from ..kernel import Kernel

KERNEL_FILE = "mm/kfence/core.c"


def kfence_pool_size(k: Kernel) -> int:
    """KFENCE_POOL_SIZE in bytes: a guard page beside every object's page, and two to begin with."""
    return (k.config.integer("KFENCE_NUM_OBJECTS", 255) + 1) * 2 * k.layout.page_size


@traced
def kfence_alloc_pool(k: Kernel) -> None:
    """Allocate KFENCE's pool, where it samples allocations at all."""
    if not k.config.enabled("KFENCE") or not k.kfence_sample_interval or k.kfence_pool:
        return
    k.kfence_pool = memblock_alloc(k.memblock, kfence_pool_size(k), k.layout.page_size)
    if not k.kfence_pool:
        k.pr_err("kfence: failed to allocate pool")
