"""How numbers look to people, and how people write them: sizes, addresses, ranges, values by their name; and
how text of unknown origin is shown."""

from __future__ import annotations

import re
from typing import Any

UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
SUFFIXES = {suffix: 10 * power for power, suffix in enumerate("KMGTPE", start=1)}
"""What ``memparse()`` understands after a number: the power of two it multiplies with."""

_SIZE = r"(0[xX][0-9a-fA-F]{1,64}|[0-9]{1,64}(?:\.[0-9]{1,64})?)\s*(?:([KMGTPE])(?:i?B)?|B)?"

SIZE_NAMES = frozenset(("size", "align", "alignment", "len", "length", "bytes", "total_size", "page_size"))
"""Names whose values are numbers of bytes."""


UNPRINTED = "·"
"""Before a line of the log that this command line does not print."""

_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n\t]+")
LONGEST_SENTENCE = 480
"""Characters of a sentence about an input, which may quote as much of it as it likes."""


def printable(text: str) -> str:
    """Text without anything that a terminal obeys or that changes how other text looks: control and format
    characters read as ``dmesg`` prints them, ``\\x1b``, and bytes that were no text as the bytes they are.
    Line ends and tabs stay."""
    return _NOT_PLAIN.sub(lambda found: "".join(map(_shown, found[0])), text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # what "surrogateescape" makes of a byte
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return "".join(f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogatepass"))


def shortened(text: str) -> str:
    """A text of a readable length: the middle of what is too long is left out."""
    if len(text) <= LONGEST_SENTENCE:
        return text
    half = LONGEST_SENTENCE // 2
    return f"{text[:half]} … {text[-half:]}"


def one_line(text: str) -> str:
    """The same in one line of a readable length: line ends too are shown, and the middle of what is too long
    is left out."""
    return shortened(printable(text).replace("\n", "\\n").replace("\t", " "))


def readable_size(size: int) -> str:
    """A number of bytes with the largest unit that leaves at least one: ``64.0 MiB``, ``12 B``."""
    unit = 0
    while unit + 1 < len(UNITS) and abs(size) >> 10 * (unit + 1):
        unit += 1
    if unit == 0:
        return f"{size} B"
    return f"{size / (1 << 10 * unit):.1f} {UNITS[unit]}"


def hex_address(address: int) -> str:
    """An address as people quote it: ``0x48000000``; negative ones as the 64 bits they are."""
    return f"{address & (1 << 64) - 1:#x}"


def address_range(base: int, size: int) -> str:
    """A range of memory as the kernel prints it, both ends inclusive: ``[0x40000000-0x4fffffff]``."""
    return f"[{hex_address(base)}-{hex_address(base + size - 1)}]"


def sized_range(base: int, size: int) -> str:
    """A range and its size: ``[0x40000000-0x4fffffff] 256.0 MiB``."""
    return f"{address_range(base, size)} {readable_size(size)}"


def node_words(nid: int, max_numnodes: int) -> str:
    """``node 1``, or ``no node``: MAX_NUMNODES and NUMA_NO_NODE are not the numbers of any."""
    return f"node {nid}" if 0 <= nid < max_numnodes else "no node"


def parse_size(text: str) -> int:
    """The number of bytes in ``1M``, ``0x200000``, ``1.5G`` or ``64 KiB``.  Raises ValueError for anything
    else."""
    found = re.fullmatch(_SIZE, text.strip(), flags=re.IGNORECASE)
    if found is None:
        raise ValueError(f"{text!r} is not a size: write a number with K, M, G or T, such as 64M or 0x200000")
    number, suffix = found.groups()
    shift = SUFFIXES[suffix.upper()] if suffix else 0
    if "." in number:
        return int(float(number) * (1 << shift))
    return int(number, 0 if number[:2] in ("0x", "0X") else 10) << shift


def value_text(name: str, value: Any) -> str:
    """A value as it reads best for something of that name: sizes with a unit, large numbers in hex."""
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int):
        if name in SIZE_NAMES or name.endswith("_size"):
            return readable_size(value) if value >= 0 else str(value)
        return str(value) if -4096 < value < 4096 else hex_address(value)
    return str(value)
