"""How ``numa=fake=`` cuts the memory of nodes into fake ones.  Mirrors mm/numa_emulation.c (on x86
arch/x86/mm/numa_emulation.c until 6.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from ....model.base.pfn import ALIGN, ALIGN_DOWN, PFN_DOWN, PFN_UP
from ....model.memory.numa import NumaMemblk
from ....model.memory.recorded import RecordedList
from ....model.trace.events import Kind
from ....model.trace.recorder import traced
from ..zones.sizes import absent_pages
from .meminfo import too_many_blocks

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/numa_emulation.c"

EINVAL = 22
U64 = (1 << 64) - 1
NOTHING = NumaMemblk(0, 0, 0)
FAKE_NODE_MIN_SIZE = 32 << 20
FAKE_NODE_MIN_HASH_MASK = U64 & -FAKE_NODE_MIN_SIZE


class Fakes(Struct):
    """What is left of the physical nodes, `pi`, and the fake ones cut from it, `ei`; `emu_nid_to_phys` leads
    from a fake node to the physical one that its first memory is from.  `first_of_pi` is what lies in the
    first place of `pi`'s array even when nothing is left."""

    pi: list[NumaMemblk]
    ei: RecordedList = field(default_factory=lambda: RecordedList("numa_emulation.ei", Kind.NUMA))
    emu_nid_to_phys: dict[int, int] = field(default_factory=dict[int, int])
    first_of_pi: NumaMemblk = NOTHING

    def first_on(self, nid: int) -> int:
        """Where in `pi` the first block of a physical node is, -1 if it has none left
        (``emu_find_memblk_by_nid``)."""
        return next((at for at, block in enumerate(self.pi) if block.nid == nid), -1)


def mem_hole_size(k: Kernel, start: int, end: int) -> int:
    """How much of a range is no memory; all in bytes."""
    shift = k.layout.page_shift
    start_pfn, end_pfn = PFN_UP(start, shift), PFN_DOWN(end, shift)
    if start_pfn >= end_pfn:
        return 0
    return absent_pages(k, k.memblock.max_numnodes, start_pfn, end_pfn) << shift


@traced
def emu_setup_memblk(k: Kernel, fakes: Fakes, nid: int, phys_blk: int, size: int) -> int:
    """Give the first `size` bytes of a physical block to a fake node.  Returns 0 or an error."""
    if too_many_blocks(k, fakes.ei):
        k.pr_err("NUMA: Too many emulated memblks, failing emulation")
        return -EINVAL
    physical = fakes.pi[phys_blk]
    fake = NumaMemblk(physical.start, physical.start + size, nid)
    fakes.ei.replace(len(fakes.ei), 0, (fake,))
    fakes.emu_nid_to_phys.setdefault(nid, physical.nid)
    rest = physical._replace(start=fake.end)
    fakes.pi[phys_blk] = rest
    if rest.start >= rest.end:
        del fakes.pi[phys_blk]
    fakes.first_of_pi = fakes.pi[0] if fakes.pi else rest
    k.pr_info(
        "Faking node {} at [mem {:#018x}-{:#018x}] ({}MB)",
        nid,
        fake.start,
        fake.last,
        fake.end - fake.start >> 20,
    )
    return 0


def _physical_blocks(fakes: Fakes, nodes: tuple[int, ...]) -> Iterator[int]:
    """The places of the blocks to cut from: the first block of each node in turn, again and again until
    nothing is left of any."""
    left = list(nodes)
    while left:
        for nid in tuple(left):
            at = fakes.first_on(nid)
            if at < 0:
                left.remove(nid)
            else:
                yield at


def _end_with_enough(k: Kernel, start: int, end: int, limit: int, size: int) -> int:
    """Move an end upwards until `size` bytes of memory lie before it, or `limit` is reached."""
    while end - start - mem_hole_size(k, start, end) < size:
        end += FAKE_NODE_MIN_SIZE
        if end > limit:
            return limit
    return end


def _end_of_dma32(k: Kernel, end: int) -> int:
    """A node whose rest of low memory would be too little for the next one gets that as well."""
    dma_end = k.arch.numa_emu_dma_end(k)
    if end < dma_end and dma_end - end - mem_hole_size(k, end, dma_end) < FAKE_NODE_MIN_SIZE:
        return dma_end
    return end


