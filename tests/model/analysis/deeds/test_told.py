"""What lines tell of a boot, whether a file has them or a model; and lines of two boots side by side.

Covers told.py, lines.py, model/debugger/lockstep.py.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.log_replay.replay import LogReplay
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.analysis.deeds.lines import ToldLines, facing_lines
from bootstep.model.analysis.deeds.report import LogComparison
from bootstep.model.analysis.deeds.told import ToldTrace, told_trace
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.debugger.lockstep import LinePair
from bootstep.model.logs.grammar.understand import understand
from bootstep.model.logs.reading.read_log import log_of_text
from bootstep.model.source.facts import Facts
from bootstep.model.source.trace_source import TraceSource

OLD = """\
[    0.000000] Booting Linux on physical CPU 0x0000000000 [0x410fd083]
[    0.000000] Linux version 5.10.0 (us@here) (gcc) #1 SMP
[    0.000000] memblock_add: [0x0000000040000000-0x000000007fffffff] early_init_dt_add_memory_arch+0x50/0x58
[    0.000000] memblock_reserve: [0x0000000040200000-0x0000000040ffffff] arm64_memblock_init+0x1e4/0x250
[    0.000000] memblock_alloc_try_nid: 65536 bytes align=0x40 from=0x0 max_addr=0x0 sparse_init+0x7c/0x26c
[    0.000000] memblock_reserve: [0x000000007fff0000-0x000000007fffffff] memblock_alloc_range_nid+0xdc/0x16c
[    0.000000] memblock_free: [0x0000000040f00000-0x0000000040f03fff] paging_init+0x4d4/0x58c
[    0.000000] Zone ranges:
[    0.000000]   DMA      [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000] Early memory node ranges
[    0.000000]   node   0: [mem 0x0000000040000000-0x000000007fffffff]
[    0.000000] Memory: 1034176K/1048576K available (2816K kernel code, 14400K reserved, 0K cma-reserved)
"""
MOVED = OLD.replace("0x000000007fff0000-0x000000007fffffff", "0x0000000060000000-0x000000006000ffff")
UPGRADED = (
    MOVED.replace("5.10.0", "6.12.0")
    .replace("memblock_free", "memblock_phys_free")
    .replace("] memblock_alloc_try_nid: 65536", "] memblock_alloc_try_nid_raw: 65536")
    .replace("+0x7c/0x26c", "+0x80/0x2a0")
)


def replay(text: str) -> LogReplay:
    log = log_of_text(text, "dmesg.txt")
    boot = LogReplay(log, understand(log.lines), Facts(kind="a kernel log"))
    boot.run()
    return boot


@functools.cache
def model() -> TraceSource:
    boot = ModelBoot.of(read_machine("virt-1g"))
    boot.run()
    return boot


def told(source: TraceSource) -> ToldTrace:
    return told_trace(source.trace, source.facts)


def compared(left: TraceSource, right: TraceSource) -> LogComparison:
    one, other = told(left), told(right)
    return LogComparison.of(one.boot, other.boot, (one.callers, other.callers))


def quoted(text: str) -> str:
    return "".join(f"> {line}\r\n" for line in text.splitlines())


def stamped_otherwise(text: str) -> str:
    return "".join(f"Nov 28 23:00:01 host kernel: {line}\n" for line in text.splitlines())


def wrapped(text: str) -> str:
    return "".join(f"{line[at : at + 76]}\n" for line in text.splitlines() for at in range(0, len(line), 76))


def numbered(text: str) -> str:
    return "three lines of talk\nthat came\nbefore\n" + text


@pytest.mark.parametrize("copy", [str, quoted, stamped_otherwise, wrapped, numbered])
def test_a_copy_of_a_log_in_another_container_did_the_same(copy: Callable[[str], str]) -> None:
    found = compared(replay(OLD), replay(copy(OLD)))
    assert len(found.rows) > 8
    assert not found, list(found.lines())


def test_what_lies_elsewhere_and_is_called_otherwise_in_another_release_is_the_same() -> None:
    found = compared(replay(OLD), replay(UPGRADED))
    assert not found, list(found.lines())
    assert "Linux 5.10.0" in next(found.lines())


def test_a_deed_is_known_by_the_line_of_the_file() -> None:
    source = replay("talk\n\n" + OLD)
    boot = told(source).boot
    assert not boot.is_excerpt
    image = next(deed for deed in boot.deeds if deed.what == "reserved for kernel image")
    assert (image.size, image.line) == (0xE00000, 6)


def test_a_log_without_its_end_is_an_excerpt() -> None:
    assert told(replay(OLD.rpartition("[    0.000000] Memory")[0])).boot.is_excerpt


def test_a_model_tells_by_the_lines_it_prints() -> None:
    found = told(model())
    assert found.boot.tells_memblock
    assert found.boot.summary is not None
    log = "\n".join(model().trace.log_text(event) for event in model().trace.logs)
    as_a_log = compared(model(), replay(log))
    assert not as_a_log, list(as_a_log.lines())


def lines(source: TraceSource) -> ToldLines:
    return ToldLines(told(source), source.trace)


def test_lines_that_tell_the_same_face_each_other() -> None:
    left, right = replay(OLD), replay(UPGRADED)
    texts = [
        (left.trace.log_text(one), right.trace.log_text(other), same)
        for one, other, same in facing_lines(lines(left), lines(right))
        if one is not None and other is not None
    ]
    moved = [(one, other) for one, other, same in texts if same and one != other]
    assert [one.split()[0] for one, _ in moved] == ["memblock_reserve:", "memblock_free:"]
    assert moved[1][1].startswith("memblock_phys_free: ")


def test_the_follower_goes_to_the_line_that_tells_the_same() -> None:
    left, right = replay(OLD), replay("Linux version 6.0\n" + UPGRADED)
    faces = [(one, other) for one, other, _ in facing_lines(lines(left), lines(right))]
    pair = LinePair(*(Debugger(each.trace, each.facts) for each in (right, left)), faces)
    for text in ("arm64_memblock_init", "paging_init", "Zone ranges", "Memory:"):
        stop = pair.move(lambda leader, text=text: leader.goto(leader.position_names.find(f"log:{text}")))
        assert stop.note == ""
        assert pair.follower.position == pair.follower.position_names.find(f"log:{text}")
    pair.move(lambda leader: leader.end())
    assert pair.follower.position == len(left.trace)


def test_where_the_follower_has_nothing_like_it_a_note_says_so() -> None:
    extra = "[    0.000000] cma: Reserved 64 MiB at 0x0000000050000000\n"
    head, found, tail = UPGRADED.partition("[    0.000000] Zone ranges")
    left, right = replay(OLD), replay(head + extra + found + tail)
    faces = [(one, other) for one, other, _ in facing_lines(lines(left), lines(right))]
    pair = LinePair(*(Debugger(each.trace, each.facts) for each in (right, left)), faces)
    stop = pair.move(lambda leader: leader.goto(leader.position_names.find("log:cma: Reserved")))
    assert stop.note == "it tells nothing like the last line"
