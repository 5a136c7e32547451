"""What is packed in a file, piece by piece: never more at a time than asked for, whatever it unpacks to."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, cast

from ..language.words import tr

PIECE = 1 << 16
"""Bytes that are unpacked at a time."""
OUTPUT = 1 << 20
"""Bytes of what is packed that come at a time."""
MOST_MEMORY = 160 << 20
"""Bytes that a decompressor may take for itself: xz -9 takes 65 MiB."""
WINDOW = 1 << 27

PACKED: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(31),
    b"\xfd7zXZ\0": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, MOST_MEMORY),
    b"BZh": bz2.BZ2Decompressor,
}
"""What unpacks a stream that begins with these bytes."""
ZSTD = b"\x28\xb5\x2f\xfd"
MAGICS = (*PACKED, ZSTD)


class PackedError(Exception):
    """What is wrong with what is packed in a file, as what comes after its name in a sentence."""


def is_packed(start: bytes) -> bool:
    """Whether a file that begins with `start` is packed in a way that is unpacked here."""
    return start.startswith(MAGICS)


def unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What is packed in a file that comes in `pieces`; several streams one after the other are one.  Raises
    `PackedError` where it is damaged, after all that came before."""
    reader = _Pieces(pieces)
    start = reader.peek(8)
    if start.startswith(ZSTD):
        return _zstd(reader)
    return _streams(reader, next(made for magic, made in PACKED.items() if start.startswith(magic)))


class _Pieces:
    """A file out of pieces, as decompressors read one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, that stay to be read."""
        while len(self._rest) < size and (more := next(self._pieces, b"")):
            self._rest += more
        return self._rest[:size]

    def read(self, size: int = PIECE) -> bytes:
        """The next bytes, at most so many; none at the end."""
        some = self._rest or next(self._pieces, b"")
        self._rest = some[size:]
        return some[:size]

    def put_back(self, some: bytes) -> None:
        """Bytes to be read again."""
        self._rest = some + self._rest


def _streams(reader: _Pieces, made: Callable[[], Any]) -> Iterator[bytes]:
    """One stream after the other; what follows the last and is none is left alone."""
    magic = next(magic for magic, how in PACKED.items() if how is made)
    while reader.peek(len(magic)).startswith(magic):
        stream = made()
        kept = b""
        while not stream.eof:
            hungry = getattr(stream, "needs_input", not kept)
            if hungry and not (kept := reader.read()):
                raise PackedError(tr("is cut off"))
            try:
                part = cast("bytes", stream.decompress(kept, OUTPUT))
            except (OSError, ValueError, EOFError, lzma.LZMAError, zlib.error):
                raise PackedError(tr("is damaged")) from None
            kept = cast("bytes", getattr(stream, "unconsumed_tail", b""))
            if part:
                yield part
        reader.put_back(cast("bytes", stream.unused_data))


def _zstd(reader: _Pieces) -> Iterator[bytes]:
    zstandard: Any = import_module("zstandard")  # it takes its time, and few files are packed so
    opened = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(reader, read_across_frames=True)
    while True:
        try:
            part = opened.read(OUTPUT)
        except zstandard.ZstdError:
            raise PackedError(tr("is damaged")) from None
        if not part:
            return
        yield part
