"""What the kernel learned of nodes is part of the state, and records what is done to it.

Covers numa.py.
"""

from __future__ import annotations

from bootstep.model.memory.numa import NumaMemblk, NumaTables
from bootstep.model.memory.state import State
from bootstep.model.trace.events import Kind
from bootstep.model.trace.recorder import BootTrace


def test_the_last_byte_of_a_block_is_the_one_before_its_end() -> None:
    assert NumaMemblk(0x1000, 0x8000_0000, 1).last == 0x7FFF_FFFF


def test_each_table_records_what_is_put_into_it_under_its_own_name() -> None:
    trace, tables = BootTrace(), NumaTables()
    trace.start()
    tables.meminfo.trace = tables.distance.trace = trace
    tables.meminfo.replace(0, 0, [NumaMemblk(0, 0x1000, 0)])
    tables.distance.replace(0, 0, [(10, 20), (20, 10)])
    changes = [change for event in trace.of_kind(Kind.NUMA) for change in trace.payload(event)]
    assert [change.target for change in changes] == ["numa.numa_meminfo", "numa.numa_distance"]


def test_the_tables_are_parts_of_every_state() -> None:
    state = State()
    assert state["numa.numa_meminfo"] is state.numa.meminfo
    assert state["numa.__per_cpu_offset"] is state.numa.per_cpu_offset
