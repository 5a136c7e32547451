"""Sparse memory is set up.  Mirrors mm/sparse.c: ``sparse_init()`` and what it calls.

First every section that holds memory is marked present, its node noted where its page array's address will
stand. Then, node by node, the present sections get a usage map and a page array each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....model.memory.memblock import for_each_mem_pfn_range, memblock_alloc, memblock_alloc_node
from ....model.memory.memory_model import SPARSEMEM_STATIC, VMEMMAP
from ....model.memory.sparsemem import (
    SECTION_HAS_MEM_MAP,
    SECTION_IS_EARLY,
    SECTION_IS_ONLINE,
    SECTION_MARKED_PRESENT,
    MemSection,
    bitmap_set,
    sparse_encode_mem_map,
)
from ....model.trace.recorder import traced
from ..memmap_alloc import memmap_alloc
from ..mmzone import (
    MAX_NUMNODES,
    NR_SECTION_ROOTS,
    PAGES_PER_SECTION,
    PAGES_PER_SUBSECTION,
    SECTION_NID_SHIFT,
    SECTIONS_PER_ROOT,
    pfn_to_section_nr,
    section_nr_to_pfn,
    subsection_map_words,
)
from . import vmemmap as vmemmap
from .buffer import section_map_size, sparse_buffer_alloc, sparse_buffer_fini, sparse_buffer_init
from .usage import (
    check_usemap_section_nr,
    mem_section_usage_size,
    sparse_early_nid,
    sparse_early_usemaps_alloc_pgdat_section,
)

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/sparse.c"

ULONG_MAX = (1 << 64) - 1


@traced
def sparse_index_alloc(k: Kernel, nid: int) -> int:
    """Allocate a root: one page of ``struct mem_section``, on node `nid`.  Returns its physical address."""
    array_size = SECTIONS_PER_ROOT(k) * k.sizes.sizeof("struct mem_section")
    section = memblock_alloc_node(k.memblock, array_size, k.memblock.config.smp_cache_bytes, nid)
    if not section:
        k.panic(f"sparse_index_alloc: Failed to allocate {array_size} bytes nid={nid}")
    return section


@traced
def sparse_index_init(k: Kernel, section_nr: int, nid: int) -> int:
    """Make sure that a section has its ``struct mem_section``: allocate its root if it is the first of it.
    Where all of them are in the image, there is nothing to do."""
    if k.shape.model == SPARSEMEM_STATIC:
        return 0
    root = section_nr // SECTIONS_PER_ROOT(k)
    if root not in k.sections.roots:
        k.sections.set_root(root, sparse_index_alloc(k, nid))
    return 0


@traced
def __section_mark_present(k: Kernel, section_nr: int) -> None:
    """Set SECTION_MARKED_PRESENT."""
    section: MemSection = k.sections.sections[section_nr]
    marked = section.section_mem_map | SECTION_MARKED_PRESENT
    k.sections.set(section_nr, section._replace(section_mem_map=marked))


def _alloc_mem_section(k: Kernel) -> None:
    """The array of pointers to roots, where there are roots."""
    if k.shape.model == SPARSEMEM_STATIC or k.sections.fields["mem_section_pa"]:
        return
    size = 8 * NR_SECTION_ROOTS(k)
    align = k.memblock.config.smp_cache_bytes
    mem_section = memblock_alloc(k.memblock, size, align)
    if not mem_section:
        k.panic(f"memory_present: Failed to allocate {size} bytes align={align:#x}")
    k.sections.set_fields(mem_section_pa=mem_section)


@traced
def memory_present(k: Kernel, nid: int, start: int, end: int) -> None:
    """Record that the pfns from `start` up to `end` are memory of node `nid`: their sections are present
    and online, and keep the node's number until they get their page array."""
    _alloc_mem_section(k)
    max_sparsemem_pfn = 1 << (k.layout.max_physmem_bits - k.layout.page_shift)
    start = min(start - start % PAGES_PER_SECTION(k), max_sparsemem_pfn)
    end = min(end, max_sparsemem_pfn)
    for pfn in range(start, end, PAGES_PER_SECTION(k)):
        section_nr = pfn_to_section_nr(k, pfn)
        sparse_index_init(k, section_nr, nid)
        if section_nr not in k.sections.sections:
            k.sections.set(section_nr, MemSection(nid << SECTION_NID_SHIFT(k) | SECTION_IS_ONLINE))
            __section_mark_present(k, section_nr)


@traced
def memblocks_present(k: Kernel) -> None:
    """Record all memory that memblock knows of."""
    # mem_section is allocated here, no longer in memory_present(), since 6.6.
    if k.release >= (6, 6):
        _alloc_mem_section(k)
    for start, end, nid in for_each_mem_pfn_range(k.memblock, MAX_NUMNODES(k)):
        memory_present(k, nid, start, end)


