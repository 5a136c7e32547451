"""Huge pages that the command line asks for, where they are too large for the buddy allocator: they come from
memblock, while the command line is parsed.  Mirrors mm/hugetlb.c (``hugepages_setup()``,
``hugepagesz_setup()``, ``default_hugepagesz_setup()`` and what they call).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import (
    MEMBLOCK_ALLOC_ACCESSIBLE,
    NUMA_NO_NODE,
    memblock_alloc_try_nid_raw,
    memblock_reserved_mark_noinit,
)
from ....model.trace.recorder import traced
from ...core.setup_params import setup_param
from ...core.subsystems import BootPage, Hstate
from ...lib.cmdline import memparse, simple_strtoull, skip_spaces
from ..early_pfn import early_pfn_to_nid

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/hugetlb.c"

UINT_MAX = (1 << 32) - 1
CMA_INSTEAD = "HugeTLB: hugetlb_cma is enabled, skip boot time allocation"


def hstate_is_gigantic(k: Kernel, h: Hstate) -> bool:
    """Whether these pages are too large for the buddy allocator."""
    return h.size > k.layout.page_size << (k.layout.nr_page_orders - 1)


def _memory_nodes(k: Kernel) -> list[int]:
    """``node_states[N_MEMORY]``"""
    return sorted(nid for nid, node in k.zones.nodes.items() if node.present)


def _hstate_next_node_to_alloc(k: Kernel, h: Hstate) -> int:
    """The node whose turn it is; then it is the next one's."""
    nodes = _memory_nodes(k)
    nid = next((nid for nid in nodes if nid >= h.next_nid_to_alloc), nodes[0])
    h.next_nid_to_alloc = next((later for later in nodes if later > nid), nodes[0])
    return nid


@traced
def alloc_bootmem_huge_page(k: Kernel, size: int, nid: int) -> bool:
    """Allocate a page of `size` bytes, on a node or (NUMA_NO_NODE) on the one whose turn it is; another node
    may have to help out."""
    h = k.hugetlb.hstate(size)
    if nid == NUMA_NO_NODE:
        nid = _hstate_next_node_to_alloc(k, h)
    page = memblock_alloc_try_nid_raw(k.memblock, size, size, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid)
    if not page:
        return False
    if k.release >= (6, 7):
        # Since 6.7 only the first page struct is initialised with all others; hugetlb does the rest.
        memblock_reserved_mark_noinit(k.memblock, page + k.layout.page_size, size - k.layout.page_size)
    on_node = early_pfn_to_nid(k, page >> k.layout.page_shift)
    k.hugetlb.boot_pages.append(BootPage(page, size, on_node))
    return True


@traced
def hugetlb_hstate_alloc_pages_onenode(k: Kernel, size: int, nid: int) -> None:
    """Allocate what is wanted of one size on one node."""
    h = k.hugetlb.hstate(size)
    wanted = h.max_huge_pages_node[nid]
    got = 0
    while got < wanted and alloc_bootmem_huge_page(k, size, nid):
        got += 1
    if got == wanted:
        return
    k.pr_warn(
        "HugeTLB: allocating {} of page size {} failed node{}.  Only allocated {} hugepages.",
        wanted,
        h.printed_size,
        nid,
        got,
    )
    h.max_huge_pages -= wanted - got
    h.max_huge_pages_node[nid] = got


@traced
def hugetlb_hstate_alloc_pages(k: Kernel, size: int) -> None:
    """Allocate all pages that are wanted of one gigantic size: where that was said, else in turn from all
    nodes."""
    h = k.hugetlb.hstate(size)
    if k.hugetlb_cma_size:
        k.pr_warn_once(CMA_INSTEAD)
        return
    if not h.max_huge_pages:
        return
    nodes = [nid for nid in k.numa.node_online_map if h.max_huge_pages_node.get(nid)]
    for nid in nodes:
        hugetlb_hstate_alloc_pages_onenode(k, size, nid)
    if nodes:
        return
    got = 0
    while got < h.max_huge_pages and alloc_bootmem_huge_page(k, size, NUMA_NO_NODE):
        got += 1
    if got < h.max_huge_pages:
        k.pr_warn(
            "HugeTLB: allocating {} of page size {} failed.  Only allocated {} hugepages.",
            h.max_huge_pages,
            h.printed_size,
            got,
        )
        h.max_huge_pages = got


@traced
def hugetlb_add_hstate(k: Kernel, order: int) -> None:
    """Know pages of one more size; what follows on the command line is about them."""
    size = k.layout.page_size << order
    if any(h.size == size for h in k.hugetlb.hstates):
        return
    k.hugetlb.parsed_hstate = Hstate(size, next(iter(_memory_nodes(k)), 0))
    k.hugetlb.hstates.append(k.hugetlb.parsed_hstate)


