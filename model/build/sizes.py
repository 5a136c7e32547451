"""Sizes of the kernel's structures, and its constants, as its compiler saw them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct, field
from msgspec.structs import replace

from ..base.errors import InputError
from ..language.words import tr
from .bounds import check_build, check_constants
from .release import Release

Field = tuple[str | None, int, int, str]
"""A member of a structure: name (None if it has none), offset and size in bytes, and its type as C writes it
("": not told)."""


RCU_HEAD_TAKEN_BACK = (((6, 1, 76), (6, 2)), ((6, 6, 15), (6, 7)), ((6, 7, 3), (6, 8)))
"""Since when, and until which release, older ones have the head of usage maps that came in 6.8."""


class Sizes(Struct, frozen=True):
    """What one build of the kernel says of itself.  `source` tells where the facts come from, `doubtful` what
    of them may be wrong ("": nothing)."""

    source: str
    structures: Mapping[str, int]
    constants: Mapping[str, int]
    variables: Mapping[str, int] = field(default_factory=dict[str, int])
    members: Mapping[str, tuple[Field, ...]] = field(default_factory=dict[str, tuple[Field, ...]])
    enumerations: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    doubtful: str = ""

    @classmethod
    def from_json(cls, facts: Mapping[str, Any], constants: Mapping[str, Any], source: str) -> Sizes:
        """From sizes.json and consts.json as read.  Raises `InputError` if they are not shaped as these
        files."""
        try:
            found = cls(
                source=source,
                structures=_numbers(facts.get("sizeof", {})),
                constants={**_numbers(facts.get("constants", {})), **_numbers(constants)},
                variables=_numbers(facts.get("variables_sizeof", {})),
                members={
                    name: tuple(_field(member) for member in members)
                    for name, members in facts.get("fields_[name,offset,size]", {}).items()
                },
                enumerations={name: _numbers(values) for name, values in facts.get("enums", {}).items()},
            )
        except (TypeError, ValueError, LookupError, AttributeError):
            raise InputError(
                tr("{source}: this does not look like the sizes of a kernel", source=source)
            ) from None
        members = (number for fields in found.members.values() for field in fields for number in field[1:3])
        check_build(source, found.structures, members)
        check_constants(source, found.constants)
        return found

    def completed(self, computed: Mapping[str, int]) -> Sizes:
        """The same, with `computed` constants where it knows none."""
        return replace(self, constants={**computed, **self.constants})

    def sizeof(self, structure: str) -> int:
        """``sizeof(structure)`` in bytes, as in ``sizeof("struct page")``.  Raises `InputError` if
        unknown."""
        return self._find(self.structures, structure, "the size of ")

    def constant(self, name: str) -> int:
        """A constant, such as ``MAX_RESERVED_REGIONS``.  Raises `InputError` if unknown."""
        return self._find(self.constants, name, "")

    def variable(self, name: str) -> int:
        """``sizeof`` one of the kernel's variables, in bytes.  Raises `InputError` if unknown."""
        return self._find(self.variables, name, "the size of the variable ")

    def offset(self, structure: str, member: str, otherwise: int | None = None) -> int:
        """``offsetof(struct structure, member)`` in bytes, or `otherwise`.  Raises `InputError` if both are
        unknown."""
        offsets = {name: offset for name, offset, _, _ in self.members.get(structure, ()) if name}
        if otherwise is not None:
            return offsets.get(member, otherwise)
        return self._find(offsets, member, f"where in struct {structure} there is ")

    def enumeration(self, name: str) -> Mapping[str, int]:
        """The constants of an ``enum``, such as ``zone_type``.  Raises `InputError` if unknown."""
        found = self.enumerations.get(name)
        if found is None:
            raise InputError(
                tr("{source} does not tell the constants of enum {name}", source=self.source, name=name)
            )
        return found

    def _find(self, table: Mapping[str, int], name: str, what: str) -> int:
        found = table.get(name)
        if found is None:
            raise InputError(
                tr("{source} does not tell {what}{name}", source=self.source, what=what, name=name)
            )
        return found


def usage_head_of(release: Release) -> int:
    """The bytes that ``struct mem_section_usage`` has before its bitmaps, where the build does not tell: a
    head for RCU since 6.8."""
    taken_back = any(since <= release < until for since, until in RCU_HEAD_TAKEN_BACK)
    return 16 if release >= (6, 8) or taken_back else 0


def usage_head(release: Release, sizes: Sizes) -> int:
    """The same of one build: where the first bitmap is, of which there is one with vmemmap only."""
    flags = sizes.offset("mem_section_usage", "pageblock_flags", usage_head_of(release))
    return sizes.offset("mem_section_usage", "subsection_map", flags)


def _field(member: Any) -> Field:
    """A member as it is read: name, offset, size and, since types are kept, its type."""
    kind = member[3] if len(member) > 3 else ""
    if not isinstance(kind, str):
        raise TypeError(kind)
    return str(member[0]) if member[0] else None, int(member[1]), int(member[2]), kind


def _numbers(table: Any) -> dict[str, int]:
    return {str(name): value for name, value in cast("dict[Any, Any]", table).items() if type(value) is int}
