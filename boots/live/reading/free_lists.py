"""The free pages of a running kernel: what is on the buddy allocator's lists (``struct free_area``).

Each free block is a link in a list, so that the next is known only when one has been read.  But boots free
memory from below, and blocks of an order then lie at equal distances: many are read at once where they are
expected, and believed as far as their links tell so.  All lists are followed at the same time.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ....model.language.words import tr
from ....model.memory.buddy import FreeRun
from ....model.memory.memory_model import MemoryModel
from ....model.memory.sparsemem import sparse_decode_mem_map
from ....model.memory.zones import Node
from ...remote.target import Range
from ..entry import U64
from ..memory import WORD, KernelMemory
from .layouts import Layouts
from .said_once import SaidOnce
from .sections import SectionsValues

LINKS = 2 * WORD
"""Bytes of a ``struct list_head``."""
MOST_BLOCKS = 1 << 18
"""So many free blocks are followed: 1 TiB of blocks of 4 MiB."""
MOST_ROUNDS = 1 << 10
"""So often is asked: lists whose blocks lie anywhere are given up then."""
MOST_AHEAD = 256


class FreeList(NamedTuple):
    """A list that is not empty, of free blocks of one order in a zone: the address of its head, of its first
    and of its last link."""

    head: int
    first: int
    last: int
    nid: int
    zone: int
    order: int


class PageArray(NamedTuple):
    """An array of page structs: its address, the first page frame, and how many there are."""

    start: int
    pfn: int
    pages: int


class FreeListsReader:
    """Follows the free lists of a kernel whose memory model is `shape`."""

    def __init__(self, memory: KernelMemory, shape: MemoryModel) -> None:
        self.memory = memory
        self.shape = shape
        self._link_at = Layouts(memory).offset("page", "lru") or WORD
        self._said = SaidOnce()

    def remarks(self) -> list[str]:
        """What could not be read, in sentences."""
        return self._said.sentences

    async def read(
        self, lists: Sequence[FreeList], nodes: Mapping[int, Node], sections: SectionsValues
    ) -> tuple[FreeRun, ...] | None:
        """Ask for the free pages of the `nodes` whose lists these are, with the `sections` as they are now.
        None if they cannot be told."""
        counts = [nodes[each.nid].zones[each.zone].nr_free[each.order] for each in lists]
        if sum(dict(zip((each[3:] for each in lists), counts, strict=True)).values()) > MOST_BLOCKS:
            self._said.say(tr("there are too many free blocks to follow them"))
            return None
        walks = [_Walk(each, count) for each, count in zip(lists, counts, strict=True)]
        if not await self._follow(walks):
            self._said.say(tr("the lists of free blocks could not be followed to their ends"))
            return None
        arrays = sorted(self._arrays(nodes, sections))
        runs = joined(run for walk in walks for run in self._runs(walk, arrays, nodes))
        if runs is None:
            self._said.say(tr("the lists of free blocks have some that cannot be free"))
        return runs

    async def _follow(self, walks: Sequence[_Walk]) -> bool:
        """Follow all lists; whether all came to their ends."""
        for _ in range(MOST_ROUNDS):
            going = [walk for walk in walks if not walk.is_over]
            if not going:
                return True
            guesses = [walk.guesses() for walk in going]
            read = iter(
                await self.memory.many([Range(address, LINKS) for each in guesses for address in each])
            )
            for walk, each in zip(going, guesses, strict=True):
                if not walk.take([(address, next(read)) for address in each]):
                    return False
        return False

    def _arrays(self, nodes: Mapping[int, Node], sections: SectionsValues) -> Iterable[PageArray]:
        """Where page structs are."""
        shape, fields = self.shape, sections.fields
        if not shape.is_sparse:
            block = shape.max_order_pages
            first = min((node.start_pfn for node in nodes.values()), default=0) // block * block
            yield PageArray(fields["node_mem_map"], first, fields["mem_map_pages"])
            return
        each = shape.pages_per_section
        for number, section in sections.sections.items():
            if section.has_mem_map:
                coded = section.section_mem_map
                start = sparse_decode_mem_map(coded, number * each, shape.sizeof_page, shape.map_last_bit)
                yield PageArray(start, number * each, each)

    def _runs(
        self, walk: _Walk, arrays: Sequence[PageArray], nodes: Mapping[int, Node]
    ) -> Iterable[FreeRun | None]:
        """The blocks of a list; None for one that its zone cannot have."""
        nid, index, order = walk.list[3:]
        zone = nodes[nid].zones[index]
        for link in walk.links:
            pfn = self._pfn(link - self._link_at, arrays)
            end = (pfn or 0) + (1 << order)
            if pfn is None or pfn % (1 << order) or pfn < zone.start_pfn or end > zone.end_pfn:
                yield None
            else:
                yield FreeRun(pfn, end, nid, index)

    def _pfn(self, page: int, arrays: Sequence[PageArray]) -> int | None:
        at = bisect_right(arrays, (page, U64, U64)) - 1
        if at < 0:
            return None
        number, rest = divmod(page - arrays[at].start, self.shape.sizeof_page)
        return arrays[at].pfn + number if not rest and number < arrays[at].pages else None


class _Walk:
    """A list as far as it has been followed: `links` are the addresses of its blocks' links.  It has no more
    than `most`; every block's link to the one before is checked, so that it never goes in a circle."""

    def __init__(self, list_: FreeList, most: int) -> None:
        self.list = list_
        self.links: list[int] = []
        self.is_over = False
        self._most = most
        self._before = list_.head
        self._at = list_.first
        self._stride = 0
        self._ahead = 1

    def guesses(self) -> list[int]:
        """Where the next blocks' links may be: of the first it is known."""
        ahead = min(self._ahead, self._most - len(self.links)) if self._stride else 1
        found = (self._at + number * self._stride for number in range(max(ahead, 1)))
        return [address for address in found if 0 <= address <= U64]

    def take(self, read: Iterable[tuple[int, bytes | None]]) -> bool:
        """What was read at the guesses; False if that is no list."""
        hits = 0
        for address, data in read:
            if self.is_over or address != self._at:
                self._ahead = 1
                break
            if data is None or len(data) < LINKS or len(self.links) >= self._most:
                return False
            following, before = struct.unpack_from("<QQ", data)
            if before != self._before:
                return False
            self.links.append(address)
            self._stride = following - address
            self._before, self._at = address, following
            self.is_over = following == self.list.head
            if self.is_over and address != self.list.last:
                return False
            hits += 1
        else:
            self._ahead = min(2 * self._ahead, MOST_AHEAD)
        return hits > 0


def joined(blocks: Iterable[FreeRun | None]) -> tuple[FreeRun, ...] | None:
    """Free blocks as runs, in address order; None if one is missing, or some pages are free twice."""
    found: list[FreeRun] = []
    known = list(blocks)
    for block in sorted(each for each in known if each is not None):
        last = found[-1] if found else None
        if last is not None and block.start_pfn < last.end_pfn:
            return None
        if last is not None and (block.start_pfn, *block[2:]) == last[1:]:
            found[-1] = last._replace(end_pfn=block.end_pfn)
        else:
            found.append(block)
    return None if None in known else tuple(found)
