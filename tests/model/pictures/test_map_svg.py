"""Maps of memory as pictures.

Covers pieces.py, scale.py, map_svg.py, legend.py, colours.py, markup.py.
"""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from functools import cache

import pytest
from bootstep.boots.loader.machine_file import read_machine, shipped_machines
from bootstep.boots.sources.model_boot import ModelBoot
from bootstep.model.debugger.debugger import Debugger
from bootstep.model.pictures.colours import COLOURS
from bootstep.model.pictures.map_svg import NOTHING, map_svg
from bootstep.model.pictures.markup import fitted, text
from bootstep.model.pictures.pieces import FREE, KINDS, NOMAP, MapColumn, Piece, column
from bootstep.model.pictures.scale import LINE, MORE_ROWS, MOST_ROWS, rows
from hypothesis import given
from hypothesis import strategies as st
from sweeps import sweep

SVG = "{http://www.w3.org/2000/svg}"
GIB = 1 << 30
NAME = "virt-1g"


@cache
def booted(name: str = NAME) -> ModelBoot:
    boot = ModelBoot.of(read_machine(name))
    boot.run()
    return boot


def standing(at: str, name: str = NAME) -> Debugger:
    boot = booted(name)
    debugger = Debugger(boot.trace, boot.facts)
    debugger.goto(debugger.position_names.find(at))
    return debugger


def column_at(at: str, name: str = NAME) -> MapColumn:
    return column(standing(at, name), at)


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def words(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in parsed(svg).iter(f"{SVG}text")]


def blocks(svg: str) -> dict[str, tuple[float, float, float]]:
    """The left edge, the top and the height of each block, by what is told of it: blocks that are told alike
    have no more than one place each."""
    found: dict[str, tuple[float, float, float]] = {}
    for group in parsed(svg).iter(f"{SVG}g"):
        title, rect = group.find(f"{SVG}title"), group.find(f"{SVG}rect")
        if title is not None and rect is not None:
            place = tuple(float(rect.get(key, "")) for key in ("x", "y", "height"))
            found[f"{title.text} at {place[0]:.0f}"] = (place[0], place[1], place[2])
    return found


# ---- what a map is made of ----


@pytest.mark.parametrize("name", sweep(shipped_machines(), "virt-1g", "virt-2g-numa2", "broken-1g", "pc-2g"))
def test_every_byte_of_ram_is_on_it_once(name: str) -> None:
    debugger = standing("end", name)
    found, ledger = column(debugger, "end"), debugger.ledger()
    pieces = found.pieces
    assert all(one.end <= other.start for one, other in itertools.pairwise(pieces))
    totals = found.totals()
    outside = sum(row.size for row in ledger.outside)
    assert totals[FREE] == ledger.free
    assert totals.get(NOMAP, 0) == ledger.nomap
    assert sum(totals.values()) == ledger.memory + outside


def test_before_memory_is_known_what_is_reserved_is_there() -> None:
    debugger = standing("early_init_dt_scan_memory:entry")
    assert not [region for region in debugger.state.memblock.memory.regions if region.size]
    assert [piece.kind for piece in column(debugger, "").pieces] == ["device tree"]


def test_reserved_memory_before_between_and_behind_ram() -> None:
    debugger = standing("end", "pc-8g")
    outside = [row.first for row in debugger.ledger().outside]
    starts = {piece.start for piece in column(debugger, "end").pieces}
    assert outside
    assert set(outside) <= starts


def test_every_kind_has_a_colour_of_its_own() -> None:
    assert set(COLOURS) == set(KINDS)
    assert len(set(COLOURS.values())) == len(KINDS)


# ---- how heights are shared ----


def pieces(*sizes: int) -> MapColumn:
    at, found = GIB, list[Piece]()
    for number, size in enumerate(sizes):
        found.append(Piece(at, at + size, KINDS[number % 2], f"p{number}"))
        at += size
    return MapColumn("m", "end", tuple(found))


@given(st.lists(st.integers(1, 1 << 40), min_size=1, max_size=300), st.integers(0, 50))
def test_rows_follow_each_other_and_can_be_read(sizes: list[int], skipped: int) -> None:
    whole = pieces(*sizes)
    other = MapColumn("n", "end", whole.pieces[skipped::3])
    found = rows([whole, other])
    assert (found[0].start, found[-1].end) == (whole.pieces[0].start, whole.pieces[-1].end)
    for one, following in itertools.pairwise(found):
        assert one.end == following.start
        assert one.top + one.height == pytest.approx(following.top)
    assert min(row.height for row in found) >= LINE
    assert len(found) <= MOST_ROWS + MORE_ROWS


