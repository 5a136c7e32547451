"""Every word that the code can show has a term, in every language: the words are taken from the code's own
tables.  Covers terms.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from bootstep.model.analysis.accounting import LedgerEntry
from bootstep.model.analysis.owner_classes import OwnerClass
from bootstep.model.analysis.zones import LETTERS
from bootstep.model.arch.arm64.entry_format import ENTRIES as ARM64_ENTRIES
from bootstep.model.arch.arm64.entry_format import MEANINGS as ARM64
from bootstep.model.arch.x86.entry_format import ENTRIES as X86_ENTRIES
from bootstep.model.arch.x86.entry_format import MEANINGS as X86
from bootstep.model.language.words import LANGUAGES
from bootstep.model.lecture.glossary.questions import signs_of
from bootstep.model.lecture.glossary.terms import all_terms, all_with, find, known_words
from bootstep.model.memory.e820 import RESOURCE_NAMES, TYPE_NAMES
from bootstep.model.memory.memblock.regions import Region
from bootstep.model.memory.sparsemem import FIELDS, SECTION_FLAGS, MemSection
from bootstep.model.memory.state import PARTS, REPORTED_TREES
from bootstep.model.memory.zones import Zone
from bootstep.model.text.debugfs import FLAG_NAMES
from bootstep.model.text.events_json import NAMES
from bootstep.tui.draw.owner_glyphs import CUT, FREE, GLYPHS, HOLE, HOTPLUG, NOMAP
from bootstep.tui.panes.about.pane import ORDERS
from bootstep.tui.panes.all import PANES
from bootstep.tui.panes.sections.table import FLAGS
from explained_boots import BOARD, PC, explained

LEAST = 200


def of_areas(boot: str) -> Iterator[str]:
    """The names of the areas of a boot's address map, which boots when somebody looks at them."""
    debugger = explained(boot)
    placement = debugger.placement()
    assert placement is not None
    areas = debugger.arch.areas(placement.address_map, debugger.names.symbols)
    yield from {area.name for area in areas if area.name and not area.name.startswith("FIX_")}


def words_of_the_code() -> dict[str, Iterable[str]]:
    """What can be shown, by where it comes from."""
    panes = [pane.NAME for pane in PANES]
    return {
        "flags of memblock": (*FLAG_NAMES, "NONE"),
        "attributes of arm64": ARM64,
        "attributes of x86": X86,
        "levels": {*ARM64_ENTRIES.level_names, *X86_ENTRIES.level_names},
        "leaves": (ARM64_ENTRIES.block, X86_ENTRIES.block, "page"),
        "zones": LETTERS,
        "flags of sections": (*SECTION_FLAGS, *(name for _, name in FLAGS)),
        "fields of sections": FIELDS,
        "types of the e820 map": TYPE_NAMES.values(),
        "lines of /proc/iomem": {*RESOURCE_NAMES.values()} - {"Reserved"},
        "classes of owners": (each.value for each in OwnerClass),
        "panes": panes,
        "orders of panes": {*ORDERS, *(sort for pane in PANES for sort in pane.SORTS)},
        "kinds of events": NAMES.values(),
        "parts of the state": (part.target.rpartition(".")[2] for part in PARTS),
        "trees": (tree.replace("_", " ") for tree in REPORTED_TREES),
        "fields of zones": (name for name in Zone._fields if name not in ("name", "cma_pages", "start_pfn")),
        "fields of sections' entries": MemSection._fields,
        "fields of regions": Region._fields,
        "columns of the ledger": (name for name in LedgerEntry._fields if name not in ("kind", "first")),
        "areas of arm64": of_areas(BOARD),
        "areas of x86": of_areas(PC),
    }


@pytest.mark.parametrize("source", words_of_the_code())
def test_every_word_has_a_term(source: str) -> None:
    words = [*words_of_the_code()[source]]
    assert words
    assert not [word for word in words if find(word) is None]


def test_every_letter_and_glyph_has_a_term() -> None:
    glyphs = {glyph for pane in PANES for glyph, _, _ in pane.LEGEND}
    glyphs |= {glyph.letter for glyph in GLYPHS.values()} | {NOMAP.letter, "▲"}
    glyphs |= {each[0] for each in (FREE, HOTPLUG, HOLE, CUT)} | {"+", "~", "-"} | {*LETTERS.values()}
    assert not [glyph for glyph in sorted(glyphs) if not signs_of(glyph)]


@pytest.mark.parametrize("type", TYPE_NAMES)
def test_types_of_the_e820_map_have_terms_of_their_own(type: int) -> None:
    term = find(f"e820 {TYPE_NAMES[type]}")
    assert term is not None
    assert term.key.startswith("e820 ")


def test_there_are_many_and_each_is_told_in_every_language() -> None:
    terms = all_terms()
    assert len(terms) >= LEAST
    assert len({term.key for term in terms}) == len(terms)
    for term in terms:
        for language in LANGUAGES:
            assert term.shorts[language].strip(), term.key
            assert term.mores[language].strip(), term.key
        assert term.shorts["en"] != term.shorts["zh"], term.key
        assert len(term.shorts["en"]) < 130, term.key


def test_what_a_term_refers_to_is_there() -> None:
    missing = [(term.key, other) for term in all_terms() for other in term.see if find(other) is None]
    assert not missing


def test_a_word_is_found_however_it_is_written() -> None:
    for words in ("NOMAP", "no-map", "No Map", "nomap", "MEMBLOCK_NOMAP"):
        found = find(words)
        assert found is not None, words
        assert found.key == "NOMAP"
    assert find("no such word") is None
    assert "NOMAP" in known_words()


def test_a_word_with_several_meanings_has_all_of_them() -> None:
    assert {term.key for term in all_with("x")} >= {"x", "glyph section x"}
    assert {term.key for term in all_with("reserved")} >= {"memblock.reserved", "e820 reserved"}
