"""Another memory model than a kernel was built with: its configuration and sizes as they would be.

For teaching: arm64 builds ``vmemmap`` only since 5.12.  What the model entails changes with it (flat memory
knows no nodes), everything else of the kernel stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from ..build.kconfig import KConfig
from ..build.sizes import Sizes
from .memory_model import FLATMEM, SPARSEMEM, SPARSEMEM_STATIC, VMEMMAP, MemoryModel, bitmap_bytes

MODEL_OPTIONS = (
    *("SPARSEMEM", "SPARSEMEM_EXTREME", "SPARSEMEM_STATIC", "SPARSEMEM_VMEMMAP", "FLATMEM"),
    *("SPARSEMEM_MANUAL", "FLATMEM_MANUAL"),
)
OPTIONS = {
    "vmemmap": ("SPARSEMEM", "SPARSEMEM_EXTREME", "SPARSEMEM_VMEMMAP"),
    "sparsemem": ("SPARSEMEM", "SPARSEMEM_EXTREME"),
    "sparsemem-static": ("SPARSEMEM", "SPARSEMEM_STATIC"),
    "flatmem": ("FLATMEM",),
}
"""The options that each model sets; it leaves the other ones unset."""
NOT_FLAT = (
    *(
        "NUMA",
        "NODES_SHIFT",
        "HAVE_SETUP_PER_CPU_AREA",
        "NUMA_BALANCING",
        "ACPI_NUMA",
        "OF_NUMA",
        "GENERIC_ARCH_NUMA",
    ),
    *("MEMORY_HOTPLUG", "MEMORY_HOTREMOVE", "ZONE_DEVICE", "DEFERRED_STRUCT_PAGE_INIT", "DMA_PERNUMA_CMA"),
)
"""What needs sections or nodes, so that flat memory goes without."""
NOT_CLASSIC = ("ZONE_DEVICE", "HUGETLB_PAGE_OPTIMIZE_VMEMMAP")
"""What needs vmemmap."""


def with_memory_model(config: KConfig, model: str) -> KConfig:
    """The configuration with another memory model."""
    dropped = {*MODEL_OPTIONS, *(NOT_FLAT if model == FLATMEM else ())}
    if model != VMEMMAP:
        dropped.update(NOT_CLASSIC)
    options = {name: value for name, value in config.options.items() if name not in dropped}
    return KConfig({**options, **dict.fromkeys(OPTIONS[model], "y")}, config.filename)


def sizes_with_memory_model(sizes: Sizes, shape: MemoryModel) -> Sizes:
    """The sizes of structures in a kernel of another model: usage maps have bits for subsections in vmemmap
    only."""
    subsections = 1 << (shape.section_size_bits - 21)
    subsection_map = bitmap_bytes(subsections) if shape.model == VMEMMAP else 0
    usage = {"struct mem_section_usage": shape.usage_head + subsection_map}
    return replace(sizes, structures={**sizes.structures, **usage})


def what_differs(shape: MemoryModel, config: KConfig) -> Iterator[str]:
    """What a kernel that was really built with this model would have, and this one has not."""
    if shape.model == SPARSEMEM_STATIC:
        size = shape.nr_mem_sections * shape.sizeof_mem_section
        yield f"mem_section[] would take {size >> 10} KiB of .bss, the image was built without it"
    if shape.model in (SPARSEMEM, SPARSEMEM_STATIC) and config.enabled("NUMA_BALANCING"):
        yield "page->flags holds the section's number, so that struct page may have to grow for last_cpupid"
