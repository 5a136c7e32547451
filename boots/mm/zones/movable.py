"""Where ZONE_MOVABLE begins on each node.  Mirrors mm/page_alloc.c (mm/mm_init.c since 6.4):
``kernelcore=``, ``movablecore=`` and ``find_zone_movable_pfns_for_nodes()``; ``movable_node`` is of
mm/memory_hotplug.c.

The zones of the architecture hold what the kernel itself may use.  ZONE_MOVABLE takes the upper end of
each node's highest zone, if the command line asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.base.pfn import ALIGN, PFN_DOWN, PFN_UP
from ....model.memory.memblock import (
    MEMBLOCK_HOTPLUG,
    MEMBLOCK_MIRROR,
    Region,
    for_each_mem_pfn_range,
    for_each_mem_region,
    memblock_has_mirror,
)
from ....model.trace.recorder import traced
from ...core.params import EINVAL, early_param
from ...lib.cmdline import memparse, simple_strtoull
from ..early_pfn import get_pfn_range_for_nid
from ..mmzone import MAX_NUMNODES, MAX_ORDER_NR_PAGES, ZONE_MOVABLE

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/page_alloc.c"

SZ_4G = 4 << 30
ELFCORE_ADDR_MAX = (1 << 64) - 1


def cmdline_parse_core(k: Kernel, p: str | None, name: str) -> int:
    """A size in bytes, kept in pages, or a percentage of all memory."""
    if not p:
        return -EINVAL
    percent, rest = simple_strtoull(p)
    if rest.startswith("%"):
        setattr(k, f"{name}_percent", percent)
    else:
        setattr(k, name, memparse(p)[0] >> k.layout.page_shift)
        setattr(k, f"{name}_percent", 0)
    return 0


@early_param("kernelcore")
@traced
def cmdline_parse_kernelcore(k: Kernel, p: str | None) -> int:
    """``kernelcore=``: how much memory stays out of ZONE_MOVABLE; ``mirror``: all that is mirrored."""
    if p is not None and "mirror" in p.split(","):
        k.memblock.change("mirrored_kernelcore", True)
        return 0
    return cmdline_parse_core(k, p, "required_kernelcore")


@early_param("movablecore")
@traced
def cmdline_parse_movablecore(k: Kernel, p: str | None) -> int:
    """``movablecore=``: how much memory ZONE_MOVABLE gets."""
    return cmdline_parse_core(k, p, "required_movablecore")


@early_param("movable_node")
@traced
def cmdline_parse_movable_node(k: Kernel, p: str | None) -> int:
    """``movable_node``: memory that can be unplugged goes to ZONE_MOVABLE."""
    k.memblock.change("movable_node", True)
    return 0


def _set_movable_pfn(k: Kernel, nid: int, pfn: int) -> None:
    pfns: tuple[int, ...] = k.zones.limits["zone_movable_pfn"]
    k.zones.set_limit("zone_movable_pfn", (*pfns[:nid], pfn, *pfns[nid + 1 :]))


@traced
def early_calculate_totalpages(k: Kernel) -> int:
    """All pages of memory."""
    return sum(end - start for start, end, _ in for_each_mem_pfn_range(k.memblock, MAX_NUMNODES(k)))


@traced
def find_usable_zone_for_movable(k: Kernel) -> None:
    """The zone that ZONE_MOVABLE takes its pages from: the highest one with any."""
    limits = k.zones.limits
    lowest, highest = limits["arch_zone_lowest_possible_pfn"], limits["arch_zone_highest_possible_pfn"]
    k.movable_zone = max(
        zone for zone in range(len(lowest)) if zone != ZONE_MOVABLE(k) and highest[zone] > lowest[zone]
    )


def _start_at(k: Kernel, region: Region, pfn: int) -> None:
    """ZONE_MOVABLE begins at `pfn` of the region's node, unless it begins lower already."""
    start = k.zones.limits["zone_movable_pfn"][region.nid]
    _set_movable_pfn(k, region.nid, min(pfn, start) if start else pfn)


def _take_hotpluggable(k: Kernel) -> None:
    """ZONE_MOVABLE is the memory that can be unplugged."""
    for region in for_each_mem_region(k.memblock):
        if region.flags & MEMBLOCK_HOTPLUG:
            _start_at(k, region, PFN_DOWN(region.base, k.layout.page_shift))


