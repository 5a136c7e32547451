"""The flattened device tree.  Mirrors scripts/dtc/libfdt: header, memory reservation block, structure block.

The package ``fdt`` reads the header. It stops at FDT_NOP, which a third of the boards of real boots have
(tests/model/test_fdt_package.py), and does not say which property of a damaged blob is wrong; the structure
block is therefore read in this module, as raw bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any

import fdt  # pyright: ignore[reportMissingTypeStubs]
from msgspec import Struct, field

from ...base.errors import InputError
from ...language.words import tr
from .patch import FDT_BEGIN_NODE, FDT_END, FDT_END_NODE, FDT_NOP, FDT_PROP, patched

FDT_MAGIC = 0xD00DFEED
HEADER_SIZE = 40
MAX_DEPTH = 64
"""FDT_MAX_DEPTH of drivers/of/fdt.c: how deep nodes may lie in each other, the root counted."""
MAX_TOTALSIZE = 8 << 20
"""Bytes of the largest blob that is read.  The kernel takes 2 MiB, and says so of a larger one."""
LONGEST_NAME = 256
"""Bytes of the longest name of a node or property that is read; the specification has 31."""
_WORD = struct.Struct(">I")
_TWO_WORDS = struct.Struct(">II")
_RESERVATION = struct.Struct(">QQ")


class DTNode(Struct, eq=False):
    """A node.  `name` has its unit address ("" for the root); `properties` are raw bytes, in their order."""

    name: str
    parent: DTNode | None
    depth: int
    properties: dict[str, bytes] = field(default_factory=dict[str, bytes])
    children: list[DTNode] = field(default_factory=lambda: list[DTNode]())
    by_name: dict[str, DTNode] = field(default_factory=lambda: dict[str, DTNode]())
    indexed: tuple[int, int] = (0, 0)

    def child(self, name: str) -> DTNode | None:
        """The first child of this name, unit address included; a node may have tens of thousands."""
        state = len(self.children), id(self.children[-1]) if self.children else 0
        if self.indexed != state:
            self.by_name = {child.name: child for child in reversed(self.children)}
            self.indexed = state
        return self.by_name.get(name)

    @property
    def path(self) -> str:
        """The full path, "/" for the root."""
        if self.parent is None:
            return "/"
        return self.parent.path.rstrip("/") + "/" + self.name

    @property
    def phandle(self) -> int:
        """The node's phandle, 0 if it has none."""
        for name in ("phandle", "linux,phandle", "ibm,phandle"):
            if len(self.properties.get(name, b"")) == 4:
                return self.cells(name)[0]
        return 0

    def cells(self, name: str) -> tuple[int, ...]:
        """A property as 32-bit big-endian cells; empty if there is none.  A rest of fewer than four bytes is
        cut."""
        value = self.properties.get(name, b"")
        return struct.unpack(f">{len(value) // 4}I", value[: len(value) & ~3])

    def strings(self, name: str) -> tuple[str, ...]:
        """A property as a list of strings; empty if there is none."""
        value = self.properties.get(name)
        if not value:
            return ()
        return tuple(part.decode("latin-1") for part in value.removesuffix(b"\0").split(b"\0"))

    def string(self, name: str) -> str | None:
        """A property as a string, its first if it is a list; None if there is none."""
        value = self.properties.get(name)
        return None if value is None else value.partition(b"\0")[0].decode("latin-1")

    def walk(self) -> Iterator[DTNode]:
        """This node and all below it, in the order of the flat tree."""
        yield self
        for child in self.children:
            yield from child.walk()


class _TooDeep(Exception):
    """Nodes lie deeper in each other than the kernel reads."""


