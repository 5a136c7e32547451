"""The symbols that a kernel carries in itself for its own oopses: the tables of CONFIG_KALLSYMS, found in the
bytes of an image that has no other symbols.

Mirrors what scripts/kallsyms.c writes and kernel/kallsyms.c reads.  The names are compressed: a byte of one
stands for a token of a table of 256, the first letter is the type.  In memory the tables lie in one of two
orders, each aligned to 8 bytes:

    until 6.3   offsets or addresses, relative_base, num_syms, names, markers, [seqs], tokens, token_index
    since 6.4   num_syms, names, markers, tokens, token_index, offsets or addresses, relative_base, seqs

The table of tokens is what can be recognised: digits stand for themselves, in a row, and the index after it
says where each token begins.  All else is worked out from there, and checked.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

TOKENS = 256
INDEX = struct.Struct(f"<{TOKENS}H")
DIGITS = re.compile(b"\0".join(b"%d" % digit for digit in range(10)) + b"\0")
PER_MARKER = 256
"""``kallsyms_markers`` has the place of every so manyth name."""
LONGEST = 0x3FFF
"""Bytes that a compressed name may take; its length is one byte, since 6.1 two if need be."""
LAST_NAMES = PER_MARKER * 128
"""Bytes that the names behind the last marker may take."""
LONGEST_TOKEN = 1024
MOST_SYMBOLS = 1 << 22
FURTHEST = 64 << 20
"""Bytes that names and what lies between them and the tokens may take."""
PATIENCE = 1 << 21
"""So many places are looked at for names, and for tables a thousandth; damaged bytes may look like many."""
TABLES, WALKS = 4, 64
"""So many tables of tokens are tried, and for each so many places where names may be."""
KERNEL_HALF = 1 << 63


class SymbolTable(NamedTuple):
    """What the tables tell: types and names (``"Tstart_kernel"``) in order, the offset of each from the
    relative base, where in the image that base is kept, and what is there (0: it is filled in when the kernel
    is relocated).  Of a kernel that keeps addresses `offsets` are those, and `base_at` is None.
    `places` has the symbols of the tables themselves, which are not in them, by their places in the image."""

    names: list[str]
    offsets: list[int]
    base_at: int | None
    base: int
    places: dict[str, int]


def find_tables(memory: bytes) -> SymbolTable | None:
    """The tables in the bytes of a kernel, None if there are none that hold together."""
    zeros = islice(DIGITS.finditer(memory), PATIENCE >> 10)
    tables = (tokens for zero in zeros if (tokens := _tokens(memory, zero.start())) is not None)
    for start, index, table in islice(tables, TABLES):
        for names_at, count in _names(memory, start):
            placed = _addresses(memory, names_at, index + INDEX.size, count)
            names = _decoded(memory, names_at, count, table)
            if placed is not None and names is not None:
                own = {"kallsyms_num_syms": names_at - 8, "kallsyms_token_table": start}
                offsets, base_at, base, at = placed
                return SymbolTable(names, offsets, base_at, base, {**own, "kallsyms_offsets": at})
    return None


def _tokens(memory: bytes, zero: int) -> tuple[int, int, list[bytes]] | None:
    """Where the token table begins and its index, and the tokens, if the token "0" at `zero` is one of it."""
    end_of_first = zero
    for _ in range(ord("0")):
        end_of_first = memory.rfind(b"\0", max(0, end_of_first - LONGEST), end_of_first)
        if end_of_first < 0:
            return None
    for start in range(end_of_first & -8, max(-1, end_of_first - LONGEST_TOKEN), -8):
        if b"\0" in memory[start:end_of_first]:
            break
        found = _tokens_from(memory, start)
        if found is not None:
            return found
    return None


def _tokens_from(memory: bytes, start: int) -> tuple[int, int, list[bytes]] | None:
    """The same if the table begins at `start`."""
    end, places = start, list[int]()
    for _ in range(TOKENS):
        places.append(end - start)
        end = memory.find(b"\0", end, end + LONGEST_TOKEN) + 1
        if not end:
            return None
    index = _aligned(end)
    if places[-1] > 0xFFFF or memory[index : index + INDEX.size] != INDEX.pack(*places):
        return None
    return start, index, memory[start:end].split(b"\0")[:TOKENS]


def _aligned(at: int) -> int:
    return (at + 7) & ~7


def _names(memory: bytes, tokens: int) -> Iterator[tuple[int, int]]:
    """Where names may begin, and how many there are: they end where the markers begin, which lie before the
    tokens at `tokens`."""
    low = max(0, tokens - FURTHEST)
    low += (tokens - low) % 8
    words = array("I", memory[low : low + (tokens - low) // 8 * 8])
    walks = 0
    for names, first, many in islice(_places(words, low), PATIENCE):
        count = int.from_bytes(memory[names - 8 : names], "little")
        if (many - 1) * PER_MARKER < count <= min(many * PER_MARKER, MOST_SYMBOLS):
            markers = words[first : first + many]
            if _walk(memory, names, count, markers, low + 4 * first):
                yield names, count
            walks += 1
            if walks == WALKS:
                return


def _places(words: array[int], low: int) -> Iterator[tuple[int, int, int]]:
    """Where names may begin, the word where their markers do, and how many these may be."""
    for first in _markers(words):
        run = _run(words, first)
        for many in range(run, max(0, run - 3), -1):
            end = low + 4 * first - words[first + many - 1] - 1
            for names in range(_aligned(max(0, end - 7)), max(8, end - LAST_NAMES), -8):
                yield names, first, many


def _markers(words: array[int]) -> Iterator[int]:
    """Where the markers may begin: a 0 at a multiple of 8 bytes, the nearest to the tokens first."""
    at = len(words) - len(words) % 2
    while at > 0:
        at -= 2
        if not words[at]:
            yield at


def _run(words: array[int], first: int) -> int:
    """How many words from `first` on can be markers: each is 256 names further than the one before."""
    at = first + 1
    while at < len(words) and 2 * PER_MARKER <= words[at] - words[at - 1] <= (2 + LONGEST) * PER_MARKER:
        at += 1
    return at - first


def _walk(memory: bytes, names: int, count: int, markers: array[int], end: int) -> bool:
    """Whether so many names lie between two places, as the markers have it."""
    at = names
    for number in range(count):
        if number % PER_MARKER == 0 and at - names != markers[number // PER_MARKER]:
            return False
        length = memory[at]
        if length & 0x80:
            length = length & 0x7F | memory[at + 1] << 7
            at += 1
        at += 1 + length
        if not length or at > end:
            return False
    return _aligned(at) == end


def _decoded(memory: bytes, at: int, count: int, tokens: list[bytes]) -> list[str] | None:
    """The names, each with its type before it; None if one is no name."""
    token = tokens.__getitem__
    found: list[str] = []
    for _ in range(count):
        length = memory[at]
        if length & 0x80:
            length = length & 0x7F | memory[at + 1] << 7
            at += 1
        at += 1
        name = b"".join(map(token, memory[at : at + length]))
        if len(name) < 2 or not name.isascii():
            return None
        found.append(name.decode("ascii"))
        at += length
    return found


def _addresses(
    memory: bytes, names: int, after: int, count: int
) -> tuple[list[int], int | None, int, int] | None:
    """The offsets, where their base is kept, the base, and where the offsets are: after the index of tokens,
    or before the number of names."""
    number = names - 8
    room = _aligned(4 * count)
    for at, base_at in ((after, after + room), (number - 8 - room, number - 8)):
        base = int.from_bytes(memory[base_at : base_at + 8], "little") if base_at >= 0 else 1
        if base and base < KERNEL_HALF:
            continue
        offsets = _sorted(memory, at, "I", count)
        if _rise(offsets):
            return offsets, base_at, base, at
        if base and (offsets := _beside_absolute(memory, at, count, base)):
            return offsets, base_at, base, at
    for at in (after, number - 8 * count):
        addresses = _sorted(memory, at, "Q", count)
        if addresses and addresses[-1] >= KERNEL_HALF:
            return addresses, None, 0, at
    return None


def _beside_absolute(memory: bytes, at: int, count: int, base: int) -> list[int]:
    """The offsets of a kernel whose per-CPU variables are offsets themselves
    (CONFIG_KALLSYMS_ABSOLUTE_PERCPU): what is not negative is an address, the others count from -1
    downwards; none if they are not so."""
    found: array[int] = array("i")
    if at < 0 or at + found.itemsize * count > len(memory):
        return []
    found.frombytes(memory[at : at + found.itemsize * count])
    offsets = [value - base if value >= 0 else -1 - value for value in found]
    in_order = all(a <= b for a, b in pairwise(offsets))
    return offsets if in_order and 0 in offsets and offsets[0] < 0 else []


def _rise(offsets: Sequence[int]) -> bool:
    """Whether these may be offsets: the base is the first symbol, and zeros are no table."""
    return bool(offsets) and offsets[0] == 0 and (len(offsets) == 1 or 0 < offsets[-1] < 1 << 31)


def _sorted(memory: bytes, at: int, kind: str, count: int) -> list[int]:
    """So many numbers, if they do not fall; none if they do, or are not there."""
    found: array[int] = array(kind)
    if at < 0 or at + found.itemsize * count > len(memory):
        return []
    found.frombytes(memory[at : at + found.itemsize * count])
    numbers = found.tolist()
    return numbers if all(a <= b for a, b in pairwise(numbers)) else []
