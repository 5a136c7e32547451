"""Structures of a kernel as its compiler laid them out: members with their types, offsets and sizes.

What a build tells of itself (DWARF, BTF, sizes.json) may leave out types; for the structures of early memory
`DECLARED` has them, and where a build tells nothing of a small structure that the kernel's options decide,
`laid_out` computes what C makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from .kconfig import KConfig
from .printk_types import PRINTK, PRINTK_ARRAYS
from .sizes import Sizes

BASE_SIZES: Mapping[str, int] = {
    **dict.fromkeys(("char", "signed char", "unsigned char", "bool", "_Bool", "u8", "s8", "void"), 1),
    **dict.fromkeys(("short", "unsigned short", "u16", "s16"), 2),
    **dict.fromkeys(("int", "unsigned int", "unsigned", "u32", "s32", "gfp_t", "atomic_t"), 4),
    **dict.fromkeys(("long", "unsigned long", "long long", "unsigned long long", "size_t", "ssize_t"), 8),
    **dict.fromkeys(("u64", "s64", "phys_addr_t", "dma_addr_t", "resource_size_t", "atomic_long_t"), 8),
    **dict.fromkeys(("uintptr_t", "pteval_t", "pmdval_t", "pudval_t", "p4dval_t", "pgdval_t"), 8),
}
"""Bytes of the types that every 64-bit kernel has."""
TYPEDEFS: Mapping[str, str] = {
    "_Bool": "bool",
    "unsigned": "unsigned int",
    "u8": "unsigned char",
    "s8": "signed char",
    "u16": "unsigned short",
    "s16": "short",
    "u32": "unsigned int",
    "s32": "int",
    "u64": "unsigned long long",
    "s64": "long long",
    "phys_addr_t": "u64",
    "dma_addr_t": "u64",
    "resource_size_t": "phys_addr_t",
    "size_t": "unsigned long",
    "ssize_t": "long",
    "uintptr_t": "unsigned long",
    "gfp_t": "unsigned int",
    "pteval_t": "u64",
    "pmdval_t": "u64",
    "pudval_t": "u64",
    "p4dval_t": "u64",
    "pgdval_t": "u64",
    "pg_data_t": "struct pglist_data",
}
"""What other names of types stand for."""


COMPILERS_NAMES: Mapping[str, str] = {
    "long int": "long",
    "long unsigned int": "unsigned long",
    "long long int": "long long",
    "long long unsigned int": "unsigned long long",
    "short int": "short",
    "short unsigned int": "unsigned short",
}


class Member(Struct, frozen=True):
    """A member: its name ("" if it has none), its type as C writes it ("" where that is not told), offset and
    size in bytes (size 0: not told)."""

    name: str
    type: str
    offset: int
    size: int


class StructType(Struct, frozen=True):
    """A structure: its name without ``struct``, its size in bytes, and its members, none where only the size
    is told."""

    name: str
    size: int
    members: tuple[Member, ...] = ()


DECLARED: Mapping[str, Mapping[str, str]] = {
    "memblock": {
        "bottom_up": "bool",
        "current_limit": "phys_addr_t",
        "memory": "struct memblock_type",
        "reserved": "struct memblock_type",
    },
    "memblock_type": {
        "cnt": "unsigned long",
        "max": "unsigned long",
        "total_size": "phys_addr_t",
        "regions": "struct memblock_region *",
        "name": "char *",
    },
    "memblock_region": {
        "base": "phys_addr_t",
        "size": "phys_addr_t",
        "flags": "enum memblock_flags",
        "nid": "int",
    },
    "mem_section": {
        "section_mem_map": "unsigned long",
        "usage": "struct mem_section_usage *",
        "page_ext": "struct page_ext *",
        "pad": "unsigned long",
    },
    "mem_section_usage": {
        "rcu": "struct callback_head",
        "subsection_map": "unsigned long[]",
        "pageblock_flags": "unsigned long[]",
    },
    "e820_entry": {"addr": "u64", "size": "u64", "type": "enum e820_type"},
    "e820_table": {"nr_entries": "u32", "entries": "struct e820_entry[]"},
    "numa_memblk": {"start": "u64", "end": "u64", "nid": "int"},
    "numa_meminfo": {"nr_blks": "int", "blk": "struct numa_memblk[]"},
    "page": {"flags": "unsigned long", "_refcount": "atomic_t", "_mapcount": "atomic_t"},
    "free_area": {"free_list": "struct list_head[]", "nr_free": "unsigned long"},
    "zone": {
        "_watermark": "unsigned long[]",
        "watermark_boost": "unsigned long",
        "nr_reserved_highatomic": "unsigned long",
        "nr_free_highatomic": "unsigned long",
        "lowmem_reserve": "long[]",
        "node": "int",
        "zone_pgdat": "struct pglist_data *",
        "per_cpu_pageset": "struct per_cpu_pages *",
        "per_cpu_zonestats": "struct per_cpu_zonestat *",
        "pageset_high": "int",
        "pageset_high_min": "int",
        "pageset_high_max": "int",
        "pageset_batch": "int",
        "pageblock_flags": "unsigned long *",
        "zone_start_pfn": "unsigned long",
        "managed_pages": "atomic_long_t",
        "spanned_pages": "unsigned long",
        "present_pages": "unsigned long",
        "present_early_pages": "unsigned long",
        "cma_pages": "unsigned long",
        "name": "const char *",
        "nr_isolate_pageblock": "unsigned long",
        "initialized": "int",
        "free_area": "struct free_area[]",
        "flags": "unsigned long",
        "lock": "spinlock_t",
        "percpu_drift_mark": "unsigned long",
        "contiguous": "bool",
        "vm_stat": "atomic_long_t[]",
        "vm_numa_event": "atomic_long_t[]",
    },
    "pglist_data": {
        "node_zones": "struct zone[]",
        "node_zonelists": "struct zonelist[]",
        "nr_zones": "int",
        "node_mem_map": "struct page *",
        "node_start_pfn": "unsigned long",
        "node_present_pages": "unsigned long",
        "node_spanned_pages": "unsigned long",
        "node_id": "int",
        "first_deferred_pfn": "unsigned long",
        "kswapd": "struct task_struct *",
        "kswapd_order": "int",
        "kswapd_failures": "int",
        "kcompactd": "struct task_struct *",
        "totalreserve_pages": "unsigned long",
        "min_unmapped_pages": "unsigned long",
        "min_slab_pages": "unsigned long",
        "flags": "unsigned long",
        "__lruvec": "struct lruvec",
        "per_cpu_nodestats": "struct per_cpu_nodestat *",
        "vm_stat": "atomic_long_t[]",
    },
    "pcpu_alloc_info": {
        **dict.fromkeys(
            ("static_size", "reserved_size", "dyn_size", "unit_size", "atom_size", "alloc_size", "__ai_size"),
            "size_t",
        ),
        "nr_groups": "int",
        "groups": "struct pcpu_group_info[]",
    },
    "pcpu_group_info": {
        "nr_units": "int",
        "base_offset": "unsigned long",
        "cpu_map": "unsigned int *",
    },
    "property": {"name": "char *", "length": "int", "value": "void *", "next": "struct property *"},
    "device_node": {
        "name": "const char *",
        "phandle": "u32",
        "full_name": "const char *",
        "fwnode": "struct fwnode_handle",
        **dict.fromkeys(("properties", "deadprops"), "struct property *"),
        **dict.fromkeys(("parent", "child", "sibling"), "struct device_node *"),
        "kobj": "struct kobject",
        "_flags": "unsigned long",
        "data": "void *",
    },
    **PRINTK,
}
"""The types of members, by structure: include/linux/memblock.h, mmzone.h, mm_types.h, percpu.h, of.h and
arch/x86/include/asm/e820/types.h."""

PACKED = frozenset(("e820_entry",))
"""Structures that C may leave no holes in."""
NR_NODE_MEMBLKS_A_NODE = 2


def told_structures(sizes: Sizes) -> tuple[StructType, ...]:
    """The structures that a build tells of, by name."""
    found: list[StructType] = []
    for name, size in sorted(sizes.structures.items()):
        short = name.removeprefix("struct ")
        members = tuple(
            Member(
                member or "",
                _plain(kind) or (_declared(short, member, length, sizes.structures) if member else ""),
                offset,
                length,
            )
            for member, offset, length, kind in sizes.members.get(short, ())
        )
        found.append(StructType(short, size, members))
    return tuple(found)


def _plain(kind: str) -> str:
    """A type as people write it: compilers call ``unsigned long`` ``long unsigned int``."""
    if "int" not in kind and "unsigned char" not in kind:
        return kind
    base, bracket, rest = kind.partition("[")
    stars = base[len(base.rstrip("* ")) :]
    return COMPILERS_NAMES.get(base.rstrip("* "), base.rstrip("* ")) + stars + bracket + rest


def _declared(structure: str, member: str, size: int, structures: Mapping[str, int]) -> str:
    """The type of a member as it is declared, arrays with their lengths; "" where nobody tells."""
    kind = DECLARED.get(structure, {}).get(member, "")
    if not kind.endswith("[]"):
        return kind
    each = structures.get(kind[:-2]) or BASE_SIZES.get(kind[:-2], 0)
    return f"{kind[:-2]}[{size // each if each else ''}]"


def laid_out(
    name: str, config: KConfig, size_of: Callable[[str], int | None], arrays: Mapping[str, int]
) -> StructType | None:
    """A structure as C lays it out for a kernel of these options; None if that takes more than they tell.
    `arrays` has the lengths of arrays by ``structure.member``, `size_of` the sizes of types in bytes."""
    declared = DECLARED.get(name)
    if declared is None or name not in COMPUTED:
        return None
    left_out = {member for member, option in OPTIONAL.get(name, {}).items() if not config.enabled(option)}
    members: list[Member] = []
    at, widest = 0, 1
    for member, kind in declared.items():
        if member in left_out:
            continue
        count = 1
        if kind.endswith("[]"):
            length = arrays.get(f"{name}.{member}")
            if length is None:
                return None
            kind, count = kind[:-2], length
        size = size_of(kind)
        if size is None:
            return None
        align = 1 if name in PACKED or kind == "struct e820_entry" else min(size & -size, 8)
        at = -(-at // align) * align
        widest = max(widest, align)
        whole = f"{kind}[{count}]" if f"{name}.{member}" in arrays else kind
        members.append(Member(member, whole, at, size * count))
        at += size * count
    return StructType(name, -(-at // widest) * widest, tuple(members))


COMPUTED = frozenset(
    (
        *("memblock", "memblock_type", "memblock_region", "mem_section"),
        *("e820_entry", "e820_table", "numa_memblk", "numa_meminfo"),
        *PRINTK,
    )
)
"""The structures whose layout follows from their declaration and the options alone."""
OPTIONAL: Mapping[str, Mapping[str, str]] = {
    "memblock_region": {"nid": "NUMA"},
    "mem_section": {"page_ext": "PAGE_EXTENSION", "pad": "PAGE_EXTENSION"},
}
"""Members that are there with an option only."""


def array_lengths(max_numnodes: int) -> Mapping[str, int]:
    """The lengths of arrays that follow from MAX_NUMNODES, or from nothing."""
    return {
        **PRINTK_ARRAYS,
        "e820_table.entries": 128 + 3 * max_numnodes,
        "numa_meminfo.blk": max_numnodes * NR_NODE_MEMBLKS_A_NODE,
    }
