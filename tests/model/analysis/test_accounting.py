"""The ledger adds up to the byte, and to the real kernels' own ``Memory:`` lines.

Covers boots/init/do_mounts_initrd.py, mem_init_report.py.
"""

from __future__ import annotations

import re

import pytest
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.loader.what_if import Variation
from bootstep.boots.sources.model_boot import debugger_of
from bootstep.model.analysis.accounting import ledger_lines
from bootstep.model.debugger.debugger import Debugger
from captured import CASES, MORE_CASES, QUICK, SHARED, at_the_end, booted, dmesg, what_if
from sweeps import sweep

LINE = re.compile(r"Memory: (\d+)K/(\d+)K available \(.* (\d+)K reserved, (\d+)K cma-reserved\)")


def check(debugger: Debugger) -> None:
    found = debugger.ledger()
    memory = sum(region.size for region in debugger.state.memblock.memory.regions)
    assert found.memory == memory
    assert sum(row.size for row in found.rows) + found.free == memory
    assert all(row.size > 0 and row.pieces > 0 for row in (*found.rows, *found.outside))


@pytest.mark.parametrize("case", sweep(CASES, *QUICK))
def test_all_ram_is_accounted_for_at_any_moment(case: str) -> None:
    debugger = debugger_of(booted(case))
    for share in range(24):
        debugger.goto(len(debugger.trace) * share // 23)
        check(debugger)


@pytest.mark.parametrize("case", sweep(CASES, *QUICK))
def test_it_comes_to_the_real_kernels_memory_line(case: str) -> None:
    (real,) = [line for line in dmesg(case) if line.startswith("Memory: ")]
    printed = LINE.match(real)
    assert printed is not None
    available, total, reserved, cma = (int(number) << 10 for number in printed.groups())
    found = at_the_end(booted(case)).ledger()
    assert found.cma == cma
    assert found.free - found.partial_free == available
    assert found.memory == total
    assert found.reserved - found.cma + found.nomap + found.partial_free == reserved
    assert found.account is not None
    assert found.account.text == real
    assert [equation.difference for equation in found.account.equations] == [0, 0, 0, 0]


@pytest.mark.parametrize("case", sweep(MORE_CASES, *MORE_CASES[::12]))
def test_every_shared_capture_is_accounted_for(case: str) -> None:
    kernel = load_kernel(read_machine(str(SHARED / "cases" / case / "machine.toml")))
    boot(kernel)
    debugger = at_the_end(kernel)
    check(debugger)
    found = debugger.ledger()
    assert found.account is not None
    assert [equation.difference for equation in found.account.equations] == [0, 0, 0, 0]
    assert not [row.owner.name for row in found.rows if row.owner.name.endswith("()")]


def test_before_the_line_is_printed_there_is_nothing_to_compare_with() -> None:
    debugger = debugger_of(booted("m1g"))
    debugger.until("memblock_free_all")
    assert debugger.ledger().account is None


def test_no_map_memory_is_its_nodes_though_it_is_not_reserved() -> None:
    found = at_the_end(booted("resv-nomap")).ledger()
    rows = {row.owner.cause: row for row in found.rows if row.kind == "no-map"}
    assert rows["device tree /reserved-memory/fw@60000000"].size == 2 << 20
    assert rows["device tree /reserved-memory/multi@78000000"].pieces == 2
    assert found.nomap == sum(row.size for row in rows.values())


def test_what_is_reserved_where_there_is_no_ram_stands_apart() -> None:
    debugger = what_if(Variation(more="mem=600M"))
    inside = debugger.ledger()
    assert inside.memory == 600 << 20
    assert all(row.first < 0x4000_0000 + (600 << 20) for row in inside.rows)


def test_it_reads_like_a_bill() -> None:
    lines = list(ledger_lines(at_the_end(booted("m1g")).ledger()))
    assert lines[0] == (
        "   64.0 MiB       67108864   6.2 %  CMA area 'reserved'  (cma; the kernel's configuration)"
    )
    assert lines[-2].lstrip().startswith("reserved 35")
    assert lines[-1] == "  cma-reserved 65536K = 65536K of CMA areas"
    assert any(line.endswith("100.0 %  all RAM") for line in lines)
