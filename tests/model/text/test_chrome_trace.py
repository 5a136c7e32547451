"""Boots as Chrome traces: the format's rules hold, and the numbers are the boot's.

The rules are those of the Trace Event Format, as far as Perfetto's importer looks at them.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.source.trace_source import TraceSource
from bootstep.model.text.chrome_trace import CALLS, LOG, chrome_trace
from bootstep.model.trace.events import Kind
from in_blocks import IN_BLOCKS
from opened_logs import ALL, opened
from sweeps import sweep

MACHINES = ("virt-512m", "virt-512m-5.7", "server-8g", "pc-2g", "broken-pc-2g")
QUICK = ("virt-512m", "virt-512m-5.7", "broken-pc-2g")
LOGS = tuple(f"log {name}" for name in ALL)


@cache
def booted(name: str) -> TraceSource:
    if name.startswith("log "):
        source: TraceSource = opened(ALL[name.removeprefix("log ")])
    else:
        source = ModelBoot.of(read_machine(name, {"cmdline": IN_BLOCKS}))
    source.run()
    return source


def document(source: TraceSource) -> dict[str, Any]:
    return json.loads("\n".join(chrome_trace(source.trace, source.facts)))


def events(source: TraceSource, phase: str = "") -> list[dict[str, Any]]:
    return [each for each in document(source)["traceEvents"] if not phase or each["ph"] == phase]


@pytest.mark.parametrize("name", sweep((*MACHINES, *LOGS), *QUICK, *LOGS))
def test_the_formats_rules_hold(name: str) -> None:
    source = booted(name)
    whole = document(source)
    assert set(whole) == {"displayTimeUnit", "otherData", "traceEvents"}
    assert whole["displayTimeUnit"] in ("ms", "ns")
    last = 0
    for each in whole["traceEvents"]:
        assert each["ph"] in ("X", "i", "C", "M")
        assert each["name"]
        assert type(each["pid"]) is type(each["tid"]) is int
        if each["ph"] == "M":
            assert each["name"] in ("process_name", "thread_name")
            assert each["args"]["name"]
            continue
        assert each["ts"] >= last
        last = each["ts"]
        if each["ph"] == "X":
            assert each["dur"] > 0
        elif each["ph"] == "i":
            assert each["s"] in ("g", "p", "t")
        else:
            assert each["args"]
            assert all(type(value) is int and value >= 0 for value in each["args"].values())


@pytest.mark.parametrize("name", sweep((*MACHINES, *LOGS), *QUICK, *LOGS))
def test_slices_of_a_thread_lie_inside_each_other_or_apart(name: str) -> None:
    source = booted(name)
    open_until: list[int] = []
    for each in events(source, "X"):
        while open_until and open_until[-1] <= each["ts"]:
            open_until.pop()
        end = each["ts"] + each["dur"]
        assert not open_until or end <= open_until[-1]
        assert end <= len(source.trace)
        open_until.append(end)
        assert each["tid"] == CALLS


@pytest.mark.parametrize("name", sweep((*MACHINES, "log debugged"), *QUICK, "log debugged"))
def test_every_call_and_every_line_is_there(name: str) -> None:
    source = booted(name)
    trace = source.trace
    calls = {each["ts"]: each["name"] for each in events(source, "X")}
    assert calls == {enter: trace.function(enter).name for enter in trace.of_kind(Kind.ENTER)}
    lines = {each["ts"]: each["name"] for each in events(source, "i") if each["tid"] == LOG}
    assert lines == {event: trace.log_text(event) for event in trace.logs}


@pytest.mark.parametrize("name", [*MACHINES, "log debugged"])
def test_counters_end_where_memblock_does(name: str) -> None:
    from bootstep.model.memory.state import Replica

    source = booted(name)
    replica = Replica(source.trace)
    replica.move(len(source.trace))
    counters: dict[str, dict[str, int]] = {}
    for each in events(source, "C"):
        counters[each["name"]] = each["args"]
    for array in (replica.state.memblock.memory, replica.state.memblock.reserved):
        regions = [region for region in array.regions if region.size]
        assert counters[f"memblock.{array.name} (bytes)"] == {"bytes": sum(each.size for each in regions)}
        assert counters["regions"][array.name] == len(regions)


def test_a_counter_is_only_told_where_it_changes() -> None:
    last: dict[str, Any] = {}
    for each in events(booted("virt-512m"), "C"):
        assert last.get(each["name"]) != each["args"]
        last[each["name"]] = each["args"]


def test_arguments_and_results_are_told() -> None:
    source = booted("virt-512m")
    reserve = next(each for each in events(source, "X") if each["name"] == "memblock_reserve")
    assert reserve["args"] == {
        "base": "0x48000000",
        "in": "mm/memblock.c",
        "returned": "0",
        "size": "1.0 MiB",
    }


def test_a_call_that_never_returns_lasts_until_the_end() -> None:
    source = booted("log panics")
    end = len(source.trace)
    assert any(each["ts"] + each["dur"] == end for each in events(source, "X"))


def test_that_there_is_no_clock_is_said() -> None:
    whole = document(booted("virt-512m"))
    assert whole["otherData"]["time axis"] == "the number of the event: 1 microsecond is 1 event, no clock"
    assert whole["otherData"]["machine"] == "virt-512m"
