"""Gigantic pages become huge pages, and count as memory again.  Mirrors mm/hugetlb.c
(``hugetlb_bootmem_struct_page_init()`` and what it calls)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.trace.recorder import traced
from ..page_alloc import adjust_managed_page_count

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/hugetlb.c"


@traced
def gather_bootmem_prealloc_node(k: Kernel, nid: int) -> None:
    """Take the gigantic pages of a node from those that memblock gave: they were reserved, and are memory
    that somebody uses."""
    shift = k.layout.page_shift
    for page in k.hugetlb.boot_pages:
        if page.nid == nid:
            adjust_managed_page_count(k, page.address >> shift, page.size >> shift, nid)


@traced
def hugetlb_bootmem_struct_page_init(k: Kernel) -> None:
    """Initialise the page structs of gigantic pages, node by node."""
    for nid in sorted({page.nid for page in k.hugetlb.boot_pages}):
        gather_bootmem_prealloc_node(k, nid)
