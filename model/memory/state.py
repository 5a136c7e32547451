"""The state of a machine's memory: what a boot works on, and what a debugger stands in."""

from __future__ import annotations

from ..trace.changes import Change, Splice, Target
from ..trace.events import Kind, Trace
from ..trace.recorder import BootTrace
from .memblock import Memblock
from .pagetable.tables import PageTables
from .recorded import RecordedDict, RecordedList
from .sparsemem import Sections
from .zones import Zones


class State:
    """Memblock, page tables, sections, zones and the kernel's variables, as they are at one moment.

    `page_tables` is ``swapper_pg_dir``, the kernel's own tree; `init_pg_dir` the one it starts on,
    `idmap_pg_dir` the identity map, `init_idmap_pg_dir` the one it turns the MMU on with.  The boot's own
    state is changed by the boot; a debugger's is moved by a
    `Replica`, through the same changes.
    """

    def __init__(self) -> None:
        self.memblock = Memblock()
        self.page_tables = PageTables("page_tables")
        self.init_pg_dir = PageTables("init_pg_dir")
        self.idmap_pg_dir = PageTables("idmap_pg_dir")
        self.init_idmap_pg_dir = PageTables("init_idmap_pg_dir")
        self.sections = Sections()
        self.zones = Zones()
        self.variables = RecordedDict("variables", Kind.VARIABLE)

    def targets(self) -> dict[str, Target]:
        """The parts that changes name."""
        return {
            "memblock": self.memblock,
            "memblock.memory": self.memblock.memory,
            "memblock.reserved": self.memblock.reserved,
            **self.page_tables.targets(),
            **self.init_pg_dir.targets(),
            **self.idmap_pg_dir.targets(),
            **self.init_idmap_pg_dir.targets(),
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
        for tree in (self.page_tables, self.init_pg_dir, self.idmap_pg_dir, self.init_idmap_pg_dir):
            tree.trace = trace
        for name, target in self.targets().items():
            if isinstance(target, RecordedDict | RecordedList):
                target.trace = trace
            trace.add_target(name, target)


class Replica:
    """A second copy of a boot's state that can be moved to any position of its trace."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.state = State()
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
