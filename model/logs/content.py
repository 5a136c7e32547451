"""What a file that somebody names holds: its kind, its text, packed or not."""

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

from ..base.errors import InputError
from ..files.input_files import map_file, read_bytes
from ..firmware.devicetree.tree import MAX_TOTALSIZE
from . import file_kinds
from .file_kinds import FileKind, kind_of


class BinaryReader(Protocol):
    """What gives what is packed in a file."""

    def read(self, size: int, /) -> bytes: ...


PACKED: dict[bytes, Callable[[IO[bytes]], BinaryReader]] = {
    b"\x1f\x8b": lambda file: gzip.GzipFile(fileobj=file),
    b"\xfd7zXZ\0": lzma.LZMAFile,
    b"BZh": bz2.BZ2File,
}
"""How what is packed is read, by its first bytes."""


def kind_at(path: Path) -> FileKind | None:
    """What a file is, by its content, or what is packed in it; None if nobody knows.  Raises `InputError` if
    it cannot be read."""
    start = bytes(map_file(path)[: file_kinds.HEAD])
    kind = kind_of(start)
    if kind is None or kind.name != file_kinds.PACKED or not start.startswith(tuple(PACKED)):
        return kind
    inside = kind_of(unpacked(path, file_kinds.HEAD))
    return replace(inside, what=f"{inside.what}, packed") if inside else kind


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
