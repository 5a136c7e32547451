"""Memory and reservations of logs in which memblock says nothing."""

from __future__ import annotations

from bootstep.model.logs.records.firmware import MapChange, MapEntry
from bootstep.model.logs.records.memblock import Operation
from bootstep.model.logs.records.reserved import CmaArea, CrashKernel, OwnedRange, ReservedNode
from bootstep.model.logs.records.zones import NodeRange
from bootstep.model.memory.memblock.regions import MEMBLOCK_NOMAP
from bootstep.model.memory.state import Replica, State
from bootstep.model.source.provenance import Inferred, Logged, provenance
from bootstep.model.trace.events import Kind
from logs_of_our_own import MIB, LogOfOurOwn, ranges


def end_of(log: LogOfOurOwn) -> State:
    replay = log.replayed()
    replica = Replica(replay.trace)
    replica.move(len(replay.trace))
    return replica.state


def mapped(log: LogOfOurOwn, base: int, size: int, kind: str = "usable", name: str = "e820") -> None:
    line = log.says(f"BIOS-e820: [mem {base:#x}-{base + size - 1:#x}] {kind}")
    log.records.append(MapEntry(line, name, base, size, kind, kind == "usable"))


def test_whole_pages_that_the_map_calls_usable_are_memory() -> None:
    log = LogOfOurOwn()
    mapped(log, 0, 0x9FC00)
    mapped(log, 0x9FC00, 0x400, "reserved")
    mapped(log, MIB, MIB)
    line = log.says("e820: update [mem 0x00000000-0x00000fff] usable ==> reserved")
    log.records.append(MapChange(line, "e820", 0, 0x1000, "usable", "reserved"))
    assert ranges(end_of(log).memblock.memory.regions) == [(0x1000, 0x9E000), (MIB, MIB)]


def test_a_map_of_the_command_line_takes_the_place_of_the_firmwares() -> None:
    log = LogOfOurOwn()
    mapped(log, MIB, 8 * MIB)
    mapped(log, MIB, 4 * MIB, name="user-defined")
    assert ranges(end_of(log).memblock.memory.regions) == [(MIB, 4 * MIB)]


def test_memory_is_at_last_what_the_nodes_ranges_say() -> None:
    log = LogOfOurOwn()
    mapped(log, MIB, 8 * MIB)
    log.records.append(NodeRange(log.says("  node   0: [mem …]"), 0, MIB, 3 * MIB))
    log.records.append(NodeRange(log.says("  node   1: [mem …]"), 1, 3 * MIB, 5 * MIB))
    memory = end_of(log).memblock.memory.regions
    assert [(each.base, each.size, each.nid) for each in memory] == [(MIB, 2 * MIB, 0), (3 * MIB, 2 * MIB, 1)]


def test_what_lines_name_is_reserved_and_logged_and_memory_is_inferred() -> None:
    log = LogOfOurOwn()
    mapped(log, MIB, 64 * MIB)
    log.records.append(CmaArea(log.says("cma: Reserved 4 MiB"), "", 8 * MIB, 4 * MIB))
    log.records.append(CrashKernel(log.says("crashkernel reserved"), 16 * MIB, MIB))
    log.records.append(ReservedNode(log.says("OF: reserved mem: fw"), "fw", 20 * MIB, MIB, nomap=True))
    log.records.append(ReservedNode(log.says("failed"), "bad", 24 * MIB, MIB, failed="overlap"))
    log.records.append(OwnedRange(log.says("PM: nosave"), "nosave", 28 * MIB, MIB, reserves=False))
    replay = log.replayed()
    state = end_of(log)
    assert ranges(state.memblock.reserved.regions) == [(8 * MIB, 4 * MIB), (16 * MIB, MIB)]
    flagged = [each for each in state.memblock.memory.regions if each.flags & MEMBLOCK_NOMAP]
    assert ranges(flagged) == [(20 * MIB, MIB)]
    changes = list(replay.trace.of_kind(Kind.MEMBLOCK))
    assert [type(provenance(replay.trace, event)) for event in changes] == [Inferred, Logged, Logged, Logged]


def test_where_memblock_speaks_itself_lines_in_words_add_nothing() -> None:
    log = LogOfOurOwn()
    log.call(Operation.ADD, MIB, 64 * MIB)
    log.call(Operation.RESERVE, 8 * MIB, MIB)
    mapped(log, MIB, 64 * MIB)
    log.records.append(CmaArea(log.says("cma: Reserved 4 MiB"), "", 8 * MIB, 4 * MIB))
    assert ranges(end_of(log).memblock.reserved.regions) == [(8 * MIB, MIB)]
