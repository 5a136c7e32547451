"""Which memory firmware keeps: the nodes of /reserved-memory, what must not be mapped, and /memreserve/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...model.base.units import hex_address
from ...model.logs.records.memblock import MemblockCall, MemblockDump, MemblockRequest, Operation
from ...model.logs.records.record import Record
from ...model.logs.records.reserved import CmaArea, ReservedNode
from ...model.logs.records.zones import NodeRange
from .board import ReservedRegion

STATIC = (
    "early_init_dt_reserve_memory",
    "early_init_dt_reserve_memory_arch",
    "__reserved_mem_reserve_reg",
    "early_init_fdt_scan_reserved_mem",
    "fdt_scan_reserved_mem",
    "fdt_scan_reserved_mem_reg_nodes",
    "__fdt_scan_reserved_mem",
)
"""Functions that reserve what a node of /reserved-memory, or /memreserve/, names."""
DYNAMIC = ("early_init_dt_alloc_reserved_memory_arch", "__reserved_mem_alloc_size")
"""Functions that find a place for a node that has none."""
POOL = "shared-dma-pool"
NOMAP = 0x4
"""``MEMBLOCK_NOMAP``."""
ANYWHERE = (1 << 64) - 1


class Kept(NamedTuple):
    """The nodes, the ranges of /memreserve/ (start and size, bytes), and what of it is assumed."""

    regions: tuple[ReservedRegion, ...]
    ranges: tuple[tuple[int, int], ...]
    assumed: tuple[str, ...]


def kept_by_firmware(records: Sequence[Record]) -> Kept:
    """What a log tells of it."""
    named = list(_named(records))
    found, ranges = list(named), list[tuple[int, int]]()
    _add_static(records, found, ranges)
    assumed: list[str] = []
    for base, size in (*_nomap_in_dump(records), *_nomap_in_ranges(records)):
        _mark_nomap(found, ranges, base, size, assumed)
    dynamic = list(_dynamic(records))
    for region, place in dynamic:
        same = next((each for each in found if each.base == place and each.size == region.size), None)
        if same is not None:
            found.remove(same)
            region = same._replace(base=None, align=region.align, minimum=region.minimum, limit=region.limit)
        if place is not None:
            found.append(region)
    unnamed = [each for each in found if each.name.startswith("kept")]
    if unnamed:
        assumed.append(
            f"{len(unnamed)} regions of /reserved-memory have made-up names: the log has their places only"
        )
    return Kept(tuple(_static_first(found)), tuple(ranges), tuple(assumed))


def _static_first(regions: Sequence[ReservedRegion]) -> Iterator[ReservedRegion]:
    yield from (each for each in regions if each.base is not None)
    yield from (each for each in regions if each.base is None)


def _named(records: Sequence[Record]) -> Iterator[ReservedRegion]:
    """Those that a line names, with all that any line says of them."""
    by_base: dict[int, ReservedRegion] = {}
    for record in records:
        if isinstance(record, ReservedNode) and record.base is not None and record.size and not record.failed:
            before = by_base.get(record.base)
            compatible = record.compatible or (before.compatible if before else "")
            by_base[record.base] = ReservedRegion(
                record.name or (before.name if before else "") or f"kept@{record.base:x}",
                record.base,
                record.size,
                record.nomap or (before.nomap if before else False),
                record.reusable or (before.reusable if before else False),
                compatible,
                is_default=record.name == "linux,cma",
            )
        elif isinstance(record, CmaArea) and record.base is not None and _is_of_tree(record):
            before = by_base.get(record.base)
            name = before.name if before else record.name or f"kept@{record.base:x}"
            by_base[record.base] = ReservedRegion(
                name, record.base, record.size, reusable=True, compatible=POOL, is_default=name == "linux,cma"
            )
    yield from by_base.values()


def _is_of_tree(area: CmaArea) -> bool:
    """Whether an area is a node's, and not the one of the configuration or ``cma=``."""
    return "memory pool" in area.line.text