def _rest_is_too_little(k: Kernel, end: int, limit: int, size: int) -> bool:
    """Whether what is left of a physical block is no whole fake node."""
    return limit - end - mem_hole_size(k, end, limit) & U64 < size


@traced
def split_nodes_interleave(k: Kernel, fakes: Fakes, addr: int, max_addr: int, nr_nodes: int) -> int:
    """Cut all memory into so many fake nodes of about the same size.  Returns 0 or less: an error."""
    if nr_nodes <= 0:
        return -1
    max_numnodes = k.memblock.max_numnodes
    if nr_nodes > max_numnodes:
        k.pr_info("numa=fake={} too large, reducing to {}", nr_nodes, max_numnodes)
        nr_nodes = max_numnodes
    shift = k.layout.page_shift
    size = max_addr - addr - mem_hole_size(k, addr, max_addr)
    size = (size >> shift) // nr_nodes << shift
    # So many nodes get one unit more: what remains when all sizes are rounded down.
    big = (size & ~FAKE_NODE_MIN_HASH_MASK & U64) * nr_nodes // FAKE_NODE_MIN_SIZE
    size &= FAKE_NODE_MIN_HASH_MASK
    if not size:
        k.pr_err("Not enough memory for each node.  NUMA emulation disabled.")
        return -1
    for nid, phys_blk in enumerate(_physical_blocks(fakes, k.numa.numa_nodes_parsed)):
        start, limit, _ = fakes.pi[phys_blk]
        end = start + size + (FAKE_NODE_MIN_SIZE if nid < big else 0)
        end = _end_of_dma32(k, _end_with_enough(k, start, end, limit, size))
        if _rest_is_too_little(k, end, limit, size):
            end = limit
        error = emu_setup_memblk(k, fakes, nid % nr_nodes, phys_blk, min(end, limit) - start)
        if error < 0:
            return error
    return 0


def _pages_each(k: Kernel, max_addr: int, base: int, hole: int, nr_nodes: int) -> int:
    """``uniform_size``: the bytes that each of so many nodes gets, in whole pages."""
    shift = k.layout.page_shift
    return ((max_addr >> shift) - (base >> shift) - (hole >> shift)) // nr_nodes << shift


@traced
def split_nodes_size_interleave_uniform(
    k: Kernel,
    fakes: Fakes,
    addr: int,
    max_addr: int,
    size: int,
    nr_nodes: int,
    pblk: NumaMemblk | None,
    nid: int,
) -> int:
    """Cut a physical block into `nr_nodes` fake nodes without looking for holes, or all memory into such
    with at least `size` bytes.  Fake nodes are numbered from `nid` on.  Returns the next number, or an
    error."""
    uniform = nr_nodes != 0
    if (not size and not uniform) or (uniform and pblk is None):
        return -1
    nodes = (pblk.nid,) if uniform and pblk is not None else k.numa.numa_nodes_parsed
    if uniform:
        size = min_size = _pages_each(k, max_addr, addr, 0, nr_nodes)
    else:
        hole = mem_hole_size(k, addr, max_addr)
        min_size = _pages_each(k, max_addr, addr, hole, k.memblock.max_numnodes)
    min_size = ALIGN(max(min_size, FAKE_NODE_MIN_SIZE), FAKE_NODE_MIN_SIZE)
    if size < min_size:
        k.pr_err("Fake node size {}MB too small, increasing to {}MB", size >> 20, min_size >> 20)
        size = min_size
    size = ALIGN_DOWN(size, FAKE_NODE_MIN_SIZE)
    for phys_blk in _physical_blocks(fakes, nodes):
        start, limit, _ = fakes.pi[phys_blk]
        end = start + size if uniform else _end_with_enough(k, start, start + size, limit, size)
        end = _end_of_dma32(k, end)
        if not uniform and _rest_is_too_little(k, end, limit, size):
            end = limit
        number = nid % k.memblock.max_numnodes
        error = emu_setup_memblk(k, fakes, number, phys_blk, min(end, limit) - start)
        if error < 0:
            return error
        nid += 1
    return nid


@traced
def split_nodes_size_interleave(k: Kernel, fakes: Fakes, addr: int, max_addr: int, size: int) -> int:
    """Cut all memory into fake nodes of at least `size` bytes.  Returns how many there are, or an error."""
    return split_nodes_size_interleave_uniform(k, fakes, addr, max_addr, size, 0, None, 0)