class DeviceTree:
    """A flattened device tree: `raw` bytes, `totalsize`, `memreserve` (address, size) pairs, and `root`.

    `assumed` has a sentence for everything that the file which it comes from does not tell of the blob;
    `strings` is the block of names."""

    def __init__(self, raw: bytes, filename: str = "device tree", assumed: tuple[str, ...] = ()) -> None:
        """Read a blob.  Raises `InputError` if it is damaged."""
        header = _header(raw, filename)
        self.raw = raw
        self.totalsize: int = header.total_size
        self.filename = filename
        self.assumed = assumed
        strings_size: int = header.size_dt_strings or 0
        self.strings = raw[header.off_dt_strings : header.off_dt_strings + strings_size]
        try:
            self.memreserve = tuple(_reservations(raw, header.off_mem_rsvmap))
            self.root = _parse(raw, header.off_dt_struct, header.off_dt_strings, self.totalsize)
        except _TooDeep:
            deep = f"nodes are nested more than {MAX_DEPTH} deep, the kernel reads no deeper"
            raise InputError(f"{filename}: {deep}") from None
        except (struct.error, ValueError, IndexError):
            raise InputError(
                tr("{filename}: the structure of this device tree is damaged", filename=filename)
            ) from None

    def nodes(self) -> Iterator[DTNode]:
        """Every node, in the order of the flat tree."""
        return self.root.walk()

    def find(self, path: str) -> DTNode | None:
        """The node at a path such as ``/chosen``; a unit address may be left out where that is
        unambiguous."""
        node = self.root
        for name in path.strip("/").split("/"):
            if not name:
                continue
            found = node.child(name) or next(
                (child for child in node.children if child.name.partition("@")[0] == name), None
            )
            if found is None:
                return None
            node = found
        return node

    def padded(self, totalsize: int) -> DeviceTree:
        """The same tree in a blob of at least `totalsize` bytes."""
        return self._laid_out(flatten(self.root, self.memreserve, totalsize))

    def _laid_out(self, raw: bytes) -> DeviceTree:
        """The same tree in a blob that was made of it."""
        made = copy(self)
        header = _header(raw, self.filename)
        made.raw, made.totalsize = raw, header.total_size
        made.strings = raw[header.off_dt_strings : header.off_dt_strings + header.size_dt_strings]
        return made

    def cleared(self) -> DeviceTree:
        """What is left of it where its memory was filled with zeros: nothing that anybody could read."""
        left = copy(self)
        left.raw, left.totalsize, left.memreserve = bytes(len(self.raw)), 0, ()
        left.root = DTNode("", None, 0)
        return left

    def with_properties(self, path: str, changes: Mapping[str, bytes | None]) -> DeviceTree:
        """The same tree with properties of one node set, or removed where the new value is None.  The node is
        made if it is missing (its parent must be there).  What fits is changed where it lies, as the kernel
        does; otherwise the blob is made anew, and keeps its total size if it can."""
        there = self.find(path)
        in_place = patched(self.raw, there.path, changes) if there else None
        if in_place is not None:
            return DeviceTree(in_place, self.filename, self.assumed)
        changed = DeviceTree(self.raw, self.filename, self.assumed)
        node = changed.find(path)
        if node is None:
            above, _, name = path.rpartition("/")
            parent = changed.find(above)
            if parent is None:
                raise InputError(
                    tr("{filename}: there is no node {above}", filename=self.filename, above=above)
                )
            node = DTNode(name, parent, parent.depth + 1)
            parent.children.append(node)
        for name, value in changes.items():
            if value is None:
                node.properties.pop(name, None)
            else:
                node.properties[name] = value
        return changed._laid_out(flatten(changed.root, changed.memreserve, self.totalsize))


def _header(raw: bytes, filename: str) -> Any:
    if not raw:
        raise InputError(tr("{filename}: the device tree is empty", filename=filename))
    if len(raw) < HEADER_SIZE or _WORD.unpack_from(raw)[0] != FDT_MAGIC:
        raise InputError(
            tr(
                "{filename}: this is no device tree blob, it does not begin with 0xd00dfeed",
                filename=filename,
            )
        )
    try:
        header: Any = fdt.Header.parse(raw)
    except Exception as error:  # the package raises bare Exception
        raise InputError(
            tr(
                "{filename}: the header of this device tree is damaged ({error})",
                filename=filename,
                error=error,
            )
        ) from None
    if header.version < 16:
        raise InputError(
            tr(
                "{filename}: device tree version {version}, the kernel wants 16 or later",
                filename=filename,
                version=header.version,
            )
        )
    if header.total_size > len(raw):
        raise InputError(
            tr(
                "{filename}: the device tree is cut off, {count} of {total_size} bytes are there",
                filename=filename,
                count=len(raw),
                total_size=header.total_size,
            )
        )
    if header.total_size > MAX_TOTALSIZE:
        raise InputError(
            tr(
                "{filename}: this device tree has {total_size} bytes, the kernel takes 2 MiB",
                filename=filename,
                total_size=header.total_size,
            )
        )
    for offset in (header.off_dt_struct, header.off_dt_strings, header.off_mem_rsvmap):
        if not HEADER_SIZE <= offset <= header.total_size:
            raise InputError(
                tr("{filename}: the header of this device tree points outside of it", filename=filename)
            )
    return header


def _reservations(raw: bytes, offset: int) -> Iterator[tuple[int, int]]:
    while True:
        address, size = _RESERVATION.unpack_from(raw, offset)
        if not address and not size:
            return
        yield address, size
        offset += _RESERVATION.size


