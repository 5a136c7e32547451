"""Flattened device trees: blobs that real kernels got, and damaged ones."""

import gzip
import struct
from pathlib import Path

import pytest
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.tree import DeviceTree, flatten
from hypothesis import given
from hypothesis import strategies as st

BOARDS = Path(__file__).parents[3] / "data" / "boards"
QEMU = gzip.decompress((BOARDS / "qemu-m1g.dtb.gz").read_bytes())


@pytest.fixture
def qemu() -> DeviceTree:
    return DeviceTree(QEMU, "board.dtb")


def test_qemus_board_is_read_in_the_order_of_its_flat_tree(qemu: DeviceTree) -> None:
    assert qemu.totalsize == len(qemu.raw) == 1 << 20
    paths = [node.path for node in qemu.nodes()]
    assert paths[:3] == ["/", "/psci", "/memory@40000000"]
    assert paths[-1] == "/chosen"
    assert len(paths) == 58
    assert [node.depth for node in qemu.nodes()][:3] == [0, 1, 1]


def test_properties_are_the_bytes_that_were_there(qemu: DeviceTree) -> None:
    memory = qemu.find("/memory@40000000")
    assert memory
    assert memory.properties["reg"] == bytes.fromhex("0000000040000000 0000000040000000")
    assert memory.cells("reg") == (0, 0x40000000, 0, 0x40000000)
    assert memory.string("device_type") == "memory"
    assert memory.cells("no-such-property") == ()
    assert memory.string("no-such-property") is None


def test_an_address_that_looks_like_text_stays_what_it_is() -> None:
    tree = DeviceTree(QEMU).with_properties("/memory@40000000", {"reg": b"ABC\0" * 4, "names": b"a\0\0b\0"})
    memory = tree.find("/memory@40000000")
    assert memory
    assert memory.cells("reg") == (0x41424300,) * 4
    assert memory.strings("names") == ("a", "", "b")


def test_nodes_are_found_by_path_with_and_without_unit_address(qemu: DeviceTree) -> None:
    assert qemu.find("/") is qemu.root
    gic = qemu.find("/intc@8000000")
    assert gic
    assert gic is qemu.find("/intc")
    assert gic.phandle == 0x8003
    assert qemu.find("/intc@8000000/v2m@8020000").parent is gic  # pyright: ignore
    assert qemu.find("/intc@9000000") is None


def test_memory_reservations_are_read() -> None:
    tree = DeviceTree((BOARDS / "memreserve.dtb").read_bytes())
    assert tree.memreserve[0] == (0x50000000, 0x10000)
    assert len(tree.memreserve) == 4


def test_a_tree_written_again_is_the_same_blob() -> None:
    for name in ("resv-nomap", "memreserve", "banks-nodes"):
        raw = (BOARDS / f"{name}.dtb").read_bytes()
        tree = DeviceTree(raw)
        assert flatten(tree.root, tree.memreserve, 0) == raw


def test_a_changed_property_keeps_the_size_of_a_blob_with_room(qemu: DeviceTree) -> None:
    changed = qemu.with_properties("/chosen", {"bootargs": b"mem=600M\0", "stdout-path": None})
    chosen = changed.find("/chosen")
    assert chosen
    assert chosen.properties == {"bootargs": b"mem=600M\0"}
    assert changed.totalsize == qemu.totalsize
    assert qemu.find("/chosen").string("bootargs") != "mem=600M"  # pyright: ignore


def test_a_missing_node_is_made_and_a_full_blob_grows() -> None:
    tree = DeviceTree((BOARDS / "resv-nomap.dtb").read_bytes())
    grown = tree.with_properties("/extra", {"size": b"\0\0\0\1"})
    assert grown.find("/extra").cells("size") == (1,)  # pyright: ignore
    assert grown.totalsize > tree.totalsize


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "the device tree is empty"),
        (b"\xd0\x0d\xfe\xed", "this is no device tree blob, it does not begin with 0xd00dfeed"),
        (bytes(100), "this is no device tree blob, it does not begin with 0xd00dfeed"),
        (QEMU[: len(QEMU) // 2], "the device tree is cut off, 524288 of 1048576 bytes are there"),
        (QEMU[:8] + b"\xff\xff\xff\xff" + QEMU[12:], "the header of this device tree points outside of it"),
        (QEMU[:20] + b"\0\0\0\1" + QEMU[24:], "device tree version 1, the kernel wants 16 or later"),
        (QEMU[:56] + bytes(len(QEMU) - 56), "the structure of this device tree is damaged"),
    ],
    ids=["empty", "only magic", "zeroes", "half", "offset", "version", "no structure"],
)
def test_a_damaged_blob_is_refused_in_one_sentence(raw: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        DeviceTree(raw, "some/board.dtb")
    assert str(refused.value) == f"some/board.dtb: {sentence}"


@given(st.integers(0, 8000), st.binary(min_size=1, max_size=8))
def test_any_damage_is_read_or_refused(at: int, noise: bytes) -> None:
    raw = (BOARDS / "resv-nomap.dtb").read_bytes()
    damaged = raw[:at] + noise + raw[at + len(noise) :]
    try:
        tree = DeviceTree(damaged, "board.dtb")
    except InputError as error:
        assert str(error).startswith("board.dtb: ")
    else:
        assert struct.unpack_from(">I", tree.raw, 4)[0] == tree.totalsize
        list(tree.nodes())
