"""The state of a machine's memory: what a boot works on, and what a debugger stands in.

`PARTS` declares what it is made of.  Traces, copies of a state, pictures of a moment, state reports, files,
expressions and comparisons go by that: a new part is one more entry there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from ..trace.changes import Change, Splice, Target
from ..trace.content import Content
from ..trace.events import Kind, Trace
from ..trace.recorder import BootTrace
from . import contents
from .e820 import E820Tables
from .memblock import Memblock
from .numa import NumaTables
from .pagetable.tables import RUNS, TABLES, PageTables, never_contiguous
from .recorded import RecordedDict, RecordedList
from .sparsemem import Sections
from .zones import Zones

KERNEL_TREE = "page_tables"
"""The kernel's own tree of page tables, whatever the symbol of its root."""
BOOT_TREE = "boot_page_tables"
"""The tree that a kernel starts on, where that is one that it uses for more than to begin."""
REPORTED_TREES = (KERNEL_TREE, BOOT_TREE)


class Part(Struct, frozen=True):
    """A part of the state: `target` is the name that changes have for it, `of` finds or makes it when a state
    is made, `content` says what it may hold.

    The others are names under which it is seen, "" where it is not: in an `expression`, in a `report` (both
    may lead into another part's: ``memblock.memory``), and as a title of `differences` between two states,
    which parts with a comparison of their own do without.  A source that has not the `capability` tells
    nothing of it.
    """

    target: str
    of: Callable[[State], Target]
    content: Content
    expression: str = ""
    report: str = ""
    differences: str = ""
    capability: str = ""


def _table(target: str, of: Callable[[State], Target], content: Content, differences: str = "") -> Part:
    """A table of a kind that not every architecture has, which is the first part of its name;
    expressions have the rest."""
    capability, _, expression = target.partition(".")
    return Part(target, of, content, expression, target, differences, capability)


PARTS: tuple[Part, ...] = (
    Part("memblock", lambda state: state.memblock, contents.MEMBLOCK, "memblock", "memblock"),
    Part(
        "memblock.memory",
        lambda state: state.memblock.memory,
        contents.REGIONS,
        expression="memblock.memory",
        report="memblock.memory",
    ),
    Part(
        "memblock.reserved",
        lambda state: state.memblock.reserved,
        contents.REGIONS,
        expression="memblock.reserved",
        report="memblock.reserved",
    ),
    Part(
        "sections",
        lambda state: state.sections.fields,
        contents.SECTION_FIELDS,
        report="sections",
        capability="sections",
    ),
    Part(
        "sections.roots",
        lambda state: state.sections.roots,
        contents.ROOTS,
        report="sections.roots",
        capability="sections",
    ),
    Part(
        "sections.sections",
        lambda state: state.sections.sections,
        contents.SECTIONS,
        expression="sections",
        report="sections.sections",
        capability="sections",
    ),
    Part(
        "zones.limits",
        lambda state: state.zones.limits,
        contents.LIMITS,
        expression="limits",
        report="zones",
        capability="zones",
    ),
    Part(
        "zones.nodes",
        lambda state: state.zones.nodes,
        contents.NODES,
        expression="nodes",
        report="nodes",
        capability="zones",
    ),
    Part("zones.free", lambda state: state.zones.free, contents.FREE, capability="zones"),
    _table("e820.e820_table", lambda state: state.e820.e820_table, contents.E820, differences="e820"),
    _table("e820.e820_table_kexec", lambda state: state.e820.e820_table_kexec, contents.E820),
    _table("e820.e820_table_firmware", lambda state: state.e820.e820_table_firmware, contents.E820),
    _table("numa.numa_meminfo", lambda state: state.numa.meminfo, contents.MEMINFO),
    _table("numa.numa_reserved_meminfo", lambda state: state.numa.reserved_meminfo, contents.MEMINFO),
    _table("numa.numa_distance", lambda state: state.numa.distance, contents.DISTANCES),
    _table("numa.__per_cpu_offset", lambda state: state.numa.per_cpu_offset, contents.OFFSETS),
    Part("variables", lambda state: state.variables, contents.VARIABLES, report="kernel"),
)
"""The parts of every state, beside its trees of page tables."""


