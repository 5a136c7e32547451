"""A board as a log tells of it, written as the source of a device tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

INDENT = "\t"
NOT_IN_NAMES = re.compile(r"[^0-9a-zA-Z,._+-]")
SHORT, LONG = 4, 12
"""Digits of a filler's names: eight more take eight more bytes of the unflattened tree."""
CPU_SERVICE = """\tpsci {
\t\tcompatible = "arm,psci-1.0", "arm,psci-0.2";
\t\tmethod = "smc";
\t};"""
"""Without a way to start them, the kernel does not count CPUs."""


class Bank(NamedTuple):
    """RAM from `start` up to `end` (bytes), and its node; None if there are no nodes."""

    start: int
    end: int
    nid: int | None = None


class ReservedRegion(NamedTuple):
    """A node of /reserved-memory, in bytes; `base` is None if the kernel finds the place itself, at a
    multiple of `align`, from `minimum` up to `limit` (0: anywhere).  `is_default` is the area of devices
    that have none of their own."""

    name: str
    base: int | None
    size: int
    nomap: bool = False
    reusable: bool = False
    compatible: str = ""
    align: int = 0
    minimum: int = 0
    limit: int = 0
    is_default: bool = False

    @property
    def end(self) -> int:
        """Where it ends, if it has a place."""
        return (self.base or 0) + self.size


class CpuNodes(NamedTuple):
    """How many CPUs there are, and the node of each if there are nodes."""

    number: int
    nids: tuple[int, ...] = ()


class Filler(NamedTuple):
    """Nodes without a meaning, which make a tree as large as one of which only the size is known: `nodes`
    that are alike, of which so many have `longer` names, and one with so many `properties` and `letters` of
    its name."""

    nodes: int
    longer: int
    properties: int
    letters: int

    @property
    def names(self) -> list[str]:
        """The names of the nodes."""
        alike = (f"rest@{number:0{LONG if number < self.longer else SHORT}x}" for number in range(self.nodes))
        return [*alike, "z" * self.letters]


class Board(Struct, frozen=True):
    """What of a board matters to early memory.  `kept` are ranges of /memreserve/, `dma_limit` is the first
    address that a device cannot reach (0: there is none), `remarks` stand at the top."""

    model: str
    banks: Sequence[Bank]
    cpus: CpuNodes
    reserved: Sequence[ReservedRegion] = ()
    kept: Sequence[tuple[int, int]] = ()
    dma_limit: int = 0
    remarks: Sequence[str] = ()
    filler: Filler | None = None


def cells(*values: int) -> str:
    """Addresses and sizes as cells of two words."""
    return "<" + " ".join(f"{value >> 32:#x} {value & 0xFFFFFFFF:#x}" for value in values) + ">"


def dts(board: Board) -> str:
    """The board's source."""
    return "\n".join(_lines(board)) + "\n"


def _lines(board: Board) -> Iterator[str]:
    yield "/dts-v1/;"
    yield from (f"// {remark}" for remark in board.remarks)
    yield from (f"/memreserve/ {start:#x} {size:#x};" for start, size in board.kept)
    yield "/ {"
    yield f"{INDENT}#address-cells = <2>;"
    yield f"{INDENT}#size-cells = <2>;"
    yield f'{INDENT}model = "{_quoted(board.model)}";'
    yield f'{INDENT}compatible = "{NOT_IN_NAMES.sub("-", board.model).lower()}";'
    yield from _cpus(board.cpus)
    yield CPU_SERVICE
    for bank in board.banks:
        yield from _node(f"memory@{bank.start:x}", _memory(bank))
    yield f"{INDENT}chosen {{ }};"
    if board.dma_limit:
        yield from _node("bus", _bus(board.dma_limit))
    if board.reserved:
        yield f"{INDENT}reserved-memory {{"
        yield from (
            f"{INDENT * 2}{line}" for line in ("#address-cells = <2>;", "#size-cells = <2>;", "ranges;")
        )
        for region, name in zip(board.reserved, unique_names(board.reserved), strict=True):
            yield from _node(name, _region(region), 2)
        yield f"{INDENT}}};"
    if board.filler:
        yield from _filler(board.filler)
    yield "};"


def _node(name: str, properties: Iterator[str], depth: int = 1) -> Iterator[str]:
    yield f"{INDENT * depth}{name} {{"
    yield from (f"{INDENT * (depth + 1)}{line};" for line in properties)
    yield f"{INDENT * depth}}};"


def _memory(bank: Bank) -> Iterator[str]:
    yield 'device_type = "memory"'
    yield f"reg = {cells(bank.start, bank.end - bank.start)}"
    if bank.nid is not None:
        yield f"numa-node-id = <{bank.nid}>"


def _bus(limit: int) -> Iterator[str]:
    """What DMA zones are made for: a bus that reaches a part of the addresses."""
    yield 'compatible = "simple-bus"'
    yield "#address-cells = <2>"
    yield "#size-cells = <2>"
    yield "ranges"
    yield f"dma-ranges = {cells(0, 0, limit)}"


def _region(region: ReservedRegion) -> Iterator[str]:
    if region.compatible:
        yield f'compatible = "{_quoted(region.compatible)}"'
    if region.base is not None:
        yield f"reg = {cells(region.base, region.size)}"
    else:
        yield f"size = {cells(region.size)}"
        if region.align:
            yield f"alignment = {cells(region.align)}"
        if region.limit:
            yield f"alloc-ranges = {cells(region.minimum, region.limit - region.minimum)}"
    if region.nomap:
        yield "no-map"
    if region.reusable:
        yield "reusable"
    if region.is_default:
        yield "linux,cma-default"


def _cpus(cpus: CpuNodes) -> Iterator[str]:
    yield f"{INDENT}cpus {{"
    yield f"{INDENT * 2}#address-cells = <1>;"
    yield f"{INDENT * 2}#size-cells = <0>;"
    for number in range(cpus.number):
        yield from _node(f"cpu@{number:x}", _cpu(number, cpus), 2)
    yield f"{INDENT}}};"


def _cpu(number: int, cpus: CpuNodes) -> Iterator[str]:
    yield 'device_type = "cpu"'
    yield 'compatible = "arm,armv8"'
    yield f"reg = <{number:#x}>"
    yield 'enable-method = "psci"'
    if cpus.nids:
        yield f"numa-node-id = <{cpus.nids[number]}>"


def _filler(filler: Filler) -> Iterator[str]:
    *alike, last = filler.names
    yield from (f"{INDENT}{name} {{ }};" for name in alike)
    yield from _node(last, iter([f"p{number}" for number in range(filler.properties)]))


def unique_names(regions: Sequence[ReservedRegion]) -> list[str]:
    """Names that no two nodes have."""
    names: list[str] = []
    for region in regions:
        name = NOT_IN_NAMES.sub("-", region.name.partition("@")[0]) or "region"
        if region.base is not None and ("@" in region.name or name in names):
            name = f"{name}@{region.base:x}"
        while name in names:
            name += "+"
        names.append(name)
    return names


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
