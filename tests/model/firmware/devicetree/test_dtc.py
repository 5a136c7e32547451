"""Device tree sources, against the blobs that dtc made of them and that QEMU made of its own.

Covers dtc_numbers.py, dtc_words.py.
"""

import gzip
from pathlib import Path

import pytest
from bootstep.boots.loader.machine_file import SHIPPED
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.dtc import compile_dts
from bootstep.model.firmware.devicetree.tree import DeviceTree

BOARDS = Path(__file__).parents[3] / "data" / "boards"
PHANDLES = ("phandle", "interrupt-parent", "clocks", "gpios", "interrupt-map", "msi-map", "cpu")
"""Properties with phandles, whose numbers are free."""


@pytest.mark.parametrize("board", ["resv-nomap", "memreserve", "banks-nodes"])
def test_a_source_compiles_to_the_blob_of_dtc(board: str) -> None:
    compiled = compile_dts((BOARDS / f"{board}.dts").read_text())
    assert compiled.raw == (BOARDS / f"{board}.dtb").read_bytes()


def shape(tree: DeviceTree) -> dict[str, dict[str, bytes | int]]:
    return {
        node.path: {
            name: len(value) if name in PHANDLES else value for name, value in node.properties.items()
        }
        for node in tree.nodes()
    }


@pytest.mark.parametrize(("ours", "qemus"), [("virt-1g", "qemu-m1g"), ("virt-2g-numa2", "qemu-numa2")])
def test_a_shipped_board_tells_what_qemu_tells(ours: str, qemus: str) -> None:
    folder = SHIPPED / "boards"
    compiled = compile_dts(
        (folder / f"{ours}.dts").read_text(), ours, lambda name: (folder / name).read_text()
    )
    real = DeviceTree(gzip.decompress((BOARDS / f"{qemus}.dtb.gz").read_bytes()))
    compiled = compiled.with_properties("/chosen", {"bootargs": real.find("/chosen").properties["bootargs"]})  # pyright: ignore
    assert shape(compiled) == shape(real)


def properties(body: str) -> dict[str, bytes]:
    tree = compile_dts("/dts-v1/; / { " + body + " };")
    return tree.root.properties


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<1 0x2>", "0000000100000002"),
        ("<(1 << 4 | 2) (10 - 2 * 3)>", "0000001200000004"),
        ("<010 'A' (-1)>", "0000000800000041ffffffff"),
        ("/bits/ 64 <0x123456789>", "0000000123456789"),
        ("/bits/ 16 <1 2>", "00010002"),
        ("[00 1f ab]", "001fab"),
        ('"a", "b"', "61006200"),
        (r'"a\0b\x41\n"', "610062410a00"),
        ('"// no comment"', b"// no comment\0".hex()),
        ('<1>, "x", [ff]', "000000017800ff"),
    ],
)
def test_values(text: str, value: str) -> None:
    assert properties(f"p = {text};")["p"].hex() == value


def test_a_reference_gives_its_target_a_phandle() -> None:
    tree = compile_dts("/ { a = <1 &there>; p = &there; there: x@1 { }; n { phandle = <1>; }; };")
    assert tree.root.cells("a") == (1, 2)
    assert tree.root.string("p") == "/x@1"
    assert tree.find("/x@1").phandle == 2  # pyright: ignore


def test_later_parts_change_earlier_ones() -> None:
    tree = compile_dts(
        """/ { a = <1>; b = <2>; l: n { x; y; m { }; }; gone { }; };
        / { a = <3>; /delete-property/ b; n { z; }; /delete-node/ gone; };
        &l { /delete-property/ x; /delete-node/ m; }; /* the end */"""
    )
    assert tree.root.properties == {"a": b"\0\0\0\3"}
    assert [(node.path, list(node.properties)) for node in tree.nodes()] == [("/", ["a"]), ("/n", ["y", "z"])]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("#include <x.h>\n/ { };", "line 1: this source is for the C preprocessor, run it first"),
        ("/ {\n a = <1\n};", "line 3: expected a number"),
        ("/ { a = <0x123456789>; };", "line 1: 0x123456789 does not fit into 32 bits"),
        ("/ { a = <(1 / 0)>; };", "line 1: 1 / 0 has no value"),
        ("/ { a = <&nowhere>; };", "/: a refers to a node &nowhere that is missing"),
        ("&nowhere { };", "line 1: there is no node &nowhere"),
        ('/include/ "x.dtsi"', "line 1: a file cannot be included here"),
        ("/ { a = [0]; };", "line 1: expected pairs of hexadecimal digits in [ ]"),
        ("/ {", "line 1: expected a name"),
        ("/ { }", "line 1: expected ';', the source ends"),
        ("hello", "line 1: expected '/', not 'hello'"),
    ],
)
def test_what_cannot_be_compiled_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        compile_dts(text, "x.dts")
    assert str(refused.value) == f"x.dts: {sentence}"
