"""What is seen of a kernel that stands: its memory, read into a state that records changes, and its log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ....model.memory.memblock.structure import DEBUG
from ....model.memory.state import State
from ....model.trace.collected import CollectedChanges
from ....model.trace.events import Trace
from ....model.trace.functions import NOWHERE
from ....model.trace.writer import TraceWriter
from ...remote.target import Range, Target
from ..reading.apply import put_memblock
from ..reading.log import LogReader
from ..reading.state import StateReader

DEBUG_LEVEL = 7
LEVELS = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
NANOSECONDS = 1e-9


class SlowPart(Protocol):
    """A part of the state that is read only where it may have changed."""

    async def read_into(self, state: State, functions: Sequence[str]) -> None:
        """Let the state be as it is where functions of these names begin or end."""
        ...


class Seen:
    """Reads what there is of the kernel on `target` and writes what is new of it with `writer`.

    Memblock and whether there are new lines are read at every stop (`ranges`); the `slow` parts only where
    that is asked for.
    """

    def __init__(
        self,
        target: Target,
        state: State,
        writer: TraceWriter,
        reader: StateReader,
        log: LogReader,
        slow: Sequence[SlowPart] = (),
    ) -> None:
        self.target = target
        self.state = state
        self.changes = CollectedChanges()
        self.lines = 0
        self._of_memblock = 0
        self._writer = writer
        self._reader = reader
        self._log = log
        self._slow = slow

    @property
    def trace(self) -> Trace:
        """The trace that is written."""
        return self._writer.trace

    def begin(self) -> None:
        """From now on what changes is recorded: the trace's first keyframe is the state as it is."""
        self.state.record_into(self.changes)
        trace = self._writer.trace
        for name, target in self.state.items():
            trace.add_target(name, target)
        trace.start()

    async def look(self) -> None:
        """Read everything into the state, without a trace yet."""
        await self._reader.whole(self.state)
        for part in self._slow:
            await part.read_into(self.state, ())

    def ranges(self) -> list[Range]:
        """What is read at each stop: memblock, and whether there are new lines."""
        memblock = self._reader.memblock.ranges()
        self._of_memblock = len(memblock)
        return [*memblock, *self._log.ranges()]

    async def news(
        self, read: Sequence[bytes | None], functions: Sequence[str] = (), everything: bool = False
    ) -> None:
        """Write what is new since the last time, by the bytes of the `ranges` here.  Where some `functions`
        begin or end, all of the state is read, else memblock alone; `everything` means what is read only at
        the beginning and at the end too."""
        reader = self._reader.memblock
        is_whole = reader.update(read[: self._of_memblock])
        if self._log.has_news(read[self._of_memblock :]):
            await self._write_lines()
        put_memblock(self.state, reader.values if is_whole else await reader.read())
        if functions or everything:
            await self._reader.read_into(self.state)
            for part in self._slow:
                await part.read_into(self.state, () if everything else functions)
        for kind, changes in self.changes.taken().items():
            self._writer.change(kind, tuple(changes))

    async def last(self) -> None:
        """Write what is new when nothing more will come."""
        await self._write_lines(unfinished=True)
        await self.news(await self.target.read(self.ranges()), everything=True)

    async def _write_lines(self, unfinished: bool = False) -> None:
        for line in await self._log.new_lines(unfinished):
            parameter = DEBUG if line.level == DEBUG_LEVEL and line.text.startswith("memblock") else ""
            level = LEVELS[line.level & DEBUG_LEVEL]
            values = (line.text, line.time * NANOSECONDS)
            if line.goes_on:
                self._writer.log_goes_on(values)
                continue
            self._writer.log("{}", values, level, NOWHERE, parameter)
            self.lines += 1