def _add_static(
    records: Sequence[Record], found: list[ReservedRegion], ranges: list[tuple[int, int]]
) -> None:
    """What memblock was told to reserve by the functions that read the tree.  Those of /memreserve/ come
    first, from another place in the same function, and have no node."""
    calls = [
        record
        for record in records
        if isinstance(record, MemblockCall)
        and record.operation is Operation.RESERVE
        and function_of(record.caller) in STATIC
        and record.size
    ]
    of_memreserve = _place_of_memreserve(calls)
    for call in calls:
        if any(each.base == call.base for each in found):
            continue
        if call.caller == of_memreserve:
            ranges.append((call.base, call.size))
        else:
            found.append(ReservedRegion(f"kept@{call.base:x}", call.base, call.size))


def _place_of_memreserve(calls: Sequence[MemblockCall]) -> str:
    """The place in ``early_init_fdt_scan_reserved_mem()`` that reserves the ranges of /memreserve/: the loop
    at its start."""
    own = [call.caller for call in calls if function_of(call.caller) == "early_init_fdt_scan_reserved_mem"]
    return min(own, key=_offset, default="") if own and _offset(min(own, key=_offset)) < 0x100 else ""


def function_of(caller: str) -> str:
    """The function of a ``%pS``."""
    return caller.partition("+")[0]


def _offset(caller: str) -> int:
    digits = caller.partition("+")[2].partition("/")[0]
    try:
        return int(digits, 16)
    except ValueError:
        return 0


def _dynamic(records: Sequence[Record]) -> Iterator[tuple[ReservedRegion, int | None]]:
    """Nodes that only have a size, and where the kernel put them: each request is followed by what it got."""
    request: MemblockRequest | None = None
    number = 0
    for record in records:
        if isinstance(record, MemblockRequest):
            is_node = function_of(record.caller) in DYNAMIC
            request = record if is_node else None
        elif isinstance(record, MemblockCall) and request is not None:
            number += 1
            limit = 0 if request.limit in (0, ANYWHERE) else request.limit
            yield (
                ReservedRegion(
                    f"kept-{number}",
                    None,
                    request.size,
                    align=request.align,
                    minimum=request.minimum if limit else 0,
                    limit=limit,
                ),
                record.base,
            )
            request = None


def _nomap_in_dump(records: Sequence[Record]) -> Iterator[tuple[int, int]]:
    dump = next((record for record in records if isinstance(record, MemblockDump)), None)
    for region in dump.memory.regions if dump else ():
        if region.flags and region.flags & NOMAP:
            yield region.base, region.size


def _nomap_in_ranges(records: Sequence[Record]) -> Iterator[tuple[int, int]]:
    """Ranges that touch would be one if they were alike: every second one is not mapped.  The largest one
    is."""
    if any(isinstance(record, MemblockDump) and record.memory.is_complete for record in records):
        return
    run: list[NodeRange] = []
    ranges = [record for record in records if isinstance(record, NodeRange)]
    for each in (*ranges, None):
        if each is not None and run and run[-1].end == each.start and run[-1].nid == each.nid:
            run.append(each)
            continue
        if len(run) > 1:
            largest = max(range(len(run)), key=lambda at: run[at].end - run[at].start)
            for other in run[1 - largest % 2 :: 2]:
                yield other.start, other.end - other.start
        run = [each] if each is not None else []


def _mark_nomap(
    found: list[ReservedRegion], ranges: list[tuple[int, int]], base: int, size: int, assumed: list[str]
) -> None:
    """Make sure that a range is not mapped: by the nodes that lie in it, or one more."""
    inside = [
        each for each in found if each.base is not None and base <= each.base and each.end <= base + size
    ]
    for each in inside:
        found[found.index(each)] = each._replace(nomap=True)
    if sum(each.size for each in inside) >= size:
        return
    assumed.append(
        f"{hex_address(base)}, {size >> 10} KiB, is taken for a no-map node: ranges of memory are cut there"
    )
    if not inside:
        found.append(ReservedRegion(f"kept@{base:x}", base, size, nomap=True))