def tree_parts(target: str) -> tuple[Part, ...]:
    """The parts that a tree of page tables is made of; expressions and reports see `REPORTED_TREES`."""
    seen = target if target in REPORTED_TREES else ""
    runs, tables = (f"{seen}{ending}" if seen else "" for ending in (RUNS, TABLES))
    kept = "page_tables"
    return (
        Part(target, lambda state: state.trees[target].fields, contents.ROOT, seen, seen, capability=kept),
        Part(
            target + RUNS,
            lambda state: state.trees[target].runs,
            contents.RUNS,
            expression=runs,
            report=runs,
            capability=kept,
        ),
        Part(
            target + TABLES,
            lambda state: state.trees[target].tables,
            contents.TABLES,
            expression=tables,
            report=seen,
            capability=kept,
        ),
    )


class State(Mapping[str, Target]):
    """Memblock, page tables, sections, zones, e820 and NUMA tables and the kernel's variables, as they are at
    one moment; as a mapping, all `parts` by the names that changes have for them.

    `trees` are the trees of page tables, by the names under which the trace knows them; `page_tables` is the
    kernel's own among them.  `is_contiguous` tells by an entry's bits whether it is one of a contiguous set.
    The boot's own state is changed by the boot; a debugger's is moved by a `Replica`, through the same
    changes.
    """

    def __init__(
        self, trees: Iterable[str] = (), is_contiguous: Callable[[int], bool] = never_contiguous
    ) -> None:
        self.memblock = Memblock()
        self.trees = {target: PageTables(target, is_contiguous) for target in (KERNEL_TREE, *trees)}
        self.page_tables = self.trees[KERNEL_TREE]
        self.sections = Sections()
        self.zones = Zones()
        self.e820 = E820Tables()
        self.numa = NumaTables()
        self.variables = RecordedDict("variables", Kind.VARIABLE)
        self.parts: tuple[Part, ...] = (
            *PARTS,
            *(part for target in self.trees for part in tree_parts(target)),
        )
        self._targets: dict[str, Target] = {part.target: part.of(self) for part in self.parts}

    def __getitem__(self, target: str) -> Target:
        return self._targets[target]

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets)

    def __len__(self) -> int:
        return len(self._targets)

    def record_into(self, trace: BootTrace) -> None:
        """Record in a trace what is changed here from now on."""
        self.memblock.trace = trace
        for tree in self.trees.values():
            tree.trace = trace
        for name, target in self.items():
            if isinstance(target, RecordedDict | RecordedList):
                target.trace = trace
            trace.add_target(name, target)


def _trees(trace: Trace) -> Iterator[str]:
    """The trees of page tables that a trace knows."""
    return (name.removesuffix(RUNS) for name in trace.keyframe(0).snapshots if name.endswith(RUNS))


class Replica:
    """A second copy of a boot's state that can be moved to any position of its trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.state = State(_trees(trace))
        self.position = 0
        self._targets = dict(self.state)
        self._restore(0)

    def _restore(self, position: int) -> None:
        frame = self.trace.keyframe(position)
        for name, snapshot in frame.snapshots.items():
            self._targets[name].restore(snapshot)
        self.position = frame.position

    def move(self, position: int) -> None:
        """Go to `position`, undoing or doing what lies between, or from the nearest keyframe if that is
        less."""
        frame = self.trace.keyframe(position)
        if position - frame.position < abs(position - self.position):
            self._restore(position)
        for _, changes in self.trace.changes(self.position, position):
            for change in changes:
                self._apply(change)
        for _, changes in self.trace.changes_backwards(position, self.position):
            for change in reversed(changes):
                self._revert(change)
        self.position = position

    def _apply(self, change: Change) -> None:
        target = self._targets[change.target]
        if isinstance(change, Splice):
            target.splice(change.index, len(change.removed), change.inserted)
        else:
            target.assign(change.key, change.new)

    def _revert(self, change: Change) -> None:
        target = self._targets[change.target]
        if isinstance(change, Splice):
            target.splice(change.index, len(change.inserted), change.removed)
        else:
            target.assign(change.key, change.old)
