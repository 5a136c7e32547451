"""The state of memory as the kernel's own variables have it: ``memblock``, ``node_data``, ``mem_section``, a
PC's ``e820_table`` and ``numa_meminfo``, with their members' names and places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...language.words import tr
from ...memory.e820 import E820Entry
from ...memory.memblock.regions import Region, RegionArray
from ...memory.numa import NumaMemblk
from ...memory.sparsemem import MemSection
from ...memory.state import State
from ...memory.zones import Node, Zone
from ...source.capabilities import silence
from ...source.facts import Facts
from .types import KernelTypes
from .values import Array, Lazy, Pointer, Structure, Typed, Untold

REGION_ARRAYS = {"memory": "memblock_memory_init_regions", "reserved": "memblock_reserved_init_regions"}
"""The symbols of the arrays that are linked into the kernel."""

TARGETS: Mapping[str, tuple[str, ...]] = {
    "memblock": ("memblock", "memblock.memory", "memblock.reserved"),
    "node_data": ("zones.nodes",),
    "contig_page_data": ("zones.nodes",),
    "mem_section": ("sections.roots", "sections.sections"),
    "e820_table": ("e820.e820_table",),
    "e820_table_kexec": ("e820.e820_table_kexec",),
    "e820_table_firmware": ("e820.e820_table_firmware",),
    "numa_meminfo": ("numa.numa_meminfo",),
    "numa_reserved_meminfo": ("numa.numa_reserved_meminfo",),
}
"""The kernel's variables that this module makes, and the parts of the state that they are made of."""
CAPABILITIES = {"zones": "zones", "sections": "sections", "e820": "e820", "numa": "numa"}


