"""Which functions two boots call differently."""

from __future__ import annotations

import functools

from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation, load_what_if
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.call_diff import CallRow, Calls, call_rows
from bootstep.model.debugger.debugger import Debugger


@functools.cache
def booted(machine: str = "virt-1g", more: str = "") -> Debugger:
    read = read_machine(machine)
    kernel = load_what_if(read, Variation(more=more)) if more else load_kernel(read)
    boot(kernel)
    return debugger_of(kernel)


def rows(left: Debugger, right: Debugger, at: str = "end") -> list[CallRow]:
    return list(
        call_rows(*(Calls(each.occurrences, each.position_names.find(at)) for each in (left, right))),
    )


def test_a_boot_calls_what_it_calls() -> None:
    assert rows(booted(), booted()) == []


def test_mem_makes_arm64_memblock_init_cap_memory() -> None:
    found = rows(booted(), booted(more="mem=600M"))
    assert [row.words().split("  (")[0] for row in found][:4] == [
        "  start_kernel",
        "    setup_arch",
        "      arm64_memblock_init",
        ">       memblock_mem_limit_remove_map",
    ]
    assert found[3].words().endswith("(the other: never)")
    assert found[3].left is None
    trace = booted(more="mem=600M").trace
    assert found[3].right is not None
    assert trace.function(found[3].right).name == "memblock_mem_limit_remove_map"


def test_another_release_shows_what_moved() -> None:
    """Since 6.4 build_all_zonelists is called by mm_core_init, as mm_init is called now."""
    words = [row.words() for row in rows(booted(), booted("virt-1g-6.12"))]
    assert "<   build_all_zonelists  (the other: in mm_core_init)" in words
    assert ">   mm_core_init  (the other: never)" in words
    assert any(line.startswith("<       map_kernel  ") for line in words)


def test_only_what_happened_so_far_is_compared() -> None:
    left, right = booted(), booted(more="mem=600M")
    assert rows(left, right, "arm64_memblock_init") == []
    assert rows(left, right, "arm64_memblock_init:return") != []
