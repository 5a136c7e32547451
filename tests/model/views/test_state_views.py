"""States, events and logs as objects.

Covers state.py, memblock.py, zones.py, sections.py, page_tables.py, e820.py, variables.py, html.py, log.py,
ledger.py.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from balanced_html import Balance
from bootstep.boots.loader.machine_file import read_machine, shipped_machines
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.views.html import table
from bootstep.model.views.ledger import ledger_table
from bootstep.model.views.log import LogView
from bootstep.model.views.memblock import RegionView
from bootstep.model.views.state import StateView
from opened_logs import DEBUGGED, opened
from sweeps import sweep

MIB = 1 << 20


@cache
def debugger(name: str) -> Debugger:
    boot = ModelBoot.of(read_machine(name))
    boot.run()
    return Debugger(boot.trace, boot.facts)


def state(at: str, name: str = "virt-1g") -> StateView:
    glass = debugger(name)
    return StateView(glass, glass.position_names.find(at))


# ---- standing still ----


def test_states_of_several_positions_are_looked_at_together() -> None:
    first, last, middle = state("paging_init:return"), state("end"), state("sparse_init:return")
    assert [len(each.memblock.reserved) for each in (first, middle, last)] == [3, 7, 16]
    assert first.ledger().free > middle.ledger().free > last.ledger().free
    assert len(first.page_tables) < len(last.page_tables)
    assert (first.evaluate("max_low_pfn"), last.evaluate("max_low_pfn")) == (0, 0x80000)
    assert not first.nodes and len(last.nodes) == 1


def test_a_view_stays_when_its_debugger_goes_on() -> None:
    glass = debugger("virt-1g")
    view = StateView(glass, glass.position_names.find("paging_init:return"))
    glass.end()
    assert len(view.memblock.reserved) == 3
    assert view.json()["memblock"]["reserved"]["cnt"] == 3
    assert "page structs" not in view.svg()


@pytest.mark.parametrize("at", ["start", "paging_init", "paging_init:return", "log:Zone ranges", "end"])
def test_the_name_of_a_state_leads_to_it(at: str) -> None:
    from bootstep.tui.cli.state import StateMoment

    view = state(at)
    again = debugger("virt-1g").position_names.find(str(StateMoment.parse(view.name)))
    assert again == view.position


# ---- its parts ----


def test_regions_have_owners_nodes_and_flags() -> None:
    reserved = state("end").memblock.reserved
    blob = reserved.at(0x48000000)
    assert blob is not None
    assert (blob.base, blob.size, blob.end, blob.nid) == (0x48000000, MIB, 0x48100000, None)
    assert (blob.owner, blob.flag_names, blob.flags) == ("device tree blob", (), 0)
    assert 0x480FFFFF in blob and 0x48100000 not in blob
    assert str(blob) == "[0x48000000-0x480fffff] 1.0 MiB device tree blob"
    image = reserved[0]
    assert sum(share.size for share in image.owners) == image.size
    assert {share.name for share in image.owners} >= {"kernel text", "kernel data", "kernel bss"}
    assert [region.base for region in reserved.owned_by("CMA")] == [0x7AC00000]
    assert reserved.at(0x50000000) is None
    assert state("end").memblock.memory[0].nid == 0


def test_flags_are_named() -> None:
    memory = state("end", "phone-4g").memblock.memory
    assert {region.flag_names for region in memory} == {(), ("NOMAP",)}
    assert not any(one.overlaps(other) for one, other in pairwise(memory))
    assert RegionView(0, 4096, 0, None).overlaps(RegionView(4095, 1, 0, None))


def test_an_array_counts_as_the_kernel_does() -> None:
    start, end = state("start").memblock.memory, state("end").memblock.memory
    assert (start.cnt, len(start), start.total_size) == (1, 0, 0)
    assert (end.cnt, len(end), end.max, end.total_size) == (1, 1, 1024, 1 << 30)
    assert end == state("sparse_init:return").memblock.memory
    assert hash(end) == hash(state("sparse_init:return").memblock.memory)


def test_zones_and_nodes() -> None:
    view = state("end", "virt-2g-numa2")
    assert [node.nid for node in view.nodes] == [0, 1]
    assert view.nodes[0].end_pfn == view.nodes[1].start_pfn
    zone = (
        view.zones.named("Normal", 1) if view.zones.named("Normal", 1).spanned else view.zones.named("DMA", 1)
    )
    assert zone.present == zone.end_pfn - zone.start_pfn == (1 << 30) // zone.page_size
    assert 0 < zone.free_pages <= zone.managed < zone.present
    with pytest.raises(KeyError, match="node 7 has no zone DMA"):
        view.zones.named("DMA", 7)


def test_sections_are_looked_up_by_number() -> None:
    sections = state("end").sections
    assert list(sections) == list(range(8, 16))
    assert (sections[8].base, sections[8].end) == (0x40000000, 0x48000000)
    assert "PRESENT" in sections[8].flags
    with pytest.raises(KeyError):
        sections[7]


def test_page_tables_translate() -> None:
    tables = state("end").page_tables
    assert tables.name == "swapper_pg_dir"
    run = tables[0]
    assert tables.at(run.va_start) == run
    assert tables.physical(run.va_start + 0x123) == run.pa_start + 0x123
    assert tables.at(run.va_start - 1) is None and tables.physical(0) is None
    assert run.level == "PTE" and "AF" in run.attributes
    assert [each.va_start for each in tables] == sorted(each.va_start for each in tables)
    assert state("end", "pc-2g").page_tables.table_count == 80


def test_e820_and_variables() -> None:
    pc = state("end", "pc-2g")
    assert sum(
        entry.size for entry in pc.e820.usable()
    ) == pc.memblock.memory.total_size + 0x1000 + 0x400 - 0x1400 or (pc.e820.usable())
    assert len(pc.e820) > len(pc.e820_firmware) == len(pc.e820_kexec)
    assert not state("end").e820
    assert pc.variables["max_low_pfn"] == 524256
    assert pc.variables.text("max_low_pfn") == "0x7ffe0  at 0x7ffe0000"
    assert "0x7ffe0  at 0x7ffe0000</td>" in pc.variables._repr_html_()
    assert "max_low_pfn" in pc.variables and len(pc.variables) == len(list(pc.variables))


def test_a_log_tells_what_it_tells() -> None:
    source = opened(DEBUGGED)
    source.run()
    view = StateView(Debugger(source.trace, source.facts), len(source.trace))
    assert [region.base for region in view.memblock.reserved] == [0x40210000, 0x48000000, 0x7FFFF000]
    assert len(view.page_tables) == 0
    assert view.memblock.memory[0].owner
    assert "page_tables" not in view.json()


# ---- in notebooks ----


@pytest.mark.parametrize("name", sweep(shipped_machines(), "virt-1g", "virt-2g-numa2", "broken-1g", "pc-2g"))
def test_everything_shows_itself(name: str) -> None:
    view = state("end", name)
    parts = (view, view.memblock, view.memblock.memory, view.zones, view.nodes, view.sections)
    for part in (*parts, *view.trees.values(), view.variables, view.e820):
        Balance(part._repr_html_())
        assert repr(part)
    Balance(ledger_table(view.ledger()))


def test_tables_show_what_the_objects_say() -> None:
    shown = state("end").memblock.reserved._repr_html_()
    assert "<caption>memblock.reserved: 16 of 145 regions, 98.4 MiB</caption>" in shown
    assert "0x48000000</td>" in shown and "device tree blob (the boot loader)</td>" in shown


def test_a_table_is_bounded_and_no_markup_gets_in() -> None:
    shown = table("<b>", ("n",), ((f"<i>{number}",) for number in range(1000)), most=10)
    assert shown.count("<tr>") == 12
    assert "… 990 more" in shown
    assert "<b>" not in shown and "<i>" not in shown and "&lt;i&gt;9" in shown
    Balance(shown)


def test_a_log_is_lines() -> None:
    log = LogView([f"line {number} <x>" for number in range(1000)])
    assert (len(log), log[0], log[-1]) == (1000, "line 0 <x>", "line 999 <x>")
    assert log.grep("line 99") == ("line 99 <x>", *(f"line {each} <x>" for each in range(990, 1000)))
    assert str(log).count("\n") == 999
    assert log[1:3] == ("line 1 <x>", "line 2 <x>")
    shown = log._repr_html_()
    assert "… 600 more" in shown and "<x>" not in shown
