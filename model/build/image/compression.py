"""The methods kernels are compressed with, each as a stream that gives so many bytes at a time.

Mirrors lib/decompress_*.c in what is accepted: one stream; what follows it (the size that a kernel's build
appends) is left alone.  gzip, xz, lzma and bzip2 are Python's own; lz4 and zstd are libraries; for lzo there
need not be one.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

from msgspec import Struct

from ...language.words import tr

Stream = Callable[[int], bytes]
"""Gives at most so many bytes more, none at the end.  Raises `Damaged`."""
PIECE = 1 << 16
MOST_MEMORY = 512 << 20
"""Bytes that a decompressor may take for itself: kernels are packed with windows of up to 128 MiB."""
WINDOW = 1 << 27
ZSTD_PIECE = 512
"""Bytes that cannot unpack to more than some MiB: a block of four bytes may be 128 KiB large."""
LZ4_LEGACY = b"\x02\x21\x4c\x18"
LZ4_BLOCK = 8 << 20
LZ4_FRAME = b"\x04\x22\x4d\x18"
LZOP = b"\x89LZO\0\r\n\x1a\n"
LZOP_BLOCK = 64 << 20
F_ADLER32_D, F_ADLER32_C, F_EXTRA, F_CRC32_D, F_CRC32_C, F_FILTER = 1, 2, 0x40, 0x100, 0x200, 0x800
"""Flags of lzop's header: which checksums stand beside its blocks, and what more is in the header."""


class Damaged(Exception):
    """What is wrong with a stream, as what comes after its name in a sentence."""


class Method(Struct, frozen=True):
    """A method: how its streams begin, and what opens one."""

    magics: tuple[bytes, ...]
    opened: Callable[[bytes], Stream]


def _reader(decompressor: Any, content: bytes, errors: tuple[type[Exception], ...]) -> Stream:
    """A stream over a decompressor that takes pieces, and keeps what it has not used (zlib, bz2, lzma)."""
    place = 0
    kept = b""

    def read(size: int) -> bytes:
        nonlocal place, kept
        while not decompressor.eof:
            hungry = getattr(decompressor, "needs_input", not kept)
            if hungry:
                if place >= len(content):
                    raise Damaged(tr("is cut off"))
                kept, place = content[place : place + PIECE], place + PIECE
            try:
                part: bytes = decompressor.decompress(kept, size)
            except errors as error:
                raise Damaged(
                    tr("takes too much memory") if "limit" in str(error) else tr("is damaged")
                ) from None
            kept = getattr(decompressor, "unconsumed_tail", b"")
            if part:
                return part
        return b""

    return read


def _gzip(content: bytes) -> Stream:
    return _reader(zlib.decompressobj(31), content, (zlib.error,))


def _bzip2(content: bytes) -> Stream:
    return _reader(bz2.BZ2Decompressor(), content, (OSError, ValueError))


def _xz(content: bytes) -> Stream:
    return _reader(lzma.LZMADecompressor(lzma.FORMAT_XZ, MOST_MEMORY), content, (lzma.LZMAError,))


def _lzma(content: bytes) -> Stream:
    return _reader(lzma.LZMADecompressor(lzma.FORMAT_ALONE, MOST_MEMORY), content, (lzma.LZMAError,))


def _zstd(content: bytes) -> Stream:
    zstandard: Any = import_module("zstandard")
    frame = zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj()

    def parts() -> Iterator[bytes]:
        for place in range(0, len(content), ZSTD_PIECE):
            try:
                yield frame.decompress(content[place : place + ZSTD_PIECE])
            except zstandard.ZstdError as error:
                too_much = "too much" in str(error)
                raise Damaged(tr("takes too much memory") if too_much else tr("is damaged")) from None
            if frame.eof:
                return
        raise Damaged(tr("is cut off"))

    return _of_blocks(parts())


