"""A state report as text for people."""

from __future__ import annotations

from bootstep.model.memory.memblock import Memblock, MemblockConfig
from bootstep.model.memory.state import State
from bootstep.model.source.facts import Facts
from bootstep.model.text.state_json import report
from bootstep.tui.cli.report_text import report_lines


def test_an_array_of_nothing_is_a_region_of_no_bytes_as_the_kernel_prints_it() -> None:
    state = State()
    assert isinstance(state.memblock, Memblock)
    state.memblock.configure(MemblockConfig())
    lines = report_lines("start", report(state, Facts()), "nobody", 1)
    said = [line for line in lines if "0: [" in line]
    assert len(said) == 2
    assert all("[0x0000000000000000-0xffffffffffffffff] 0x0 bytes" in line for line in said)
