"""Lists of free blocks that are followed through memory: whole ones, torn ones, such that lead nowhere."""

from __future__ import annotations

import struct

import pytest
from bootstep.boots.live.reading import free_lists
from bootstep.boots.live.reading.free_lists import FreeList, FreeListsReader, joined
from bootstep.boots.live.reading.sections import SectionsValues
from bootstep.model.memory.buddy import FreeRun
from bootstep.model.memory.sparsemem import MemSection
from bootstep.model.memory.zones import Node, Zone

from ....support.fake_memory import FakeTarget, kernel_memory
from ....support.memory_shapes import SHAPE

VMEMMAP_AT, LRU = 0xFFFF_FC00_0000_0000, 8
HAS_MEM_MAP = 3
SECTIONS = SectionsValues({}, {}, {number: MemSection(VMEMMAP_AT | HAS_MEM_MAP) for number in range(8, 40)})
FIRST, END = 8 << 15, 40 << 15
HEAD = 0xFFFF_8000_0900_0000
TEN = 10


def link(pfn: int) -> int:
    return VMEMMAP_AT + 64 * pfn + LRU


class Lists:
    """One zone of a node, with lists of free blocks that are written as the kernel has them."""

    def __init__(self) -> None:
        self.target = FakeTarget()
        self.lists: list[FreeList] = []
        self.counts = [0] * 11

    def add(self, order: int, pfns: list[int]) -> list[int]:
        """A list of these blocks, in this order; the addresses of its links."""
        head = HEAD + 0x100 * len(self.lists)
        links = [link(pfn) for pfn in pfns]
        chain = [head, *links, head]
        for before, at, after in zip(chain, links, chain[2:], strict=False):
            self.put(at, after, before)
        self.lists.append(FreeList(head, chain[1], chain[-2], 0, 0, order))
        self.counts[order] += len(pfns)
        return links

    def put(self, at: int, following: int, before: int) -> None:
        self.target.put(at, struct.pack("<QQ", following, before))

    async def read(self) -> tuple[tuple[FreeRun, ...] | None, list[str]]:
        zone = Zone("Normal", FIRST, END - FIRST, nr_free=tuple(self.counts))
        nodes = {0: Node(0, 0, 1, FIRST, END - FIRST, END - FIRST, (zone,))}
        reader = FreeListsReader(kernel_memory(self.target, {}), SHAPE)
        return await reader.read(self.lists, nodes, SECTIONS), reader.remarks()


async def test_blocks_at_equal_distances_are_read_many_at_once() -> None:
    lists = Lists()
    lists.add(TEN, list(range(FIRST, END, 1 << TEN)))
    assert len(range(FIRST, END, 1 << TEN)) == 1024
    assert await lists.read() == ((FreeRun(FIRST, END, 0, 0),), [])
    assert lists.target.rounds < 20


async def test_blocks_that_lie_anywhere_are_read_one_after_another() -> None:
    lists = Lists()
    places = [FIRST + 2 * ((7 * number) % 64) for number in range(64)]
    lists.add(0, places)
    lists.add(3, [FIRST + 1024])
    found, said = await lists.read()
    assert found is not None and not said
    assert sorted(run.start_pfn for run in found) == sorted([*places, FIRST + 1024])


async def test_blocks_beside_each_other_are_one_run() -> None:
    lists = Lists()
    lists.add(0, [FIRST + 8])
    lists.add(3, [FIRST, FIRST + 16])
    lists.add(0, [FIRST + 9, FIRST + 24])
    assert (await lists.read())[0] == (
        FreeRun(FIRST, FIRST + 10, 0, 0),
        FreeRun(FIRST + 16, FIRST + 25, 0, 0),
    )


async def test_nothing_is_asked_where_nothing_is_free() -> None:
    lists = Lists()
    assert await lists.read() == ((), [])
    assert lists.target.rounds == 0


NOT_FOLLOWED = "the lists of free blocks could not be followed to their ends"


@pytest.mark.parametrize(
    ("following", "before"),
    [
        ("first", "first"),  # in a circle that never comes back to the head
        ("self", "first"),
        ("head", "head"),  # the link back is another
        (1 << 63, "first"),
        (0, "first"),
        ("first", 0),
    ],
)
async def test_a_list_that_is_torn_is_no_list(following: int | str, before: int | str) -> None:
    lists = Lists()
    first, second, *_ = lists.add(TEN, [FIRST, FIRST + 1024, FIRST + 4096, FIRST + 8192])
    named = {"first": first, "self": second, "head": HEAD}
    lists.put(
        second, *(named.get(each, each) if isinstance(each, str) else each for each in (following, before))
    )
    assert await lists.read() == (None, [NOT_FOLLOWED])
    assert lists.target.rounds < 10


async def test_a_list_is_not_longer_than_its_zone_says() -> None:
    lists = Lists()
    lists.add(TEN, list(range(FIRST, END, 1 << TEN)))
    lists.counts[TEN] = 100
    assert await lists.read() == (None, [NOT_FOLLOWED])


async def test_it_does_not_go_on_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_lists, "MOST_ROUNDS", 16)
    lists = Lists()
    lists.add(0, [FIRST + 2 * ((7 * number) % 64) for number in range(64)])
    assert await lists.read() == (None, [NOT_FOLLOWED])
    assert lists.target.rounds == 16


async def test_a_number_of_blocks_that_cannot_be_is_not_believed() -> None:
    lists = Lists()
    lists.add(0, [FIRST])
    lists.counts[0] = 1 << 40
    assert await lists.read() == (None, ["there are too many free blocks to follow them"])
    assert lists.target.rounds == 0


@pytest.mark.parametrize(
    ("order", "pfns"),
    [
        (3, [FIRST + 4]),  # blocks stand at multiples of their size
        (0, [FIRST - 1]),
        (TEN, [END]),
        (0, [1 << 40]),  # no section has a page struct there
        (3, [FIRST, FIRST]),
    ],
)
async def test_blocks_that_a_zone_cannot_have(order: int, pfns: list[int]) -> None:
    lists = Lists()
    for pfn in pfns:
        lists.add(order, [pfn])
    found, said = await lists.read()
    assert found is None and len(said) == 1


async def test_what_is_no_page_struct_is_no_block() -> None:
    lists = Lists()
    lists.add(0, [FIRST])
    inside = link(FIRST) + 8
    lists.put(inside, HEAD, HEAD)
    lists.lists[0] = lists.lists[0]._replace(first=inside, last=inside)
    assert await lists.read() == (None, ["the lists of free blocks have some that cannot be free"])


def test_runs_of_other_zones_are_not_joined() -> None:
    one, other = FreeRun(1, 2, 0, 0), FreeRun(2, 3, 0, 1)
    assert joined([other, one]) == (one, other)
    assert joined([one, None]) is None
    assert joined([one, FreeRun(0, 8, 0, 0)]) is None
