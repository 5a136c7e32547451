"""The early hash tables, with the sizes that real kernels printed."""

from __future__ import annotations

import pytest
from bootstep.boots.mm.hash import page_alloc_init, set_dhash_entries, set_hashdist, vfs_caches_init_early
from bootstep.boots.mm.mm_init import free_area_init
from bootstep.boots.mm.sparse.sparse import sparse_init
from memory_map import GIB, Bank, kernel_with, log, max_zone_pfns


@pytest.mark.parametrize(
    ("pages", "dentry", "inode"),
    [
        (129024, "65536 (order: 7, 524288 bytes, linear)", "32768 (order: 6, 262144 bytes, linear)"),
        (258048, "131072 (order: 8, 1048576 bytes, linear)", "65536 (order: 7, 524288 bytes, linear)"),
        (516096, "262144 (order: 9, 2097152 bytes, linear)", "131072 (order: 8, 1048576 bytes, linear)"),
        (1032192, "524288 (order: 10, 4194304 bytes, linear)", "262144 (order: 9, 2097152 bytes, linear)"),
        (1548288, "1048576 (order: 11, 8388608 bytes, linear)", "524288 (order: 10, 4194304 bytes, linear)"),
    ],
)
def test_hash_tables_grow_with_memory(pages: int, dentry: str, inode: str) -> None:
    k = kernel_with(Bank(GIB, GIB))
    k.hashdist = 0
    k.nr_kernel_pages = k.nr_all_pages = pages
    vfs_caches_init_early(k)
    assert log(k) == [
        f"Dentry cache hash table entries: {dentry}",
        f"Inode-cache hash table entries: {inode}",
    ]


def test_beyond_64_gib_hash_tables_grow_with_the_square_root_of_memory() -> None:
    k = kernel_with(Bank(GIB, 2 * GIB))
    k.hashdist = 0
    k.nr_kernel_pages = k.nr_all_pages = 1 << 28
    vfs_caches_init_early(k)
    assert log(k)[0] == "Dentry cache hash table entries: 33554432 (order: 16, 268435456 bytes, linear)"


def test_a_table_for_which_there_is_no_room_is_halved() -> None:
    k = kernel_with(Bank(GIB, 4 << 20))
    k.hashdist = 0
    k.nr_kernel_pages = k.nr_all_pages = 1548288
    set_dhash_entries(k, "1000000")
    vfs_caches_init_early(k)
    assert log(k)[0] == "Dentry cache hash table entries: 262144 (order: 9, 2097152 bytes, linear)"


def test_with_two_nodes_the_tables_wait_for_vmalloc_unless_told_otherwise() -> None:
    k = kernel_with(Bank(GIB, GIB, 0), Bank(2 * GIB, GIB, 1))
    sparse_init(k)
    free_area_init(k, max_zone_pfns(k))
    page_alloc_init(k)
    before = len(k.trace.logs)
    vfs_caches_init_early(k)
    assert len(k.trace.logs) == before
    set_hashdist(k, "0")
    vfs_caches_init_early(k)
    assert log(k)[-2:] == [
        "Dentry cache hash table entries: 262144 (order: 9, 2097152 bytes, linear)",
        "Inode-cache hash table entries: 131072 (order: 8, 1048576 bytes, linear)",
    ]
