"""Sizes of structures of kernels that are known, for a kernel that does not tell its own.

A structure is as large as the options say that decide about its members.  Among the known kernels the one is
taken that differs in the fewest of them; what differs is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from .kconfig import KConfig
from .release import Release
from .sizes import usage_head_of

SPINLOCKS = ("DEBUG_SPINLOCK", "DEBUG_LOCK_ALLOC", "PREEMPT_RT", "LOCK_STAT")
ZONES = (
    *("ZONE_DMA", "ZONE_DMA32", "ZONE_DEVICE", "NODES_SHIFT", "ARCH_FORCE_MAX_ORDER", "NUMA", "COMPACTION"),
    *(
        "MEMORY_HOTPLUG",
        "MEMORY_ISOLATION",
        "CMA",
        "NUMA_BALANCING",
        "TRANSPARENT_HUGEPAGE",
        "LRU_GEN",
        "MEMCG",
    ),
    *("LRU_GEN_WALKS_MMU", "DEFERRED_STRUCT_PAGE_INIT", "PAGE_EXTENSION", "MEMORY_FAILURE", "SWAP", "ZSWAP"),
    *("UNACCEPTED_MEMORY", "MEM_ALLOC_PROFILING", "LRU_GEN_STATS", "ARM64_4K_PAGES", "ARM64_64K_PAGES"),
)
DECISIVE: Mapping[str, tuple[str, ...]] = {
    "page": ("NUMA_BALANCING", "KMSAN", "KASAN_SW_TAGS"),
    "pglist_data": (*ZONES, *SPINLOCKS),
    "pcpu_chunk": ("MEMCG", "MEMCG_KMEM", "PERCPU_STATS", "MEM_ALLOC_PROFILING"),
    "device_node": ("OF_KOBJ", "DEBUG_KOBJECT_RELEASE", "OF_PROMTREE"),
    "property": ("OF_DYNAMIC", "OF_KOBJ", "DEBUG_LOCK_ALLOC"),
    "memblock_region": ("NUMA",),
    "io_tlb_area": SPINLOCKS,
    "io_tlb_slot": ("SWIOTLB_DYNAMIC",),
}
"""By structure, the options that decide about its size.  ``struct mem_section`` is not here: its size follows
from the configuration alone."""
OPTIONS = tuple(sorted({option for options in DECISIVE.values() for option in options}))


class KnownKernel(Struct, frozen=True):
    """The kernel that was chosen: its name, its facts (shaped as sizes.json), whether it is of the wanted
    release, and by structure the options that differ."""

    name: str
    facts: Mapping[str, Any]
    same_release: bool
    differing: Mapping[str, tuple[str, ...]]

    @property
    def doubtful(self) -> str:
        """What may be wrong with these sizes; "" if nothing is known to be."""
        if not self.same_release:
            return "they are another release's"
        parts = [f"struct {name} ({', '.join(options)})" for name, options in self.differing.items()]
        return f"these may differ, by their options: {'; '.join(parts)}" if parts else ""


def nearest(known: Mapping[str, Any], arch: str, release: Release, config: KConfig) -> KnownKernel:
    """Of the table of known kernels (by name: ``release``, ``arch``, ``options`` and what sizes.json has) the
    one most like the kernel of this release and configuration, among those of its architecture."""
    candidates = (
        _compared(name, entry, release, config) for name, entry in known.items() if entry["arch"] == arch
    )
    return min(
        candidates, key=lambda found: (_distance(known[found.name], release), _number(found.differing))
    )


def _compared(name: str, entry: Mapping[str, Any], release: Release, config: KConfig) -> KnownKernel:
    options: Mapping[str, str] = entry["options"]
    different = {option for option in OPTIONS if options.get(option) != config.get(option)}
    differing = {
        structure: found
        for structure, decisive in DECISIVE.items()
        if (found := tuple(option for option in decisive if option in different))
    }
    return KnownKernel(name, entry, tuple(entry["release"]) == release.series, differing)


def _distance(entry: Mapping[str, Any], release: Release) -> int:
    major, minor = entry["release"]
    return abs(major - release[0]) * 100 + abs(minor - release[1])


def _number(differing: Mapping[str, Iterable[str]]) -> int:
    return len({option for options in differing.values() for option in options})


def decided_by_config(release: Release, config: KConfig, subsections: int) -> dict[str, Any]:
    """The sizes that follow from the configuration (shaped as sizes.json): ``struct mem_section``, which page
    extensions double, ``struct mem_section_usage`` with a bit for each of `subsections`, and a smaller
    ``struct page``."""
    rcu = usage_head_of(release)
    bitmap = -(-subsections // 64) * 8 if config.enabled("SPARSEMEM_VMEMMAP") else 0
    # SLUB changes two words of a page struct at once, and wants it aligned; SLAB does not.
    unaligned = not (config.enabled("HAVE_ALIGNED_STRUCT_PAGE") or config.enabled("MEMCG"))
    return {
        "sizeof": {
            **({"struct page": 56} if unaligned and config.enabled("SLAB") else {}),
            "struct mem_section": 32 if config.enabled("PAGE_EXTENSION") else 16,
            "struct mem_section_usage": rcu + bitmap,
        },
        "fields_[name,offset,size]": {
            "mem_section_usage": [["subsection_map", rcu, bitmap], ["pageblock_flags", rcu + bitmap, 0]]
        },
    }
