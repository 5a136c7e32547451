"""Who has which piece of memory, at any position: the operations of a trace replayed over a map of owners."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct, structs

from ..base.intervals import Interval, IntervalMap
from ..build.image.parts import image_parts
from ..firmware.devicetree.tree import memory_node
from ..index.calls import CallIndex, within
from ..index.memblock_ops import Operation
from ..language.words import translatable
from ..memory.memblock.regions import MEMBLOCK_NOMAP, TypeName
from ..source.facts import Facts
from ..source.provenance import is_from_log, log_event_at
from ..trace.events import Trace
from .owner_rules import Owner, OwnerNames

IMAGE = translatable("kernel image")
FROM_A_NODE = Owner("RAM", translatable("device tree memory node"))
KEYFRAME_INTERVAL = 256
"""Operations between two snapshots of the map."""


class Claim(Struct, frozen=True):
    """Somebody's doing at an address: the owner, and the event that did it."""

    owner: Owner
    event: int


class CmaArea(Struct, frozen=True):
    """An area of the contiguous memory allocator, in bytes, and the call that made it."""

    start: int
    end: int
    name: str
    event: int


class Owners:
    """The owners of reserved memory, at a position that follows where it is asked about.

    Of the `facts` the symbols and the physical address of ``_text`` split the kernel image into its parts,
    and the device tree tells which of its nodes memory comes from.
    """

    def __init__(self, trace: Trace, occurrences: CallIndex, facts: Facts) -> None:
        self.trace = trace
        self.occurrences = occurrences
        self.operations = occurrences.operations
        self.names = OwnerNames(trace, occurrences)
        if is_from_log(trace):
            from .logged_owners import ByLines

            self.names.logged = ByLines(occurrences, facts.told, facts.page_size)
        self.told = facts.told
        load, parts = facts.load_address, occurrences.arch.image_parts
        self.parts = image_parts(parts, facts.symbols, load) if load is not None else ()
        self.fdt = facts.device_tree
        self._map: IntervalMap[Owner] = IntervalMap()
        self._done = 0
        self._undo: list[list[Interval[Owner]] | None] = []
        self._counts = array("I", (0,))
        self._snapshots = [self._map.snapshot()]

    # ---- what is reserved, by whom ----

    def reserved(self, position: int) -> IntervalMap[Owner]:
        """Everything reserved at a position, by owner.  The map is valid until the next question."""
        self._move(self.operations.count(position))
        return self._map

    def prepare(self) -> None:
        """Replay all that is recorded, so that later questions are answered at once: a machine with many
        thousands of table pages takes half a second.  A thread may do this."""
        self.reserved(len(self.trace))

    def _move(self, target: int) -> None:
        at = bisect_right(self._counts, target) - 1
        nearest = self._counts[at]
        if target - nearest < abs(target - self._done):
            self._map.restore(self._snapshots[at])
            self._done = nearest
        while self._done < target:
            self._do(self._done)
            self._done += 1
            if self._done - self._counts[-1] >= KEYFRAME_INTERVAL:
                self._counts.append(self._done)
                self._snapshots.append(self._map.snapshot())
        while self._done > target:
            self._done -= 1
            self._take_back(self._done)

    def _do(self, index: int) -> None:
        operation = self.operations.all()[index]
        before: list[Interval[Owner]] | None = None
        if operation.array == "reserved" and (operation.adds or operation.removes):
            if operation.removes:
                before = self._map.put(operation.start, operation.end, None)
            else:
                before = []
                for start, end, owner in self._pieces(operation):
                    self._map.put(start, end, owner)
        if index == len(self._undo):
            self._undo.append(before)

    def _take_back(self, index: int) -> None:
        before = self._undo[index]
        if before is None:
            return
        operation = self.operations.all()[index]
        self._map.put(operation.start, operation.end, None)
        for start, end, owner in before:
            self._map.put(start, end, owner)

    def _pieces(self, operation: Operation) -> list[Interval[Owner]]:
        """The bytes of a reservation by owner: the kernel image has several, everything else one."""
        owner = self.names.owner(operation.event, self.names.reserved)
        whole = Interval(operation.start, operation.end, owner)
        if owner.name != IMAGE or not self.parts:
            return [whole]
        found: IntervalMap[Owner] = IntervalMap()
        found.put(whole.start, whole.end, whole.value)
        for part in self.parts:
            start, end = max(part.start, whole.start), min(part.end, whole.end)
            found.put(start, end, Owner(part.name, owner.cause))
        return list(found)

    # ---- one address ----

    def reserved_by(self, address: int, position: int) -> Claim | None:
        """Who reserved an address, as things stand at a position."""
        operation = self._standing("reserved", address, position)
        if operation is None:
            return None
        owner = next(piece.value for piece in self._pieces(operation) if piece.start <= address < piece.end)
        return Claim(owner, operation.event)

    def memory_by(self, address: int, position: int) -> Claim | None:
        """Who put an address into memblock.memory, as things stand at a position."""
        operation = self._standing("memory", address, position)
        if operation is None:
            return None
        return Claim(self._memory_owner(operation, address), operation.event)

    def removed_by(self, address: int, position: int) -> Claim | None:
        """Who took an address out of memblock.memory, where it was before a position and no longer is."""
        removed: Operation | None = None
        for operation in self.operations.touching(address, address + 1, position):
            if operation.array == "memory" and (operation.adds or operation.removes):
                removed = operation if operation.removes else None
        return Claim(self.names.owner(removed.event, self.names.memory), removed.event) if removed else None

    def memory(self, position: int) -> IntervalMap[Owner]:
        """Everything in memblock.memory at a position, by who put it there."""
        found: IntervalMap[Owner] = IntervalMap()
        for operation in self.operations.of_memory(position):
            if operation.adds:
                found.put(operation.start, operation.end, self._memory_owner(operation, operation.start))
            elif operation.removes:
                found.put(operation.start, operation.end, None)
        return found

    def _memory_owner(self, operation: Operation, address: int) -> Owner:
        """Who put an address into memory by an operation."""
        owner = self.names.owner(operation.event, self.names.memory)
        node = memory_node(self.fdt, address) if owner == FROM_A_NODE and self.fdt is not None else None
        return structs.replace(owner, cause=f"device tree {node.path}") if node else owner

    def nomap_by(self, address: int, position: int) -> Claim | None:
        """Who keeps an address out of the linear map, as things stand at a position."""
        marked: Operation | None = None
        for operation in self.operations.touching(address, address + 1, position):
            if operation.array == "memory" and (mark := _nomap_change(operation)) is not None:
                marked = operation if mark else None
        return Claim(self.names.owner(marked.event, self.names.memory), marked.event) if marked else None

    def nomap(self, position: int) -> IntervalMap[Owner]:
        """Everything kept out of the linear map at a position, by owner."""
        found: IntervalMap[Owner] = IntervalMap()
        for operation in self.operations.of_memory(position):
            mark = _nomap_change(operation)
            if mark is not None:
                owner = self.names.owner(operation.event, self.names.memory) if mark else None
                found.put(operation.start, operation.end, owner)
        return found

    def _standing(self, name: TypeName, address: int, position: int) -> Operation | None:
        """The operation that put an address into an array where it still is."""
        added: Operation | None = None
        for operation in self.operations.touching(address, address + 1, position):
            if operation.array == name:
                if operation.adds:
                    added = operation
                elif operation.removes:
                    added = None
        return added

    # ---- areas of the contiguous memory allocator ----

    def _told_areas(self, position: int) -> Iterator[CmaArea]:
        """The areas that lines of a log before a position tell of."""
        for start, end, name, kind, line in self.told:
            event = log_event_at(self.trace, line) if kind == "cma" else None
            if event is not None and event < position:
                yield CmaArea(start, end, name.removeprefix("CMA area").strip(" '"), event)

    def cma_areas(self, position: int) -> list[CmaArea]:
        """The areas made before a position: the calls of ``cma_init_reserved_mem`` that returned 0."""
        trace = self.trace
        found = list(self._told_areas(position))
        for function in self.occurrences.functions_named("cma_init_reserved_mem"):
            for enter in within(self.occurrences.enters(function.number), 0, position):
                leave, told = trace.partner(enter), trace.arguments(enter, int, int, object, str)
                if told and 0 < leave < position and trace.payload(leave) == 0:
                    base, size, _, name = told
                    found.append(CmaArea(base, base + size, name, enter))
        return found


def _nomap_change(operation: Operation) -> bool | None:
    """Whether an operation on memory sets the mark NOMAP or takes it away; None if it does neither."""
    before = bool(operation.old and operation.old[0] & MEMBLOCK_NOMAP)
    after = bool(operation.new and operation.new[0] & MEMBLOCK_NOMAP)
    return None if before == after else after
