"""A log as a boot: its lines done again, its calls, its dumps.  Covers replay.py, calls.py, stages.py,
scribe.py, operations.py, steps.py, before.py, dumps.py, silence.py and model/source/provenance.py."""

from __future__ import annotations

from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.model.build.release import Release
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.logs.records.memblock import ArrayDoubled, MemblockCall, Operation
from bootstep.model.memory.memblock.regions import Region
from bootstep.model.memory.state import Replica, State
from bootstep.model.source.provenance import Inferred, Logged, provenance
from bootstep.model.source.trace_file import RecordedBoot, recorded
from bootstep.model.trace.events import Kind
from bootstep.model.trace.stepping import frames_at
from logs_of_our_own import MIB, LogOfOurOwn, ranges

ADD, RESERVE, FREE = Operation.ADD, Operation.RESERVE, Operation.FREE
RAM = (64 * MIB, 64 * MIB)
KERNEL = (64 * MIB, 8 * MIB)


def usual() -> LogOfOurOwn:
    log = LogOfOurOwn()
    log.says("Linux version 6.1.0")
    log.call(ADD, *RAM)
    log.call(RESERVE, *KERNEL)
    return log


def state_at(replay: LogReplay, name: str) -> State:
    replica = Replica(replay.trace)
    replica.move(Debugger(replay.trace, replay.facts).position_names.find(name))
    return replica.state


def test_what_lines_say_is_done_again() -> None:
    log = usual()
    log.call(FREE, 65 * MIB, MIB)
    memblock = state_at(log.replayed(), "end").memblock
    assert ranges(memblock.memory.regions) == [RAM]
    assert ranges(memblock.reserved.regions) == [(64 * MIB, MIB), (66 * MIB, 6 * MIB)]


def test_every_line_is_an_event_and_says_where_it_stands() -> None:
    replay = usual().replayed()
    trace = replay.trace
    assert [trace.log_text(event) for event in trace.logs] == [line.text for line in replay.log.lines]
    assert [provenance(trace, event) for event in trace.logs] == [Logged(1), Logged(2), Logged(3)]


def test_what_was_asked_for_is_reserved_within_the_call_that_asked() -> None:
    log = usual()
    log.request(4096, "early_pgtable_alloc")
    log.call(RESERVE, 100 * MIB, 4096, "memblock_alloc_range_nid")
    replay = log.replayed()
    trace = replay.trace
    changed = trace.last_of_kind(Kind.MEMBLOCK)
    names = [trace.function(enter).name for enter in frames_at(trace, changed + 1)]
    assert names[-4:] == [
        "early_pgtable_alloc",
        "memblock_alloc_try_nid",
        "memblock_alloc_range_nid",
        "memblock_reserve",
    ]


def test_a_dump_that_holds_what_lines_said_agrees() -> None:
    log = usual()
    log.dump([RAM], [KERNEL])
    (check,) = log.replayed().checks
    assert check.agrees and check.complete and not check.inferred


def test_what_only_the_first_dump_has_was_there_before_memblock_spoke() -> None:
    log = usual()
    firmware = (120 * MIB, MIB)
    log.dump([RAM], [KERNEL, firmware])
    replay = log.replayed()
    assert firmware in ranges(state_at(replay, "line:2").memblock.reserved.regions)
    where = [provenance(replay.trace, event) for event in replay.trace.of_kind(Kind.MEMBLOCK)]
    inferred = [each for each in where if isinstance(each, Inferred)]
    assert len(inferred) == 1 and "before memblock=debug was parsed" in inferred[0].why
    assert replay.checks[0].agrees


def test_a_reservation_that_vanishes_without_a_word_is_no_kernels_doing() -> None:
    log = usual()
    log.call(RESERVE, 100 * MIB, MIB)
    line = log.dump([RAM], [KERNEL])
    (check,) = log.replayed().checks
    assert (check.agrees, check.line) == (False, line)
    assert "[0x6400000-0x64fffff] is not reserved any more" in check.difference


def test_a_gap_excuses_what_differs_at_the_next_dump_only() -> None:
    log = usual()
    log.call(RESERVE, 100 * MIB, MIB)
    log.gaps.add(len(log.lines) + 1)
    log.dump([RAM], [KERNEL])
    log.dump([RAM], [KERNEL, (110 * MIB, MIB)])
    first, second = log.replayed().checks
    assert first.agrees and "lines that are missing" in first.inferred[0]
    assert not second.agrees


def test_a_replay_goes_on_from_the_dump() -> None:
    log = usual()
    log.call(RESERVE, 100 * MIB, MIB)
    log.dump([RAM], [KERNEL])
    log.dump([RAM], [KERNEL])
    assert [check.agrees for check in log.replayed().checks] == [False, True]


