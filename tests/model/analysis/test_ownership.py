"""Who has which memory: named by what the kernel did, never by where it lies.

Covers owner_classes.py, owner_rules.py.
"""

from __future__ import annotations

import pytest
from bootstep.boots.loader.what_if import Variation
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.owner_rules import Owner
from bootstep.model.analysis.ownership import Owners
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.memblock import memblock_reserve
from bootstep.model.memory.state import Replica
from bootstep.model.source.facts import Facts
from captured import CASES, QUICK, at_the_end, booted, what_if
from small_boot import SmallKernel, arm64_memblock_init, dma_contiguous_reserve
from sweeps import sweep


def owners_at_the_end(case: str) -> dict[str, str]:
    """Names and causes."""
    debugger = at_the_end(booted(case))
    return {each.value.name: each.value.cause for each in debugger.owners.reserved(debugger.position)}


@pytest.mark.parametrize("case", sweep(CASES, *QUICK))
def test_every_reserved_byte_has_an_owner_at_every_position(case: str) -> None:
    debugger = debugger_of(booted(case))
    replica = Replica(debugger.trace)
    events = len(debugger.trace)
    for position in [*range(0, events, events // 40 + 1), events, events // 2, events // 3]:
        replica.move(position)
        found = list(debugger.owners.reserved(position))
        regions = [region for region in replica.state.memblock.reserved.regions if region.size]
        joined: list[list[int]] = []
        for start, end in sorted((each.start, each.end) for each in found):
            if joined and joined[-1][1] == start:
                joined[-1][1] = end
            else:
                joined.append([start, end])
        flat: list[list[int]] = []
        for region in regions:
            if flat and flat[-1][1] == region.base:
                flat[-1][1] = region.end
            else:
                flat.append([region.base, region.end])
        assert joined == flat
        assert not [each.value.name for each in found if each.value.name.endswith("()")]


def test_going_back_takes_back_and_jumping_agrees_with_walking() -> None:
    debugger = debugger_of(booted("m1g"))
    events = len(debugger.trace)
    walking, jumping = debugger.owners, debugger_of(booted("m1g")).owners
    backwards = {position: list(walking.reserved(position)) for position in range(events, 0, -97)}
    for position in sorted(backwards, key=lambda each: each * 7919 % events):
        assert list(jumping.reserved(position)) == backwards[position]


def test_the_kernel_image_falls_into_the_parts_of_its_memory_line() -> None:
    """The real kernel printed: 2816K kernel code, 704K init."""
    debugger = at_the_end(booted("m1g"))
    sizes: dict[str, int] = {}
    for each in debugger.owners.reserved(debugger.position):
        sizes[each.value.name] = sizes.get(each.value.name, 0) + each.end - each.start
    assert sizes["kernel text"] == 2816 << 10
    assert sizes["kernel init"] == 704 << 10
    assert "kernel image" not in sizes
    assert "early page tables (init_pg_dir)" not in sizes, "paging_init has freed them"


def test_owners_are_known_while_the_boot_is_recorded() -> None:
    k = SmallKernel()
    debugger = Debugger(k.trace)
    assert list(debugger.owners.reserved(0)) == []
    arm64_memblock_init(k)
    halfway = len(k.trace)
    first = list(debugger.owners.reserved(halfway))
    assert sum(each.end - each.start for each in first) == k.state.memblock.reserved.total_size
    dma_contiguous_reserve(k, 0)
    memblock_reserve(k.state.memblock, 0x7000_0000, 0x1000)
    assert len(list(debugger.owners.reserved(len(k.trace)))) == len(first) + 1
    assert list(debugger.owners.reserved(halfway)) == first


def test_without_symbols_the_image_is_one() -> None:
    debugger = debugger_of(booted("m1g"))
    owners = Owners(debugger.trace, debugger.occurrences, Facts())
    assert Owner("kernel image", "the boot loader") in [
        each.value for each in owners.reserved(len(debugger.trace))
    ]


@pytest.mark.parametrize(
    ("case", "name", "cause"),
    [
        ("cma128", "CMA area 'reserved'", "command line cma=128M"),
        ("m1g", "CMA area 'reserved'", "the kernel's configuration"),
        ("crash256", "crash kernel", "command line crashkernel=256M"),
        ("initrd-8m", "initrd", "device tree /chosen linux,initrd-start"),
        ("memreserve", "/memreserve/ block", "device tree /memreserve/"),
        ("resv-nomap", "reserved memory fb@70000000", "device tree /reserved-memory/fb@70000000"),
        ("m6g", "bounce buffer (swiotlb)", ""),
        ("m1g", "page tables (linear map)", ""),
        ("m1g", "page structs", ""),
        ("m1g", "Dentry cache hash table", ""),
        ("m1g", "unflattened device tree", ""),
    ],
)
def test_an_owner_is_named_and_so_is_what_is_behind_it(case: str, name: str, cause: str) -> None:
    assert owners_at_the_end(case)[name] == cause


def test_memory_comes_from_a_node_of_the_device_tree() -> None:
    debugger = at_the_end(booted("m1g"))
    claim = debugger.owners.memory_by(0x5000_0000, debugger.position)
    assert claim is not None
    assert claim.owner == Owner("RAM", "device tree /memory@40000000")
    assert debugger.trace.function(debugger.trace.parent(claim.event)).name == "memblock_add_range"
    assert debugger.owners.memory_by(0x5000_0000, claim.event) is None


def test_memory_that_a_limit_cut_off_comes_back_with_the_initrd() -> None:
    debugger = at_the_end(booted("m1g-mem600-initrd"))
    kernel = booted("m1g-mem600-initrd")
    claim = debugger.owners.memory_by(kernel.machine.initrd_start, debugger.position)
    assert claim is not None
    assert claim.owner.name in ("initrd, put back", "RAM")


def test_no_map_is_the_node_that_asked_for_it() -> None:
    debugger = at_the_end(booted("resv-nomap"))
    claim = debugger.owners.nomap_by(0x6000_0000, debugger.position)
    assert claim is not None
    assert claim.owner.cause == "device tree /reserved-memory/fw@60000000"
    assert debugger.owners.nomap_by(0x5000_0000, debugger.position) is None


def test_a_reservation_that_was_freed_is_nobodys() -> None:
    debugger = at_the_end(booted("m1g"))
    owners, end = debugger.owners, debugger.position
    freed = next(each for each in owners.operations.all() if each.array == "reserved" and each.removes)
    held = owners.reserved_by(freed.start, freed.event)
    assert held is not None
    assert held.owner.name == "early page tables (init_pg_dir)"
    assert owners.reserved_by(freed.start, end) is None


def test_areas_of_the_contiguous_allocator_are_those_that_were_made() -> None:
    debugger = what_if(Variation(more="cma=64M@0x48000000"))
    assert debugger.owners.cma_areas(debugger.position) == []
    debugger = at_the_end(booted("cma128"))
    (area,) = debugger.owners.cma_areas(debugger.position)
    assert area.end - area.start == 128 << 20
    assert debugger.owners.cma_areas(area.event) == []
