"""Replays what the kernel's own mm/memblock.c did, compiled for user space, and compares after every one.

A vector file holds one JSON object a line: a sequence of operations with arguments, return value, log lines,
warnings, and what changed in the two arrays.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bootstep.model.memory import memblock as m
from bootstep.model.memory.memblock import Memblock, MemblockBug, MemblockConfig, MemblockPanic, Region
from bootstep.model.memory.state import State
from bootstep.model.trace.recorder import BootTrace, traced

Json = Any
MAX_PAGE_ORDER = 10
EARLY_PFN_TO_NID = 0
STATE_KEYS = ("memory_max", "memory_total", "reserved_max", "reserved_total", "bottom_up", "current_limit")


def sequences(path: Path) -> Iterator[Json]:
    """The sequences of a vector file."""
    with gzip.open(path, "rt") as lines:
        for line in lines:
            yield json.loads(line)


def configured(config: Json) -> tuple[Memblock, State]:
    """A recording memblock as the sequence's `config` wants it."""
    state, trace = State(), BootTrace()
    release = tuple(int(part) for part in config["version"].split("."))
    state.memblock.configure(
        MemblockConfig(
            release=(release[0], release[1]),
            numa=config["numa"],
            max_numnodes=config["max_numnodes"],
            page_shift=config["page_size"].bit_length() - 1,
            smp_cache_bytes=config["smp_cache_bytes"],
            init_memory_regions=config["init_regions"],
            init_reserved_regions=config["init_regions"],
            region_struct_size=config["region_struct_size"],
        ),
        trace,
    )
    state.record_into(trace)
    state.memblock.debug = config["debug"]
    state.memblock.movable_node = config["movable_node"]
    state.memblock.mirrored_kernelcore = config["mirrored_kernelcore"]
    trace.start()
    return state.memblock, state


# ---- the operations ----


def repeated(operation: Callable[..., int]) -> Callable[..., list[int]]:
    def run(mb: Memblock, base: int, size: int, stride: int, count: int) -> list[int]:
        calls = result = 0
        while calls < count and not result:
            result = operation(mb, (base + calls * stride) % 2**64, size)
            calls += 1
        return [calls, result]

    return run


def repeat_add_node(
    mb: Memblock, base: int, size: int, stride: int, count: int, nid: int, modulo: int, flags: int
) -> list[int]:
    calls = result = 0
    while calls < count and not result:
        node = (nid + calls) % modulo
        result = m.memblock_add_node(mb, (base + calls * stride) % 2**64, size, node, flags)
        calls += 1
    return [calls, result]


def reset_regions(mb: Memblock) -> None:
    for array, capacity in (
        (mb.memory, mb.config.init_memory_regions),
        (mb.reserved, mb.config.init_reserved_regions),
    ):
        dummy = mb.empty_array(0)
        mb.change_array(
            array,
            0,
            len(array),
            dummy,
            max=capacity,
            total_size=0,
            regions_pa=0,
            ordered=True,
            merged=True,
        )


def reset_attributes(mb: Memblock) -> None:
    m.memblock_set_bottom_up(mb, False)
    m.memblock_set_current_limit(mb, 2**64 - 1)


def free_all(mb: Memblock, max_low_pfn: int) -> dict[str, Json]:
    m.memblock_clear_hotplug(mb, 0, 2**64 - 1)
    reserved = [
        [hex(start), hex(end)] if nid is None else [hex(start), hex(end), nid]
        for start, end, nid in m.memmap_init_reserved_pages(mb, lambda _: EARLY_PFN_TO_NID)
    ]
    pages = blocks = 0
    listed: list[list[Json]] = []
    for start, end, _ in m.for_each_free_mem_range(mb, m.NUMA_NO_NODE, m.MEMBLOCK_NONE):
        for pfn, order, count in m.free_memory_core(mb, start, end, max_low_pfn, MAX_PAGE_ORDER):
            listed += [
                [hex(pfn + (at << order)), order] for at in range(min(count, max(400 - len(listed), 0)))
            ]
            pages += count << order
            blocks += count
    return {"pages": pages, "nr_chunks": blocks, "chunks": listed, "page_reserved": reserved}


def search_pfn_nid(mb: Memblock, pfn: int) -> list[Json]:
    nid, start, end = m.memblock_search_pfn_nid(mb, pfn)
    return [nid, hex(start), hex(end)]


