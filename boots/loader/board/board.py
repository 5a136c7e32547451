"""The board a machine names: its device tree, from whatever somebody has of it.

A blob, a copy of /sys/firmware/fdt, a source before or after the C preprocessor, what fdtdump, ``dtc -O dts``
or U-Boot's ``fdt print`` printed, or a directory like /proc/device-tree; known by its content, packed or not.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol

from ....model.base.errors import InputError
from ....model.firmware.devicetree.dtc import compile_dts
from ....model.firmware.devicetree.overlay import apply_overlay
from ....model.firmware.devicetree.tree import MAX_TOTALSIZE, DeviceTree
from ....model.firmware.devicetree.tree_text import source_of_tools, told_size
from ....model.logs import file_kinds
from ....model.logs.file_kinds import FileKind, kind_of
from ..files.input_files import is_directory, map_file, read_bytes
from .device_tree_directory import is_device_tree_directory, read_directory
from .preprocess import needs_preprocessor, preprocess


class BinaryReader(Protocol):
    """What gives what is packed in a file."""

    def read(self, size: int, /) -> bytes: ...


TREES = (file_kinds.BLOB, file_kinds.SOURCE)
PACKED: dict[bytes, Callable[[IO[bytes]], BinaryReader]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"BZh": bz2.BZ2File,
}
"""How what is packed is read, by its first bytes."""


def read_board(path: Path, overlays: tuple[Path, ...] = ()) -> DeviceTree:
    """The device tree at a path, with overlays laid over it in their order.  Raises `InputError`."""
    tree = _read(path, TREES, symbols=bool(overlays))
    for overlay in overlays:
        tree = apply_overlay(tree, _read(overlay, (file_kinds.OVERLAY,), symbols=True))
    return tree


def kind_at(path: Path) -> FileKind | None:
    """What a file is, by its content, or what is packed in it; None if nobody knows.  Raises `InputError` if
    it cannot be read."""
    start = bytes(map_file(path)[: file_kinds.HEAD])
    kind = kind_of(start)
    if kind is None or kind.name != file_kinds.PACKED or not start.startswith(tuple(PACKED)):
        return kind
    inside = kind_of(unpacked(path, file_kinds.HEAD))
    return replace(inside, what=f"{inside.what}, packed") if inside else kind


def _read(path: Path, expected: tuple[str, ...], symbols: bool) -> DeviceTree:
    if is_directory(path):
        if not is_device_tree_directory(path):
            raise InputError(f"{path}: this directory has no device tree in it")
        return read_directory(path)
    kind = kind_at(path)
    if kind is not None and kind.name not in (*expected, file_kinds.EMPTY):
        if kind.name in TREES:
            raise InputError(f"{path}: this is {kind.what}, no overlay: it has no fragments")
        raise InputError(f"{path}: {kind.told(str(path))}")
    content = unpacked(path)
    is_unknown = kind is None and path.suffix not in (".dts", ".dtsi", ".dtso")
    if is_unknown or content.startswith(b"\xd0\x0d\xfe\xed") or not content:
        return _blob(content, path)
    return _source(content, path, symbols)


def _blob(content: bytes, path: Path) -> DeviceTree:
    """A blob; what a file has behind it is not the kernel's."""
    total = int.from_bytes(content[4:8], "big")
    return DeviceTree(content[:total] if total >= 40 else content, str(path))


def _source(content: bytes, path: Path, symbols: bool) -> DeviceTree:
    text = text_of(content)
    if needs_preprocessor(text):
        text = preprocess(path)
    source = source_of_tools(text)

    def include(name: str) -> str:
        return text_of(read_bytes(path.parent / name))

    tree = compile_dts(source, str(path), include, symbols)
    size = told_size(text)
    return tree.padded(size) if tree.totalsize < size <= MAX_TOTALSIZE else tree


def text_of(content: bytes) -> str:
    """A text as people's editors leave it: with a byte order mark, or the line ends of other systems."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", "replace")
    else:
        text = content.decode("utf-8", "surrogateescape")
    return re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))


def unpacked(path: Path, most: int = 2 * MAX_TOTALSIZE) -> bytes:
    """The content of a file, or `most` bytes of that of what is packed in it.  Raises `InputError`."""
    content = read_bytes(path)
    opened = next((how for magic, how in PACKED.items() if content.startswith(magic)), None)
    if opened is None:
        return content
    try:
        return opened(BytesIO(content)).read(most)
    except (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error):
        raise InputError(f"{path}: what is packed in this file is damaged") from None
