"""What holds for memblock whatever is done to it, against sets of pages as a second, naive memblock."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from bootstep.model.memory import memblock as m
from bootstep.model.memory.memblock import Memblock, MemblockConfig, RegionArray
from bootstep.model.memory.state import Replica, State
from bootstep.model.trace.events import Kind
from bootstep.model.trace.recorder import BootTrace
from hypothesis import given, settings
from hypothesis import strategies as st

PAGE = 4096
PAGES = 96
RELEASES = ((6, 1), (6, 12))


class Step(NamedTuple):
    """One call: a function's name, the range's first page and its pages, and a number more."""

    name: str
    first: int
    count: int
    extra: int


RANGES = ("add", "reserve", "remove", "phys_free", "mark_nomap", "clear_nomap", "mark_hotplug")
STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from((*RANGES, "set_node", "alloc", "alloc_low", "bottom_up")),
        st.integers(1, PAGES - 1),
        st.integers(0, PAGES),
        st.integers(0, 3),
    ),
    max_size=40,
)


def recording(release: tuple[int, int]) -> Memblock:
    state = State()
    mb = state.memblock
    mb.configure(MemblockConfig(release=release, max_numnodes=4, init_reserved_regions=256), BootTrace())
    state.record_into(mb.trace)
    mb.trace.start()
    m.memblock_add(mb, PAGE, 8 * PAGE)
    return mb


def do(mb: Memblock, step: Step) -> int | None:
    """Do a step; an allocation's address."""
    base, size = step.first * PAGE, step.count * PAGE
    if step.name in RANGES:
        getattr(m, f"memblock_{step.name}")(mb, base, size)
    elif step.name == "set_node":
        m.memblock_set_node(mb, base, size, "memory", step.extra)
    elif step.name == "bottom_up":
        m.memblock_set_bottom_up(mb, bool(step.extra & 1))
    elif step.count:
        end = base if step.name == "alloc_low" else PAGES * 2 * PAGE
        return m.memblock_phys_alloc_range(mb, size, PAGE << step.extra, 0, end)
    return None


def pages(array: RegionArray) -> set[int]:
    return {page for base, size, _, _ in array.regions for page in range(base // PAGE, (base + size) // PAGE)}


def check_array(array: RegionArray, release: tuple[int, int]) -> None:
    for this, following in pairwise(array.regions):
        assert this.end <= following.base
        if release == (6, 1):
            assert (this.end, *this[2:]) != (following.base, *following[2:]), "left unmerged"
    assert array.total_size == sum(region.size for region in array.regions)
    assert array.bases == [region.base for region in array.regions]
    assert array.ends == [region.end for region in array.regions]
    assert array.gaps == [base - end for base, end in zip(array.bases, [0, *array.ends], strict=False)]


@given(st.sampled_from(RELEASES), STEPS)
@settings(max_examples=150)
def test_arrays_are_sorted_disjoint_and_merged(release: tuple[int, int], steps: list[Step]) -> None:
    mb = recording(release)
    for step in steps:
        do(mb, step)
        check_array(mb.memory, release)
        check_array(mb.reserved, release)


@given(st.sampled_from(RELEASES), STEPS)
@settings(max_examples=100)
def test_ranges_are_sets_of_pages(release: tuple[int, int], steps: list[Step]) -> None:
    mb = recording(release)
    memory, reserved = pages(mb.memory), pages(mb.reserved)
    for step in steps:
        span = set(range(step.first, step.first + step.count))
        found = do(mb, step)
        if found:
            span = set(range(found // PAGE, found // PAGE + step.count))
            assert span <= memory and not span & reserved
            reserved |= span
        elif step.name == "add":
            memory |= span
        elif step.name == "remove":
            memory -= span
        elif step.name == "reserve":
            reserved |= span
        elif step.name == "phys_free":
            reserved -= span
        assert (pages(mb.memory), pages(mb.reserved)) == (memory, reserved)


def fits(mb: Memblock, count: int, align: int, end: int) -> Iterator[int]:
    """Every page where `count` pages, aligned, are free within one region of memory without NOMAP."""
    reserved = pages(mb.reserved)
    for region in mb.memory.regions:
        for first in range(region.base // PAGE, (min(region.end, end) - count * PAGE) // PAGE + 1):
            taken = reserved & set(range(first, first + count))
            if not region.flags & m.MEMBLOCK_NOMAP and first and first % align == 0 and not taken:
                yield first


@given(st.sampled_from(RELEASES), STEPS, st.integers(1, 12), st.integers(0, 3), st.integers(1, PAGES))
@settings(max_examples=200)
def test_an_allocation_takes_the_highest_or_lowest_fit(
    release: tuple[int, int], steps: list[Step], count: int, order: int, end: int
) -> None:
    mb = recording(release)
    for step in steps:
        do(mb, step)
    choose = min if mb.bottom_up else max
    expected = choose(fits(mb, count, 1 << order, end * PAGE), default=0)
    assert m.memblock_phys_alloc_range(mb, count * PAGE, PAGE << order, 0, end * PAGE) == expected * PAGE


@given(st.sampled_from(RELEASES), STEPS, st.data())
@settings(max_examples=60)
def test_any_moment_can_be_returned_to(
    release: tuple[int, int], steps: list[Step], data: st.DataObject
) -> None:
    mb = recording(release)
    moments: list[tuple[int, object]] = []
    for step in steps:
        do(mb, step)
        moments.append((len(mb.trace), everything(mb)))
    replica = Replica(mb.trace)
    for position, expected in data.draw(st.permutations(moments)):
        replica.move(position)
        assert everything(replica.state.memblock) == expected


def everything(mb: Memblock) -> object:
    return mb.snapshot(), mb.memory.snapshot(), mb.reserved.snapshot()


@given(st.sampled_from(RELEASES), STEPS)
@settings(max_examples=60)
def test_what_changes_nothing_records_no_change(release: tuple[int, int], steps: list[Step]) -> None:
    mb = recording(release)
    for step in steps:
        do(mb, step)
    before, length = everything(mb), len(mb.trace)
    m.memblock_add_range(mb, "reserved", PAGE, 0, 4, 0)
    for region in mb.memory.regions:
        m.memblock_add_node(mb, region.base, region.size, region.nid, region.flags)
        m.memblock_set_node(mb, region.base, region.size, "memory", region.nid)
    m.memblock_set_bottom_up(mb, mb.bottom_up)
    m.memblock_trim_memory(mb, PAGE)
    assert everything(mb) == before
    assert mb.trace.last_of_kind(Kind.MEMBLOCK) < length