def test_many_pieces_are_bounded_and_still_all_counted() -> None:
    many = pieces(*[4096] * 20_000)
    svg = map_svg([many], "many")
    assert len(svg) < 60_000
    assert "20000 pieces: kernel image 39.1 MiB; initrd 39.1 MiB" in svg


def test_what_is_larger_is_higher() -> None:
    heights = [row.height for row in rows([pieces(1 << 20, 1 << 26, 1 << 34)])]
    assert heights == sorted(set(heights))


# ---- the picture ----


@pytest.mark.parametrize("name", sweep(shipped_machines(), "virt-1g", "virt-2g-numa2", "broken-1g", "pc-2g"))
def test_every_machine_has_one(name: str) -> None:
    svg = map_svg([column_at(at, name) for at in ("start", "paging_init:return", "end")], name)
    root = parsed(svg)
    assert root.tag == f"{SVG}svg"
    width, height = (float(root.get(key, "")) for key in ("width", "height"))
    for rect in root.iter(f"{SVG}rect"):
        if rect.get("width") != "100%":
            x, y, wide, high = (float(rect.get(key, "")) for key in ("x", "y", "width", "height"))
            assert x >= 0 and x + wide <= width and y >= 0 and y + high <= height
    for each in root.iter(f"{SVG}text"):
        assert float(each.get("font-size", "11")) >= 10
    assert NOTHING in words(svg)


def test_addresses_are_at_the_same_height_in_all_columns() -> None:
    svg = map_svg([column_at("paging_init:return"), column_at("end")], "two")
    places = blocks(svg)
    blob = [place for told, place in places.items() if "device tree blob" in told]
    assert len(blob) == 2
    assert blob[0][0] != blob[1][0]
    assert blob[0][1:] == blob[1][1:]


def test_addresses_grow_as_they_are_told_to() -> None:
    def tops(svg: str) -> tuple[float, float]:
        found = blocks(svg)
        text = next(place for told, place in found.items() if "kernel text" in told)
        structs = next(place for told, place in found.items() if "page structs" in told)
        return text[1], structs[1]

    low, high = tops(map_svg([column_at("end")], "", "up"))
    assert low > high
    low, high = tops(map_svg([column_at("end")], "", "down"))
    assert low < high


def test_a_block_tells_whose_it_is_and_why() -> None:
    svg = map_svg([column_at("end")], "one")
    assert "[0x7ac00000-0x7ebfffff] 64.0 MiB: CMA area 'reserved' (the kernel's configuration)" in {
        each.text for each in parsed(svg).iter(f"{SVG}title")
    }
    found = words(svg)
    assert {
        "0x40000000",
        "0x80000000",
        "0x48100000",
        "CMA area 'reserved'",
        "the kernel's configuration",
    } <= {*found}


def test_the_legend_adds_up() -> None:
    found = words(map_svg([column_at("end")], "one"))
    assert found[found.index("all") + 1] == "1.0 GiB"
    assert found[found.index("page structs", found.index("CMA area 'reserved'")) + 1] == "16.0 MiB"


def test_a_hole_between_all_columns_is_short_and_told() -> None:
    svg = map_svg([column_at("end", "pc-8g")], "pc")
    assert "hole, 1.0 GiB" in words(svg)


def test_names_are_no_markup_and_no_control_characters() -> None:
    nasty = '<script>"&\x1b[31m\x00\ud800 名'
    piece = Piece(0, 1 << 30, FREE, nasty, nasty)
    svg = map_svg([MapColumn(nasty, nasty, (piece,))], nasty)
    root = parsed(svg)
    assert not list(root.iter(f"{SVG}script")) and "\x1b" not in svg
    titles = [each.text or "" for each in root.iter(f"{SVG}title")]
    assert '<script>"&\\x1b[31m\\x00\\xed\\xa0\\x80 名' in titles


@given(st.text(st.characters(codec=None)))
def test_any_text_is_text(given_text: str) -> None:
    assert ET.fromstring(f'<a b="{text(given_text)}">{text(given_text)}</a>') is not None


def test_words_fit_or_end_in_an_ellipsis() -> None:
    assert fitted("kernel text", 100, 7) == "kernel text"
    assert fitted("kernel text", 49, 7) == "kernel…"
    assert fitted("kernel text", 20, 7) == ""