def _take_unmirrored(k: Kernel) -> bool:
    """ZONE_MOVABLE is the memory above 4 GiB that is not mirrored.  Returns False if there is no choice."""
    # Since 6.6 kernelcore=mirror is ignored without mirrored memory, and in a crash kernel.
    if k.release >= (6, 6):
        if not memblock_has_mirror(k.memblock):
            k.pr_warn("The system has no mirror memory, ignore kernelcore=mirror.")
            return False
        if k.elfcorehdr_addr != ELFCORE_ADDR_MAX:
            k.pr_warn("The system is under kdump, ignore kernelcore=mirror.")
            return False
    shift = k.layout.page_shift
    unmirrored = [region for region in for_each_mem_region(k.memblock) if not region.flags & MEMBLOCK_MIRROR]
    for region in unmirrored:
        if PFN_UP(region.base, shift) >= SZ_4G >> shift:
            _start_at(k, region, PFN_UP(region.base, shift))
    if any(PFN_UP(region.base, shift) < SZ_4G >> shift for region in unmirrored):
        k.pr_warn("This configuration results in unmirrored kernel memory.")
    return True


def _work_out_kernelcore(k: Kernel, totalpages: int) -> bool:
    """How many pages the kernel needs, in ``required_kernelcore``.  Returns whether that leaves
    ZONE_MOVABLE any."""
    if k.required_kernelcore_percent:
        k.required_kernelcore = totalpages * 100 * k.required_kernelcore_percent // 10000
    if k.required_movablecore_percent:
        k.required_movablecore = totalpages * 100 * k.required_movablecore_percent // 10000
    if k.required_movablecore:
        k.required_movablecore = min(totalpages, ALIGN(k.required_movablecore, MAX_ORDER_NR_PAGES(k)))
        k.required_kernelcore = max(k.required_kernelcore, totalpages - k.required_movablecore)
    return 0 < k.required_kernelcore < totalpages


def _spread_on_node(k: Kernel, nid: int, usable_startpfn: int, kernelcore_remaining: int) -> None:
    """Let the kernel have `kernelcore_remaining` more pages of node `nid`; ZONE_MOVABLE begins behind
    them."""
    for start_pfn, end_pfn, _ in for_each_mem_pfn_range(k.memblock, nid):
        start_pfn = max(start_pfn, k.zones.limits["zone_movable_pfn"][nid])
        if start_pfn >= end_pfn:
            continue
        if start_pfn < usable_startpfn:
            kernel_pages = min(end_pfn, usable_startpfn) - start_pfn
            kernelcore_remaining -= min(kernel_pages, kernelcore_remaining)
            k.required_kernelcore -= min(kernel_pages, k.required_kernelcore)
            if end_pfn <= usable_startpfn:
                _set_movable_pfn(k, nid, end_pfn)
                continue
            start_pfn = usable_startpfn
        size_pages = min(end_pfn - start_pfn, kernelcore_remaining)
        _set_movable_pfn(k, nid, start_pfn + size_pages)
        k.required_kernelcore -= min(k.required_kernelcore, size_pages)
        kernelcore_remaining -= size_pages
        if not kernelcore_remaining:
            break


def _spread_kernelcore(k: Kernel) -> None:
    """Spread the kernel's pages evenly over the nodes.  What a node is too small for goes to the others,
    in another round."""
    nids = sorted({nid for _, _, nid in for_each_mem_pfn_range(k.memblock, MAX_NUMNODES(k))})
    usable_nodes = len(nids)
    usable_startpfn = k.zones.limits["arch_zone_lowest_possible_pfn"][k.movable_zone]
    while True:
        kernelcore_node = k.required_kernelcore // usable_nodes
        for nid in nids:
            if k.required_kernelcore < kernelcore_node:
                kernelcore_node = k.required_kernelcore // usable_nodes
            _spread_on_node(k, nid, usable_startpfn, kernelcore_node)
        usable_nodes -= 1
        if not usable_nodes or k.required_kernelcore <= usable_nodes:
            break


def _align_zone_movable_pfns(k: Kernel) -> None:
    """ZONE_MOVABLE begins at a multiple of the largest block; there is none where that is behind the node."""
    for nid, pfn in enumerate(k.zones.limits["zone_movable_pfn"]):
        aligned = ALIGN(pfn, MAX_ORDER_NR_PAGES(k))
        end_pfn = get_pfn_range_for_nid(k, nid)[1]
        _set_movable_pfn(k, nid, 0 if aligned >= end_pfn else aligned)


@traced
def find_zone_movable_pfns_for_nodes(k: Kernel) -> None:
    """Find where ZONE_MOVABLE begins on each node: ``movable_node`` goes before ``kernelcore=mirror``, and
    that before sizes."""
    totalpages = early_calculate_totalpages(k)
    find_usable_zone_for_movable(k)
    if k.memblock.movable_node:
        _take_hotpluggable(k)
    elif k.memblock.mirrored_kernelcore:
        if not _take_unmirrored(k):
            return
    elif _work_out_kernelcore(k, totalpages):
        _spread_kernelcore(k)
    else:
        return
    _align_zone_movable_pfns(k)
