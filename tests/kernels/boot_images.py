"""Writes kernels as people boot them: an arm64 Image with its header, tables for kallsyms, types,
configuration and banner in it, and what such an Image is packed in."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from itertools import accumulate
from typing import Any, NamedTuple

from msgspec import Struct, field

HEAD = 0x10000
"""Bytes of the image's head."""
BANNER = "Linux version {} (nobody@nowhere) (gcc 12.2.0) #1 SMP\n\0"
R_AARCH64_RELATIVE = 1027
LZ4_BLOCK = 8 << 20
PAIRS = (b"_s", b"in", b"er", b"__", b"Ta", b"ti")
"""The pairs of letters that are tokens."""
ANY_PAIR = re.compile(b"|".join(PAIRS))


KERNEL_HALF = 1 << 63


class Symbol(NamedTuple):
    """A symbol: its address, its type as ``nm`` has it, its name."""

    address: int
    kind: str
    name: str


class Kernel(Struct):
    """A kernel to write: linked at `start`, of `size` bytes with its bss, `held` without.

    `order` is that of the tables: "6.4", "6.1" (the same release has `seqs_of_names` before the tokens) or
    "5.8"; `base` tells how the relative base is kept: "rela", "in place" or "addresses" (there is none).
    """

    symbols: Sequence[Symbol]
    start: int = 0xFFFF_8000_8000_0000
    size: int = 0x40_0000
    held: int = 0x30_0000
    initdata: int = 0x20_0000
    release: str = "6.12.117"
    config: str = ""
    btf: bytes = b""
    order: str = "6.4"
    base: str = "rela"
    code: Mapping[int, bytes] = field(default_factory=dict[int, bytes])
    at: int = HEAD

    def image(self) -> bytes:
        """The Image."""
        content = bytearray(self.held)
        content[: HEAD // 16] = header(self.size, self.initdata, self.held)
        for address, code in self.code.items():
            content[address - self.start : address - self.start + len(code)] = code
        place = self.at
        for part in (BANNER.format(self.release).encode(), self.btf, _ikconfig(self.config)):
            content[place : place + len(part)] = part
            place += -(-len(part) // 8) * 8
        tables = Tables(self.symbols, self.order, self.base)
        written = tables.write()
        content[place : place + len(written)] = written
        if self.base == "rela":
            where = self.start + place + tables.base_at
            entry = struct.pack("<QQQ", where, R_AARCH64_RELATIVE, tables.lowest)
            other = struct.pack("<QQQ", self.start + HEAD, R_AARCH64_RELATIVE, self.start)
            end = self.held - 4096
            content[end : end + 3 * len(entry)] = other + entry + other
        assert len(content) == self.held, "the tables do not fit"
        return bytes(content)


def computes(at: int, addresses: Iterable[int]) -> bytes:
    """The code at `at` of a function that computes these addresses, as arm64's compilers do it."""
    code = b""
    for address in addresses:
        pages = (address >> 12) - (at + len(code) >> 12)
        adrp = 0x90000000 | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5
        code += struct.pack("<II", adrp, 0x91000000 | (address & 0xFFF) << 10)
    return code


def header(size: int, initdata: int, held: int) -> bytes:
    """The header of an arm64 Image that is an EFI program too; it fills 4 KiB."""
    start = struct.pack("<4sIQQQQQQ4sI", b"MZ\x40\xfa", 0x14000000, 0, size, 0xA, 0, 0, 0, b"ARM\x64", 0x40)
    parts = (
        struct.pack(
            "<8sIIIIIIHHI", b".text", initdata - HEAD, HEAD, initdata - HEAD, HEAD, 0, 0, 0, 0, 0x60000020
        ),
        struct.pack(
            "<8sIIIIIIHHI", b".data", size - initdata, initdata, held - initdata, initdata, *(0,) * 5
        ),
    )
    program = b"PE\0\0" + struct.pack("<HHIIIHH", 0xAA64, 2, 0, 0, 0, 0xA0, 0x206) + bytes(0xA0)
    return (start + program + b"".join(parts)).ljust(HEAD // 16, b"\0")


def _ikconfig(text: str) -> bytes:
    return b"IKCFG_ST" + gzip.compress(text.encode()) + b"IKCFG_ED" if text else b""


class Tables:
    """The tables of CONFIG_KALLSYMS for some symbols, as scripts/kallsyms.c lays them out.

    Only some pairs of letters are tokens; the kernel's own are chosen better, but read the same.
    """

    def __init__(self, symbols: Iterable[Symbol], order: str, base: str) -> None:
        self.symbols = sorted(symbols)
        self.order, self.base = order, base
        self.lowest = min(symbol.address for symbol in self.symbols if symbol.address >= KERNEL_HALF)
        self.base_at = 0
        self.pairs = {pair: 128 + number for number, pair in enumerate(PAIRS)}
        self.tokens = [chr(code).encode() if 32 < code < 127 else b"" for code in range(128)]
        self.tokens += [*PAIRS] + [b""] * (128 - len(PAIRS))

    def write(self) -> bytes:
        """All the tables; `base_at` is set."""
        content = b"".join(_even(part) for part in (self._old() if self.order < "6.4" else self._new()))
        if self.base != "addresses":
            mark = content.index(b"RELATIVE")
            self.base_at = mark
            kept = self.lowest if self.base == "in place" else 0
            content = content[:mark] + kept.to_bytes(8, "little") + content[mark + 8 :]
        return content

    def _new(self) -> list[bytes]:
        names, markers = self._names()
        return [self._count(), names, markers, *self._tokens(), *self._addresses(), self._sequence()]

    def _old(self) -> list[bytes]:
        names, markers = self._names()
        sequence = [self._sequence()] if self.order == "6.1" else []
        return [*self._addresses(), self._count(), names, markers, *sequence, *self._tokens()]

    def _count(self) -> bytes:
        return struct.pack("<I", len(self.symbols))

    def _names(self) -> tuple[bytes, bytes]:
        names, markers = bytearray(), list[int]()
        for number, symbol in enumerate(self.symbols):
            if number % 256 == 0:
                markers.append(len(names))
            packed = self._packed(symbol.kind + symbol.name)
            length = len(packed)
            names += bytes([length & 0x7F | 0x80, length >> 7]) if length > 0x7F else bytes([length])
            names += packed
        return bytes(names), struct.pack(f"<{len(markers)}I", *markers)

    def _packed(self, name: str) -> bytes:
        return ANY_PAIR.sub(lambda found: bytes((self.pairs[found[0]],)), name.encode("latin-1"))

    def _tokens(self) -> tuple[bytes, bytes]:
        places = accumulate((len(token) + 1 for token in self.tokens[:-1]), initial=0)
        return b"\0".join(self.tokens) + b"\0", struct.pack("<256H", *places)

    def _addresses(self) -> tuple[bytes, ...]:
        if self.base == "addresses":
            return (b"".join(symbol.address.to_bytes(8, "little") for symbol in self.symbols),)
        offsets = [symbol.address - self.lowest for symbol in self.symbols]
        if offsets[0] < 0:
            # CONFIG_KALLSYMS_ABSOLUTE_PERCPU
            offsets = [o + self.lowest if o < 0 else -1 - o & 0xFFFF_FFFF for o in offsets]
        return b"".join(offset.to_bytes(4, "little") for offset in offsets), b"RELATIVE"

    def _sequence(self) -> bytes:
        by_name = sorted(range(len(self.symbols)), key=lambda number: self.symbols[number].name)
        return b"".join(number.to_bytes(3, "big") for number in by_name)


def _even(content: bytes) -> bytes:
    return content + bytes(-len(content) % 8)


def elf(image: bytes, start: int, machine: int = 183, symbols: bool = False) -> bytes:
    """The bytes of an image as an ELF file without a symbol table, in one segment."""
    head = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, start, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack("<IIQQQQQQ", 1, 7, 4096, start, start, len(image), len(image), 4096)
    return (head + segment).ljust(4096, b"\0") + image


def _lz4(content: bytes) -> bytes:
    block: Any = import_module("lz4.block")
    packed = b"\x02\x21\x4c\x18"
    for at in range(0, len(content), LZ4_BLOCK):
        part = block.compress(content[at : at + LZ4_BLOCK], store_size=False)
        packed += struct.pack("<I", len(part)) + part
    return packed


def _lz4_frame(content: bytes) -> bytes:
    frame: Any = import_module("lz4.frame")
    return frame.compress(content)


def _zstd(content: bytes) -> bytes:
    zstandard: Any = import_module("zstandard")
    return zstandard.ZstdCompressor(level=3).compress(content)


def _lzo(content: bytes) -> bytes:
    """As lzop writes it, with checksums of what is unpacked."""
    lzo: Any = import_module("lzallright").LZOCompressor()
    packed = b"\x89LZO\0\r\n\x1a\n" + struct.pack(">HHHBBIIII", 0x1030, 0x2080, 0x940, 1, 5, 1, 0, 0, 0)
    packed += b"\0" + bytes(4)
    for at in range(0, len(content), 256 << 10):
        part = content[at : at + (256 << 10)]
        small = lzo.compress(part)
        small = small if len(small) < len(part) else part
        packed += struct.pack(">III", len(part), len(small), zlib.adler32(part)) + small
    return packed + bytes(4)


PACKED: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lambda content: lzma.compress(content, preset=1),
    "lzma": lambda content: lzma.compress(content, lzma.FORMAT_ALONE, preset=1),
    "bzip2": lambda content: bz2.compress(content, 1),
    "lz4": _lz4,
    "lz4 frame": _lz4_frame,
    "zstd": _zstd,
    "lzo": _lzo,
}
"""By method, what packs a kernel."""
ZBOOT = {"gzip": "gzip", "xz": "xzkern", "lzma": "lzma", "lz4": "lz4", "zstd": "zstd22", "lzo": "lzo"}
"""What EFI zboot calls them."""


def zboot(image: bytes, method: str) -> bytes:
    """An EFI zboot program around an image, as Makefile.zboot and zboot-header.S make it."""
    size = struct.unpack_from("<Q", image, 16)[0]
    packed = PACKED[method](image.ljust(size, b"\0"))
    tail = b"" if method == "gzip" else struct.pack("<I", size)
    head = struct.pack(
        "<2s2x4sII8x24s8sII", b"MZ", b"zimg", 4096, len(packed), ZBOOT[method].encode(), b"", 0, 0
    )
    program = head[:0x38] + b"\xcd\x23\x82\x81" + struct.pack("<I", 0x40)
    program += b"PE\0\0" + struct.pack("<HHIIIHH", 0xAA64, 0, 0, 0, 0, 0, 0)
    return program.ljust(4096, b"\0") + packed + tail


def uimage(image: bytes) -> bytes:
    """A legacy image of U-Boot."""
    return (
        struct.pack(">IIIIIIIBBBB32s", 0x27051956, 0, 0, len(image), 0, 0, 0, 5, 22, 2, 0, b"linux") + image
    )


def android(image: bytes, version: int) -> bytes:
    """An Android boot image: the kernel begins behind the first page."""
    page = 4096 if version > 2 else 2048
    where = struct.pack("<8sI24xII", b"ANDROID!", len(image), page if version <= 2 else 0, version)
    return where.ljust(page, b"\0") + image
