"""Sections as people look at them: a grid by address, all about one of them, and what page structs cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..base.units import hex_address, readable_size
from ..language.words import tr
from ..memory.memory_model import FLATMEM, SPARSEMEM_STATIC, VMEMMAP, MemoryModel
from ..memory.memory_model_cost import Cost
from ..memory.page_structs import PageStructs, Walk
from ..memory.sparsemem import BITS_PER_LONG, SUBSECTION_SHIFT, MemSection, sparse_decode_mem_map

if TYPE_CHECKING:
    from ..memory.state import State

ENOUGH_TO_CUT = 2
"""Rows of the grid with nothing in them that are cut out, instead of shown."""


class GridRow(NamedTuple):
    """A row of the grid: sections from number `first` on, `number` of them.  Where `is_cut` they are all
    absent, and may be many rows' worth."""

    first: int
    number: int
    is_cut: bool = False


class Fact(NamedTuple):
    """A line about something: a label and what is to be said."""

    label: str
    text: str


def grid_rows(numbers: Iterable[int], per_row: int) -> list[GridRow]:
    """The rows that show the sections of `numbers`, each beginning at a multiple of `per_row`."""
    rows: list[GridRow] = []
    for row in sorted({number // per_row for number in numbers}):
        missing = row - (rows[-1].first + rows[-1].number) // per_row if rows else 0
        start = row - missing
        if missing >= ENOUGH_TO_CUT:
            rows.append(GridRow(start * per_row, missing * per_row, True))
        else:
            rows += [GridRow(at * per_row, per_row) for at in range(start, row)]
        rows.append(GridRow(row * per_row, per_row))
    return rows


def section_told(state: State, shape: MemoryModel, number: int) -> list[Fact]:
    """All about one section."""
    section: MemSection | None = state.sections.sections.get(number)
    start, pages = number << shape.section_size_bits, shape.pages_per_section
    end, pfn = start + (1 << shape.section_size_bits), number * pages
    told = [
        Fact(tr("section {number}", number=number), f"{hex_address(start)}-{hex_address(end - 1)}"),
        Fact("pfns", tr("{first:#x}-{last:#x}, {pages} pages", first=pfn, last=pfn + pages - 1, pages=pages)),
    ]
    if section is None:
        return [*told, Fact(tr("state"), tr("absent: no memory there"))]
    raw, mask = section.section_mem_map, (1 << shape.map_last_bit) - 1
    told.append(Fact(tr("state"), " ".join(section.flag_names())))
    told.append(Fact(tr("node"), _node(state, shape, section, start, end)))
    told.append(Fact("section_mem_map", f"{hex_address(raw)} = {hex_address(raw & ~mask)} | {raw & mask:#x}"))
    if section.has_mem_map:
        mem_map = sparse_decode_mem_map(raw, pfn, shape.sizeof_page, shape.map_last_bit)
        told.append(Fact("mem_map", _mem_map(state, shape, mem_map)))
    told.append(Fact("mem_section", _place(state, shape, number)))
    if section.usage_pa:
        told.append(Fact("usage", f"{hex_address(section.usage_pa)}, {readable_size(shape.usage_size)}"))
    if section.subsection_map:
        told.append(Fact("subsections", _subsections(shape, section)))
    return told


def _node(state: State, shape: MemoryModel, section: MemSection, start: int, end: int) -> str:
    if not section.has_mem_map:
        nid = section.section_mem_map >> shape.map_last_bit
        return tr("{nid}, which section_mem_map holds until the page structs are there", nid=nid)
    nids = sorted(
        {region.nid for region in state.memblock.memory.regions if region.base < end and start < region.end}
    )
    return ", ".join(str(nid) for nid in nids)


def _mem_map(state: State, shape: MemoryModel, mem_map: int) -> str:
    size = shape.pages_per_section * shape.sizeof_page
    run = state.page_tables.leaf(mem_map)
    where = (
        tr(", in memory at {pa_start}", pa_start=hex_address(run.pa_start + mem_map - run.va_start))
        if run
        else ""
    )
    return f"{hex_address(mem_map)}-{hex_address(mem_map + size - 1)}, {readable_size(size)}{where}"


def _place(state: State, shape: MemoryModel, number: int) -> str:
    root, at = divmod(number, shape.sections_per_root)
    if shape.model == SPARSEMEM_STATIC:
        return f"mem_section[{root}][{at}], in the image"
    array = state.sections.roots.get(root)
    where = tr(" at {array}", array=hex_address(array + at * shape.sizeof_mem_section)) if array else ""
    return f"mem_section[{root}][{at}]{where}"


def _subsections(shape: MemoryModel, section: MemSection) -> str:
    """Which subsections have pages, as ranges of their numbers."""
    bits = sum(word << (BITS_PER_LONG * at) for at, word in enumerate(section.subsection_map))
    number = 1 << (shape.section_size_bits - SUBSECTION_SHIFT)
    size = readable_size(1 << SUBSECTION_SHIFT).replace(".0", "")
    if bits == (1 << number) - 1:
        return tr("all {number} of {size} have pages", number=number, size=size)
    ranges: list[str] = []
    start = -1
    for at in range(number + 1):
        is_set = bool(bits >> at & 1)
        if is_set and start < 0:
            start = at
        elif not is_set and start >= 0:
            ranges.append(f"{start}-{at - 1}" if at - 1 > start else str(start))
            start = -1
    return tr(
        "{ranges} of {number} of {size} have pages",
        ranges=", ".join(ranges) or tr("none"),
        number=number,
        size=size,
    )


def roots_told(state: State, shape: MemoryModel) -> list[Fact]:
    """``mem_section``: its roots and which of them there are."""
    if shape.model == SPARSEMEM_STATIC:
        size = shape.nr_mem_sections * shape.sizeof_mem_section
        return [
            Fact(
                "mem_section",
                tr(
                    "{nr_mem_sections} sections in the image, {size}",
                    nr_mem_sections=shape.nr_mem_sections,
                    size=readable_size(size),
                ),
            )
        ]
    roots, each = state.sections.roots, shape.sections_per_root
    covers = readable_size(each << shape.section_size_bits)
    told = [
        Fact(
            "roots",
            tr(
                "{count} of {nr_section_roots}, each of {each} sections, {covers}",
                count=len(roots),
                nr_section_roots=shape.nr_section_roots,
                each=each,
                covers=covers,
            ),
        )
    ]
    address = state.sections.fields.get("mem_section_pa", 0)
    if address:
        size = readable_size(shape.nr_section_roots * 8)
        told.append(
            Fact(
                "mem_section", tr("{size} of pointers at {address}", size=size, address=hex_address(address))
            )
        )
    size = each * shape.sizeof_mem_section
    for root in sorted(roots):
        told.append(Fact(tr("root {root}", root=root), f"{hex_address(roots[root])}, {readable_size(size)}"))
    return told


def cost_told(shape: MemoryModel, costs: Sequence[Cost]) -> list[Fact]:
    """What the page structs of this memory take, and what the other memory models would."""
    own = next((cost for cost in costs if cost.model == shape.model), None)
    if own is None:
        return []
    told = [
        Fact(
            tr("page structs"),
            tr(
                "{memmap}, {sizeof_page} bytes a page",
                memmap=readable_size(own.memmap),
                sizeof_page=shape.sizeof_page,
            ),
        ),
        Fact(tr("to find them"), _parts(own)),
        Fact(tr("altogether"), readable_size(own.total)),
    ]
    if own.spare:
        told.append(
            Fact(
                tr("for no memory"),
                tr("{spare} of page structs describe none", spare=readable_size(own.spare)),
            )
        )
    return told + [
        Fact(tr("as {model}", model=cost.model), _compared(cost, own)) for cost in costs if cost is not own
    ]


def _parts(cost: Cost) -> str:
    usage = tr("flags of page blocks") if cost.model == FLATMEM else tr("usage maps")
    parts = ((cost.roots, "mem_section"), (cost.usage, usage), (cost.tables, tr("page tables")))
    return ", ".join(f"{readable_size(size)} {name}" for size, name in parts if size) or "nothing"


def _compared(cost: Cost, own: Cost) -> str:
    saved = cost.total - own.total
    words = (
        tr("{size} saved", size=readable_size(saved))
        if saved > 0
        else tr("{size} less than this", size=readable_size(-saved))
    )
    return f"{readable_size(cost.total)}: {words if saved else tr('the same')}"


def walks_told(pages: PageStructs, pfn: int) -> list[Fact]:
    """How the kernel gets from a pfn to its struct page and back, step by step."""
    forth = pages.to_page(pfn)
    told = [Fact(f"pfn_to_page({pfn:#x})", f"{_how(pages.shape)}"), *_steps(forth)]
    if forth.result is None:
        return told
    back = pages.to_pfn(forth.result)
    return [*told, Fact(f"page_to_pfn({hex_address(forth.result)})", ""), *_steps(back)]


def _how(shape: MemoryModel) -> str:
    return (
        tr("one array in virtual memory")
        if shape.model == VMEMMAP
        else tr("as {model} does it", model=shape.model)
    )


def _steps(walk: Walk) -> list[Fact]:
    told = [Fact(f"  {step.name}", f"{step.formula} = {step.shown}") for step in walk.steps]
    return [*told, Fact(tr("  but"), walk.problem)] if walk.problem else told
