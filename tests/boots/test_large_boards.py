"""Boards with thousands of everything end in bounded time, in a boot or a sentence, in every release's way of
reading them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from bootstep.boots.core.inputs import Machine
from bootstep.boots.init.main import boot
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.base.errors import InputError
from bootstep.model.firmware.devicetree.tree import DeviceTree, DTNode, flatten
from in_blocks import in_blocks
from sweeps import sweep

MACHINES = ("virt-512m-5.7", "virt-1g", "virt-1g-6.12")
GIB, TWO_CELLS = 1 << 30, b"\0\0\0\2"
MANY = 2000


def ranges(*pairs: tuple[int, int]) -> bytes:
    return b"".join(struct.pack(">QQ", base, size) for base, size in pairs)


def tree() -> DeviceTree:
    return DeviceTree(load_kernel(read_machine("virt-1g")).fdt.raw)


def add(parent: DTNode, name: str, properties: dict[str, bytes]) -> DTNode:
    node = DTNode(name, parent, parent.depth + 1, properties)
    parent.children.append(node)
    return node


def reserved(properties: list[dict[str, bytes]]) -> bytes:
    fdt = tree()
    above = add(
        fdt.root,
        "reserved-memory",
        {"#address-cells": TWO_CELLS, "#size-cells": TWO_CELLS, "ranges": b""},
    )
    for number, each in enumerate(properties):
        add(above, f"r{number}", each)
    return flatten(fdt.root, (), 0)


def boots(tmp_path: Path, machine: str, raw: bytes, named: Callable[..., Machine] = in_blocks) -> str:
    """What is wrong with it, "" if it boots (or panics)."""
    (tmp_path / "board.dtb").write_bytes(raw)
    try:
        boot(load_kernel(named(machine, {"dtb": str(tmp_path / "board.dtb")})))
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("machine", sweep(MACHINES, "virt-1g"))
def test_thousands_of_reserved_regions(tmp_path: Path, machine: str) -> None:
    there = [{"reg": ranges((GIB + (1 << 29) + n * 8192, 4096)), "no-map": b""} for n in range(MANY)]
    anywhere = [{"size": struct.pack(">Q", 4096)} for _ in range(MANY)]
    for properties in (there, anywhere, [*there[:50], *anywhere[:50]]):
        assert boots(tmp_path, machine, reserved(properties)) == ""


@pytest.mark.parametrize("machine", sweep(MACHINES, "virt-1g"))
def test_thousands_of_siblings_and_aliases(tmp_path: Path, machine: str) -> None:
    fdt = tree()
    fdt.root.children = [child for child in fdt.root.children if child.name != "aliases"]
    for number in range(MANY):
        add(fdt.root, f"n{number}", {"compatible": b"x\0"})
    add(fdt.root, "aliases", {f"a{n}": f"/n{MANY - 1 - n}\0".encode() for n in range(MANY)})
    assert boots(tmp_path, machine, flatten(fdt.root, (), 0)) == ""


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("size", [1 << 40, 1 << 63, (1 << 64) - 1])
def test_a_cell_that_makes_memory_a_terabyte(tmp_path: Path, machine: str, size: int) -> None:
    raw = tree().with_properties("/memory@40000000", {"reg": ranges((GIB, size))}).raw
    assert "of memory this boot is too long to record" in boots(tmp_path, machine, raw, read_machine)


@pytest.mark.parametrize("machine", sweep(MACHINES, "virt-1g"))
def test_thousands_of_banks(tmp_path: Path, machine: str) -> None:
    banks = ranges(*((GIB + n * (2 << 20), 1 << 20) for n in range(MANY)))
    assert boots(tmp_path, machine, tree().with_properties("/memory@40000000", {"reg": banks}).raw) == ""


@pytest.mark.parametrize("machine", MACHINES)
def test_two_nodes_of_one_path_are_two_nodes(tmp_path: Path, machine: str) -> None:
    """As damage makes them: the name of one node is that of another."""
    fdt = tree()
    for base in (GIB, 5 * GIB):
        add(fdt.root, "memory@1", {"device_type": b"memory\0", "reg": ranges((base, GIB))})
    add(fdt.root, "a/b", {"device_type": b"memory\0", "reg": ranges((3 * GIB, GIB))})
    assert boots(tmp_path, machine, flatten(fdt.root, (), 0)) == ""