def test_memory_is_trimmed_to_pages_without_a_line() -> None:
    log = LogOfOurOwn()
    log.call(ADD, 0x1000, 0x9EC00)
    log.dump([(0x1000, 0x9E000)], [])
    replay = log.replayed()
    assert replay.checks[0].agrees
    assert Debugger(replay.trace, replay.facts).position_names.find("memblock_trim_memory")


def test_a_limit_cuts_off_what_lies_above() -> None:
    log = usual()
    log.dump([(64 * MIB, 32 * MIB)], [KERNEL])
    replay = log.replayed()
    assert replay.checks[0].agrees
    assert Debugger(replay.trace, replay.facts).position_names.find("memblock_enforce_memory_limit")


def test_nodes_and_flags_are_given_without_a_line() -> None:
    log = usual()
    log.dump([RAM], [KERNEL], nid=0)
    log.dump([RAM], [KERNEL], nid=0, flags=4)
    replay = log.replayed()
    assert [check.agrees for check in replay.checks] == [True, True]
    assert "memblock_set_node" in {function.name for function in replay.trace.functions}
    region = state_at(replay, "end").memblock.memory.regions[0]
    assert (region.nid, region.flags) == (0, 4)


def test_a_dump_with_regions_left_out_is_compared_in_what_it_shows() -> None:
    log = usual()
    log.call(RESERVE, 100 * MIB, MIB)
    log.dump([RAM], [KERNEL], told=2)
    (check,) = log.replayed().checks
    assert check.agrees and not check.complete
    assert ranges(state_at(log.replayed(), "end").memblock.reserved.regions)[-1] == (100 * MIB, MIB)


def test_an_array_that_is_doubled_has_room_for_more_and_a_recorded_replay_reads_the_same() -> None:
    log = usual()
    log.request(4096, "early_pgtable_alloc")
    line = log.says("memblock: reserved is doubled to 256 at [0x0000000006400000-0x00000000064017ff]")
    log.records.append(ArrayDoubled(line, "reserved", 256, 100 * MIB, 0x1800))
    log.call(RESERVE, 100 * MIB, 0x2000, "memblock_double_array")
    log.call(RESERVE, 104 * MIB, 4096, "memblock_alloc_range_nid")
    replay = log.replayed()
    assert state_at(replay, "line:3").memblock.reserved.max == 128
    assert state_at(replay, "end").memblock.reserved.max == 256
    again = RecordedBoot.read(recorded(replay, "bootstep 1"), "log.trace")
    assert len(again.trace) == len(replay.trace)
    assert [provenance(again.trace, event) for event in again.trace.logs] == [
        provenance(replay.trace, event) for event in replay.trace.logs
    ]


def test_a_line_that_tells_flags_and_a_node_gives_them_to_what_it_reserves() -> None:
    log = usual()
    line = log.says("__memblock_reserve: [0x6400000-0x64fffff] nid=1 flags=20 setup_arch+0x1/0x2")
    log.records.append(MemblockCall(line, RESERVE, "__memblock_reserve", 100 * MIB, MIB, "setup_arch", 1, 32))
    last = state_at(log.replayed(Release(6, 16)), "end").memblock.reserved.regions[-1]
    assert last == Region(100 * MIB, MIB, 32, 1)


def test_numbers_of_damaged_lines_are_no_addresses() -> None:
    log = usual()
    log.call(RESERVE, 1 << 70, 4096)
    assert ranges(state_at(log.replayed(), "end").memblock.reserved.regions) == [KERNEL]


def test_a_panic_ends_the_trace_in_the_kernels_words() -> None:
    log = usual()
    log.panic("Attempted to kill the idle task!")
    log.says("---[ end Kernel panic ]---")
    trace = log.replayed().trace
    assert trace.kind(len(trace) - 1) == Kind.PANIC
    assert trace.ending(len(trace) - 1).endswith("Attempted to kill the idle task!")


def test_a_line_that_begins_a_stage_stands_for_its_end() -> None:
    log = usual()
    log.says("mem auto-init: stack:all(zero), heap alloc:off, heap free:off")
    log.request(MIB, "swiotlb_init_remap")
    log.call(RESERVE, 100 * MIB, MIB, "memblock_alloc_range_nid")
    log.says("SLUB: HWalign=64, Order=0-3, MinObjects=0, CPUs=2, Nodes=1")
    log.call(RESERVE, 110 * MIB, MIB)
    reserved = ranges(state_at(log.replayed(), "log:mem auto-init").memblock.reserved.regions)
    assert reserved == [KERNEL, (100 * MIB, MIB)]


def test_the_moment_a_line_was_printed_is_before_what_it_tells() -> None:
    replay = usual().replayed()
    assert ranges(state_at(replay, "line:3").memblock.reserved.regions) == []
    assert ranges(state_at(replay, "log:memblock_reserve").memblock.reserved.regions) == [KERNEL]
