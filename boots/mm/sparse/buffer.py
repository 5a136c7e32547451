"""The buffer that a node's page arrays are cut from.  Mirrors mm/sparse.c (``sparse_buffer_init`` and what
uses it).

One allocation for all sections of a node keeps the page arrays together and aligned, so that vmemmap can
map them in large blocks.  The kernel holds the buffer by its linear address, this model by its physical
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.memory.memblock import MEMBLOCK_ALLOC_ACCESSIBLE, memblock_alloc_exact_nid_raw, memblock_free
from ....model.trace.recorder import traced, traced_sibling_call
from ..memmap_alloc import memmap_alloc

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "mm/sparse.c"


def section_map_size(k: Kernel) -> int:
    """The bytes set aside for the page array of a section: in vmemmap, at least what one PMD maps."""
    return k.shape.section_map_size


@traced_sibling_call
def sparse_buffer_free(k: Kernel, size: int) -> None:
    """Give the first `size` bytes of the buffer back to memblock."""
    memblock_free(k.memblock, k.sections.fields["sparsemap_buf"], size)


@traced
def sparse_buffer_init(k: Kernel, size: int, nid: int) -> None:
    """Allocate the buffer, `size` bytes on node `nid` and nowhere else.  Without it, each page array is
    allocated for itself."""
    align, minimum = section_map_size(k), k.arch.max_dma_address(k)
    if k.release >= (5, 15):
        # Since 5.15 page structs of every memory model are allocated in one place.
        buffer = memmap_alloc(k, size, align, minimum, nid, True)
    else:
        buffer = memblock_alloc_exact_nid_raw(
            k.memblock, size, align, minimum, MEMBLOCK_ALLOC_ACCESSIBLE, nid
        )
    k.sections.set_fields(sparsemap_buf=buffer)
    k.sections.set_fields(sparsemap_buf_end=buffer + size if buffer else 0)


@traced
def sparse_buffer_fini(k: Kernel) -> None:
    """Give back what is left of the buffer."""
    fields = k.sections.fields
    size = fields["sparsemap_buf_end"] - fields["sparsemap_buf"]
    if fields["sparsemap_buf"] and size > 0:
        sparse_buffer_free(k, size)
    k.sections.set_fields(sparsemap_buf=0)


@traced
def sparse_buffer_alloc(k: Kernel, size: int) -> int:
    """Cut `size` bytes, aligned to `size`, off the buffer.  Returns their physical address, 0 if it has no
    room."""
    fields = k.sections.fields
    buffer = fields["sparsemap_buf"]
    if not buffer:
        return 0
    address = -(-buffer // size) * size
    if address + size > fields["sparsemap_buf_end"]:
        return 0
    if address > buffer:
        sparse_buffer_free(k, address - buffer)
    k.sections.set_fields(sparsemap_buf=address + size)
    return address