@traced
def sparse_init_one_section(k: Kernel, pnum: int, mem_map: int, usage: int, flags: int) -> None:
    """Give a section its page array at the virtual address `mem_map` and its usage map at the physical
    address `usage`.  The flags that memory_present() set stay."""
    old: MemSection = k.sections.sections[pnum]
    kept = old.section_mem_map & ((1 << SECTION_NID_SHIFT(k)) - 1)
    coded = sparse_encode_mem_map(mem_map, section_nr_to_pfn(k, pnum), k.sizes.sizeof("struct page"))
    subsection_map = (0,) * subsection_map_words(k)
    k.sections.set(pnum, MemSection(kept | coded | SECTION_HAS_MEM_MAP | flags, usage, subsection_map))


@traced
def __populate_section_memmap(k: Kernel, pfn: int, nr_pages: int, nid: int) -> int:
    """Memory for the page structs of `nr_pages` pages from `pfn`, a section's, in the linear map: off the
    buffer, or alone and on any node.  Returns the virtual address of the first."""
    size, goal = section_map_size(k), k.arch.max_dma_address(k)
    array = sparse_buffer_alloc(k, size) or memmap_alloc(k, size, size, goal, nid, False)
    if not array:
        k.panic(
            f"__populate_section_memmap: Failed to allocate {size} bytes "
            f"align={k.layout.page_size:#x} nid={nid} from={goal:#018x}"
        )
    return k.phys_to_virt(array)


def _populate(k: Kernel, nid: int, pnums: Sequence[int], usage: int) -> int:
    """Populate the sections `pnums`; `usage` is the usage map of the first.  Returns how many it managed."""
    populate = vmemmap.__populate_section_memmap if k.shape.model == VMEMMAP else __populate_section_memmap
    for done, pnum in enumerate(pnums):
        mem_map = populate(k, section_nr_to_pfn(k, pnum), PAGES_PER_SECTION(k), nid)
        if not mem_map:
            k.pr_err(
                "{}: node[{}] memory map backing failed. Some memory will not be available.",
                "sparse_init_nid",
                nid,
            )
            return done
        check_usemap_section_nr(k, nid, usage)
        sparse_init_one_section(k, pnum, mem_map, usage, SECTION_IS_EARLY)
        usage += mem_section_usage_size(k)
    return len(pnums)


@traced
def sparse_init_nid(k: Kernel, nid: int, pnum_begin: int, pnum_end: int, map_count: int) -> None:
    """Set up the `map_count` present sections from `pnum_begin` up to `pnum_end`, all of node `nid`.
    Sections for which memory runs out are not present any more."""
    pnums = [pnum for pnum in sorted(k.sections.sections) if pnum_begin <= pnum < pnum_end]
    usage = sparse_early_usemaps_alloc_pgdat_section(k, nid, mem_section_usage_size(k) * map_count)
    done = 0
    if usage:
        sparse_buffer_init(k, map_count * section_map_size(k), nid)
        done = _populate(k, nid, pnums, usage)
        sparse_buffer_fini(k)
    else:
        k.pr_err("{}: node[{}] usemap allocation failed", "sparse_init_nid", nid)
    for pnum in pnums[done:]:
        k.sections.set(pnum, None)


@traced
def sparse_init(k: Kernel) -> None:
    """Set up sparse memory: mark the sections present, then set them up, one run of sections of a node
    after another."""
    if k.release >= (5, 9):
        # Until 5.8 the architecture does this first.
        memblocks_present(k)
    if not k.sections.sections:
        # The first section is looked for all the same: its map stands at the beginning.
        k.null_dereference(0)
    pnum_begin, *others = sorted(k.sections.sections)
    nid_begin = sparse_early_nid(k, pnum_begin)
    map_count = 1
    for pnum_end in others:
        nid = sparse_early_nid(k, pnum_end)
        if nid == nid_begin:
            map_count += 1
            continue
        sparse_init_nid(k, nid_begin, pnum_begin, pnum_end, map_count)
        nid_begin, pnum_begin, map_count = nid, pnum_end, 1
    sparse_init_nid(k, nid_begin, pnum_begin, ULONG_MAX, map_count)


@traced
def subsection_map_init(k: Kernel, pfn: int, nr_pages: int) -> None:
    """Set the bits of the subsections that the pages from `pfn` on lie in
    (``sparse_init_subsection_map()`` since 6.11); only vmemmap has such bits."""
    if k.shape.model != VMEMMAP:
        return
    while nr_pages:
        offset = pfn % PAGES_PER_SECTION(k)
        pfns = min(nr_pages, PAGES_PER_SECTION(k) - offset)
        nr = pfn_to_section_nr(k, pfn)
        first = offset // PAGES_PER_SUBSECTION(k)
        last = (offset + pfns - 1) // PAGES_PER_SUBSECTION(k)
        section: MemSection | None = k.sections.sections.get(nr)
        if section is None:
            # sparse_init_nid had no memory for it and left its usage map NULL; nobody looks.
            k.null_dereference(k.sizes.offset("mem_section_usage", "subsection_map") + first // 64 * 8)
        subsection_map = bitmap_set(section.subsection_map, first, last - first + 1)
        k.sections.set(nr, section._replace(subsection_map=subsection_map))
        pfn += pfns
        nr_pages -= pfns
