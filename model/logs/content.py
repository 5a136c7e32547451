"""What a file that somebody names holds: its kind, its text, packed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from ..base.errors import InputError
from ..files import packed
from ..files.input_files import LARGEST, beginning_of, pieces_of, read_bytes
from ..firmware.devicetree.tree import MAX_TOTALSIZE
from ..language.words import tr
from . import file_kinds
from .file_kinds import FileKind, kind_of


def kind_at(path: Path) -> FileKind | None:
    """What a file is, by its content, or what is packed in it; None if nobody knows.  Raises `InputError` if
    it cannot be read."""
    start = beginning_of(path, file_kinds.HEAD)
    kind = kind_of(start)
    if kind is None or kind.name != file_kinds.PACKED or not packed.is_packed(start):
        return kind
    inside = kind_of(_unpacked(pieces_of(path, LARGEST), path, file_kinds.HEAD))
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
    if not packed.is_packed(content):
        return content
    return _unpacked(iter((content,)), path, most)


def _unpacked(pieces: Iterator[bytes], path: Path, most: int) -> bytes:
    found = bytearray()
    try:
        for part in packed.unpacked(pieces):
            found += part
            if len(found) >= most:
                break
    except packed.PackedError as error:
        raise InputError(tr("{path}: what is packed in this file {error}", path=path, error=error)) from None
    return bytes(found[:most])
