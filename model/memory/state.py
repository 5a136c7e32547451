"""The state of a machine's memory: what a boot works on, and what a debugger stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ..trace.changes import Change, Splice, Target
from ..trace.events import Kind, Trace
from ..trace.recorder import BootTrace
from .memblock import Memblock
from .pagetable.tables import RUNS, PageTables, never_contiguous
from .recorded import RecordedDict, RecordedList
from .sparsemem import Sections
from .zones import Zones

KERNEL_TREE = "page_tables"
"""The kernel's own tree of page tables, whatever the symbol of its root."""


class State:
    """Memblock, page tables, sections, zones and the kernel's variables, as they are at one moment.

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
        self.variables = RecordedDict("variables", Kind.VARIABLE)

    def targets(self) -> dict[str, Target]:
        """The parts that changes name."""
        return {
            "memblock": self.memblock,
            "memblock.memory": self.memblock.memory,
            "memblock.reserved": self.memblock.reserved,
            **{name: part for tree in self.trees.values() for name, part in tree.targets().items()},
            "sections": self.sections.fields,
            "sections.roots": self.sections.roots,
            "sections.sections": self.sections.sections,
            "zones.limits": self.zones.limits,
            "zones.nodes": self.zones.nodes,
            "zones.free": self.zones.free,
            "variables": self.variables,
        }

    def record_into(self, trace: BootTrace) -> None:
        """Record in a trace what is changed here from now on."""
        self.memblock.trace = trace
        for tree in self.trees.values():
            tree.trace = trace
        for name, target in self.targets().items():
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
        self._targets = self.state.targets()
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
