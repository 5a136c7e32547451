"""The call tree of a replay: who called whom, as deep as the log tells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ....model.build.release import Release
from ....model.logs.log_line import LogLine
from ....model.logs.records.memblock import (
    ArrayDoubled,
    MemblockCall,
    MemblockDump,
    MemblockRequest,
    Operation,
)
from ....model.logs.records.record import Record
from ....model.memory.memblock.structure import DEBUG
from ....model.trace.functions import Site
from .operations import done_again
from .scribe import Scribe
from .stages import IN_SETUP_ARCH, SETUP, START, Stage, Stages, holds
from .steps import Step

INSIDE = re.compile(r"_?_?memblock_|__alloc_memory_core|__alloc_bootmem|memblock:")
"""Callers that are themselves parts of memblock: they reserve what was asked for in the line before."""
SUFFIX = re.compile(r"\.(?:constprop|isra|part|cold|llvm)\b.*")


class CallTree:
    """Opens and closes the calls that lines of a log tell of, and writes the lines into them.

    `stages` are the functions of the boot's order; the calls of memblock's own lines are opened within.
    """

    def __init__(self, scribe: Scribe, arch: str, release: Release) -> None:
        self.scribe = scribe
        self.stages = Stages(arch, release)
        self.order = f"by the order in which {release} boots"
        self._open: list[str] = []
        self._stage: Stage | None = None
        self._asked: MemblockRequest | None = None
        self._depth = 0
        self._is_set_up = False

    # ---- lines ----

    def line(self, line: LogLine, said: Sequence[Record]) -> None:
        """A line is printed, and says these things."""
        about = next((each for each in said if isinstance(each, _MEMBLOCK)), None)
        if isinstance(about, MemblockCall):
            self._call(line, about)
        elif isinstance(about, MemblockRequest):
            self._request(line, about)
        elif isinstance(about, ArrayDoubled):
            self._doubled(line, about)
        else:
            self._answered()
            self._say(line)

    def _say(self, line: LogLine) -> None:
        """Any other line, in the stage that it belongs to."""
        stage = self.stages.of_line(line.text)
        if stage is not None and self._may_enter(stage):
            self._enter_stage(stage, line.number)
        elif self._stage is not None and not holds(self._stage, line.text):
            self._leave_stage(line.number)
        elif SETUP not in self._open and IN_SETUP_ARCH.match(line.text) and self._stage is None:
            self._unfold((START, SETUP), line.number)
        self._log(line, "info")

    def _log(self, line: LogLine, level: str) -> None:
        parameter = DEBUG if level == "debug" else ""
        # The time is a value that the template leaves out: a time stamp is no part of what is said.
        site = self.scribe.logged(line.number)
        self.scribe.writer.log("{}", (line.text, line.time), level, site, parameter)

    # ---- memblock's lines ----

    def _request(self, line: LogLine, request: MemblockRequest) -> None:
        self._answered()
        site = self.scribe.logged(line.number)
        self._called_by(request.caller, line.number)
        told = (
            ("size", request.size),
            ("align", request.align),
            ("min_addr", request.minimum),
            ("max_addr", request.limit),
            ("nid", -1 if request.nid is None else request.nid),
        )
        self._enter(request.function, told, site)
        self._asked = request
        self._log(line, "debug")

    def _call(self, line: LogLine, call: MemblockCall) -> None:
        site = self.scribe.logged(line.number)
        if self._asked is None or not INSIDE.match(call.caller):
            self._answered()
            self._called_by(call.caller, line.number)
            depth = 0
        else:
            depth = len(self._open)
            self._enter(bare(call.caller), (), site)
        self._enter(call.function.strip(), (("base", call.base), ("size", call.size)), site)
        self._log(line, "debug")
        self.scribe.do(done_again(call), site)
        self._leave(site)
        if depth:
            self._leave_to(depth, site)
        asked = self._asked
        if asked is None or (call.operation is Operation.RESERVE and call.size == asked.size):
            self._answered(site)

    def _doubled(self, line: LogLine, doubled: ArrayDoubled) -> None:
        site = self.scribe.logged(line.number)
        self._enter("memblock_double_array", (("type", doubled.array),), site)
        self._log(line, "debug")
        memblock = self.scribe.state.memblock
        array = memblock.memory if doubled.array == "memory" else memblock.reserved
        memblock.change_array(array, 0, 0, (), max=doubled.capacity, regions_pa=doubled.base)
        self.scribe.write(site)
        self._leave(site)

    def _called_by(self, caller: str, line: int) -> None:
        """Open the call of who asked: a stage, a function within one, or one that is open already."""
        name = bare(caller)
        self._depth = len(self._open)
        if not name:
            return
        site = self.scribe.logged(line)
        if name in self._open:
            self._leave_to(self._open.index(name) + 1, site)
            self._stage = self._stage if self._stage is not None and self._stage.name in self._open else None
            self._depth = len(self._open)
            return
        stage = self.stages.by_caller.get(name)
        if stage is not None and self._may_enter(stage):
            self._enter_stage(stage, line)
        elif name in (SETUP, START):
            self._unfold((START, SETUP) if name == SETUP else (START,), line)
        self._depth = len(self._open)
        if not self._open or self._open[-1] != name:
            self._enter(name, (), site)

    def _answered(self, site: Site | None = None) -> None:
        """What was asked for last is done: its calls return."""
        self._asked = None
        if len(self._open) > self._depth:
            self._leave_to(self._depth, site)

    # ---- what was not logged ----

    def step(self, step: Step) -> None:
        """Something that is inferred, or that the last line told."""
        self._answered()
        scribe = self.scribe
        site = scribe.inferred(step.line, step.why) if step.why else scribe.logged(step.line)
        self._enter(step.function, step.arguments, site)
        scribe.do(step.do, site)
        self._leave(site)

    # ---- stages and frames ----

    def _may_enter(self, stage: Stage) -> bool:
        """Whether a stage may still come: what ``setup_arch`` does is over once it has returned."""
        return not (self._is_set_up and SETUP in stage.parents)

    def _enter_stage(self, stage: Stage, line: int) -> None:
        if self._stage is stage:
            return
        self._is_set_up = self._is_set_up or SETUP not in stage.parents
        self._unfold((START, *stage.parents, stage.name), line)
        self._stage = stage

    def _leave_stage(self, line: int) -> None:
        stage, self._stage = self._stage, None
        if stage is not None and stage.name in self._open:
            self._leave_to(self._open.index(stage.name), self._ordered(line))
            if self._open and self._open[-1] not in (START, SETUP):
                self._leave_to(len(self._open) - 1, self._ordered(line))

    def _unfold(self, path: Sequence[str], line: int) -> None:
        """Let the open calls be those of a path."""
        self._answered()
        site = self._ordered(line)
        same = 0
        while same < min(len(path), len(self._open)) and path[same] == self._open[same]:
            same += 1
        self._leave_to(same, site)
        for name in path[same:]:
            self._enter(name, (), site)
        self._stage = None
        self._depth = len(self._open)

    def _ordered(self, line: int) -> Site:
        return self.scribe.inferred(line, self.order)

    def _enter(self, name: str, arguments: Sequence[tuple[str, object]], site: Site) -> None:
        self.scribe.enter(name, arguments, site)
        self._open.append(name)

    def _leave(self, site: Site) -> None:
        self.scribe.writer.leave(None, site)
        self._open.pop()

    def _leave_to(self, depth: int, site: Site | None) -> None:
        while len(self._open) > depth:
            if site is None:
                site = self.scribe.trace.site(len(self.scribe.trace) - 1)
            self._leave(site)

    def close(self) -> None:
        """All calls return: the log ends."""
        self._leave_to(0, None)


_MEMBLOCK = (MemblockCall, MemblockRequest, ArrayDoubled, MemblockDump)


def bare(caller: str) -> str:
    """A function's name without what the compiler added, and without its offset."""
    return SUFFIX.sub("", caller.split("+")[0].strip())
