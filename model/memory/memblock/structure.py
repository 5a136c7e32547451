"""``struct memblock``, and the settings of a kernel that decide how it behaves.  Mirrors the data of
mm/memblock.c."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from msgspec import Struct

from ...build.release import DEFAULT_RELEASE, Release
from ...trace.changes import Assign, Change, Splice
from ...trace.events import Kind
from ...trace.recorder import BootTrace
from .regions import U64, Region, RegionArray, TypeName


def _written(pa: int, size: int) -> None:
    """All memory can be written to."""


DEBUG = "memblock=debug"
"""The parameter that makes memblock say what it does."""


class ReservedMem(NamedTuple):
    """A ``struct reserve_mem_table``: a name and the range (bytes) reserved under it."""

    name: str
    start: int
    size: int


class MemblockPanic(Exception):
    """The kernel panics in memblock; the message is its own words."""


class MemblockBug(MemblockPanic):
    """A ``BUG_ON`` was hit; the message is ``function: condition``."""


class MemblockConfig(Struct, frozen=True):
    """What the kernel's configuration fixes.  Sizes in bytes; without NUMA `max_numnodes` is 1."""

    release: Release = DEFAULT_RELEASE
    numa: bool = True
    max_numnodes: int = 16
    page_shift: int = 12
    smp_cache_bytes: int = 64
    init_memory_regions: int = 1024
    init_reserved_regions: int = 128
    region_struct_size: int = 24


class Memblock:
    """The two arrays and the variables beside them; `trace` records what changes.

    `debug` is ``memblock_debug``, `can_resize` ``memblock_can_resize``.  `movable_node` stands for
    ``movable_node_enabled`` and `mirrored_kernelcore` for the variable of that name, both set by the command
    line. Everything in `FIELDS` is changed through `change`, which records it.  `memset` clears memory that
    is handed out (physical address, bytes), which a kernel can only if it has mapped it.
    """

    FIELDS = (
        "config",
        "bottom_up",
        "current_limit",
        "can_resize",
        "debug",
        "movable_node",
        "mirrored_kernelcore",
        "system_has_some_mirror",
        "reserved_mem_table",
    )

    def __init__(self, config: MemblockConfig | None = None) -> None:
        self.trace = BootTrace()
        self.bottom_up = False
        self.current_limit = U64
        self.can_resize = False
        self.debug = False
        self.movable_node = False
        self.mirrored_kernelcore = False
        self.system_has_some_mirror = False
        self.reserved_mem_table: tuple[ReservedMem, ...] = ()
        self.warnings: list[str] = []
        self.memset: Callable[[int, int], None] = _written
        self.memory = RegionArray("memory", 0)
        self.reserved = RegionArray("reserved", 0)
        self.arrays: dict[TypeName, RegionArray] = {"memory": self.memory, "reserved": self.reserved}
        self.configure(config or MemblockConfig())

    def configure(self, config: MemblockConfig, trace: BootTrace | None = None) -> None:
        """Be the empty memblock of a kernel configured like this, recording to `trace`.  Done before the
        trace's first keyframe."""
        self.config = config
        self.numa = config.numa
        self.max_numnodes = config.max_numnodes
        self.page_size = 1 << config.page_shift
        if trace is not None:
            self.trace = trace
        for array, capacity in (
            (self.memory, config.init_memory_regions),
            (self.reserved, config.init_reserved_regions),
        ):
            array.restore(RegionArray(array.name, capacity).snapshot())
            array.splice(0, 0, self.empty_array(0))

    def empty_array(self, nid: int) -> tuple[Region, ...]:
        """The regions of an array that holds nothing."""
        # Since 6.10 ``cnt`` of an empty array is 0; before, it counted one region of no size.
        if self.config.release >= (6, 10):
            return ()
        return (Region(0, 0, 0, nid if self.numa else 0),)

    def type(self, name: TypeName) -> RegionArray:
        """The array of that name."""
        return self.arrays[name]

    # ---- recorded changes ----

    def change(self, field: str, value: Any) -> None:
        """Set one of `FIELDS` and record it; equal values are no change."""
        old = getattr(self, field)
        if old != value:
            setattr(self, field, value)
            self.trace.change(Kind.MEMBLOCK, (Assign("memblock", field, old, value),), depth=2)

    def change_array(
        self, array: RegionArray, index: int, count: int, items: Sequence[Region], **fields: Any
    ) -> None:
        """Replace `count` regions from `index` on by `items`, set the array's `fields`, and record what of
        all that is a change."""
        changes: list[Change] = []
        removed = tuple(array.regions[index : index + count])
        inserted = tuple(items)
        same = 0
        while same < min(len(removed), len(inserted)) and removed[same] == inserted[same]:
            same += 1
        index, removed, inserted = index + same, removed[same:], inserted[same:]
        while removed and inserted and removed[-1] == inserted[-1]:
            removed, inserted = removed[:-1], inserted[:-1]
        if removed or inserted:
            array.splice(index, len(removed), inserted)
            changes.append(Splice(array.target, index, removed, inserted))
        for field, value in fields.items():
            old = getattr(array, field)
            if old != value:
                setattr(array, field, value)
                changes.append(Assign(array.target, field, old, value))
        if changes:
            self.trace.change(Kind.MEMBLOCK, tuple(changes), depth=2)

    # ---- complaints ----

    def memblock_dbg(self, template: str, *values: Any, depth: int = 1) -> None:
        """Say what is done, which is printed under ``memblock=debug`` only; `depth` counts the Python frames
        between the function that says it and this call.  include/linux/memblock.h."""
        self.trace.printk(template, *values, parameter=DEBUG, printed=self.debug, depth=depth + 1)

    def warn_on(self, function: str, condition: str) -> None:
        """A ``WARN_ON`` was hit."""
        self.warnings.append(f"{function}: {condition}")
        self.trace.printk("WARNING: {}: {}", function, condition, level="warning")

    def warn_once(self, function: str, condition: str) -> None:
        """A ``WARN_ONCE`` was hit: the kernel prints the first only."""
        words = f"{function}: once: {condition}"
        if words not in self.warnings:
            self.trace.printk("WARNING: {}: {}", function, condition, level="warning")
        self.warnings.append(words)

    def bug(self, function: str, condition: str) -> NoReturn:
        """A ``BUG_ON`` was hit.  Raises `MemblockBug`."""
        raise MemblockBug(f"{function}: {condition}")

    # ---- as a target of the trace ----

    def splice(self, index: int, count: int, items: Sequence[Any]) -> None:
        """Not for this target: its arrays are targets of their own."""
        raise TypeError("memblock's arrays are targets of their own")

    def assign(self, key: str, value: Any) -> None:
        """Set one of `FIELDS`."""
        setattr(self, key, value)

    def fits(self, change: Change) -> bool:
        """Whether a change can be made: what it says gives way is there."""
        if not isinstance(change, Assign) or change.key not in self.FIELDS:
            return False
        return getattr(self, change.key) == change.old

    def view(self) -> Mapping[str, Any]:
        """What matters most of it, by name."""
        return {"bottom_up": self.bottom_up, "current_limit": self.current_limit}

    def snapshot(self) -> tuple[Any, ...]:
        """Everything but the arrays."""
        return tuple(getattr(self, field) for field in self.FIELDS)

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """Become what `snapshot` was taken of."""
        for field, value in zip(self.FIELDS, snapshot, strict=True):
            setattr(self, field, value)
        self.numa = self.config.numa
        self.max_numnodes = self.config.max_numnodes
        self.page_size = 1 << self.config.page_shift
