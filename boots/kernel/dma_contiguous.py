"""Memory for devices that need it in one piece.  Mirrors kernel/dma/contiguous.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.base.pfn import IS_ALIGNED
from ...model.memory.memblock import memblock_phys_mem_size
from ...model.trace.recorder import traced
from ..core.params import early_param
from ..core.subsystems import CmaArea
from ..lib.cmdline import memparse, simple_strtoull
from ..mm.cma import SZ_1M, cma_declare_contiguous, cma_declare_contiguous_nid, cma_init_reserved_mem

if TYPE_CHECKING:
    from ..core.kernel import Kernel
    from ..core.subsystems import ReservedMem

KERNEL_FILE = "kernel/dma/contiguous.c"

EINVAL, EBUSY = 22, 16


@early_param("cma")
@traced
def early_cma(k: Kernel, p: str | None) -> int:
    """``cma=size[@base[-limit]]``, bytes."""
    if p is None:
        k.pr_err("Config string not provided")
        return -EINVAL
    k.size_cmdline, rest = memparse(p)
    if not rest.startswith("@"):
        return 0
    k.base_cmdline, rest = memparse(rest[1:])
    if rest.startswith("-"):
        k.limit_cmdline, _ = memparse(rest[1:])
    else:
        k.limit_cmdline = k.base_cmdline + k.size_cmdline
    return 0


@early_param("numa_cma")
@traced
def early_numa_cma(k: Kernel, p: str | None) -> int:
    """``numa_cma=nid:size[,nid:size...]``: areas of so many bytes on these nodes."""
    rest = p or ""
    while rest:
        nid, rest = simple_strtoull(rest, 10)
        if not rest.startswith(":") or nid >= k.memblock.max_numnodes:
            break
        size, rest = memparse(rest[1:])
        k.cma.numa_cma_size[nid] = size
        if not rest.startswith(","):
            break
        rest = rest[1:]
    return 0


@early_param("cma_pernuma")
@traced
def early_cma_pernuma(k: Kernel, p: str | None) -> int:
    """``cma_pernuma=size``: an area of so many bytes on every node."""
    k.pernuma_size_bytes, _ = memparse(p or "")
    return 0


def _reserve_on_node(k: Kernel, size: int, name: str, nid: int, caller: str) -> None:
    error = cma_declare_contiguous_nid(k, 0, size, 0, 0, 0, False, name, nid)
    if error:
        k.pr_warn("cma: {}: reservation failed: err {}, node {}", caller, error, nid)


@traced
def dma_pernuma_cma_reserve(k: Kernel) -> None:
    """Reserve an area on every online node, if ``cma_pernuma=`` asks for it."""
    if not k.pernuma_size_bytes:
        return
    for nid in k.numa.node_online_map:
        _reserve_on_node(k, k.pernuma_size_bytes, f"pernuma{nid}", nid, "dma_pernuma_cma_reserve")


@traced
def dma_numa_cma_reserve(k: Kernel) -> None:
    """Reserve the areas that ``cma_pernuma=`` and ``numa_cma=`` ask for on each node."""
    if not k.config.enabled("DMA_NUMA_CMA"):
        return
    for nid in k.numa.node_possible_map:
        sizes = {"pernuma": k.pernuma_size_bytes, "numa": k.cma.numa_cma_size.get(nid, 0)}
        if nid not in k.numa.node_online_map:
            if any(sizes.values()):
                k.pr_warn("invalid node {} specified", nid)
            continue
        for kind, size in sizes.items():
            if size:
                _reserve_on_node(k, size, f"{kind}{nid}", nid, "dma_numa_cma_reserve")


@traced
def cma_early_percent_memory(k: Kernel) -> int:
    """The bytes that ``CONFIG_CMA_SIZE_PERCENTAGE`` of all memory are, in whole pages."""
    total_pages = memblock_phys_mem_size(k.memblock) >> k.layout.page_shift
    return total_pages * k.config.integer("CMA_SIZE_PERCENTAGE") // 100 << k.layout.page_shift


def _configured_size(k: Kernel) -> int:
    """The size of the default area, in bytes, that the configuration asks for."""
    size_bytes = k.config.integer("CMA_SIZE_MBYTES") * SZ_1M
    if k.config.enabled("CMA_SIZE_SEL_MBYTES"):
        return size_bytes
    if k.config.enabled("CMA_SIZE_SEL_PERCENTAGE"):
        return cma_early_percent_memory(k)
    if k.config.enabled("CMA_SIZE_SEL_MIN"):
        return min(size_bytes, cma_early_percent_memory(k))
    if k.config.enabled("CMA_SIZE_SEL_MAX"):
        return max(size_bytes, cma_early_percent_memory(k))
    return 0


@traced
def dma_contiguous_reserve(k: Kernel, limit: int) -> None:
    """Reserve the default area below `limit` (a physical address, 0: anywhere), as the command line or else
    the configuration says."""
    if not k.config.enabled("DMA_CMA"):
        return
    if k.release >= (6, 6):
        # Since 6.6 the areas of the nodes are reserved from here.
        dma_numa_cma_reserve(k)
    if k.size_cmdline != -1:
        size, base = k.size_cmdline, k.base_cmdline
        fixed = k.base_cmdline + k.size_cmdline == k.limit_cmdline
        limit = min(k.limit_cmdline, limit) if k.limit_cmdline and limit else k.limit_cmdline or limit
    else:
        size, base, fixed = _configured_size(k), 0, False
    if size and k.cma.dma_contiguous_default_area is None:
        k.cma.dma_contiguous_default_area = dma_contiguous_reserve_area(k, size, base, limit, fixed)


@traced
def dma_contiguous_reserve_area(k: Kernel, size: int, base: int, limit: int, fixed: bool) -> CmaArea | None:
    """Reserve an area, at `base` if it is `fixed`, else from `base` to `limit`.  Returns it, or None."""
    if cma_declare_contiguous(k, base, size, limit, 0, 0, fixed, "reserved"):
        return None
    return k.cma.cma_areas[-1]


@traced
def rmem_cma_setup(k: Kernel, rmem: ReservedMem) -> int:
    """Make an area of a ``reusable`` node of reserved memory.  Returns 0 or an error."""
    properties = rmem.node.properties
    default_cma = "linux,cma-default" in properties
    if k.size_cmdline != -1 and default_cma:
        k.pr_info("Reserved memory: bypass {} node, using cmdline CMA params instead", rmem.name)
        return -EBUSY
    if "reusable" not in properties or "no-map" in properties:
        return -EINVAL
    if not IS_ALIGNED(rmem.base | rmem.size, k.sizes.constant("CMA_MIN_ALIGNMENT_BYTES")):
        k.pr_err("Reserved memory: incorrect alignment of CMA region")
        return -EINVAL
    error = cma_init_reserved_mem(k, rmem.base, rmem.size, 0, rmem.name)
    if error:
        k.pr_err("Reserved memory: unable to setup CMA region")
        return error
    if default_cma:
        k.cma.dma_contiguous_default_area = k.cma.cma_areas[-1]
    k.pr_info(
        "Reserved memory: created CMA memory pool at {:#018x}, size {} MiB", rmem.base, rmem.size // SZ_1M
    )
    return 0
