"""The file of a recorded trace: named sections, each compressed by zstd, with its sizes and a checksum.

    8 bytes   MAGIC
    u16 u16   version of the format, number of sections
    u32       CRC-32 of what follows, up to the sections themselves
    each      16 bytes name, u64 compressed size, u64 plain size, u32 CRC-32 of the compressed bytes
    …         the sections, one after another

All numbers are little endian.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import zstandard

from .magic import MAGIC, is_sealed

VERSION = 2
MOST_SECTIONS = 16
MOST_BYTES = 512 << 20
"""What all sections together may come to, decompressed: a boot of 12 million events needs less."""
LEAST, RATIO = 1 << 20, 100
"""A section may decompress to LEAST bytes, or else to RATIO times its compressed size: a trace comes to about
a fifth of it."""

_HEAD = struct.Struct("<8sHHI")
_ENTRY = struct.Struct("<16sQQI")


class TraceFileError(Exception):
    """A file is no recorded trace, or not a whole one.  The words complete "FILE ": "is cut off"."""


def seal(sections: Mapping[str, bytes]) -> bytes:
    """A file with these sections, whose names are ASCII of up to 16 characters."""
    compressor = zstandard.ZstdCompressor(level=9, write_checksum=False, write_content_size=True)
    table, bodies = bytearray(), list[bytes]()
    for name, plain in sections.items():
        body = compressor.compress(plain)
        bodies.append(body)
        table += _ENTRY.pack(name.encode("ascii"), len(body), len(plain), zlib.crc32(body))
    head = _HEAD.pack(MAGIC, VERSION, len(sections), zlib.crc32(table))
    return b"".join((head, table, *bodies))


def unseal(data: bytes) -> dict[str, bytes]:
    """The sections of a file.  Raises `TraceFileError`."""
    if not is_sealed(data):
        begun = bool(data) and MAGIC.startswith(data)
        raise TraceFileError("is cut off" if begun else "is no recorded trace")
    if len(data) < _HEAD.size:
        raise TraceFileError(f"is cut off after {len(data)} bytes")
    _, version, count, checksum = _HEAD.unpack_from(data)
    if version != VERSION:
        raise TraceFileError(
            f"is in format {version}, of another version of bootstep; this one reads format {VERSION}"
        )
    start = _HEAD.size + count * _ENTRY.size
    if count > MOST_SECTIONS:
        raise TraceFileError("is damaged: it claims too many sections")
    if len(data) < start:
        raise TraceFileError(f"is cut off after {len(data)} bytes")
    if zlib.crc32(data[_HEAD.size : start]) != checksum:
        raise TraceFileError("is damaged: its header has another checksum")
    entries = [_ENTRY.unpack_from(data, _HEAD.size + number * _ENTRY.size) for number in range(count)]
    _check_sizes(entries, len(data) - start, len(data))
    sections: dict[str, bytes] = {}
    for name, size, plain_size, body_checksum in entries:
        body = data[start : start + size]
        start += size
        title = name.rstrip(b"\0").decode("ascii", "replace")
        if zlib.crc32(body) != body_checksum:
            raise TraceFileError(f"is damaged: its section {title!r} has another checksum")
        sections[title] = _decompressed(body, plain_size, title)
    return sections


def _check_sizes(entries: list[tuple[bytes, int, int, int]], there: int, length: int) -> None:
    claimed = sum(size for _, size, _, _ in entries)
    if claimed > there:
        raise TraceFileError(f"is cut off after {length} bytes: {claimed - there} are missing")
    if claimed < there:
        raise TraceFileError(f"is damaged: {there - claimed} bytes follow its end")
    plain = sum(plain_size for _, _, plain_size, _ in entries)
    if plain > MOST_BYTES or any(most > max(LEAST, RATIO * size) for _, size, most, _ in entries):
        raise TraceFileError(f"is damaged: it claims to hold {plain} bytes, more than any trace")


def _decompressed(body: bytes, size: int, title: str) -> bytes:
    try:
        # A frame that tells its size is decompressed into just that much memory, and fails if it is more.
        if zstandard.frame_content_size(body) != size:
            raise TraceFileError(f"is damaged: its section {title!r} has another size")
        plain = zstandard.ZstdDecompressor().decompress(body, max_output_size=size, allow_extra_data=False)
    except zstandard.ZstdError:
        raise TraceFileError(f"is damaged: its section {title!r} cannot be decompressed") from None
    if len(plain) != size:
        raise TraceFileError(f"is damaged: its section {title!r} has another size")
    return plain
