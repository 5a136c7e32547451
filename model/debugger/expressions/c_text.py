"""Values as gdb prints them: structures in braces, pointers with their type and symbol, enumerations by
name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...base.units import hex_address, readable_size
from ...index.running_symbols import RunningSymbols
from ...language.words import tr
from ...text.formats import formatted
from ...text.values_json import is_size
from .types import enumerator
from .values import VOID, Array, Pointer, Structure, Typed

MASK = (1 << 64) - 1
MOST_ELEMENTS = 200
"""gdb's ``print elements``."""
REPEATS = 10
"""gdb's ``print repeats``: so many like elements are one."""
LONGEST = 30_000
"""Characters of a value at most."""
IN_HEX = frozenset(("phys_addr_t", "u64", "dma_addr_t", "resource_size_t"))
"""Types of numbers that are addresses more often than not; gdb prints them in decimal."""


def c_text(source: str, value: Any, form: str, symbols: Mapping[str, int]) -> str:
    """The value of an expression: `form` is one of gdb's letters, or "" for what reads best."""
    text = _whole(source, value, form, symbols)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _whole(source: str, value: Any, form: str, symbols: Mapping[str, int]) -> str:
    if value is VOID:
        return "void"
    if isinstance(value, Pointer):
        text = _pointer(value, form, symbols)
        return text if form else f"({_stars(value.kind)}) {text}"
    if isinstance(value, Structure | Array):
        return _inside(value, form, symbols)
    if isinstance(value, Typed) and not form:
        if name := enumerator(value.kind, value):
            return name
        if value.kind == "char":
            return number_text(value, "c", symbols)
    if isinstance(value, int) and form and not (isinstance(value, bool) and form == "s"):
        size = SIZES.get(value.kind, 8) if isinstance(value, Typed) else 8
        return number_text(int(value), form, symbols, size)
    if isinstance(value, bool) and not form:
        return str(value).lower()
    return formatted(source, value, form)


SIZES = {
    **dict.fromkeys(("char", "u8", "s8", "unsigned char", "bool"), 1),
    **dict.fromkeys(("short", "u16", "s16", "unsigned short"), 2),
    **dict.fromkeys(("int", "u32", "s32", "unsigned int", "enum memblock_flags", "enum e820_type"), 4),
}
"""Bytes of types that are no 64-bit numbers."""


def _stars(kind: str) -> str:
    return f"{kind}*" if kind.endswith("*") else f"{kind} *"


def _inside(value: Any, form: str, symbols: Mapping[str, int], name: str = "") -> str:
    """A value within another, or a whole structure; `name` is that of a member.  Addresses are in hex; sizes
    and what is counted are in decimal, as gdb has all numbers."""
    if isinstance(value, Structure):
        members = (f"{key} = {_inside(each, form, symbols, key)}" for key, each in value.members.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, Array):
        return "{" + ", ".join(_elements(value, form, symbols)) + "}"
    if isinstance(value, Pointer):
        return _pointer(value, form, symbols)
    if isinstance(value, bool):
        return str(int(value)) if form else str(value).lower()
    if isinstance(value, Typed) and not form and (constant := enumerator(value.kind, value)):
        return constant
    if isinstance(value, int):
        kind = value.kind if isinstance(value, Typed) else ""
        is_address = kind in IN_HEX and not is_size(name)
        plain = "x" if is_address or abs(value) >= 1 << 48 else "d"
        return number_text(int(value), form or plain, symbols, SIZES.get(kind, 8))
    return formatted("", value, form)


def _elements(array: Sequence[Any], form: str, symbols: Mapping[str, int]) -> list[str]:
    """The elements of an array; many like ones in a row are one with their number."""
    texts: list[list[Any]] = []
    shown = 0
    for element in array:
        text = _inside(element, form, symbols)
        if texts and texts[-1][0] == text:
            texts[-1][1] += 1
            continue
        if shown >= MOST_ELEMENTS:
            texts.append(["...", 1])
            break
        texts.append([text, 1])
        shown += 1
    words: list[str] = []
    for text, count in texts:
        if count > REPEATS:
            words.append(f"{text} <repeats {count} times>")
        else:
            words += [text] * count
    left = words[MOST_ELEMENTS:]
    return [*words[:MOST_ELEMENTS], "..."] if left else words


def _pointer(value: Pointer, form: str, symbols: Mapping[str, int]) -> str:
    if value.address is None:
        return (
            tr("<address not known> <{symbol}>", symbol=value.symbol)
            if value.symbol
            else tr("<address not known>")
        )
    if form and form not in ("a", "s"):
        return number_text(value.address, form, symbols)
    if value.symbol:
        return f"{hex_address(value.address)} <{value.symbol}>"
    return with_symbol(value.address, symbols)


def with_symbol(address: int, symbols: Mapping[str, int]) -> str:
    """An address, and the symbol it lies in or behind."""
    name = symbol_at(address, symbols)
    return f"{hex_address(address)} <{name}>" if name else hex_address(address)


def symbol_at(address: int, symbols: Mapping[str, int]) -> str:
    """The kernel's symbol at or before an address of its image, such as ``memblock+16``; "" outside it."""
    return symbols.nearest(address & MASK) if isinstance(symbols, RunningSymbols) else ""


def number_text(value: int, form: str, symbols: Mapping[str, int], size: int = 8) -> str:
    """A number in one of gdb's formats; `size` is that of its type in bytes."""
    mask = (1 << 8 * max(size, -(-value.bit_length() // 8))) - 1
    match form:
        case "x":
            return f"{value & mask:#x}"
        case "z":
            return f"{value & mask:#0{2 * size + 2}x}"
        case "u":
            return str(value & mask)
        case "t":
            return f"{value & mask:b}"
        case "o":
            return f"0{value & mask:o}" if value else "0"
        case "c":
            byte = value & 0xFF
            return f"{byte} {_character(byte)}"
        case "a":
            return with_symbol(value, symbols)
        case "s":
            return readable_size(value)
        case _:
            return str(value)


def _character(byte: int) -> str:
    named = {0: "\\000", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 13: "\\r", 39: "\\'", 92: "\\\\"}
    shown = chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
    return f"'{named.get(byte, shown)}'"
