"""Covers no_page_tables.py, sections.py, model/arch/arches.py: architectures that only logs tell of."""

from __future__ import annotations

from bootstep.model.arch.arches import ARCHES, KNOWN, arch_named
from bootstep.model.arch.told.no_page_tables import NoEntries
from bootstep.model.arch.told.sections import SIZES
from bootstep.model.arch.told.table import OTHER_NAMES, TOLD
from bootstep.model.logs.head import BUILT_FOR
from bootstep.model.memory.pagetable.format import EntryFormat


def test_every_architecture_that_logs_are_recognised_of_has_a_record() -> None:
    assert {name for name, _ in BUILT_FOR} == set(KNOWN) == set(SIZES)
    assert not set(ARCHES) & set(TOLD)


def test_architectures_have_the_names_that_people_use() -> None:
    for name, expected in OTHER_NAMES.items():
        found = arch_named(name)
        assert found is not None
        assert found.name == expected
    assert arch_named("ARM64") is ARCHES["arm64"]
    assert arch_named("pdp11") is None


def test_a_log_of_one_has_a_state_without_page_tables() -> None:
    entries: EntryFormat = NoEntries()
    assert entries.words(1, 1) == ()
    for arch in TOLD.values():
        assert not arch.pgdirs
        assert arch.state().memblock.memory.regions is not None
        assert not arch.owner_rules.memory
