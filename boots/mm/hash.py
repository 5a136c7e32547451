"""The large hash tables of the early boot.  Mirrors ``alloc_large_system_hash()`` of mm/page_alloc.c
(mm/mm_init.c since 6.4), and what fs/dcache.c and fs/inode.c make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.memory.memblock import memblock_alloc, memblock_alloc_raw
from ...model.trace.recorder import traced
from ..core.setup_params import setup_param
from ..lib.cmdline import simple_strtoull

if TYPE_CHECKING:
    from ..core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"

ADAPT_SCALE_BASE = 64 << 30
ADAPT_SCALE_SHIFT = 2
SZ_1M = 1 << 20
HASH_EARLY = 1
"""Flags: allocate from memblock; clear the memory."""
BUCKET_SIZE = 8
"""``sizeof(struct hlist_bl_head)`` and of ``struct hlist_head``: one pointer."""


@setup_param
@traced
def set_hashdist(k: Kernel, value: str) -> int:
    """``hashdist=``: whether hash tables are spread over the nodes."""
    k.hashdist = simple_strtoull(value)[0]
    return 1


@setup_param
@traced
def set_dhash_entries(k: Kernel, value: str) -> int:
    """``dhash_entries=``: the size of the dentries' hash table (fs/dcache.c)."""
    k.dhash_entries = simple_strtoull(value)[0]
    return 1


@setup_param
@traced
def set_ihash_entries(k: Kernel, value: str) -> int:
    """``ihash_entries=``: the size of the inodes' hash table (fs/inode.c)."""
    k.ihash_entries = simple_strtoull(value)[0]
    return 1


def hashdist(k: Kernel) -> int:
    """Whether hash tables are spread over the nodes: they come from vmalloc then, not from memblock."""
    return k.hashdist if k.config.enabled("NUMA") else 0


@traced
def fixup_hashdist(k: Kernel) -> None:
    """One node with memory is none to spread over."""
    if sum(bool(node.present) for node in k.zones.nodes.values()) == 1:
        k.hashdist = 0


@traced
def page_alloc_init(k: Kernel) -> None:
    """Until 6.3 this is where the hash tables of a single node are kept from being spread."""
    fixup_hashdist(k)


def get_order(k: Kernel, size: int) -> int:
    """The order of the smallest block that holds `size` bytes."""
    return ((size - 1) >> k.layout.page_shift).bit_length()


def _entries_for_memory(k: Kernel, bucketsize: int, scale: int) -> int:
    """One entry for every 2**scale bytes of memory, and fewer of them the more memory exceeds 64 GiB; at
    least a page of them."""
    page_shift, page_size = k.layout.page_shift, k.layout.page_size
    numentries = k.nr_kernel_pages
    if page_size < SZ_1M:
        numentries = -(-numentries // (SZ_1M >> page_shift)) * (SZ_1M >> page_shift)
    adapt = ADAPT_SCALE_BASE >> page_shift
    while adapt < numentries:
        scale += 1
        adapt <<= ADAPT_SCALE_SHIFT
    numentries = (
        numentries >> (scale - page_shift) if scale > page_shift else numentries << (page_shift - scale)
    )
    return max(numentries, page_size // bucketsize)


def _log2_entries(
    k: Kernel, bucketsize: int, numentries: int, scale: int, low_limit: int, high_limit: int
) -> int:
    """How many buckets a table is to have, as a power of two."""
    numentries = numentries or _entries_for_memory(k, bucketsize, scale)
    numentries = 1 << (numentries - 1).bit_length()
    most = high_limit or ((k.nr_all_pages << k.layout.page_shift) >> 4) // bucketsize
    return min(max(numentries, low_limit), most, 0x80000000).bit_length() - 1


def hash_zero(k: Kernel) -> int:
    """``HASH_ZERO``, which says that a table is cleared; until 6.6 another flag came before it."""
    return 2 if k.release >= (6, 6) else 4


@traced
def alloc_large_system_hash(
    k: Kernel,
    tablename: str,
    bucketsize: int,
    numentries: int,
    scale: int,
    flags: int,
    low_limit: int,
    high_limit: int,
) -> int:
    """Allocate a hash table: `numentries` buckets of `bucketsize` bytes (0: as many as memory suggests), at
    least `low_limit` and at most `high_limit` (0: a sixteenth of memory); half of them each time there is no
    room.  Returns its physical address; 0 if it is not from memblock (no `HASH_EARLY`), but from vmalloc."""
    log2qty = _log2_entries(k, bucketsize, numentries, scale, low_limit, high_limit)
    if not flags & HASH_EARLY:
        size = bucketsize << log2qty
        _say(k, tablename, log2qty, size, "vmalloc hugepage" if _uses_blocks(k, size) else "vmalloc")
        return 0
    allocate = memblock_alloc if flags & hash_zero(k) else memblock_alloc_raw
    while True:
        size = bucketsize << log2qty
        table = allocate(k.memblock, size, k.memblock.config.smp_cache_bytes)
        if table or size <= k.layout.page_size or not log2qty:
            break
        log2qty -= 1
    if not table:
        k.panic(f"Failed to allocate {tablename} hash table")
    _say(k, tablename, log2qty, size, "linear")
    return table


def _uses_blocks(k: Kernel, size: int) -> bool:
    """Whether vmalloc maps memory that is spread over the nodes by blocks: if every node's part is that large
    and nobody wants to dump page tables (mm/vmalloc.c)."""
    return not k.config.enabled("PTDUMP_DEBUGFS") and size // len(k.numa.node_online_map) >= k.layout.pmd_size


def _say(k: Kernel, tablename: str, log2qty: int, size: int, where: str) -> None:
    order = get_order(k, size)
    k.pr_info(
        "{} hash table entries: {} (order: {}, {} bytes, {})", tablename, 1 << log2qty, order, size, where
    )


@traced
def dcache_init_early(k: Kernel) -> None:
    """The dentries' hash table (fs/dcache.c), unless it waits for vmalloc."""
    if not hashdist(k):
        alloc_large_system_hash(
            k, "Dentry cache", BUCKET_SIZE, k.dhash_entries, 13, HASH_EARLY | hash_zero(k), 2, 0
        )


@traced
def inode_init_early(k: Kernel) -> None:
    """The inodes' hash table (fs/inode.c), unless it waits for vmalloc."""
    if not hashdist(k):
        alloc_large_system_hash(
            k, "Inode-cache", BUCKET_SIZE, k.ihash_entries, 14, HASH_EARLY | hash_zero(k), 0, 0
        )


@traced
def vfs_caches_init_early(k: Kernel) -> None:
    """The hash tables of the file systems (fs/dcache.c)."""
    dcache_init_early(k)
    inode_init_early(k)


@traced
def vfs_caches_init(k: Kernel) -> None:
    """The hash tables that waited for vmalloc (``dcache_init()`` of fs/dcache.c, ``inode_init()`` of
    fs/inode.c)."""
    if hashdist(k):
        alloc_large_system_hash(k, "Dentry cache", BUCKET_SIZE, k.dhash_entries, 13, hash_zero(k), 2, 0)
        alloc_large_system_hash(k, "Inode-cache", BUCKET_SIZE, k.ihash_entries, 14, hash_zero(k), 0, 0)