def _parse(raw: bytes, at: int, strings_at: int, end: int) -> DTNode:
    root: DTNode | None = None
    node: DTNode | None = None
    names: dict[int, str] = {}
    word, two_words = _WORD.unpack_from, _TWO_WORDS.unpack_from
    while at < end:
        (token,) = word(raw, at)
        at += 4
        if token == FDT_PROP and node is not None:
            length, name_at = two_words(raw, at)
            at += 8
            name = names.get(name_at)
            if name is None:
                start = strings_at + name_at
                name = names[name_at] = raw[start : raw.index(0, start, start + LONGEST_NAME + 1)].decode(
                    "ascii"
                )
            if at + length > end:
                break
            node.properties[name] = raw[at : at + length]
            at = (at + length + 3) & ~3
        elif token == FDT_BEGIN_NODE:
            stop = raw.index(0, at, at + LONGEST_NAME + 1)
            child = DTNode(raw[at:stop].decode("ascii"), node, node.depth + 1 if node else 0)
            if child.depth == MAX_DEPTH:
                raise _TooDeep
            if node is not None:
                node.children.append(child)
            elif root is None:
                root = child
            else:
                break
            node = child
            at = (stop + 4) & ~3
        elif token == FDT_END_NODE and node is not None:
            node = node.parent
        elif token == FDT_END and root is not None and node is None:
            return root
        elif token != FDT_NOP:
            break
    raise ValueError(tr("the structure block does not end"))


class Strings:
    """The strings block.  A name may be the end of another one's, as dtc does it (flattree.c)."""

    def __init__(self, block: bytes = b"") -> None:
        self.block = bytearray()
        self.known: dict[bytes, int] = {}
        for name in block.split(b"\0")[:-1]:
            self._add(name)

    def offset(self, name: bytes) -> int:
        """Where a name is; it is added if it is not there."""
        found = self.known.get(name)
        return self._add(name) if found is None else found

    def _add(self, name: bytes) -> int:
        offset = len(self.block)
        self.block += name + b"\0"
        for at in range(len(name) + 1):
            self.known.setdefault(name[at:], offset + at)
        return offset


def flatten(
    root: DTNode,
    memreserve: tuple[tuple[int, int], ...],
    totalsize: int,
    strings: Strings | None = None,
    nops: int = 0,
) -> bytes:
    """A version 17 blob of a tree, padded with zeroes to at least `totalsize` bytes; its names are
    added to `strings`, its structure ends with `nops` words that say nothing."""
    names = strings or Strings()
    structure = bytearray()

    def emit(node: DTNode) -> None:
        structure.extend(_WORD.pack(FDT_BEGIN_NODE) + _padded(node.name.encode() + b"\0"))
        for name, value in node.properties.items():
            offset = names.offset(name.encode())
            structure.extend(struct.pack(">III", FDT_PROP, len(value), offset) + _padded(value))
        for child in node.children:
            emit(child)
        structure.extend(_WORD.pack(FDT_END_NODE))

    emit(root)
    structure.extend(_WORD.pack(FDT_NOP) * nops + _WORD.pack(FDT_END))
    reservations = b"".join(_RESERVATION.pack(*entry) for entry in (*memreserve, (0, 0)))
    structure_at = HEADER_SIZE + len(reservations)
    strings_at = structure_at + len(structure)
    totalsize = max(totalsize, strings_at + len(names.block))
    header = struct.pack(
        ">10I",
        *(
            FDT_MAGIC,
            totalsize,
            structure_at,
            strings_at,
            HEADER_SIZE,
            17,
            16,
            0,
            len(names.block),
            len(structure),
        ),
    )
    return (header + reservations + structure + names.block).ljust(totalsize, b"\0")


def _padded(value: bytes) -> bytes:
    return value + b"\0" * (-len(value) % 4)


def memory_node(fdt: DeviceTree, address: int) -> DTNode | None:
    """The memory node whose ``reg`` (or ``linux,usable-memory``) has a physical address."""
    address_cells = (fdt.root.cells("#address-cells") or (1,))[0]
    size_cells = (fdt.root.cells("#size-cells") or (1,))[0]
    for node in fdt.root.children:
        if node.string("device_type") != "memory":
            continue
        cells = node.cells("linux,usable-memory") or node.cells("reg")
        for at in range(0, len(cells) - address_cells - size_cells + 1, address_cells + size_cells):
            base = _number(cells[at : at + address_cells])
            size = _number(cells[at + address_cells : at + address_cells + size_cells])
            if base <= address < base + size:
                return node
    return None


def _number(cells: tuple[int, ...]) -> int:
    number = 0
    for cell in cells:
        number = number << 32 | cell
    return number
