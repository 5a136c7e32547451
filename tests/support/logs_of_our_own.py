"""Small logs, as records: the replay's tests say what lines say, whatever reads them from a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.build.release import DEFAULT_RELEASE, Release
from bootstep.model.logs.kernel_log import BootExtent, KernelLog
from bootstep.model.logs.log_line import LogLine
from bootstep.model.logs.records.memblock import (
    DumpedArray,
    DumpedRegion,
    MemblockCall,
    MemblockDump,
    MemblockRequest,
    Operation,
)
from bootstep.model.logs.records.record import Record, Understood
from bootstep.model.logs.records.summary import Panic
from bootstep.model.source.facts import Facts

MIB = 1 << 20
Range = tuple[int, int]


class LogOfOurOwn:
    """A log, made line by line."""

    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.records: list[Record] = []
        self.gaps: set[int] = set()

    def says(self, text: str) -> LogLine:
        """A line that is about nothing in particular."""
        self.lines.append(LogLine(text, len(self.lines) + 1))
        return self.lines[-1]

    def call(self, operation: Operation, base: int, size: int, caller: str = "setup_arch") -> None:
        """Memory is added, removed, reserved or freed."""
        function = f"memblock_{operation.name.lower()}"
        line = self.says(f"{function}: [{base:#018x}-{base + size - 1:#018x}] {caller}+0x10/0x20")
        self.records.append(MemblockCall(line, operation, function, base, size, caller))

    def request(self, size: int, caller: str, function: str = "memblock_alloc_try_nid") -> None:
        """Memory is asked for."""
        line = self.says(f"{function}: {size} bytes align=0x40 nid=-1 from=0x0 max_addr=0x0 {caller}+0x1/0x2")
        self.records.append(MemblockRequest(line, function, size, 64, caller))

    def panic(self, words: str) -> None:
        """The kernel panics."""
        self.records.append(Panic(self.says(f"Kernel panic - not syncing: {words}"), words))

    def dump(
        self,
        memory: Sequence[Range],
        reserved: Sequence[Range],
        nid: int | None = None,
        told: int | None = None,
        flags: int = 0,
    ) -> int:
        """``MEMBLOCK configuration:`` with these ranges (base, size); `told` is the number of reserved
        regions if not all are shown.  Returns its first line."""
        line = self.says("MEMBLOCK configuration:")
        first, second = self._array(memory, nid, flags), self._array(reserved, None, 0)
        if told is not None:
            second = second._replace(told=told)
        self.records.append(MemblockDump(line, None, None, first, second))
        return line.number

    def _array(self, ranges: Sequence[Range], nid: int | None, flags: int) -> DumpedArray:
        shown = [
            DumpedRegion(self.says(f"[{at:#x}]"), at, base, size, flags, nid)
            for at, (base, size) in enumerate(ranges)
        ]
        return DumpedArray(len(shown), tuple(shown))

    def replayed(self, release: Release = DEFAULT_RELEASE, begins: bool = True) -> LogReplay:
        """The replay of it, run to its end."""
        extent = BootExtent(1, len(self.lines), str(release), begins, True)
        log = KernelLog("dmesg.txt", tuple(self.lines), (extent,), 1, frozenset(self.gaps))
        replay = LogReplay(log, Understood(tuple(self.records)), Facts("dmesg.txt", release=release))
        replay.run()
        return replay


def ranges(regions: Iterable[tuple[int, int, int, int]]) -> list[Range]:
    """Regions as ranges (base, size)."""
    return [(base, size) for base, size, _, _ in regions if size]
