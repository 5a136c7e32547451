"""Changes that somebody wants to try of a device tree: properties and whole nodes, set or removed."""

from __future__ import annotations

from typing import NamedTuple

from ....model.base.errors import InputError
from ....model.firmware.devicetree.dtc import compile_dts
from ....model.firmware.devicetree.edit import with_nodes, without_node
from ....model.firmware.devicetree.tree import DeviceTree, DTNode

RESERVED = "/reserved-memory"
DEFAULT_CELLS = {"#address-cells": b"\0\0\0\2", "#size-cells": b"\0\0\0\1"}
"""What a device tree says that does not say it."""


class PropertyChange(NamedTuple):
    """A property of a device-tree node that is set to raw bytes, or removed (None)."""

    path: str
    name: str
    value: bytes | None

    @classmethod
    def parse(cls, text: str) -> PropertyChange:
        """``/path:name=VALUE`` with a value as in a device tree source (``<0x1 0x2>``, ``"text"``), or
        ``/path:name`` for a property without a value.  Raises `InputError`."""
        path, name, value, given = _split(text)
        return cls(path, name, _value(value, text) if given else b"")

    def words(self) -> str:
        """The change in a few words."""
        return f"{self.path}:{self.name} {'removed' if self.value is None else 'set'}"

    def made(self, fdt: DeviceTree) -> DeviceTree:
        """A tree with this change.  Raises `InputError` if there is nothing to remove."""
        node = fdt.find(self.path)
        if node is None and self.value is None:
            raise InputError(f"{fdt.filename}: there is no node {self.path}")
        if node is not None and self.value is None and self.name not in node.properties:
            raise InputError(f"{fdt.filename}: {self.path} has no property {self.name}")
        return fdt.with_properties(self.path, {self.name: self.value})

    @classmethod
    def removal(cls, text: str) -> PropertyChange:
        """``/path:name``: that property is to go.  Raises `InputError`."""
        path, name, _, given = _split(text)
        if given:
            raise InputError(f"{text}: a property is removed by its name alone")
        return cls(path, name, None)


def _split(text: str) -> tuple[str, str, str, bool]:
    place, given, value = text.partition("=")
    path, colon, name = place.strip().rpartition(":")
    if not colon or not path.startswith("/") or not name:
        raise InputError(f"{text}: a property reads like /reserved-memory/fb@70000000:reg=<0x0 0x1000>")
    return path, name.strip(), value.strip(), bool(given)


def _value(text: str, whole: str) -> bytes:
    try:
        tree = compile_dts(f"/dts-v1/;\n/ {{\nvalue = {text};\n}};\n", whole)
    except InputError:
        raise InputError(
            f'{whole}: expected a value as in a device tree source: <0x1 0x2>, "text" or [00 ff]'
        ) from None
    return tree.root.properties.get("value", b"")


class NodeChange(NamedTuple):
    """A node that is added, with all above it that is missing (`added` is a root with nothing but the way to
    it; what is there already is kept and changed), or removed (None)."""

    path: str
    added: DTNode | None

    @classmethod
    def parse(cls, text: str) -> NodeChange:
        """``/path { PROPERTIES AND NODES };`` as in a device tree source, or ``/path`` for an empty node.
        Raises `InputError`."""
        path, brace, body = text.partition("{")
        path = _path(path, text)
        names = path.strip("/").split("/")
        inside = f"{brace}{body}".strip().removesuffix(";") if brace else "{ }"
        source = " { ".join(names) + f" {inside};" + " };" * (len(names) - 1)
        return cls(path, compile_dts(f"/dts-v1/;\n/ {{ {source} }};\n", f"node {path}").root)

    @classmethod
    def removal(cls, text: str) -> NodeChange:
        """``/path``: that node is to go.  Raises `InputError`."""
        return cls(_path(text, text), None)

    def words(self) -> str:
        """The change in a few words."""
        return f"{self.path} {'removed' if self.added is None else 'added'}"

    def made(self, fdt: DeviceTree) -> DeviceTree:
        """A tree with this change.  Raises `InputError` if there is nothing to remove."""
        if self.added is None:
            return without_node(fdt, self.path)
        if self.path.startswith(f"{RESERVED}/") and fdt.find(RESERVED) is None:
            fdt = _with_reserved_memory(fdt)
        return with_nodes(fdt, self.added)


def _with_reserved_memory(fdt: DeviceTree) -> DeviceTree:
    """With an empty ``/reserved-memory``, which counts in cells as the root does, or the kernel ignores it;
    U-Boot's ``fdtdec_add_reserved_memory()`` makes the same."""
    counts = {name: fdt.root.properties.get(name, DEFAULT_CELLS[name]) for name in DEFAULT_CELLS}
    return fdt.with_properties(RESERVED, {**counts, "ranges": b""})


def _path(text: str, whole: str) -> str:
    path = text.strip().rstrip("/")
    if not path.startswith("/") or "//" in path or " " in path:
        raise InputError(f"{whole}: a node reads like /reserved-memory/fw@70000000 {{ no-map; }};")
    return path


Change = PropertyChange | NodeChange
"""What can be different in a device tree."""
