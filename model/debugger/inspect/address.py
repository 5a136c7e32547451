"""Everything that is known of one address: where it is, who has it, how it is mapped, what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...analysis.names import said
from ...analysis.ownership import Claim
from ...base.units import hex_address, readable_size, sized_range
from ...index.selectors import FIRST_VIRTUAL, PHYSICAL, VIRTUAL, MemoryRange
from ...language.words import tr, translatable
from ...memory.memblock.regions import RegionArray
from ...memory.pagetable.entries import leaf_name, leaf_words
from ...memory.pagetable.format import EntryFormat, Pgdir
from ...memory.pagetable.tables import PAGE_LEVEL, PageTables, Run, TableRun
from ...text.debugfs import flag_names
from ...text.events import whence
from ...text.values import level_text
from .address_target import AddressTarget

if TYPE_CHECKING:
    from ..debugger import Debugger


WHERE, WHOSE, PAGE = (
    translatable("where it is"),
    translatable("who has it"),
    translatable("what the kernel knows of its page"),
)
TRANSLATION, HISTORY = translatable("how it is mapped"), translatable("what happens to it")
"""What the facts are about, in the order in which they come."""


class Fact(NamedTuple):
    """One thing that is known, about `heading`: what it is called and what it is; `event` is the one it comes
    from, where there is one to go to."""

    heading: str
    label: str
    text: str
    event: int | None = None

    def sentence(self) -> str:
        """The fact alone on a line."""
        if self.heading == HISTORY:
            return tr("event {event}: {text}", event=self.event, text=self.text)
        return f"{self.label} {self.text}"


def about(debugger: Debugger, target: AddressTarget) -> Iterator[Fact]:
    """What is known of an address where the debugger stands, and its history in the whole boot."""
    if target.how:
        yield Fact(WHERE, tr("asked for"), target.how)
    if target.physical is None:
        virtual = target.virtual or 0
        yield Fact(WHERE, tr("virtual address"), tr("{virtual} is not mapped", virtual=hex_address(virtual)))
        yield from _walk(debugger, virtual)
        for item in debugger.history.items(MemoryRange(VIRTUAL, virtual, virtual + 1)):
            yield Fact(HISTORY, "", f"{item.text}  ({item.path})", item.event)
        return
    address = target.physical
    shifts = debugger.names.shifts
    pfn = address >> shifts.page
    yield Fact(
        WHERE, tr("physical address"), tr("{address}, pfn {pfn:#x}", address=hex_address(address), pfn=pfn)
    )
    yield from _virtual(debugger, address, target.symbol)
    yield from _memblock(debugger, address)
    yield from claims(debugger, address)
    if debugger.facts.can.sections:
        yield _section(debugger, address >> shifts.section)
    yield from _page_struct(debugger, pfn)
    yield from _zones(debugger, pfn)
    walked = target.virtual
    if walked is None:
        walked = _linear(debugger, address)
    if walked is not None:
        yield from _walk(debugger, walked)
    yield from _mappings(debugger, address)
    for item in debugger.history.items(MemoryRange(PHYSICAL, address, address + 1)):
        yield Fact(HISTORY, "", f"{item.text}  ({item.path})", item.event)


def _linear(debugger: Debugger, address: int) -> int | None:
    placement = debugger.placement()
    return placement.linear(address) if placement is not None else None


def _virtual(debugger: Debugger, address: int, symbol: str) -> Iterator[Fact]:
    """Where the kernel sees it: in the linear map, if that reaches there, and in the image, with the nearest
    symbol."""
    linear = _linear(debugger, address)
    if linear is not None:
        yield Fact(
            WHERE, tr("{linear_map} address", linear_map=tr(debugger.arch.linear_map)), hex_address(linear)
        )
    symbols, load = debugger.names.symbols, debugger.facts.load_address
    if load is None or "_text" not in symbols:
        return
    linked = address - load + symbols["_text"]
    if symbols["_text"] <= linked < symbols.get("_end", 0):
        below = [(value, name) for name, value in symbols.items() if symbols["_text"] <= value <= linked]
        value, name = max(below, key=lambda each: (each[0], each[1] == symbol))
        offset = f"+{linked - value:#x}" if linked > value else ""
        running = address + (debugger.arch.image_offset(debugger.state.variables.__getitem__) or 0)
        place = running if running >= FIRST_VIRTUAL else linked
        yield Fact(WHERE, tr("kernel image address"), f"{hex_address(place)}, {name}{offset}")


def _memblock(debugger: Debugger, address: int) -> Iterator[Fact]:
    for array in (debugger.state.memblock.memory, debugger.state.memblock.reserved):
        yield _region(array, address)


def _region(array: RegionArray, address: int) -> Fact:
    for index, region in enumerate(array.regions):
        if region.base <= address < region.end:
            flags = f" {flag_names(region.flags)}" if region.flags else ""
            where = f"{sized_range(region.base, region.size)}{flags}"
            return Fact(WHOSE, f"memblock.{array.name}[{index}]", where)
    return Fact(WHOSE, f"memblock.{array.name}", tr("does not have it"))


def claims(debugger: Debugger, address: int) -> Iterator[Fact]:
    """Who put it there, took it away, or keeps it to himself."""
    owners, position = debugger.owners, debugger.position
    reserved, memory = owners.reserved_by(address, position), owners.memory_by(address, position)
    nomap, removed = owners.nomap_by(address, position), owners.removed_by(address, position)
    if reserved is not None:
        yield Fact(WHOSE, tr("reserved by"), claim_text(debugger, reserved), reserved.event)
    elif memory is not None and nomap is None:
        yield Fact(WHOSE, tr("reserved by"), tr("nobody: it is free"))
    for area in owners.cma_areas(position):
        if area.start <= address < area.end:
            where = sized_range(area.start, area.end - area.start)
            words = tr(
                "'{name}' {where}, lent to movable pages and given back when somebody needs it",
                name=area.name,
                where=where,
            )
            yield Fact(WHOSE, tr("CMA area"), words, area.event)
    for label, claim in ((tr("memory by"), memory), (tr("no-map by"), nomap), (tr("removed by"), removed)):
        if claim is not None:
            yield Fact(WHOSE, label, claim_text(debugger, claim), claim.event)
    if memory is None and removed is None:
        yield Fact(WHOSE, tr("memory by"), tr("nobody: no memory is known there"))


def claim_text(debugger: Debugger, claim: Claim) -> str:
    """Who did something, in words: the owner, what is behind it, the functions and the event; of a log, the
    line that says so, or why it is inferred."""
    cause = tr(", because of {cause}", cause=said(claim.owner.cause)) if claim.owner.cause else ""
    known = whence(debugger.trace, claim.event) or tr("event {event}", event=claim.event)
    return f"{said(claim.owner.name)}{cause}: {debugger.history.path(claim.event)} ({known})"


def _section(debugger: Debugger, number: int) -> Fact:
    section = debugger.state.sections.sections.get(number)
    if section is None:
        return Fact(PAGE, tr("section {number}", number=number), tr("is not present"))
    usage = (
        tr(", usage map at {usage_pa}", usage_pa=hex_address(section.usage_pa)) if section.usage_pa else ""
    )
    return Fact(
        PAGE,
        tr("section {number}", number=number),
        tr(
            "{known}, section_mem_map {section_mem_map}{usage}{root}",
            known=" ".join(section.flag_names()),
            section_mem_map=hex_address(section.section_mem_map),
            usage=usage,
            root=_root(debugger, number),
        ),
    )


def _root(debugger: Debugger, number: int) -> str:
    """The root that a section hangs on."""
    if debugger.facts.memory_model is None:
        return ""
    root, at = divmod(number, debugger.facts.memory_model.sections_per_root)
    place = debugger.state.sections.roots.get(root)
    return (
        tr(", entry {at} of root {root} at {place}", at=at, root=root, place=hex_address(place))
        if place is not None
        else ""
    )


def _page_struct(debugger: Debugger, pfn: int) -> Iterator[Fact]:
    pages = debugger.page_structs()
    page = pages.to_page(pfn).result if pages else None
    if page is None or _linear(debugger, pfn << debugger.names.shifts.page) is None:
        return
    run = debugger.state.page_tables.leaf(page)
    where = (
        tr("in memory at {pa_start}", pa_start=hex_address(run.pa_start + page - run.va_start))
        if run
        else tr("not mapped yet")
    )
    yield Fact(PAGE, tr("struct page"), f"{hex_address(page)}, {where}")


def _zones(debugger: Debugger, pfn: int) -> Iterator[Fact]:
    for node in debugger.state.zones.nodes.values():
        for zone in node.zones:
            if zone.start_pfn <= pfn < zone.end_pfn:
                yield Fact(PAGE, tr("zone"), tr("{name} of node {nid}", name=zone.name, nid=node.nid))


def _walk(debugger: Debugger, address: int) -> Iterator[Fact]:
    """The walk of the page tables, level by level, every descriptor decoded: of the final ones as soon as
    anything is mapped in them."""
    entries, pgdir, tree = debugger.arch.entries, *_current(debugger, address)
    name = pgdir.symbol
    geometry = tree.geometry
    level = tree.fields.get("start_level", geometry.start_level)
    root = hex_address(tree.fields.get("root_pa", 0))
    yield Fact(
        TRANSLATION,
        tr("walk of"),
        tr("{address} from {name} at {root}:", address=hex_address(address), name=name, root=root),
    )
    leaf = tree.leaf(address)
    inherited: list[str] = []
    while level <= PAGE_LEVEL:
        words = entries.level_words(level, geometry.start_level)
        label = f"  {level_text(words)}[{geometry.entry(level, address)}]"
        if leaf is not None and leaf.level == level:
            output = leaf.pa_start + (address - leaf.va_start) // leaf.page_size * leaf.page_size
            words = " ".join(entries.words(leaf.attrs, level))
            kind = leaf_name(entries, level)
            yield Fact(TRANSLATION, label, f"= {output | leaf.attrs:#018x} {kind}: {words}")
            for word in dict.fromkeys((*inherited, *leaf_words(entries, leaf.attrs, level))):
                yield Fact(TRANSLATION, f"    {word}", tr(entries.meaning(word)))
            return
        table = _table(tree, level + 1, address)
        if table is None:
            yield Fact(TRANSLATION, label, tr("= 0: nothing"))
            return
        descriptor = table[0] | table[1]
        inherited += entries.imposed_words(table[1])
        words = " ".join(("table", *entries.table_words(table[1])))
        yield Fact(
            TRANSLATION,
            label,
            tr(
                "= {descriptor:#018x} {words} at {table}",
                descriptor=descriptor,
                words=words,
                table=hex_address(table[0]),
            ),
        )
        level += 1


def _current(debugger: Debugger, address: int) -> tuple[Pgdir, PageTables]:
    """The tree that the kernel runs on: its own, or the early one while nothing is mapped in that, or while
    the CPU walks the early one and only that maps the address."""
    trees = list(debugger.trees())
    early = [(pgdir, tree) for pgdir, tree in trees if pgdir.kind == "early" and tree.runs]
    kernel = debugger.state.page_tables
    if not early:
        return trees[0]
    if debugger.arch.tree_variable:
        only_early = kernel.leaf(address) is None and early[0][1].leaf(address) is not None
        return early[0] if only_early and _is_used(debugger, *early[0]) else trees[0]
    return early[0] if not kernel.runs else trees[0]


def _table(tree: PageTables, level: int, address: int) -> tuple[int, int] | None:
    """The table at `level` that translates an address, and the bits of the descriptor that points to it."""
    found = tree.table(level, address) if level <= PAGE_LEVEL else None
    if found is None:
        return None
    runs: list[TableRun] = [run for run in tree.tables if run.level == level and run.va_first <= address]
    return found, runs[-1].attrs if runs else 0


def _mappings(debugger: Debugger, address: int) -> Iterator[Fact]:
    """Everything that maps it, as runs."""
    for pgdir, tree in debugger.trees():
        if pgdir.kind == "early" and not _is_used(debugger, pgdir, tree):
            continue
        for run in tree.runs:
            virtual = run.va_start + address - run.pa_start
            if run.va_start <= virtual < run.va_end:
                name = "" if pgdir.kind == "kernel" else tree.target
                yield Fact(TRANSLATION, tr("mapped at"), _mapping(run, virtual, name, debugger.arch.entries))


def _is_used(debugger: Debugger, pgdir: Pgdir, tree: PageTables) -> bool:
    """Whether the CPU walks an early tree; if no variable tells, whether its memory has not been given
    back."""
    state, variable = debugger.state, debugger.arch.tree_variable
    if variable:
        return state.variables.get(variable) == pgdir.symbol
    root = tree.fields.get("root_pa", 0)
    is_reserved = any(region.base <= root < region.end for region in state.memblock.reserved.regions)
    return is_reserved or not state.page_tables.runs


def _mapping(run: Run, virtual: int, tree: str, entries: EntryFormat) -> str:
    words = " ".join(entries.words(run.attrs, run.level))
    place = tr(" in {tree}", tree=tree) if tree else ""
    return tr(
        "{virtual}{place}, in {va_start}-{va_end}, {level}, {page_size} each, {words}",
        virtual=hex_address(virtual),
        place=place,
        va_start=hex_address(run.va_start),
        va_end=hex_address(run.va_end),
        level=level_text(entries.level_words(run.level)),
        page_size=readable_size(run.page_size),
        words=words,
    )