class KernelState:
    """Makes the values of `TARGETS` as a state has them; `symbols` has the kernel's."""

    def __init__(self, state: State, facts: Facts, types: KernelTypes, symbols: Mapping[str, int]) -> None:
        self._state, self._facts, self._types, self._symbols = state, facts, types, symbols

    def value(self, name: str) -> Any:
        """The value of one of the kernel's variables.  Raises KeyError for others, and for what this kernel
        has not; `Untold` where the source of the trace does not tell."""
        if name not in TARGETS:
            raise KeyError(name)
        if name == "memblock":
            return self._memblock()
        self._check(name)
        if name in ("node_data", "contig_page_data"):
            return self._nodes(name)
        if name == "mem_section":
            return self._sections()
        if name.startswith("e820"):
            return self._e820(name)
        return self._meminfo(name)

    def node(self, nid: int) -> Pointer:
        """``NODE_DATA(nid)``.  Raises `Untold` where the source of the trace does not tell."""
        self._check("node_data")
        return self._node_pointer(nid)

    def _check(self, name: str) -> None:
        """Whether there is such a variable, and it is told of."""
        part = TARGETS[name][0].partition(".")[0]
        is_generic = part in ("zones", "sections")
        if not is_generic and part not in self._facts.arch.parts:
            raise KeyError(name)
        if not getattr(self._facts.can, CAPABILITIES[part]):
            raise Untold(silence(self._facts.kind, part).rstrip("."))

    def _linear(self, physical: int) -> int | None:
        """The virtual address of a physical one in the linear map; None where that is not known yet."""
        layout = self._facts.address_map
        if layout is None:
            return None
        return self._facts.arch.placement(layout, self._state.variables.__getitem__).linear(physical)

    def _symbol(self, name: str) -> int | None:
        try:
            return self._symbols[name]
        except KeyError:
            return None

    def _inside(self, at: int | None, kind: str, member: str) -> int | None:
        """The address of a member of what lies at `at`."""
        found = self._types.member(kind, member) if at is not None else None
        return at + found.offset if at is not None and found is not None else None

    def _array(self, kind: str, raw: Sequence[Any], make: Callable[..., Any], at: int | None) -> Lazy:
        """Structures that follow each other."""
        size = self._types.size(kind)

        def made(index: int, each: Any) -> Any:
            return make(each, at + index * size if at is not None and size is not None else None)

        return Lazy(raw, made)

    # ---- memblock ----

    def _memblock(self) -> Structure:
        memblock, at, kind = self._state.memblock, self._symbol("memblock"), "struct memblock"
        arrays = {
            name: self._type(array, self._inside(at, kind, name)) for name, array in memblock.arrays.items()
        }
        members = {
            "bottom_up": memblock.bottom_up,
            "current_limit": Typed(memblock.current_limit, "phys_addr_t"),
            **arrays,
        }
        more = {name: getattr(memblock, name) for name in memblock.FIELDS if name not in members}
        return Structure(kind, members, at, more)

    def _type(self, array: RegionArray, at: int | None) -> Structure:
        symbol = "" if array.regions_pa else REGION_ARRAYS[array.name]
        place = self._linear(array.regions_pa) if array.regions_pa else self._symbol(symbol)
        regions = self._array("struct memblock_region", tuple(array.regions), self._region, place)
        members = {
            "cnt": Typed(len(array), "unsigned long"),
            "max": Typed(array.max, "unsigned long"),
            "total_size": Typed(array.total_size, "phys_addr_t"),
            "regions": Pointer("struct memblock_region", place, regions, symbol),
            "name": array.name,
        }
        return Structure("struct memblock_type", members, at, items=regions)

    def _region(self, region: Region, at: int | None = None) -> Structure:
        members = {
            "base": Typed(region.base, "phys_addr_t"),
            "size": Typed(region.size, "phys_addr_t"),
            "flags": Typed(region.flags, "enum memblock_flags"),
        }
        if self._state.memblock.numa:
            members["nid"] = Typed(region.nid, "int")
        return Structure("struct memblock_region", members, at, {"end": region.end, "nid": region.nid})

    # ---- nodes and zones ----

    def _nodes(self, name: str) -> Any:
        numa = self._state.memblock.numa
        if (name == "node_data") != numa:
            raise KeyError(name)
        if not numa:
            found = self._node_pointer(0).pointed
            return found[0] if found else Structure("struct pglist_data", {}, self._symbol(name))
        count = max([self._state.memblock.max_numnodes, *(nid + 1 for nid in self._state.zones.nodes)])
        pointers = [self._node_pointer(nid) for nid in range(count)]
        return Array("struct pglist_data *", pointers, self._symbol(name))

    def _node_pointer(self, nid: int) -> Pointer:
        node: Node | None = self._state.zones.nodes.get(nid)
        if node is None:
            return Pointer("struct pglist_data", 0, ())
        at = self._linear(node.pgdat_pa) if node.pgdat_pa else self._symbol("contig_page_data")
        return Pointer("struct pglist_data", at, Lazy((node,), lambda _, each: self._pglist_data(each, at)))

    def _pglist_data(self, node: Node, at: int | None) -> Structure:
        kind = "struct pglist_data"
        first = self._inside(at, kind, "node_zones")
        zones = self._array("struct zone", node.zones, self._zone_of(node), first)
        members = {
            "node_zones": Array("struct zone", zones, first),
            "nr_zones": Typed(node.nr_zones, "int"),
            "node_start_pfn": Typed(node.start_pfn, "unsigned long"),
            "node_present_pages": Typed(node.present, "unsigned long"),
            "node_spanned_pages": Typed(node.spanned, "unsigned long"),
            "node_id": Typed(node.nid, "int"),
        }
        if self._types.member(kind, "first_deferred_pfn") is not None:
            members["first_deferred_pfn"] = Typed(node.first_deferred_pfn, "unsigned long")
        return Structure(kind, members, at)

    def _zone_of(self, node: Node) -> Callable[[Zone, int | None], Structure]:
        return lambda zone, at: self._zone(zone, at, node)

    def _zone(self, zone: Zone, at: int | None = None, node: Node | None = None) -> Structure:
        free = [
            Structure("struct free_area", {"nr_free": Typed(count, "unsigned long")})
            for count in zone.nr_free
        ]
        members: dict[str, Any] = {}
        if node is not None:
            members["node"] = Typed(node.nid, "int")
            members["zone_pgdat"] = self._node_pointer(node.nid)
        members |= {
            "zone_start_pfn": Typed(zone.start_pfn, "unsigned long"),
            "managed_pages": Typed(zone.managed, "atomic_long_t"),
            "spanned_pages": Typed(zone.spanned, "unsigned long"),
            "present_pages": Typed(zone.present, "unsigned long"),
            "cma_pages": Typed(zone.cma_pages, "unsigned long"),
            "name": zone.name,
            "free_area": Array("struct free_area", free, self._inside(at, "struct zone", "free_area")),
        }
        return Structure("struct zone", members, at)

    # ---- sections ----

    def _sections(self) -> Any:
        sections, shape = self._state.sections, self._facts.memory_model
        size = shape.sizeof_mem_section if shape is not None else self._types.size("struct mem_section")
        if not sections.sections and not sections.roots:
            raise Untold(tr("there are no sections yet"))
        if size is None:
            raise Untold(tr("how many sections a root has is not known"))
        is_extreme = bool(sections.roots)
        each = max((1 << (shape.page_shift if shape else 12)) // size, 1) if is_extreme else 1
        last = max([*(number // each for number in sections.sections), *sections.roots])
        if last > 1 << 20:
            raise Untold(tr("there are too many roots of sections"))
        roots = Lazy(range(last + 1), lambda _, root: self._root(root, each, is_extreme))
        return Array("struct mem_section *", roots, self._symbol("mem_section"))

    def _root(self, root: int, each: int, is_extreme: bool) -> Pointer:
        physical = self._state.sections.roots.get(root, 0)
        if is_extreme and not physical:
            return Pointer("struct mem_section", 0, ())
        at = self._linear(physical) if physical else None
        numbers = range(root * each, (root + 1) * each)
        made = self._array("struct mem_section", numbers, self._section, at)
        return Pointer("struct mem_section", at, made)

    def _section(self, number: int, at: int | None) -> Structure:
        return self._mem_section(self._state.sections.sections.get(number) or MemSection(0), at)

    def _mem_section(self, section: MemSection, at: int | None = None) -> Structure:
        place = self._linear(section.usage_pa) if section.usage_pa else 0
        usage = Structure(
            "struct mem_section_usage",
            {"subsection_map": Array("unsigned long", list(section.subsection_map))},
            place,
        )
        members = {
            "section_mem_map": Typed(section.section_mem_map, "unsigned long"),
            "usage": Pointer("struct mem_section_usage", place, (usage,) if section.usage_pa else ()),
        }
        return Structure("struct mem_section", members, at)

    # ---- a PC's tables ----

    def _e820(self, name: str) -> Pointer:
        entries: Sequence[E820Entry] = tuple(self._state[TARGETS[name][0]].view())
        symbol = f"{name}_init"
        at, kind = self._symbol(symbol), "struct e820_table"
        first = self._inside(at, kind, "entries")
        made = self._array("struct e820_entry", entries, self._entry, first)
        table = Structure(
            kind,
            {
                "nr_entries": Typed(len(entries), "u32"),
                "entries": Array("struct e820_entry", made, first),
            },
            at,
        )
        return Pointer(kind, at, (table,), symbol if at is not None else "")

    def _entry(self, entry: E820Entry, at: int | None = None) -> Structure:
        members = {
            "addr": Typed(entry.addr, "u64"),
            "size": Typed(entry.size, "u64"),
            "type": Typed(entry.type, "enum e820_type"),
        }
        return Structure("struct e820_entry", members, at, {"end": entry.end})

    def _meminfo(self, name: str) -> Structure:
        blocks: Sequence[NumaMemblk] = tuple(self._state[TARGETS[name][0]].view())
        at, kind = self._symbol(name), "struct numa_meminfo"
        first = self._inside(at, kind, "blk")
        made = self._array("struct numa_memblk", blocks, self._memblk, first)
        members = {
            "nr_blks": Typed(len(blocks), "int"),
            "blk": Array("struct numa_memblk", made, first),
        }
        return Structure(kind, members, at, items=made)

    def _memblk(self, block: NumaMemblk, at: int | None = None) -> Structure:
        members = {
            "start": Typed(block.start, "u64"),
            "end": Typed(block.end, "u64"),
            "nid": Typed(block.nid, "int"),
        }
        return Structure("struct numa_memblk", members, at)

    def structured(self, value: Any) -> Any:
        """A record of the state, such as an argument may be, as the kernel's structure; anything else as it
        is."""
        match value:
            case Region():
                return self._region(value)
            case Zone():
                return self._zone(value)
            case Node():
                return self._pglist_data(value, self._linear(value.pgdat_pa))
            case MemSection():
                return self._mem_section(value)
            case E820Entry():
                return self._entry(value)
            case NumaMemblk():
                return self._memblk(value)
            case _:
                return value
