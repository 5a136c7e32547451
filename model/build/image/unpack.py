"""A kernel out of what it is packed in: compressed, an EFI zboot program, U-Boot's or Android's container.

Mirrors drivers/firmware/efi/libstub/zboot-header.S, the stream formats of scripts/Makefile.lib (`cmd_gzip` …
`cmd_lzo`), include/image.h of U-Boot (legacy images) and bootimg.h of Android.  Memory is bounded: what is
unpacked must begin like a kernel or like another container, and an Image ends where its header says.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from ...base.errors import InputError
from ...language.words import tr
from ..kernel_files import ELF_MAGIC
from .compression import METHODS, Damaged, Stream
from .foreign_kernels import foreign_kernel
from .format import Payload
from .formats import FORMATS, ONLY, format_of

LIMIT = 512 << 20
"""Bytes that no kernel is larger than."""
CHUNK = 1 << 20
BEGINNING = 4096
"""Bytes that tell what is in a stream."""
LAYERS = 4
"""So many containers may lie in each other."""


class Unpacked(NamedTuple):
    """The bytes of a kernel, and the words for what they were packed in, the outermost first."""

    content: bytes
    layers: tuple[str, ...]


def unpack(content: bytes, filename: str, progress: Callable[[str], None] = lambda _: None) -> Unpacked:
    """What is in a kernel file, whatever it is packed in; `progress` is told how far it is.  Raises
    `InputError`."""
    layers: list[str] = []
    while len(layers) < LAYERS:
        payload = _payload(content, filename)
        method = payload.method or _method(payload.content)
        if payload.words:
            layers.append(f"{payload.words} ({method})" if payload.method else payload.words)
        if not method:
            if not payload.words:
                return Unpacked(content, tuple(layers))
            content = payload.content
            continue
        if not payload.method:
            layers.append(method)
        content = _inflated(payload.content, method, filename, progress)
    raise InputError(
        tr("{filename}: this is packed more than {layers} times over", filename=filename, layers=LAYERS)
    )


def _method(content: bytes) -> str:
    """How bytes are compressed, by what they begin with; "" if they are not."""
    return next((name for name, method in METHODS.items() if content.startswith(method.magics)), "")


def _payload(content: bytes, filename: str) -> Payload:
    own = ((b"", images.payload) for images in FORMATS.values())
    for magic, opened in (*own, *CONTAINERS):
        if content.startswith(magic):
            try:
                found = opened(content)
            except (struct.error, IndexError):
                found = None
            if found is not None:
                if not found.content:
                    raise InputError(
                        tr(
                            "{filename}: this is packed as {words}, but cut off: its kernel is not in it",
                            filename=filename,
                            words=found.words,
                        )
                    )
                return found
    return Payload(content, "")


def _zboot(content: bytes) -> Payload | None:
    at, size = struct.unpack_from("<II", content, 8)
    if content[4:8] != b"zimg":
        return None
    method = content[24:56].partition(b"\0")[0].decode("ascii", "replace")
    whole = at + size <= len(content)
    return Payload(content[at : at + size] if whole else b"", "EFI zboot", NAMES.get(method, method))


def _uimage(content: bytes) -> Payload:
    (size,) = struct.unpack_from(">I", content, 12)
    return Payload(content[64 : 64 + size] if 64 + size <= len(content) else b"", "U-Boot uImage")


def _android(content: bytes) -> Payload:
    (size,) = struct.unpack_from("<I", content, 8)
    page, version = struct.unpack_from("<II", content, 36)
    at = 4096 if version in (3, 4) else page
    return Payload(content[at : at + size] if at + size <= len(content) else b"", "Android boot image")


CONTAINERS: tuple[tuple[bytes, Callable[[bytes], Payload | None]], ...] = (
    (b"MZ", _zboot),
    (b"\x27\x05\x19\x56", _uimage),
    (b"ANDROID!", _android),
)
MAGICS = (
    *(magic for magic, _ in CONTAINERS if magic != b"MZ"),
    *(magic for method in METHODS.values() for magic in method.magics),
)
"""How files begin that a kernel may be packed in; EFI programs are more than that."""
NAMES = {"xzkern": "xz", "zstd22": "zstd"}
"""What zboot calls methods that have another name elsewhere."""


def _inflated(content: bytes, method: str, filename: str, progress: Callable[[str], None]) -> bytes:
    """The bytes of a stream.  Raises `InputError`."""
    if method not in METHODS:
        known = ", ".join(METHODS)
        raise InputError(
            tr(
                "{filename}: it is compressed with {method}, bootstep knows {known}",
                filename=filename,
                method=method,
                known=known,
            )
        )
    where = f"{filename}: its {method} stream"
    try:
        stream = METHODS[method].opened(content)
        beginning = _read(stream, BEGINNING)
        limit = _limit(beginning, where)
        parts, size = [beginning], len(beginning)
        while part := stream(min(CHUNK, limit + 1 - size)):
            parts.append(part)
            size += len(part)
            progress(f"unpacking {filename}: {size >> 20} MiB of {method}")
            if size > limit:
                raise InputError(
                    tr(
                        "{where} unpacks to more than the {limit} bytes that its header tells",
                        where=where,
                        limit=limit,
                    )
                )
        return b"".join(parts)
    except Damaged as damage:
        raise InputError(f"{where} {damage}") from None


def _read(stream: Stream, size: int) -> bytes:
    """The first bytes of a stream."""
    found = b""
    while len(found) < size and (part := stream(size - len(found))):
        found += part
    return found


def _limit(beginning: bytes, where: str) -> int:
    """How large what begins so may be."""
    if foreign_kernel(beginning):
        raise InputError(
            tr(
                "{where} holds {beginning}, {only}",
                where=where,
                beginning=foreign_kernel(beginning),
                only=ONLY,
            )
        )
    images = format_of(beginning)
    if images is not None:
        size = images.image_size(beginning)
        return size if 0 < size <= LIMIT else LIMIT
    if beginning.startswith((ELF_MAGIC, b"MZ", *MAGICS)):
        return LIMIT
    raise InputError(tr("{where} holds no kernel", where=where))
