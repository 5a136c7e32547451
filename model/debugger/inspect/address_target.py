"""Which address somebody asks about, by any of its names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...base.units import hex_address
from ...index.selectors import PHYSICAL, ZONE, PlaceError
from ...language.words import tr
from ...memory.memblock.regions import U64
from ...memory.memory_model import VMEMMAP
from ...memory.page_structs import NoStructPage

if TYPE_CHECKING:
    from ..debugger import Debugger


class AddressTarget(NamedTuple):
    """An address that somebody asked about: `physical` (None: it leads nowhere), and `virtual` if that is how
    it was asked for; `how` says what the question was, where that is not plain; `symbol` is the symbol that
    was asked for."""

    physical: int | None
    virtual: int | None
    how: str = ""
    symbol: str = ""


def find_target(debugger: Debugger, text: str) -> AddressTarget:
    """The address meant by ``pfn N``, ``section N``, ``page ADDRESS`` (of a struct page) or an expression, in
    which symbols may stand.  Raises `ExpressionError`, `PlaceError`."""
    word, _, rest = text.strip().partition(" ")
    if word == "pfn" and rest:
        return AddressTarget(debugger.place(text).start, None, f"pfn {rest}")
    if word == "section" and rest:
        number = debugger.place(text).start
        return AddressTarget(
            number << debugger.names.shifts.section,
            None,
            tr("the first byte of section {number}", number=number),
        )
    place = debugger.place(rest if word == "page" and rest else text)
    address = place.start
    if place.space == ZONE:
        raise PlaceError(
            tr(
                "{place} is no address; history {text} tells what happens to it",
                place=place.words(),
                text=text.strip(),
            )
        )
    if address > U64:
        raise PlaceError(tr("{address} is wider than an address", address=hex(address)))
    if place.space == PHYSICAL:
        return AddressTarget(address, None)
    frame = _frame_of(debugger, address, named=word == "page" and rest != "")
    if frame is not None:
        return AddressTarget(frame, None, tr("the struct page at {address}", address=hex_address(address)))
    symbol = text.strip() if text.strip() in debugger.names.symbols else ""
    return AddressTarget(_translated(debugger, address), address, symbol=symbol)


def _frame_of(debugger: Debugger, address: int, named: bool) -> int | None:
    """The physical address that a struct page describes, None if the address is not one of a struct page.
    What lies in the vmemmap is one; in the linear map only what is `named` so."""
    pages, placement = debugger.page_structs(), debugger.placement()
    if pages is None or placement is None:
        return None
    layout = placement.address_map
    linear_pages = layout.direct_map.size >> layout.page_shift
    in_vmemmap = 0 <= address - layout.vmemmap.start < linear_pages * debugger.sizeof_page
    wanted = in_vmemmap if pages.shape.model == VMEMMAP else named and pages.has_page(address)
    if not wanted:
        return None
    try:
        return pages.pfn(pages.start_of(address)) << layout.page_shift
    except NoStructPage:
        return None


def _translated(debugger: Debugger, address: int) -> int | None:
    """The physical address behind a virtual one: by the page tables, or by the kernel's own arithmetic where
    it is not mapped yet."""
    for pgdir, tree in debugger.trees():
        run = tree.leaf(address) if pgdir.kind != "identity" else None
        if run is not None:
            return run.pa_start + address - run.va_start
    placement = debugger.placement()
    physical = placement.physical(address) if placement is not None else None
    if physical is not None:
        return physical
    symbols, load = debugger.names.symbols, debugger.facts.load_address
    if load is not None and symbols.get("_text", address + 1) <= address < symbols.get("_end", 0):
        return address - symbols["_text"] + load
    return None
