"""Everything that is known of one address: where it is, who has it, how it is mapped, what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from .debugfs import flag_names
from .descriptors import describe_attributes, describe_table_attributes
from .memblock.regions import RegionArray
from .owners import Claim
from .pagetable import PAGE_LEVEL, PageTables, Run, TableRun
from .places import FIRST_VIRTUAL, PHYSICAL, Place
from .text import hex_address, readable_size, sized_range

if TYPE_CHECKING:
    from .debugger import Debugger


class Fact(NamedTuple):
    """One thing that is known; `event` is the one it comes from, where there is one to go to."""

    label: str
    text: str
    event: int | None = None


class Target(NamedTuple):
    """An address that somebody asked about: `physical` (None: it leads nowhere), and `virtual` if that is how
    it was asked for; `how` says what the question was, where that is not plain; `symbol` is the symbol that
    was asked for."""

    physical: int | None
    virtual: int | None
    how: str = ""
    symbol: str = ""


def find_target(debugger: Debugger, text: str) -> Target:
    """The address meant by ``pfn N``, ``section N``, ``page ADDRESS`` (of a struct page) or an expression, in
    which symbols may stand.  Raises `ExpressionError`, `PlaceError`."""
    word, _, rest = text.strip().partition(" ")
    if word == "pfn" and rest:
        return Target(debugger.place(text).start, None, f"pfn {rest}")
    if word == "section" and rest:
        number = debugger.place(text).start
        return Target(number << debugger.names.shifts.section, None, f"the first byte of section {number}")
    place = debugger.place(rest if word == "page" and rest else text)
    address = place.start
    if place.space == PHYSICAL:
        return Target(address, None)
    macros = debugger.macros(debugger.names.at_position(debugger.state, debugger.position))
    if macros and _in_vmemmap(debugger, address):
        page = macros["page_to_phys"](address)
        return Target(page, None, f"the struct page at {hex_address(address)}")
    symbol = text.strip() if text.strip() in debugger.names.symbols else ""
    return Target(_translated(debugger, address), address, symbol=symbol)


def _in_vmemmap(debugger: Debugger, address: int) -> bool:
    layout, start = debugger.layout, debugger.state.variables.get("memstart_addr", -1)
    if layout is None or start == -1:
        return False
    linear_pages = (layout.page_end - layout.page_offset) >> layout.page_shift
    return 0 <= address - layout.vmemmap_start < linear_pages * debugger.sizeof_page


def _translated(debugger: Debugger, address: int) -> int | None:
    """The physical address behind a virtual one: by the page tables, or by the kernel's own arithmetic where
    it is not mapped yet."""
    state, layout = debugger.state, debugger.layout
    for tree in (state.page_tables, state.init_pg_dir):
        run = tree.leaf(address)
        if run is not None:
            return run.pa_start + address - run.va_start
    start = state.variables.get("memstart_addr", -1)
    if layout is not None and layout.page_offset <= address < layout.page_end and start != -1:
        return address - layout.page_offset + start
    symbols, load = debugger.names.symbols, debugger.load_address
    if load is not None and symbols.get("_text", address + 1) <= address < symbols.get("_end", 0):
        return address - symbols["_text"] + load
    return None


def about(debugger: Debugger, target: Target) -> Iterator[Fact]:
    """What is known of an address where the debugger stands, and its history in the whole boot."""
    if target.how:
        yield Fact("asked", target.how)
    if target.physical is None:
        yield Fact("virtual", f"{hex_address(target.virtual or 0)} is not mapped")
        yield from _walk(debugger.state.page_tables, target.virtual or 0)
        return
    address = target.physical
    shifts = debugger.names.shifts
    pfn = address >> shifts.page
    yield Fact("physical", f"physical address {hex_address(address)}, pfn {pfn:#x}")
    yield from _virtual(debugger, address, target.symbol)
    yield from _memblock(debugger, address)
    yield from _claims(debugger, address)
    yield _section(debugger, address >> shifts.section)
    yield from _page_struct(debugger, pfn)
    yield from _zones(debugger, pfn)
    walked = target.virtual
    if walked is None:
        walked = _linear(debugger, address)
    if walked is not None:
        yield from _walk(debugger.state.page_tables, walked)
    yield from _mappings(debugger, address)
    for item in debugger.history.items(Place(PHYSICAL, address, address + 1)):
        yield Fact("history", f"{item.text}  ({item.path})", item.event)


def _linear(debugger: Debugger, address: int) -> int | None:
    layout, start = debugger.layout, debugger.state.variables.get("memstart_addr", -1)
    if layout is None or start == -1:
        return None
    return ((address - start) | layout.page_offset) & ((1 << 64) - 1)


def _virtual(debugger: Debugger, address: int, symbol: str) -> Iterator[Fact]:
    """Where the kernel sees it: the linear map's address, and the image's with the nearest symbol."""
    linear = _linear(debugger, address)
    if linear is not None:
        yield Fact("linear map", f"linear map address {hex_address(linear)}")
    symbols, load = debugger.names.symbols, debugger.load_address
    if load is None or "_text" not in symbols:
        return
    linked = address - load + symbols["_text"]
    if symbols["_text"] <= linked < symbols.get("_end", 0):
        below = [(value, name) for name, value in symbols.items() if symbols["_text"] <= value <= linked]
        value, name = max(below, key=lambda each: (each[0], each[1] == symbol))
        offset = f"+{linked - value:#x}" if linked > value else ""
        running = address + debugger.state.variables.get("kimage_voffset", 0)
        place = running if running >= FIRST_VIRTUAL else linked
        yield Fact("kernel image", f"kernel image address {hex_address(place)}, {name}{offset}")


def _memblock(debugger: Debugger, address: int) -> Iterator[Fact]:
    for array in (debugger.state.memblock.memory, debugger.state.memblock.reserved):
        yield Fact(array.name, _region(array, address))


def _region(array: RegionArray, address: int) -> str:
    for index, region in enumerate(array.regions):
        if region.base <= address < region.end:
            where = f"memblock.{array.name}[{index}] {sized_range(region.base, region.size)}"
            return f"{where} {flag_names(region.flags)}" if region.flags else where
    return f"not in memblock.{array.name}"


def _claims(debugger: Debugger, address: int) -> Iterator[Fact]:
    """Who put it there."""
    owners, position = debugger.owners, debugger.position
    asked = (
        ("reserved by", owners.reserved_by(address, position)),
        ("memory by", owners.memory_by(address, position)),
        ("no-map by", owners.nomap_by(address, position)),
    )
    for label, claim in asked:
        if claim is not None:
            yield Fact(label, f"{label} {claim_text(debugger, claim)}", claim.event)


def claim_text(debugger: Debugger, claim: Claim) -> str:
    """Who did something, in words: the owner, what is behind it, the functions and the event."""
    cause = f", because of {claim.owner.cause}" if claim.owner.cause else ""
    return f"{claim.owner.name}{cause}: {debugger.history.path(claim.event)} (event {claim.event})"


def _section(debugger: Debugger, number: int) -> Fact:
    section = debugger.state.sections.sections.get(number)
    if section is None:
        return Fact("section", f"section {number}: not present")
    usage = f", usage map at {hex_address(section.usage_pa)}" if section.usage_pa else ""
    return Fact(
        "section",
        f"section {number}: {' '.join(section.flag_names())}, "
        f"section_mem_map {hex_address(section.section_mem_map)}{usage}",
    )


def _page_struct(debugger: Debugger, pfn: int) -> Iterator[Fact]:
    macros = debugger.macros(debugger.names.at_position(debugger.state, debugger.position))
    if not macros or debugger.state.variables.get("memstart_addr", -1) == -1:
        return
    page = macros["pfn_to_page"](pfn)
    run = debugger.state.page_tables.leaf(page)
    where = f"in memory at {hex_address(run.pa_start + page - run.va_start)}" if run else "not mapped yet"
    yield Fact("struct page", f"struct page {hex_address(page)}, {where}")


def _zones(debugger: Debugger, pfn: int) -> Iterator[Fact]:
    for node in debugger.state.zones.nodes.values():
        for zone in node.zones:
            if zone.start_pfn <= pfn < zone.end_pfn:
                yield Fact("zone", f"node {node.nid}, zone {zone.name}")


def _walk(tree: PageTables, address: int) -> Iterator[Fact]:
    """The walk of the page tables, level by level, every descriptor decoded."""
    geometry = tree.geometry
    level = tree.fields.get("start_level", geometry.start_level)
    yield Fact("walk", f"walk of {hex_address(address)} from {hex_address(tree.fields.get('root_pa', 0))}:")
    leaf = tree.leaf(address)
    while level <= PAGE_LEVEL:
        bits = geometry.page_shift - 3
        index = address >> geometry.shift(level) & ((1 << bits) - 1)
        if leaf is not None and leaf.level == level:
            output = leaf.pa_start + (address - leaf.va_start) // leaf.page_size * leaf.page_size
            words = " ".join(describe_attributes(leaf.attrs, level))
            kind = "page" if level == PAGE_LEVEL else "block"
            yield Fact("walk", f"  level {level}[{index}] = {output | leaf.attrs:#018x} {kind}: {words}")
            return
        table = _table(tree, level + 1, address)
        if table is None:
            yield Fact("walk", f"  level {level}[{index}]: nothing")
            return
        descriptor = table[0] | table[1]
        words = " ".join(("table", *describe_table_attributes(table[1])))
        yield Fact(
            "walk", f"  level {level}[{index}] = {descriptor:#018x} {words} at {hex_address(table[0])}"
        )
        level += 1


def _table(tree: PageTables, level: int, address: int) -> tuple[int, int] | None:
    """The table at `level` that translates an address, and the bits of the descriptor that points to it."""
    found = tree.table(level, address) if level <= PAGE_LEVEL else None
    if found is None:
        return None
    runs: list[TableRun] = [run for run in tree.tables if run.level == level and run.va_first <= address]
    return found, runs[-1].attrs if runs else 0


def _mappings(debugger: Debugger, address: int) -> Iterator[Fact]:
    """Everything that maps it, as runs."""
    state = debugger.state
    for tree in (state.page_tables, state.init_pg_dir, state.idmap_pg_dir, state.init_idmap_pg_dir):
        for run in tree.runs:
            virtual = run.va_start + address - run.pa_start
            if run.va_start <= virtual < run.va_end:
                yield Fact("mapped", _mapping(run, virtual, "" if tree is state.page_tables else tree.target))


def _mapping(run: Run, virtual: int, tree: str) -> str:
    words = " ".join(describe_attributes(run.attrs, run.level))
    place = f" in {tree}" if tree else ""
    return (
        f"mapped at {hex_address(virtual)}{place}, in {hex_address(run.va_start)}-{hex_address(run.va_end)}, "
        f"level {run.level}, {readable_size(run.page_size)} each, {words}"
    )