def reserve_mem_find(mb: Memblock, name: str) -> list[Json]:
    found = m.reserve_mem_find_by_name(mb, name)
    return [1, hex(found.start), hex(found.size)] if found else [0, "0x0", "0x0"]


def address(operation: Callable[..., int]) -> Callable[..., str]:
    return lambda mb, *arguments: hex(operation(mb, *arguments))


def ranges(operation: Callable[..., Iterator[tuple[int, ...]]]) -> Callable[..., Json]:
    return lambda mb, *arguments: [
        [hex(item[0]), hex(item[1]), *item[2:]] for item in operation(mb, *arguments)
    ]


def assigns(field: str) -> Callable[[Memblock, Json], None]:
    return lambda mb, value: mb.change(field, value)


OPERATIONS: dict[str, Callable[..., Json]] = {
    "add": m.memblock_add,
    "reserve": m.memblock_reserve,
    "remove": m.memblock_remove,
    "add_node": m.memblock_add_node,
    "phys_free": m.memblock_phys_free,
    "free": m.memblock_free,
    "add_range": m.memblock_add_range,
    "mark_hotplug": m.memblock_mark_hotplug,
    "clear_hotplug": m.memblock_clear_hotplug,
    "mark_mirror": m.memblock_mark_mirror,
    "mark_nomap": m.memblock_mark_nomap,
    "clear_nomap": m.memblock_clear_nomap,
    "reserved_mark_noinit": m.memblock_reserved_mark_noinit,
    "set_node": m.memblock_set_node,
    "phys_alloc_range": address(m.memblock_phys_alloc_range),
    "phys_alloc_try_nid": address(m.memblock_phys_alloc_try_nid),
    "alloc_range_nid": address(m.memblock_alloc_range_nid),
    "alloc_try_nid": address(m.memblock_alloc_try_nid),
    "alloc_try_nid_raw": address(m.memblock_alloc_try_nid_raw),
    "alloc_exact_nid_raw": address(m.memblock_alloc_exact_nid_raw),
    "find_in_range": address(m.memblock_find_in_range),
    "find_in_range_node": address(m.memblock_find_in_range_node),
    "set_bottom_up": m.memblock_set_bottom_up,
    "set_current_limit": m.memblock_set_current_limit,
    "allow_resize": m.memblock_allow_resize,
    "set_movable_node": assigns("movable_node"),
    "set_mirrored_kernelcore": assigns("mirrored_kernelcore"),
    "trim_memory": m.memblock_trim_memory,
    "cap_memory_range": m.memblock_cap_memory_range,
    "mem_limit_remove_map": m.memblock_mem_limit_remove_map,
    "enforce_memory_limit": m.memblock_enforce_memory_limit,
    "repeat_add": repeated(m.memblock_add),
    "repeat_reserve": repeated(m.memblock_reserve),
    "repeat_phys_free": repeated(m.memblock_phys_free),
    "repeat_add_node": repeat_add_node,
    "reset_regions": reset_regions,
    "reset_attributes": reset_attributes,
    "is_reserved": m.memblock_is_reserved,
    "is_memory": m.memblock_is_memory,
    "is_map_memory": m.memblock_is_map_memory,
    "is_region_memory": m.memblock_is_region_memory,
    "is_region_reserved": m.memblock_is_region_reserved,
    "overlaps_region": m.memblock_overlaps_region,
    "start_of_DRAM": address(m.memblock_start_of_DRAM),
    "end_of_DRAM": address(m.memblock_end_of_DRAM),
    "phys_mem_size": address(m.memblock_phys_mem_size),
    "reserved_size": address(m.memblock_reserved_size),
    "get_current_limit": address(m.memblock_get_current_limit),
    "search_pfn_nid": search_pfn_nid,
    "iter_mem": ranges(m.for_each_mem_range),
    "iter_mem_rev": ranges(m.for_each_mem_range_rev),
    "iter_reserved": ranges(m.for_each_reserved_mem_range),
    "iter_free": ranges(m.for_each_free_mem_range),
    "iter_free_rev": ranges(m.for_each_free_mem_range_reverse),
    "iter_mem_filter": ranges(lambda mb, nid, flags: m.next_mem_range(mb, nid, flags, mb.memory, None)),
    "iter_pfn": ranges(m.for_each_mem_pfn_range),
    "dump_all": m.memblock_dump_all,
    "free_all": free_all,
    "validate_numa_coverage": m.memblock_validate_numa_coverage,
    "estimated_nr_free_pages": m.memblock_estimated_nr_free_pages,
    "has_mirror": m.memblock_has_mirror,
    "reserve_mem": m.reserve_mem,
    "reserve_mem_find": reserve_mem_find,
}


