"""KFENCE's pool, if the architecture has not set it aside already.  Mirrors mm/kfence/core.c."""

from __future__ import annotations

from ...model.base.pfn import PFN_ALIGN
from ...model.memory.memblock import memblock_alloc, memblock_free
from ...model.trace.recorder import traced
from ..core.kernel import Kernel

KERNEL_FILE = "mm/kfence/core.c"

POINTER = 8
METADATA_SIZE = 72 + 2 * (24 + 64 * POINTER) + POINTER
"""``sizeof(struct kfence_metadata)``, without what ``CONFIG_MEMCG`` adds: most of it are two stacks of 64
addresses."""

DEBUGGED_LOCK = 24
"""What ``CONFIG_DEBUG_SPINLOCK`` adds to a structure with a lock, a lock's padding included."""


def kfence_pool_size(k: Kernel) -> int:
    """KFENCE_POOL_SIZE in bytes: a guard page beside every object's page, and two to begin with."""
    return (k.config.integer("KFENCE_NUM_OBJECTS", 255) + 1) * 2 * k.layout.page_size


@traced
def kfence_alloc_pool(k: Kernel) -> None:
    """Allocate KFENCE's pool, where it samples allocations at all."""
    if not k.config.enabled("KFENCE") or not k.kfence.kfence_sample_interval or k.kfence.kfence_pool:
        return
    k.kfence.kfence_pool = memblock_alloc(k.memblock, kfence_pool_size(k), k.layout.page_size)
    if not k.kfence.kfence_pool:
        k.pr_err("kfence: failed to allocate pool")


def kfence_metadata_size(k: Kernel) -> int:
    """KFENCE_METADATA_SIZE in bytes: a ``struct kfence_metadata`` for every object, in whole pages."""
    size = METADATA_SIZE + (POINTER if k.config.enabled("MEMCG") else 0)
    size += DEBUGGED_LOCK if k.config.enabled("DEBUG_SPINLOCK") else 0
    return PFN_ALIGN(k.config.integer("KFENCE_NUM_OBJECTS", 255) * size, k.layout.page_shift)


@traced
def kfence_alloc_pool_and_metadata(k: Kernel) -> None:
    """Allocate KFENCE's pool, and since 6.6 what is known of its objects."""
    if not k.config.enabled("KFENCE") or not k.kfence.kfence_sample_interval:
        return
    page_size = k.layout.page_size
    if not k.kfence.kfence_pool:
        k.kfence.kfence_pool = memblock_alloc(k.memblock, kfence_pool_size(k), page_size)
    if not k.kfence.kfence_pool:
        k.pr_err("kfence: failed to allocate pool")
        return
    if not memblock_alloc(k.memblock, kfence_metadata_size(k), page_size):
        k.pr_err("kfence: failed to allocate metadata")
        memblock_free(k.memblock, k.kfence.kfence_pool, kfence_pool_size(k))
        k.kfence.kfence_pool = 0
