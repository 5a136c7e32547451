"""The entries that a mapping writes: in tables of which level, and with which attributes."""

from __future__ import annotations

from random import Random

from ....base.units import address_range, hex_address, readable_size
from ....language.words import tr, translatable
from ....memory.pagetable.tables import PAGE_LEVEL, Run
from ..choosing import choices_of
from ..kind import Kind
from ..material import Material
from ..question import EASY, HARD, MIDDLING, NAME, Cursor, Question, Value
from .mapping import NEEDS, call_words, is_as_large, is_there_already, mapping_of, places

# ---- their level ----


def make_level(material: Material, event: int, chance: Random) -> Question | None:
    """The question at which level of the tables an address is mapped."""
    mapping = mapping_of(material, event)
    if mapping is None:
        return None
    run = chance.choice(mapping.runs)
    if is_there_already(material, event, run, is_as_large):
        return None
    address = run.va_start + chance.randrange((run.va_end - run.va_start) // run.page_size) * run.page_size
    tree = material.at(material.after(event)).trees[mapping.target]
    leaf = tree.leaf(address)
    if leaf is None:
        return None
    geometry, entries = tree.geometry, material.arch.entries

    def words(level: Value) -> str:
        return entries.level_words(int(level), geometry.start_level)

    answer, levels = str(leaf.level), range(PAGE_LEVEL, geometry.start_level - 1, -1)
    return Question(
        kind=LEVEL.name,
        difficulty=EASY if leaf.level == PAGE_LEVEL else MIDDLING,
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{call} is called. In a table of which level will the entry stand that maps virtual address"
            " {address}?",
            call=call_words(material, event, mapping),
            address=hex_address(address),
        ),
        form=NAME,
        answer=answer,
        shown=words(answer),
        choices=choices_of(chance, answer, map(str, levels), words),
        explanation=tr(
            "An entry of that level maps {size}: {range} is mapped to {physical} by such entries.",
            size=readable_size(leaf.page_size),
            range=address_range(leaf.va_start, leaf.va_end - leaf.va_start),
            physical=hex_address(leaf.pa_start),
        ),
        place=material.place(event),
        cursor=Cursor("pagetables", leaf.va_start, leaf.va_end),
    )


# ---- their attributes ----


def make_attributes(material: Material, event: int, chance: Random) -> Question | None:
    """The question which attributes the entries of a mapping have."""
    mapping = mapping_of(material, event)
    if mapping is None or is_there_already(material, event, mapping.largest, has_attributes_of):
        return None
    run, entries = mapping.largest, material.arch.entries
    answer = " ".join(entries.words(run.attrs, run.level))
    others = _attributes(material, run)
    choices = choices_of(chance, answer, others, str)
    if len(choices) < 3:
        return None
    meanings = (f"{word}: {entries.meaning(word)}" for word in entries.words(run.attrs, run.level)[:3])
    return Question(
        kind=ATTRIBUTES.name,
        difficulty=HARD,
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{call} is called, by {caller}. Which attributes will its entries have?",
            call=call_words(material, event, mapping),
            caller=material.trace.callers(event) or "?",
        ),
        form=NAME,
        answer=answer,
        shown=answer,
        choices=choices,
        explanation=tr(
            "The entries are {descriptor} without the address: {meanings}.",
            descriptor=hex(run.attrs),
            meanings="; ".join(filter(None, meanings)),
        ),
        place=material.place(event),
        cursor=Cursor("pagetables", run.va_start, run.va_end),
    )


def has_attributes_of(one: Run, other: Run) -> bool:
    """Whether two runs have entries with the same attributes."""
    return one.attrs == other.attrs


def _attributes(material: Material, like: Run) -> list[str]:
    """What other entries of this boot have for attributes, those of the same level first."""
    found: dict[str, int] = {}
    for runs in material.runs(len(material.trace)).values():
        for run in runs:
            words = " ".join(material.arch.entries.words(run.attrs, run.level))
            found[words] = min(found.get(words, PAGE_LEVEL), abs(run.level - like.level))
    return sorted(found, key=lambda words: (found[words], words))


LEVEL = Kind(
    "level", translatable("at which level of the tables an address is mapped"), NEEDS, places, make_level
)
ATTRIBUTES = Kind(
    "attributes", translatable("which attributes a mapping has"), NEEDS, places, make_attributes
)
