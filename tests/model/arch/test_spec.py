"""A boot of an architecture that model/ has never heard of is read like any other: all that is its own comes
from its record.

Covers arches.py, arm64/record.py, arm64/rules.py, model/build/image/parts.py,
model/memory/pagetable/format.py, model/memory/pagetable/areas.py, model/memory/pagetable/runs.py,
model/memory/pagetable/walk.py.
"""

from __future__ import annotations

import pytest
from bootstep.model.analysis.pagetable_rows import TreeRows
from bootstep.model.arch.arches import ARCHES, DEFAULT_ARCH
from bootstep.model.debugger.commands.interpreter import CommandInterpreter
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.memory.pagetable.entries import TreeView, level_name
from bootstep.model.memory.state import Replica
from bootstep.model.source.facts import Facts
from bootstep.model.text.events import describe
from bootstep.model.text.variables import VariableWords
from toy_arch import DIRECT, LAYOUT, PAIRED, PRESENT, TOY, WRITABLE
from toy_boot import FACTS, trace


def debugger() -> Debugger:
    found = Debugger(trace(), FACTS)
    found.end()
    return found


def answer(line: str) -> str:
    return CommandInterpreter(debugger()).execute(line).text


def test_its_trees_are_in_the_state_and_move_with_a_replica() -> None:
    replica = Replica(trace())
    assert set(replica.state.trees) == {"page_tables", "first_pgt", "mirror"}
    replica.move(len(trace()))
    assert [run.cont for run in replica.state.page_tables.runs] == [True]
    assert [run.level for run in replica.state.trees["first_pgt"].runs] == [2]
    replica.move(0)
    assert not replica.state.trees["first_pgt"].runs


def test_its_entries_are_told_in_its_own_words() -> None:
    words = [describe(trace(), event, TOY.entries) for event in range(len(trace()))]
    assert any(
        text.startswith("first_pgt: map") and "1 log of 2.0 MiB, level 2, huge" in text for text in words
    )
    assert any("2 contiguous pages of 4.0 KiB, level 3, writable paired" in text for text in words)
    assert "LEAF writable paired -> 0x0" in answer("info page-tables")


def test_its_levels_have_its_names_and_rows_open_down_to_its_entries() -> None:
    names = [level_name(TOY.entries, level, 0) for level in range(4)]
    assert names == ["ROOT", "BOUGH", "TWIG", "LEAF"]
    assert level_name(TOY.entries, 0, -1) == "TRUNK", "the second of five levels"
    tree = debugger().state.page_tables
    view = TreeView(tree.geometry, 0x1000, DIRECT.start, tree.runs, tree.tables)
    keys = {("table", level, DIRECT.start) for level in range(4)}
    rows = TreeRows(view, keys)
    row = rows[rows.find(DIRECT.start + 0x1000)]
    assert row.entries is not None and row.entries.attrs == PRESENT | WRITABLE | PAIRED


def test_its_own_dump_is_printed() -> None:
    tree = debugger().state.page_tables
    lines = TOY.dump(tree.geometry, tree.runs, tree.tables, LAYOUT, Facts().release, "")
    assert [line.text for line in lines] == ["ffff888000000000 writable paired"]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("x 0x200000", "kernel image address 0xffffffff80000000, _text"),
        ("x 0x200000", "mapped at 0xffffffff80000000 in first_pgt"),
        ("x 0xffff888000001000", "walk of 0xffff888000001000 from toy_pgt"),
        ("x 0xffff888000001000", "a toy's locked"),
        ("print __pa(0xffff888000001000)", "0x1000"),
        ("print pfn_to_page(1)", "0xffffea0000000040"),
    ],
)
def test_addresses_are_translated_as_it_does(question: str, told: str) -> None:
    assert told in answer(question)


def test_a_kernel_may_move_its_address_map() -> None:
    found = debugger()
    here = TOY.placement(LAYOUT, {"toy_moved": 0x4000_0000}.__getitem__)
    assert here.linear(0x1000) == DIRECT.start + 0x4000_1000
    assert here.address_map.page_offset == DIRECT.start + 0x4000_0000
    there = found.placement()
    assert there is not None and there.address_map.page_offset == DIRECT.start


def test_its_functions_name_the_owners_of_memory_and_its_linker_script_the_parts_of_the_image() -> None:
    owners = debugger().owners
    found = {each.value.name: each.value.cause for each in owners.reserved(len(trace()))}
    assert found == {"toy code": "the toy box", "toy data": "the toy box", "toys of Ann": "a wish"}


def test_what_failed_is_explained_by_its_rules_and_its_subjects_are_known() -> None:
    why = debugger().why
    last = why.last(len(trace()))
    assert last is not None and last.failed and last.wanted is not None
    assert last.wanted.name == "toys of Ann"
    assert trace().function(why.subject("ball", len(trace()))).name == "toy_setup"


def test_its_phases_and_old_names_are_found() -> None:
    found = debugger()
    assert [phase.name for phase in found.phases.all()] == ["start of the kernel", "playing"]
    assert found.position_names.find("old_toy_setup") == found.position_names.find("toy_setup")


def test_its_variables_have_a_group_a_kind_and_nothing() -> None:
    words = VariableWords(TOY.variables)
    assert words.group("toy_base") == "addresses and the image"
    assert words.text("toy_base", -1, 4096) == "-1, not set"
    assert words.question("toy_base", 0x20_0000) == "0x200000"


def test_every_architecture_is_known_by_its_name_and_has_a_tree_of_its_own() -> None:
    assert DEFAULT_ARCH in ARCHES.values()
    for name, arch in ARCHES.items():
        assert arch.name == name
        assert [pgdir.target for pgdir in arch.pgdirs if pgdir.kind == "kernel"] == ["page_tables"]
        assert set(arch.state().trees) == {pgdir.target for pgdir in arch.pgdirs}
