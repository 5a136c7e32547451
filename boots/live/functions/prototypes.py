"""What C says of functions: their parameters in order, what they return, and how large these are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

WORD = 8
SIZES = {
    **dict.fromkeys(("char", "bool", "_Bool", "u8", "s8", "__u8", "__s8"), 1),
    **dict.fromkeys(("short", "u16", "s16", "__u16", "__s16"), 2),
    **dict.fromkeys(("int", "unsigned", "unsigned int", "u32", "s32", "__u32", "__s32", "gfp_t", "fpi_t"), 4),
    "void": 0,
}
"""Bytes of types that are shorter than a word, by their names without ``const``."""
SIGNED = frozenset(
    (
        *("char", "short", "int", "long", "long int", "long long", "long long int", "ssize_t", "loff_t"),
        *("s8", "s16", "s32", "s64", "__s8", "__s16", "__s32", "__s64"),
    )
)
BOOLEAN = frozenset(("bool", "_Bool"))
QUALIFIERS = re.compile(r"\b(?:const|volatile|restrict|__iomem|__user)\b ?")
ATTRIBUTES = re.compile(r"\b(?:__init|__ref|static|extern|inline)\b ?")
DECLARED = re.compile(r"(?P<type>[\w ]+?[ *]+)(?P<name>\w+) ?\((?P<parameters>.*)\)")
PARAMETER = re.compile(r"(?P<type>[\w ]+?[ *]+)(?P<name>\w+)(?P<array>(?:\[\w*\])*)")
POINTER_TO_FUNCTION = re.compile(r"(?P<result>.+?)\( ?\* ?(?P<name>\w+) ?\)(?P<rest>\(.*\))")
MOST_PARAMETERS = 32


class Value(NamedTuple):
    """A parameter, or a result (its name is ""): its C type, how many bytes it has (0: void, or not known)
    and whether it is a number that may be below 0.  `is_number` tells that it takes one register at most and
    is read as a number; a structure may not be."""

    name: str
    type: str
    size: int
    is_signed: bool
    is_number: bool = True

    @property
    def is_boolean(self) -> bool:
        """Whether it is true or false."""
        return self.type in BOOLEAN

    @property
    def is_text(self) -> bool:
        """Whether it is the address of a C string, as far as its type tells."""
        return QUALIFIERS.sub("", self.type).replace(" ", "") == "char*"


VOID = Value("", "void", 0, False)


class Prototype(Struct, frozen=True):
    """A function as C declares it."""

    name: str
    parameters: tuple[Value, ...]
    result: Value = VOID


def value_of(name: str, type: str) -> Value:
    """A value of a C type, by what the kernel's types are called."""
    spelled = " ".join(type.replace("*", " * ").split()).replace("* *", "**")
    if spelled.endswith("*"):
        return Value(name, spelled, WORD, False)
    plain = QUALIFIERS.sub("", spelled).strip()
    if plain.startswith("enum "):
        return Value(name, plain, SIZES["unsigned"], False)
    return Value(name, plain, SIZES.get(plain, WORD), plain in SIGNED)


def parse_prototype(text: str) -> Prototype | None:
    """A function as it is declared, ``int memblock_add(phys_addr_t base, phys_addr_t size)``; None if this
    is no such declaration."""
    found = DECLARED.fullmatch(ATTRIBUTES.sub("", text).strip())
    if found is None:
        return None
    parameters = tuple(map(_parameter, _split(found["parameters"])))
    if None in parameters or len(parameters) > MOST_PARAMETERS:
        return None
    return Prototype(found["name"], tuple(filter(None, parameters)), value_of("", found["type"]))


def _split(text: str) -> Sequence[str]:
    """The parameters between the parentheses; what takes more of them at the end (``...``) is none."""
    depth, parts = 0, [""]
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    stripped = [part.strip() for part in parts]
    return () if stripped in ([""], ["void"]) else [part for part in stripped if part != "..."]


def _parameter(text: str) -> Value | None:
    pointer = POINTER_TO_FUNCTION.fullmatch(text)
    if pointer is not None:
        return Value(pointer["name"], f"{pointer['result'].strip()} (*){pointer['rest']}", WORD, False)
    found = PARAMETER.fullmatch(text)
    if found is None:
        return None
    return value_of(found["name"], found["type"] + "*" * found["array"].count("["))


def texts_of(parameters: Sequence[Value]) -> Iterator[int]:
    """Which of the parameters are addresses of C strings."""
    return (index for index, parameter in enumerate(parameters) if parameter.is_text)
