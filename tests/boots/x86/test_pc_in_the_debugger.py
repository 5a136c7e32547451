"""A PC's boot as readers of its trace see it: recorded and read again, asked for addresses, its memory
accounted for."""

from __future__ import annotations

from functools import cache
from itertools import takewhile

import pytest
from booted_pc import loaded_pc
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.source.trace_file import RecordedBoot, recorded
from bootstep.model.text.state_json import report

DRAWN = (
    "{ text = 0xffffffff8c400000, page_offset_base = 0xffff8dbd80000000,"
    " vmalloc_base = 0xffffb2a840000000, vmemmap_base = 0xfffff84380000000 }"
)
MOVED = {"RANDOMIZE_BASE": "y", "RANDOMIZE_MEMORY": "y", "DYNAMIC_MEMORY_LAYOUT": "y"}


@cache
def source(release: str = "6.1") -> ModelBoot:
    found = ModelBoot(loaded_pc(release=release))
    found.run()
    return found


def says(debugger: Debugger, *lines: str) -> list[str]:
    interpreter = CommandInterpreter(debugger)
    for line in lines[:-1]:
        interpreter.execute(line)
    return interpreter.execute(lines[-1]).text.splitlines()


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_what_was_recorded_is_read_again(release: str) -> None:
    boot = source(release)
    read = RecordedBoot.read(recorded(boot, "a test"), "pc.boot")
    there, again = Debugger(boot.trace, boot.facts), Debugger(read.trace, read.facts)
    for debugger in (there, again):
        says(debugger, "end")
    assert report(again.state, read.facts) == report(there.state, boot.facts)
    assert read.facts.address_map == boot.facts.address_map


def test_before_cr3_is_loaded_the_early_tree_maps_what_the_kernel_has_touched() -> None:
    debugger = Debugger(source().trace, source().facts)
    told = says(debugger, "until init_mem_mapping", "x 0xffff888000001000")
    assert "direct map address 0xffff888000001000" in told
    walk = list(takewhile(lambda line: not line.startswith("mapped"), told))
    assert any(line.startswith("walk of 0xffff888000001000 from early_top_pgt") for line in walk)
    assert [line.split("[")[0].strip() for line in walk if "] = " in line] == ["PGD", "PUD", "PMD"]


def test_after_that_the_kernels_own_tree_is_walked_and_nothing_else_is_mapped() -> None:
    debugger = Debugger(source().trace, source().facts)
    told = says(debugger, "until init_mem_mapping", "finish", "x 0xffff888001000000")
    assert any(" from init_top_pgt " in line for line in told)
    assert any(line.startswith("  PMD[8] = 0x80000000010001e3 large page: RW PSE GLB NX") for line in told)
    mapped = [line for line in told if line.startswith("mapped at ")]
    assert len(mapped) == 2 and not any("boot_page_tables" in line for line in mapped)
    assert not any(line.strip().startswith("USR") for line in told), "tables allow it, the leaf does not"


def test_the_image_the_low_memory_and_the_trampoline_have_owners() -> None:
    debugger = Debugger(source().trace, source().facts)
    ledger = "\n".join(says(debugger, "end", "ledger"))
    for owner in ("kernel text", "kernel per-CPU template", "early heap (brk)", "real-mode trampoline"):
        assert owner in ledger
    assert "the first MiB, which BIOSes write to" in ledger
    assert "unaccounted" not in ledger
    assert "()" not in ledger, "everybody who reserves memory has a name"


def test_macros_follow_what_kaslr_has_drawn() -> None:
    boot = ModelBoot(loaded_pc(options=MOVED, kaslr=DRAWN))
    boot.run()
    debugger = Debugger(boot.trace, boot.facts)
    assert says(debugger, "until kernel_randomize_memory", "print/x __va(0x1000)") == [
        "$1 = 0xffff888000001000"
    ]
    assert says(debugger, "finish", "print/x __va(0x1000)") == ["$2 = 0xffff8dbd80001000"]
    assert says(debugger, "print/x pfn_to_page(0)") == ["$3 = 0xfffff84380000000"]
    assert says(debugger, "print/x __START_KERNEL_map") == ["$4 = 0xffffffff80000000"]
    assert says(debugger, "print/x PAGE_OFFSET") == ["$5 = 0xffff8dbd80000000"]