# ---- replaying ----


class Expected:
    """The state the kernel had, moved on by the operations' records."""

    def __init__(self, init: Json) -> None:
        self.arrays = {name: [parsed(region) for region in init[name]] for name in ("memory", "reserved")}
        self.values = {key: init[key] for key in STATE_KEYS}

    def move(self, record: Json) -> None:
        for name, regions in self.arrays.items():
            if name in record:
                regions[:] = [parsed(region) for region in record[name]]
            elif f"{name}_splice" in record:
                index, count, items = record[f"{name}_splice"]
                regions[index : index + count] = [parsed(region) for region in items]
        for key in STATE_KEYS:
            if key in record:
                self.values[key] = record[key]


def parsed(region: list[Json]) -> Region:
    return Region(int(region[0], 16), int(region[1], 16), region[2], region[3])


def arguments(record: Json) -> list[Json]:
    if record["op"].startswith("reserve_mem"):
        return record["args"]
    return [
        int(value, 16) if isinstance(value, str) and value.startswith("0x") else value
        for value in record["args"]
    ]


def values_of(mb: Memblock) -> dict[str, Json]:
    return {
        "memory_max": mb.memory.max,
        "memory_total": hex(mb.memory.total_size),
        "reserved_max": mb.reserved.max,
        "reserved_total": hex(mb.reserved.total_size),
        "bottom_up": mb.bottom_up,
        "current_limit": hex(mb.current_limit),
    }


@traced
def caller(mb: Memblock, record: Json) -> Json:
    """Whoever calls memblock; the records have no other name for it."""
    return OPERATIONS[record["op"]](mb, *arguments(record))


def log_since(trace: BootTrace, first: int) -> list[str]:
    texts = [trace.log_text(event) for event in trace.logs[first:] if trace.is_printed(event)]
    return [text for text in texts if not text.startswith("WARNING: ")]


def run(mb: Memblock, record: Json) -> dict[str, Json]:
    """Do one operation; what it returned, printed and complained about, in the record's form."""
    first_log, first_warning = len(mb.trace.logs), len(mb.warnings)
    outcome: dict[str, Json] = {}
    try:
        outcome["ret"] = caller(mb, record)
    except MemblockBug as bug:
        outcome["fatal"] = f"BUG: {bug}"
    except MemblockPanic as panic:
        outcome["fatal"] = f"panic: {panic}"
    if not record["op"].startswith("repeat_"):
        outcome["log"] = log_since(mb.trace, first_log)
    outcome["warn"] = mb.warnings[first_warning:]
    return outcome


def difference(mb: Memblock, record: Json, expected: Expected) -> str | None:
    """Do one operation and say in what it differs from the kernel, if it does."""
    outcome = run(mb, record)
    for key, ours in outcome.items():
        theirs = record.get(key, [] if key in ("log", "warn") else None)
        if ours != theirs and theirs != "undefined-out-of-bounds":
            return f"{key}: {ours} instead of {theirs}"
    if "fatal" in record:
        return None if "fatal" in outcome else f"lives on instead of {record['fatal']}"
    expected.move(record)
    for array in (mb.memory, mb.reserved):
        if array.regions != expected.arrays[array.name]:
            return f"{array.name}: {array.regions} instead of {expected.arrays[array.name]}"
    ours = values_of(mb)
    return None if ours == expected.values else f"{ours} instead of {expected.values}"


def replay(sequence: Json) -> str | None:
    """Replay a sequence; the first difference, None if there is none."""
    mb, _ = configured(sequence["config"])
    expected = Expected(sequence["init"])
    for number, record in enumerate(sequence["ops"]):
        found = difference(mb, record, expected)
        if found:
            return f"{sequence['name']} operation {number} {record['op']}{record['args']}: {found}"
    return None
