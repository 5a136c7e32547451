"""Overlays, laid over a board as ``fdtoverlay`` of dtc 1.6.1 did (tests/data/overlays).

Covers overlay_source.py.
"""

from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.firmware.devicetree.overlay import apply_overlay
from bootstep.model.firmware.devicetree.tree import DeviceTree

DATA = Path(__file__).parents[3] / "data" / "overlays"

Content = tuple[list[tuple[str, list[tuple[str, bytes]]]], tuple[tuple[int, int], ...], int, bytes]


def blob(name: str) -> DeviceTree:
    return DeviceTree((DATA / f"{name}.dtb").read_bytes(), f"{name}.dtb")


def source(name: str) -> DeviceTree:
    return compile_dts((DATA / f"{name}.dts").read_text(), f"{name}.dts", symbols=True)


def content(tree: DeviceTree) -> Content:
    """All there is in a blob, in its order, but for what stands between its values."""
    nodes = [(node.path, list(node.properties.items())) for node in tree.nodes()]
    return nodes, tree.memreserve, tree.totalsize, tree.strings


@pytest.mark.parametrize("name", ["board", "first", "second"])
def test_sources_have_the_symbols_and_fixups_that_dtc_gives_them(name: str) -> None:
    assert source(name).raw == blob(name).raw


@pytest.mark.parametrize("form", [blob, source])
def test_overlays_are_applied_as_fdtoverlay_does(form: type[DeviceTree]) -> None:
    """New properties and nodes come first, phandles behind the board's; the second needs a label of the
    first, the root by its path, a node without its unit address, and an alias."""
    one = apply_overlay(form("board"), form("first"))
    assert content(one) == content(blob("first-applied"))
    both = apply_overlay(one, form("second"))
    assert content(both) == content(blob("both-applied"))


def test_what_was_removed_where_it_lay_keeps_its_room() -> None:
    """The kernel overwrites rng-seed by words that say nothing; /sys/firmware/fdt has them."""
    board = blob("board")
    cut = board.with_properties("/chosen", {"bootargs": None})
    assert cut.totalsize == board.totalsize
    removed = 12 + len("console=ttyS0\0") + 2
    assert apply_overlay(cut, blob("first")).totalsize == blob("first-applied").totalsize + removed


def refused(base: str, overlay: str) -> str:
    with pytest.raises(InputError) as error:
        apply_overlay(blob(base), compile_dts(overlay, "ov.dts"))
    return str(error.value)


def test_a_board_without_symbols_is_told() -> None:
    told = refused("board-without-symbols", "/dts-v1/; /plugin/; &uart { a; }; &soc { b; };")
    assert told == (
        "ov.dts: this overlay refers to labels (uart, soc), and board-without-symbols.dtb has no "
        "__symbols__: compile its source with dtc -@"
    )


def test_an_overlay_with_paths_needs_no_symbols() -> None:
    overlay = compile_dts("/dts-v1/; /plugin/; &{/soc} { b; };", "ov.dts")
    found = apply_overlay(blob("board-without-symbols"), overlay).find("/soc")
    assert found
    assert "b" in found.properties


@pytest.mark.parametrize(
    ("overlay", "told"),
    [
        ("&nothing { a; };", "refers to the label nothing, which board.dtb does not have in its __symbols__"),
        ("&{/other} { a; };", "is for another board: board.dtb has no node /other"),
        ("/ { a; };", "has no fragment with an __overlay__"),
        ("/ { f { __overlay__ { a; }; }; };", "has a fragment f without target and target-path"),
        ("/ { f { target = <99>; __overlay__ { a; }; }; };", "for a phandle that no node has: 0x63"),
        ("/ { f { target = [00]; __overlay__ { a; }; }; };", "has a fragment f whose target is no phandle"),
        (
            '/ { f { target-path = "/"; __overlay__ { a; }; }; __fixups__ { uart = "nonsense"; }; };',
            "has a wrong entry in its __fixups__: uart: nonsense",
        ),
        (
            '/ { f { target-path = "/"; __overlay__ { a; }; }; __local_fixups__ { x = <0>; }; };',
            "has a wrong entry in its __local_fixups__: /: x",
        ),
        (
            '/ { f { target-path = "/"; __overlay__ { phandle = <0xfffffffe>; }; }; };',
            "has a phandle that is too large: /f/__overlay__: phandle",
        ),
    ],
)
def test_what_does_not_fit_is_told(overlay: str, told: str) -> None:
    assert told in refused("board", f"/dts-v1/; /plugin/; {overlay}")
