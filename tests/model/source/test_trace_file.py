"""A recorded boot in a file: opened, it tells what it told before; what is wrong with one is a sentence."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from bootstep.boots.loader.machine_file import read_machine
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.base.errors import InputError
from bootstep.model.source.trace_file import (
    FACTS,
    SHAPES,
    TRACE,
    TYPES,
    RecordedBoot,
    RecordedFacts,
    recorded,
)
from bootstep.model.trace.encoding.container import seal, unseal
from bootstep.model.trace.encoding.shapes import pack, plain, unpack
from msgspec import structs

FILE = "boot.trace"


@cache
def source() -> ModelBoot:
    found = ModelBoot.of(read_machine("virt-1g"))
    found.run()
    return found


@cache
def data() -> bytes:
    return recorded(source(), "bootstep 1")


def refused(content: bytes) -> str:
    with pytest.raises(InputError) as error:
        RecordedBoot.read(content, FILE)
    return str(error.value)


def with_facts(**changed: Any) -> bytes:
    """The file with other facts, and checksums that are right."""
    sections = unseal(data())
    told = SHAPES.build(unpack(sections[FACTS]), RecordedFacts)
    sections[FACTS] = pack(plain(structs.replace(told, **changed)))
    return seal(sections)


def test_virt_1g_takes_less_than_a_megabyte() -> None:
    assert len(data()) < 1_000_000


def test_everything_that_was_known_is_known_again() -> None:
    before, after = source().facts, RecordedBoot.read(data(), FILE).facts
    for name in (
        "name",
        "arch",
        "release",
        "address_map",
        "memory_model",
        "load_address",
        "parts",
        "assumed",
    ):
        assert getattr(after, name) == getattr(before, name), name
    assert after.symbols == before.symbols
    assert after.config.options == before.config.options
    assert before.device_tree is not None and after.device_tree is not None
    assert after.device_tree.raw == before.device_tree.raw
    assert after.description[:-1] == before.description
    assert after.description[-1].endswith("in boot.trace, of a model of the boot, by bootstep 1")


def test_every_event_is_there_again() -> None:
    before, after = source().trace, RecordedBoot.read(data(), FILE).trace
    assert len(after) == len(before) and after.finished
    for event in range(0, len(before), 7):
        assert (after.kind(event), after.parent(event)) == (before.kind(event), before.parent(event))
        assert after.site(event).line == before.site(event).line
    assert [after.log_text(event) for event in after.logs] == [before.log_text(each) for each in before.logs]


def test_what_is_not_in_a_file_is_said() -> None:
    opened = RecordedBoot.read(data(), FILE)
    assert opened.facts.silence("source") == "A recorded boot tells nothing of the functions' source text."
    assert opened.facts.silence("what_if") and opened.facts.silence("locals")
    assert opened.locals_at(100) == ()
    assert not opened.facts.silence("calls", "arguments", "page_tables", "sections", "zones", "exact_state")


def test_a_recorded_boot_can_be_recorded_again() -> None:
    again = RecordedBoot.read(recorded(RecordedBoot.read(data(), FILE), "bootstep 2"), "again.trace")
    assert len(again.trace) == len(source().trace)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 20, 60, 100, 5000, -1000, -1])
def test_a_file_that_is_cut_off_is_refused_with_its_name(length: int) -> None:
    words = refused(data()[:length])
    assert words.startswith("boot.trace: ") and "\n" not in words


def test_a_byte_that_was_altered_is_noticed_wherever_it_is() -> None:
    whole = data()
    for at in [*range(120), *range(120, len(whole), len(whole) // 60)]:
        altered = whole[:at] + bytes((whole[at] ^ 0x10,)) + whole[at + 1 :]
        assert refused(altered).startswith("boot.trace: "), at


def test_sections_that_are_missing_or_change_places_are_noticed() -> None:
    sections = unseal(data())
    assert "no trace in it" in refused(seal({FACTS: sections[FACTS]}))
    assert "damaged" in refused(seal({FACTS: sections[TRACE], TRACE: sections[FACTS]}))
    assert "damaged" in refused(seal({FACTS: pack(()), TRACE: sections[TRACE]}))


def test_numbers_that_cannot_be_are_refused_even_where_all_checksums_are_right() -> None:
    facts = source().facts
    assert facts.address_map is not None and facts.memory_model is not None
    for page_shift in (-1, 0, 11, 62, 1 << 40):
        assert "damaged" in refused(
            with_facts(address_map=structs.replace(facts.address_map, page_shift=page_shift))
        )
    for changed in ({"sizeof_mem_section": 0}, {"model": "magic"}, {"max_physmem_bits": 1 << 30}):
        model = structs.replace(facts.memory_model, **changed)
        assert "damaged" in refused(with_facts(memory_model=model))
    assert "damaged" in refused(with_facts(device_tree_size=1 << 40))
    assert "damaged" in refused(with_facts(device_tree=b"no tree at all", device_tree_size=64))
    assert "damaged" in refused(with_facts(sizeof_page=0))
    assert "architecture that is not known here: 'pdp11'" in refused(with_facts(arch="pdp11"))
    outcome = structs.replace(source().outcome(), unreadable=(1 << 30,))
    assert "lines that its log does not have" in refused(with_facts(outcome=outcome))


def test_the_types_of_structures_come_with_it() -> None:
    read = RecordedBoot.read(data(), FILE)
    assert read.facts.types == source().facts.types
    assert {each.name: each.size for each in read.facts.types}["page"] == 64


def test_a_file_from_before_types_were_kept_opens_without_them() -> None:
    sections = unseal(data())
    del sections[TYPES]
    assert RecordedBoot.read(seal(sections), FILE).facts.types == ()


def test_types_that_cannot_be_are_refused() -> None:
    sections = unseal(data())
    sections[TYPES] = pack((("page", -1, ()),))
    assert "is damaged" in refused(seal(sections))
    sections[TYPES] = pack((("page", 64, (("flags", "long", 1 << 40, 8),)),))
    assert "is damaged" in refused(seal(sections))
