"""The usage maps of sections.  Mirrors mm/sparse.c (``sparse_early_usemaps_alloc_pgdat_section`` and
around)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import memblock_alloc_node, memblock_alloc_try_nid
from ....model.memory.sparsemem import MemSection
from ....model.trace.recorder import traced
from ..early_pfn import early_pfn_to_nid
from ..mmzone import SECTION_NID_SHIFT, contig_page_data, pfn_to_section_nr, usemap_size

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/sparse.c"


def sparse_early_nid(k: Kernel, section_nr: int) -> int:
    """The node that memory_present() noted for a section.  Of a section that has its page array, the
    kernel takes some bits of that array's address for a node's number, and so do we."""
    section: MemSection = k.sections.sections[section_nr]
    return section.section_mem_map >> SECTION_NID_SHIFT(k) & 0xFFFFFFFF


def mem_section_usage_size(k: Kernel) -> int:
    """The bytes of one usage map: ``struct mem_section_usage`` and the bits for the section's page blocks."""
    return k.sizes.sizeof("struct mem_section_usage") + usemap_size(k)


def pgdat_to_phys(k: Kernel, nid: int) -> int:
    """The physical address of the data of node `nid`, which without NUMA are in the image (mm/sparse.c)."""
    node = k.zones.nodes.get(nid) or contig_page_data(k)
    return node.pgdat_pa


@traced
def sparse_early_usemaps_alloc_pgdat_section(k: Kernel, nid: int, size: int) -> int:
    """Allocate `size` bytes of usage maps for node `nid`.  Where memory can be removed, they go into the
    section of the node's own data if possible: neither keeps another section from being removed then.
    Returns the physical address, 0 if there is no room."""
    align = k.memblock.config.smp_cache_bytes
    if not k.config.enabled("MEMORY_HOTREMOVE"):
        # What is not filled in yet is 0.
        return memblock_alloc_node(k.memblock, size, align, k.numa.node_id.get(nid, 0))
    section_size = 1 << k.layout.section_size_bits
    goal = pgdat_to_phys(k, nid) // section_size * section_size
    nid = early_pfn_to_nid(k, goal >> k.layout.page_shift)
    for limit in (goal + section_size, 0):
        usage = memblock_alloc_try_nid(k.memblock, size, align, goal, limit, nid)
        if usage:
            return usage
    return 0


@traced
def check_usemap_section_nr(k: Kernel, nid: int, usage: int) -> None:
    """Say which sections cannot be removed before others, since a usage map or a node's data lies in them."""
    if not k.config.enabled("MEMORY_HOTREMOVE"):
        return
    if not k.old_usemap_snr:
        # The first call: no section at all.
        k.old_usemap_snr = k.old_pgdat_snr = k.shape.nr_mem_sections
    usemap_snr = pfn_to_section_nr(k, usage >> k.layout.page_shift)
    pgdat_snr = pfn_to_section_nr(k, pgdat_to_phys(k, nid) >> k.layout.page_shift)
    if usemap_snr == pgdat_snr or (k.old_usemap_snr, k.old_pgdat_snr) == (usemap_snr, pgdat_snr):
        return
    k.old_usemap_snr, k.old_pgdat_snr = usemap_snr, pgdat_snr
    if sparse_early_nid(k, usemap_snr) != nid:
        k.pr_info("node {} must be removed before remove section {}", nid, usemap_snr)
        return
    k.pr_info(
        "Section {} and {} (node {}) have a circular dependency on usemap and pgdat allocations",
        usemap_snr,
        pgdat_snr,
        nid,
    )
