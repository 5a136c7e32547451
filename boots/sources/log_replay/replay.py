"""`LogReplay`: a kernel log as a boot.

Every line is a LOG event.  Lines of memblock are done again by the model's own memblock; who called it
becomes the call tree, as deep as the log tells.  What the kernel did without a line is a call too, and says
that it is inferred, and why (`model/source/provenance.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from msgspec.structs import replace

from ....model.analysis.from_log.of_trace import told_ranges
from ....model.logs.kernel_log import KernelLog
from ....model.logs.records.memblock import MemblockDump
from ....model.logs.records.record import Record, Understood
from ....model.logs.records.summary import Panic
from ....model.memory.memblock.regions import U64
from ....model.memory.state import State
from ....model.source.facts import Facts
from ....model.source.trace_source import Cancelled, FrameLocals, Outcome, never
from ....model.trace.events import RecordingCancelled, Trace, TraceFull
from .before import before_debug
from .calls import CallTree
from .dumps import DumpCheck, DumpChecker
from .e820_map import e820_steps
from .plain_memory import plain_memory
from .plain_zones import plain_zones
from .scribe import Scribe, settings
from .steps import Step


class LogReplay:
    """A `TraceSource` made of the lines of one boot's log, and of what they say; `facts` are what is known of
    its kernel.  `steps` are what other parts infer beforehand.

    After `run`, `checks` has one for every dump of memblock in the log, in their order.
    """

    def __init__(
        self, log: KernelLog, understood: Understood, facts: Facts, steps: Sequence[Step] = ()
    ) -> None:
        sound = filter(_has_sound_numbers, understood.records)
        understood = replace(understood, records=tuple(sound))
        self.log = log
        self.understood = understood
        self.facts = replace(facts, told=facts.told or tuple(told_ranges(understood.records)))
        self.trace = Trace()
        self.checks: list[DumpCheck] = []
        self._scribe = Scribe(self.trace, log.source, settings(understood, facts), log.gaps)
        arch = facts.arch.name
        self._tree = CallTree(self._scribe, arch, facts.release)
        self._checker = DumpChecker(log, understood, facts, arch)
        before = before_debug(log, understood, settings(understood, facts))
        plain = (*plain_memory(understood, facts.page_size), *plain_zones(understood, facts.page_shift))
        self._steps = _by_line((*before, *e820_steps(understood), *plain, *steps))

    def run(self, cancelled: Cancelled = never) -> None:
        """Go through the log.  A log with too many lines is replayed as far as a trace can hold."""
        self.trace.cancelled = cancelled
        with suppress(RecordingCancelled, TraceFull):
            self._replay()
        self.trace.finish()

    def _replay(self) -> None:
        records = _records_by_line(self.understood.records)
        self._infer(0)
        panic: Panic | None = None
        for line in self.log.lines:
            said = records.get(line.number, ())
            for record in said:
                if isinstance(record, MemblockDump):
                    self._check(record)
                elif isinstance(record, Panic):
                    panic = panic or record
            self._tree.line(line, said)
            self._infer(line.number)
        if panic is None:
            self._tree.close()
        else:
            self._scribe.writer.panic(panic.words, self._scribe.logged(panic.line.number))

    def _infer(self, line: int) -> None:
        for step in self._steps.get(line, ()):
            self._tree.step(step)

    def _check(self, dump: MemblockDump) -> None:
        check, steps = self._checker.check(dump, self._scribe.state.memblock)
        self.checks.append(check)
        for step in steps:
            self._tree.step(step)

    @property
    def state(self) -> State:
        """The state as it is when all has been replayed so far."""
        return self._scribe.state

    def outcome(self) -> Outcome:
        """How the replay agrees with the log's own dumps."""
        if not self.checks:
            return Outcome()
        wrong = [check.sentence() for check in self.checks if not check.agrees]
        dumps = "the dump" if len(self.checks) == 1 else f"all {len(self.checks)} dumps"
        agreed = () if wrong else (f"{dumps} of memblock in the log came out as its lines done again",)
        return Outcome(remarks=(*wrong, *agreed))

    def locals_at(self, position: int, cancelled: Cancelled = never) -> tuple[FrameLocals, ...]:
        """Nothing: a log tells none."""
        return ()


def _has_sound_numbers(record: Record) -> bool:
    """Whether all numbers of a record fit into 64 bits; those of damaged lines may not."""
    numbers = [each for each in record if isinstance(each, int)]
    if isinstance(record, MemblockDump):
        regions = (*record.memory.regions, *record.reserved.regions)
        return all(0 <= region.base <= region.base + max(region.size, 0) <= U64 + 1 for region in regions)
    return all(-1 <= number <= U64 for number in numbers)


def _records_by_line(records: Sequence[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for record in records:
        found.setdefault(record.line.number, []).append(record)
    return found


def _by_line(steps: Sequence[Step]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = {}
    for step in steps:
        found.setdefault(step.line, []).append(step)
    return found