def _unsigned(text: str) -> tuple[int, str] | None:
    """What ``sscanf("%lu%n")`` reads, and the rest; None if there is no number."""
    digits = skip_spaces(text)
    return simple_strtoull(digits, 10) if digits[:1].isdecimal() else None


class _Counts:
    """The numbers of pages that a ``hugepages=`` sets: of the size before it, or of the default size if none
    was named yet."""

    def __init__(self, k: Kernel) -> None:
        self.hugetlb = k.hugetlb
        self.h = k.hugetlb.parsed_hstate if k.hugetlb.hstates else None

    def set(self, count: int) -> None:
        if self.h:
            self.h.max_huge_pages = count
        else:
            self.hugetlb.default_count = count

    def add(self, nid: int, count: int) -> None:
        if self.h:
            self.h.max_huge_pages_node[nid] = count & UINT_MAX
            self.h.max_huge_pages += count
        else:
            self.hugetlb.default_in_node[nid] = count & UINT_MAX
            self.hugetlb.default_count += count

    def clear(self) -> None:
        self.set(0)
        (self.h.max_huge_pages_node if self.h else self.hugetlb.default_in_node).clear()


def _parse_counts(k: Kernel, counts: _Counts, text: str) -> str | None:
    """Take ``count`` or ``node:count[,node:count...]``.  Returns what cannot be read, None if all can."""
    rest = text
    while rest:
        number = _unsigned(rest)
        if number is None:
            return rest
        value, after = number
        if not after.startswith(":"):
            if rest != text:
                return rest
            counts.set(value)
            return None
        if value not in k.numa.node_online_map:
            return rest
        rest = after[1:]
        number = _unsigned(rest)
        if number is None:
            return rest
        counts.add(value, number[0])
        if not number[1].startswith(","):
            return None
        rest = number[1][1:]
    return None


@setup_param
@traced
def hugepages_setup(k: Kernel, s: str) -> int:
    """``hugepages=``: how many pages of the size before it, or of the default size."""
    hugetlb = k.hugetlb
    if not hugetlb.parsed_valid_hugepagesz:
        k.pr_warn("HugeTLB: hugepages={} does not follow a valid hugepagesz, ignoring", s)
        hugetlb.parsed_valid_hugepagesz = True
        return 1
    counts = _Counts(k)
    whose = counts.h or "default"
    if whose is hugetlb.last_count:
        k.pr_warn(
            "HugeTLB: hugepages= specified twice without interleaving hugepagesz=, ignoring hugepages={}", s
        )
        return 1
    invalid = _parse_counts(k, counts, s)
    if invalid is not None:
        k.pr_warn("HugeTLB: Invalid hugepages parameter {}", invalid)
        counts.clear()
        return 1
    if counts.h and hstate_is_gigantic(k, counts.h):
        hugetlb_hstate_alloc_pages(k, counts.h.size)
    hugetlb.last_count = whose
    return 1


@setup_param
@traced
def hugepagesz_setup(k: Kernel, s: str) -> int:
    """``hugepagesz=``: the size that the next ``hugepages=`` is about."""
    hugetlb = k.hugetlb
    hugetlb.parsed_valid_hugepagesz = False
    size = memparse(s)[0]
    if not k.arch.arch_hugetlb_valid_size(k, size):
        k.pr_err("HugeTLB: unsupported hugepagesz={}", s)
        return 1
    known = next((h for h in hugetlb.hstates if h.size == size), None)
    if known is None:
        hugetlb_add_hstate(k, (size // k.layout.page_size).bit_length() - 1)
    elif known is not hugetlb.default_hstate or known.max_huge_pages:
        k.pr_warn("HugeTLB: hugepagesz={} specified twice, ignoring", s)
        return 1
    else:
        hugetlb.parsed_hstate = known
    hugetlb.parsed_valid_hugepagesz = True
    return 1


@setup_param
@traced
def default_hugepagesz_setup(k: Kernel, s: str) -> int:
    """``default_hugepagesz=``: the size of pages where none is named, before it or after."""
    hugetlb = k.hugetlb
    hugetlb.parsed_valid_hugepagesz = False
    if hugetlb.default_hstate:
        k.pr_err("HugeTLB: default_hugepagesz previously specified, ignoring {}", s)
        return 1
    size = memparse(s)[0]
    if not k.arch.arch_hugetlb_valid_size(k, size):
        k.pr_err("HugeTLB: unsupported default_hugepagesz={}", s)
        return 1
    hugetlb_add_hstate(k, (size // k.layout.page_size).bit_length() - 1)
    hugetlb.parsed_valid_hugepagesz = True
    default = hugetlb.default_hstate = hugetlb.hstate(size)
    if hugetlb.default_count:
        default.max_huge_pages = hugetlb.default_count
        default.max_huge_pages_node = {
            nid: hugetlb.default_in_node.get(nid, 0) for nid in k.numa.node_online_map
        }
        if hstate_is_gigantic(k, default):
            hugetlb_hstate_alloc_pages(k, size)
        hugetlb.default_count = 0
    return 1
