"""The C types of a kernel, by what is known of its build: sizes, members, what names stand for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from ...build.structures import (
    BASE_SIZES,
    TYPEDEFS,
    Member,
    StructType,
    array_lengths,
    laid_out,
)
from ...index.calls import close_matches
from ...language.words import tr
from ...source.facts import Facts

POINTER_SIZE = 8
ENUM_SIZE = 4
SIGNED = frozenset(("char", "signed char", "short", "int", "long", "long long"))

ENUMERATIONS: Mapping[str, Mapping[str, int]] = {
    "memblock_flags": {
        "MEMBLOCK_NONE": 0,
        "MEMBLOCK_HOTPLUG": 1,
        "MEMBLOCK_MIRROR": 2,
        "MEMBLOCK_NOMAP": 4,
        "MEMBLOCK_DRIVER_MANAGED": 8,
        "MEMBLOCK_RSRV_NOINIT": 16,
    },
    "e820_type": {
        "E820_TYPE_RAM": 1,
        "E820_TYPE_RESERVED": 2,
        "E820_TYPE_ACPI": 3,
        "E820_TYPE_NVS": 4,
        "E820_TYPE_UNUSABLE": 5,
        "E820_TYPE_PMEM": 7,
        "E820_TYPE_PRAM": 12,
        "E820_TYPE_RESERVED_KERN": 128,
        "E820_TYPE_SOFT_RESERVED": 0xEFFFFFFF,
    },
}
"""The constants of the enumerations that members have: include/linux/memblock.h,
arch/x86/include/asm/e820/types.h."""
FLAGS = frozenset(("memblock_flags",))
"""Those whose constants are bits."""


class KernelTypes:
    """The types of one kernel."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._told = {each.name: each for each in facts.types}

    @property
    def are_told(self) -> bool:
        """Whether anything is known of how the kernel was built."""
        return bool(self._told or self._facts.config.options)

    @cached_property
    def _arrays(self) -> Mapping[str, int]:
        layout = self._facts.address_map
        return array_lengths(1 << layout.nodes_shift if layout else self._facts.limits.max_numnodes)

    def structure(self, name: str) -> StructType | None:
        """The structure of that name (without ``struct``); None if it is not known.  It has no members where
        only its size is known."""
        told = self._told.get(name)
        if told is not None and told.members:
            return told
        if not self.are_told:
            return None
        found = laid_out(name, self._facts.config, self.size, self._arrays)
        if found is None or (told is not None and told.size != found.size):
            return told
        return found

    def resolve(self, kind: str) -> str:
        """A type without the names that stand for others, and without ``const``."""
        kind = kind.removeprefix("const ").removeprefix("volatile ").strip()
        while kind in TYPEDEFS:
            kind = TYPEDEFS[kind]
        return kind

    def size(self, kind: str) -> int | None:
        """Bytes of a type; None where that is not known."""
        base, bracket, rest = kind.partition("[")
        if bracket:
            count, _, inner = rest.partition("]")
            each = self.size(base + inner)
            return each * int(count or 0) if each is not None else None
        kind = self.resolve(kind)
        if kind.endswith(("*", "()")):
            return POINTER_SIZE
        if kind.startswith("enum "):
            return ENUM_SIZE
        if kind.startswith("struct "):
            found = self.structure(kind.removeprefix("struct "))
            return found.size if found is not None else None
        return BASE_SIZES.get(kind)

    def member(self, kind: str, name: str) -> Member | None:
        """A member of a structure; None if that is not known."""
        found = self.structure(self.resolve(kind).removeprefix("struct "))
        members = found.members if found is not None else ()
        return next((member for member in members if member.name == name), None)

    def absence(self, kind: str) -> str:
        """Why a type is not known, in a sentence."""
        if not self.are_told:
            return tr(
                "{kind} is not known: {source} tells nothing of the kernel's types",
                kind=kind,
                source=tr(self._facts.kind),
            )
        name = self.resolve(kind).removeprefix("struct ")
        if self.structure(name) is not None:
            return tr(
                "the members of {kind} are not known of this kernel: DWARF or BTF of its vmlinux would tell",
                kind=kind,
            )
        offer = close_matches(name, self.names())
        return tr(
            "no type {kind!r} is known of this kernel{offer}",
            kind=kind,
            offer=offer or tr("; info types lists those that are"),
        )

    def names(self) -> list[str]:
        """The names of all structures that are known, without ``struct``."""
        if not self.are_told:
            return []
        computed = [name for name in sorted(_COMPUTED) if self.structure(name) is not None]
        return sorted({*self._told, *computed})


_COMPUTED = frozenset(("memblock", "memblock_type", "memblock_region", "mem_section"))


def element(kind: str) -> str:
    """What an array or a pointer is of; "" for other types."""
    base, bracket, rest = kind.partition("[")
    if bracket:
        return base + rest.partition("]")[2]
    return kind[:-1].rstrip() if kind.endswith("*") else ""


def pointer_to(kind: str) -> str:
    """The type of pointers to a type."""
    base, bracket, rest = kind.partition("[")
    if bracket:
        return f"{base} (*){bracket}{rest}"
    return f"{kind}*" if kind.endswith("*") else f"{kind} *"


def enumerator(kind: str, value: int) -> str:
    """A value of an enumeration by its name, flags as gdb prints them; "" if the type is no enumeration that
    is known."""
    name = kind.removeprefix("enum ")
    constants = ENUMERATIONS.get(name) if kind.startswith("enum ") else None
    if constants is None:
        return ""
    for constant, number in constants.items():
        if number == value:
            return constant
    if name not in FLAGS:
        return str(value)
    words = [constant for constant, bit in constants.items() if bit & value]
    rest = value & ~sum(constants.values())
    return f"({' | '.join([*words, *([f'unknown: {rest:#x}'] if rest else [])])})"
