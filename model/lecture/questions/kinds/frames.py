"""Page frames: their sections, their page structs, and where the kernel sees them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from ....base.units import address_range, hex_address, readable_size
from ....language.words import tr, translatable
from ..choosing import around, choices_of
from ..kind import Kind, Places
from ..material import Material
from ..question import ADDRESS, AMOUNT, EASY, HARD, MIDDLING, Cursor, Question, Value
from .mapping import mapping_of
from .mapping import places as mapping_places

SPARSE = ("sparse_init",)
PAGES = ("sparse_init", "free_area_init")
"""What makes page structs: in sparse memory, or in flat memory."""


def _only(material: Material, names: Sequence[str]) -> Places:
    found = material.first_call(*names)
    return {} if found is None else {names[0]: [found]}


def some_pfn(material: Material, position: int, chance: Random) -> int | None:
    """A page frame of memory at a position: at an edge of a region as often as inside."""
    regions = [
        each for each in material.at(position).memblock.memory.regions if each.size >= 2 * _page(material)
    ]
    if not regions:
        return None
    region, shift = chance.choice(regions), material.facts.page_shift
    first, last = -(-region.base >> shift), (region.end >> shift) - 1
    return chance.choice((first, last, chance.randrange(first, last + 1), chance.randrange(first, last + 1)))


def _page(material: Material) -> int:
    return material.facts.page_size


# ---- sections ----


def section_places(material: Material) -> Places:
    """The call that finds the sections."""
    return _only(material, SPARSE)


def make_sections(material: Material, event: int, chance: Random) -> Question | None:
    """The question how many sections there will be."""
    reveal = material.after(event)
    answer = len(material.at(reveal).sections.sections)
    regions = material.debugger.state.memblock.memory.regions
    if not answer:
        return None
    size = 1 << material.facts.section_size_bits
    memory = sum(region.size for region in regions)
    span = -(-regions[-1].end // size)
    return Question(
        kind=SECTIONS.name,
        difficulty=EASY if answer * size == memory else MIDDLING if len(regions) == 1 else HARD,
        position=event,
        reveal=reveal,
        subject=event,
        moment=material.moment(event),
        text=tr(
            "sparse_init is called; a section is {size} of memory. How many sections will be present?",
            size=readable_size(size),
        ),
        form=AMOUNT,
        answer=answer,
        shown=str(answer),
        choices=choices_of(
            chance,
            answer,
            [span, -(-memory // size), memory // size, len(regions), *around(answer, 1, 2)],
            str,
        ),
        explanation=tr(
            "memblock.memory has {memory}, up to {end}; memory_present marks every section that any of it"
            " lies in, and leaves out those that are all hole: {count} of the {span} below the end.",
            memory=readable_size(memory),
            end=hex_address(regions[-1].end),
            count=answer,
            span=span,
        ),
        place=material.place(event),
    )


def make_section(material: Material, event: int, chance: Random) -> Question | None:
    """The question which section a page frame is in."""
    pfn = some_pfn(material, event, chance)
    shift = material.facts.section_size_bits - material.facts.page_shift
    sections = material.at(material.after(event)).sections.sections
    answer = pfn >> shift if pfn is not None else -1
    if pfn is None or answer not in sections:
        return None
    first = min(sections)
    wrong = [
        answer - first,
        *around(answer),
        pfn >> (shift + 1),
        pfn >> max(shift - 1, 0),
        pfn >> 15,
        pfn >> 18,
    ]
    return Question(
        kind=SECTION.name,
        difficulty=EASY,
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=tr(
            "sparse_init is called, with sections of {size} and pages of {page}. Which number has the section"
            " of pfn {pfn}?",
            size=readable_size(1 << material.facts.section_size_bits),
            page=readable_size(_page(material)),
            pfn=hex(pfn),
        ),
        form=AMOUNT,
        answer=answer,
        shown=str(answer),
        choices=choices_of(chance, answer, wrong, str),
        explanation=tr(
            "pfn_to_section_nr: {pfn} >> {shift} (SECTION_SIZE_BITS - PAGE_SHIFT) = {number}. Sections count"
            " from address 0, not from the first memory.",
            pfn=hex(pfn),
            shift=shift,
            number=answer,
        ),
        place=material.place(event),
    )


# ---- page structs ----


def page_places(material: Material) -> Places:
    """The call that makes the page structs."""
    name = PAGES if material.facts.memory_model is None or _is_sparse(material) else PAGES[1:]
    return _only(material, name)


def _is_sparse(material: Material) -> bool:
    return bool(material.at(len(material.trace)).sections.sections)


def make_page(material: Material, event: int, chance: Random) -> Question | None:
    """The question where the page struct of a page frame is."""
    reveal, pfn = material.after(event), some_pfn(material, event, chance)
    material.at(reveal)
    pages = material.debugger.page_structs()
    walk = pages.to_page(pfn) if pages is not None and pfn is not None else None
    if walk is None or walk.result is None or walk.problem or pfn is None:
        return None
    size, shift = material.debugger.sizeof_page, material.facts.page_shift
    base = (walk.result - pfn * size) & (1 << 64) - 1
    first = material.debugger.state.memblock.memory.regions[0].base >> shift
    wrong = [
        base + (pfn - first) * size,
        base + pfn * (size - 8),
        walk.result + size,
        walk.result + first * size,
    ]
    wrong += [walk.result - size, base + (pfn << shift)]
    return Question(
        kind=PAGE.name,
        difficulty=HARD if base & 0xFFFF else MIDDLING,
        position=event,
        reveal=reveal,
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{function} is called; a struct page has {size} bytes. At which virtual address will that of pfn"
            " {pfn} be (pfn_to_page)?",
            function=material.name(event),
            size=size,
            pfn=hex(pfn),
        ),
        form=ADDRESS,
        answer=walk.result,
        shown=hex_address(walk.result),
        choices=choices_of(chance, walk.result, [each & (1 << 64) - 1 for each in wrong], _address),
        explanation="; ".join(f"{step.name} = {step.formula} = {step.shown}" for step in walk.steps) + ".",
        place=material.place(event),
    )


def _address(value: Value) -> str:
    return hex_address(value) if isinstance(value, int) else value


# ---- the linear map ----


def make_linear(material: Material, event: int, chance: Random) -> Question | None:
    """The question at which virtual address a physical one will be in the map of all memory."""
    mapping = mapping_of(material, event)
    placement = material.placement(material.after(event))
    if mapping is None or placement is None or placement.linear_base is None:
        return None
    runs = [run for run in mapping.runs if placement.linear(run.pa_start) == run.va_start]
    if not runs:
        return None
    run = chance.choice(runs)
    page = _page(material)
    physical = run.pa_start + chance.randrange((run.va_end - run.va_start) // page) * page
    answer, offset = placement.linear(physical), placement.address_map.page_offset
    if answer is None:
        return None
    base = placement.linear_base
    wrong = [
        offset + physical,
        offset + physical + base,
        offset | physical,
        answer + page,
        answer - run.page_size,
    ]
    low = 1 << material.facts.section_size_bits
    wrong += [answer + low, answer - low, answer ^ (1 << 39)]
    mask = (1 << 64) - 1
    return Question(
        kind=LINEAR.name,
        difficulty=EASY if not base else MIDDLING if base < 1 << 40 else HARD,
        position=event,
        reveal=material.after(event),
        subject=event,
        moment=material.moment(event),
        text=tr(
            "{call} is called. PAGE_OFFSET is {offset}, and the {map} begins with physical address {base}. At"
            " which virtual address will it have {physical} (__va)?",
            call=material.call_words(event),
            offset=hex_address(offset),
            map=material.arch.linear_map,
            base=hex_address(base),
            physical=hex_address(physical),
        ),
        form=ADDRESS,
        answer=answer,
        shown=hex_address(answer),
        choices=choices_of(chance, answer, [each & mask for each in wrong], _address),
        explanation=tr(
            "__va: {physical} - {base} + {offset} = {answer}; {range} is mapped there by this call.",
            physical=hex_address(physical),
            base=hex_address(base),
            offset=hex_address(offset),
            answer=hex_address(answer),
            range=address_range(run.pa_start, run.va_end - run.va_start),
        ),
        place=material.place(event),
        cursor=Cursor("pagetables", run.va_start, run.va_end),
    )


SECTIONS = Kind(
    "sections",
    translatable("how many sections there are"),
    ("calls", "sections"),
    section_places,
    make_sections,
)
SECTION = Kind(
    "section",
    translatable("which section a page frame is in"),
    ("calls", "sections"),
    section_places,
    make_section,
)
PAGE = Kind(
    "page-struct",
    translatable("where the page struct of a page frame is"),
    ("calls", "sections"),
    page_places,
    make_page,
)
LINEAR = Kind(
    "linear",
    translatable("at which virtual address a physical one is mapped"),
    ("calls", "arguments", "page_tables"),
    mapping_places,
    make_linear,
)