def _lz4(content: bytes) -> Stream:
    if content.startswith(LZ4_FRAME):
        frame: Any = import_module("lz4.frame")
        return _reader(frame.LZ4FrameDecompressor(), content, (RuntimeError, ValueError))
    return _of_blocks(_lz4_blocks(content))


def _lz4_blocks(content: bytes) -> Iterator[bytes]:
    """The blocks of the legacy format; the last four bytes may be the size of it all."""
    block: Any = import_module("lz4.block")
    place = len(LZ4_LEGACY)
    while len(content) - place > 4:
        size = int.from_bytes(content[place : place + 4], "little")
        packed = content[place + 4 : place + 4 + size]
        if len(packed) < size:
            raise Damaged(tr("is cut off"))
        try:
            yield block.decompress(packed, uncompressed_size=LZ4_BLOCK)
        except (block.LZ4BlockError, ValueError):
            raise Damaged(tr("is damaged")) from None
        place += 4 + size


def _lzo(content: bytes) -> Stream:
    try:
        import lzallright
    except ImportError:
        raise Damaged(tr("needs a library for lzo, which is not there: pip install lzallright")) from None
    errors: tuple[type[Exception], ...] = (lzallright.LZOError, lzallright.InputNotConsumed, ValueError)

    def blocks() -> Iterator[bytes]:
        for packed, size in _lzop_blocks(content):
            try:
                yield lzallright.LZOCompressor.decompress(packed, size) if len(packed) < size else packed
            except errors:
                raise Damaged(tr("is damaged")) from None

    return _of_blocks(blocks())


def _lzop_blocks(content: bytes) -> Iterator[tuple[bytes, int]]:
    """The blocks of an lzop file, each with its size unpacked."""
    try:
        flags, place = _lzop_header(content)
        while True:
            (size,) = struct.unpack_from(">I", content, place)
            if not size:
                return
            (packed,) = struct.unpack_from(">I", content, place + 4)
            if size > LZOP_BLOCK or packed > size:
                raise Damaged(tr("is damaged"))
            place += 8 + 4 * (bool(flags & F_ADLER32_D) + bool(flags & F_CRC32_D))
            if packed < size:
                place += 4 * (bool(flags & F_ADLER32_C) + bool(flags & F_CRC32_C))
            if place + packed > len(content):
                raise Damaged(tr("is cut off"))
            yield content[place : place + packed], size
            place += packed
    except (struct.error, IndexError):
        raise Damaged(tr("is cut off")) from None


def _lzop_header(content: bytes) -> tuple[int, int]:
    """The flags of an lzop file, and where its blocks begin."""
    place = len(LZOP)
    (version,) = struct.unpack_from(">H", content, place)
    place += 5 + (3 if version >= 0x940 else 0)
    (flags,) = struct.unpack_from(">I", content, place)
    place += 4 + (4 if flags & F_FILTER else 0) + 8 + (4 if version >= 0x940 else 0)
    place += 1 + content[place] + 4
    if flags & F_EXTRA:
        place += 8 + struct.unpack_from(">I", content, place)[0]
    return flags, place


def _of_blocks(blocks: Iterator[bytes]) -> Stream:
    kept = b""

    def read(size: int) -> bytes:
        nonlocal kept
        while not kept:
            part = next(blocks, None)
            if part is None:
                return b""
            kept = part
        part, kept = kept[:size], kept[size:]
        return part

    return read


METHODS: Mapping[str, Method] = {
    "gzip": Method((b"\x1f\x8b\x08",), _gzip),
    "xz": Method((b"\xfd7zXZ\0",), _xz),
    "lzma": Method((b"\x5d\0\0",), _lzma),
    "bzip2": Method((b"BZh",), _bzip2),
    "lz4": Method((LZ4_LEGACY, LZ4_FRAME), _lz4),
    "zstd": Method((b"\x28\xb5\x2f\xfd",), _zstd),
    "lzo": Method((LZOP,), _lzo),
}
