"""CMA areas for gigantic pages.  Mirrors mm/hugetlb.c (``hugetlb_cma_reserve``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.trace.recorder import traced
from ...core.params import early_param
from ...lib.cmdline import memparse, simple_strtoull
from ..cma import SZ_1M, cma_declare_contiguous_nid

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/hugetlb.c"


@early_param("hugetlb_cma")
@traced
def cmdline_parse_hugetlb_cma(k: Kernel, p: str | None) -> int:
    """``hugetlb_cma=size`` or ``hugetlb_cma=nid:size[,nid:size...]``, bytes"""
    rest = p or ""
    while rest[:1].isdigit():
        nid, after = simple_strtoull(rest, 10)
        if not after.startswith(":"):
            k.hugetlb_cma_size = memparse(p or "")[0]
            break
        if nid >= k.memblock.max_numnodes:
            break
        size, rest = memparse(after[1:])
        k.hugetlb.hugetlb_cma_size_in_node[nid] = size
        k.hugetlb_cma_size += size
        if not rest.startswith(","):
            break
        rest = rest[1:]
    return 0


def _keep_valid_nodes(k: Kernel, gigantic: int) -> None:
    """Drop what was asked for on nodes that are not there, and what is less than a page."""
    for nid, size in sorted(k.hugetlb.hugetlb_cma_size_in_node.items()):
        if not size:
            continue
        if nid not in k.numa.node_online_map:
            k.pr_warn("hugetlb_cma: invalid node {} specified", nid)
        elif size < gigantic:
            k.pr_warn("hugetlb_cma: cma area of node {} should be at least {} MiB", nid, gigantic // SZ_1M)
        else:
            continue
        k.hugetlb_cma_size -= size
        k.hugetlb.hugetlb_cma_size_in_node[nid] = 0


def _sizes(k: Kernel, gigantic: int) -> dict[int, int]:
    """How much to reserve on each node: what was asked for there, or an equal part of all."""
    by_node = {nid: k.hugetlb.hugetlb_cma_size_in_node.get(nid, 0) for nid in k.numa.node_online_map}
    if any(by_node.values()):
        return {nid: -(-size // gigantic) * gigantic for nid, size in by_node.items() if size}
    share = -(-k.hugetlb_cma_size // len(by_node))
    share = -(-share // gigantic) * gigantic
    k.pr_info(
        "hugetlb_cma: reserve {} MiB, up to {} MiB per node", k.hugetlb_cma_size // SZ_1M, share // SZ_1M
    )
    return dict.fromkeys(by_node, share)


@traced
def hugetlb_cma_reserve(k: Kernel, order: int) -> None:
    """Reserve areas for pages of `order` on the nodes, as ``hugetlb_cma=`` asks for."""
    gigantic = k.layout.page_size << order
    if k.hugetlb_cma_size:
        _keep_valid_nodes(k, gigantic)
    if not k.hugetlb_cma_size:
        return
    if k.hugetlb_cma_size < gigantic:
        k.pr_warn("hugetlb_cma: cma area should be at least {} MiB", gigantic // SZ_1M)
        k.hugetlb_cma_size = 0
        return
    # Until 5.7, and since 6.11, an area is aligned to the pages it is for.
    align = k.layout.pmd_size if (5, 8) <= k.release < (6, 11) else gigantic
    order_per_bit = k.layout.pmd_shift - k.layout.page_shift if k.release >= (5, 8) else 0
    reserved = 0
    for nid, wanted in _sizes(k, gigantic).items():
        size = wanted
        if not k.hugetlb.hugetlb_cma_size_in_node.get(nid):
            size = -(-min(wanted, k.hugetlb_cma_size - reserved) // gigantic) * gigantic
        error = cma_declare_contiguous_nid(k, 0, size, 0, align, order_per_bit, False, f"hugetlb{nid}", nid)
        if error:
            k.pr_warn("hugetlb_cma: reservation failed: err {}, node {}", error, nid)
            continue
        reserved += size
        k.pr_info("hugetlb_cma: reserved {} MiB on node {}", size // SZ_1M, nid)
        if reserved >= k.hugetlb_cma_size:
            break
    if not reserved:
        k.hugetlb_cma_size = 0
