"""The parts of an expression that C has and Python has not: casts, ``sizeof``, ``&x``, ``*p``, ``p@3``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from msgspec import Struct

from ...language.words import tr
from .lexer import ExpressionError
from .lookup import Field, ItemNode
from .nodes import Name, Node, Scope, integer, kind_of
from .types import SIGNED, KernelTypes, element
from .values import MASK, Array, Pointer, Structure, Typed, kind_of_value, number_of

MOST_ELEMENTS = 200
"""Elements of an artificial array at most: what is printed of one."""


def types_of(scope: Scope, start: int) -> KernelTypes:
    """The types of a scope.  Raises `ExpressionError` where it has none."""
    if scope.types is None:
        raise ExpressionError(tr("types are not known here"), start)
    return scope.types


def converted(value: int, kind: str, size: int, is_signed: bool) -> Typed:
    """A number as a type of so many bytes has it."""
    value &= (1 << 8 * size) - 1
    if is_signed and value >> 8 * size - 1:
        value -= 1 << 8 * size
    return Typed(value, kind)


class Cast(Struct, frozen=True):
    """``(u64)x``, ``(struct page *)x``."""

    start: int
    end: int
    kind: str
    operand: Node

    def value(self, scope: Scope) -> Any:
        value = self.operand.value(scope)
        types = types_of(scope, self.start)
        if isinstance(value, Structure | Array):
            raise ExpressionError(
                tr(
                    "{value} cannot be cast to {kind}",
                    value=kind_of_value(value),
                    kind=self.kind,
                ),
                self.start,
            )
        number = integer(value, self.operand)
        if self.kind.endswith("*"):
            same = isinstance(value, Pointer) and value.kind == element(self.kind)
            return value if same else Pointer(element(self.kind), number & MASK)
        resolved = types.resolve(self.kind)
        size = types.size(self.kind)
        if size is None or resolved.startswith("struct ") or resolved == "void":
            words = (
                types.absence(self.kind)
                if size is None
                else tr("nothing can be cast to {kind}", kind=self.kind)
            )
            raise ExpressionError(words, self.start)
        if resolved == "bool":
            return Typed(bool(number), self.kind)
        return converted(number, self.kind, size, resolved in SIGNED)

    def parts(self) -> Sequence[Node]:
        return (self.operand,)


class SizeOfType(Struct, frozen=True):
    """``sizeof(struct page)``."""

    start: int
    end: int
    kind: str

    def value(self, scope: Scope) -> Any:
        types = types_of(scope, self.start)
        size = types.size(self.kind)
        if size is None:
            raise ExpressionError(types.absence(self.kind), self.start)
        return Typed(size, "unsigned long")

    def parts(self) -> Sequence[Node]:
        return ()


class SizeOf(Struct, frozen=True):
    """``sizeof(memblock.memory)``, ``sizeof x``."""

    start: int
    end: int
    operand: Node

    def value(self, scope: Scope) -> Any:
        types = types_of(scope, self.start)
        kind = kind_of_value(self.operand.value(scope))
        size = types.size(kind) if kind else None
        if size is None:
            words = types.absence(kind) if kind else tr("C has no type for this")
            raise ExpressionError(words, self.operand.start)
        return Typed(size, "unsigned long")

    def parts(self) -> Sequence[Node]:
        return (self.operand,)


class OffsetOf(Struct, frozen=True):
    """``offsetof(struct page, _refcount)``; the members lead from one into the next."""

    start: int
    end: int
    kind: str
    members: tuple[str, ...]

    def value(self, scope: Scope) -> Any:
        types, kind, offset = types_of(scope, self.start), self.kind, 0
        for name in self.members:
            structure = types.structure(types.resolve(kind).removeprefix("struct "))
            if structure is None or not structure.members:
                raise ExpressionError(types.absence(kind), self.start)
            member = types.member(kind, name)
            if member is None:
                known = ", ".join(each.name for each in structure.members if each.name)
                raise ExpressionError(
                    tr("{kind} has no member {name!r}, it has {known}", kind=kind, name=name, known=known),
                    self.start,
                )
            offset, kind = offset + member.offset, member.type
        return Typed(offset, "unsigned long")

    def parts(self) -> Sequence[Node]:
        return ()


class Dereference(Struct, frozen=True):
    """``*p``."""

    start: int
    end: int
    operand: Node

    def value(self, scope: Scope) -> Any:
        return pointed(self.operand.value(scope), 0, self.operand)

    def parts(self) -> Sequence[Node]:
        return (self.operand,)


class ArtificialArray(Struct, frozen=True):
    """``*p@3``, ``x[1]@2``: elements that follow each other."""

    start: int
    end: int
    first: Node
    count: Node

    def value(self, scope: Scope) -> Any:
        count = integer(self.count.value(scope), self.count)
        if not 0 < count <= 1 << 20:
            raise ExpressionError(tr("the length of an array is from 1 to 1M"), self.count.start)
        whole, index = _first_of(self.first, scope)
        elements = whole.pointed if isinstance(whole, Pointer) else whole
        if not isinstance(elements, Sequence) or isinstance(elements, str):
            raise ExpressionError(tr("@ takes an element of an array, such as *p or x[0]"), self.first.start)
        known = cast("Sequence[Any]", elements)
        if index < 0 or index + count > len(known):
            words = tr("of what lies there {count} elements are known", count=len(known))
            raise ExpressionError(
                tr("{words}, not {index},", words=words, index=index + count), self.count.start
            )
        first = self.first.value(scope)
        at = first.at if isinstance(first, Structure | Array) else None
        return Array(kind_of_value(first), known[index : index + count], at, count)

    def parts(self) -> Sequence[Node]:
        return (self.first, self.count)


def _first_of(node: Node, scope: Scope) -> tuple[Any, int]:
    """The array or pointer that an element is of, and the element's index."""
    if isinstance(node, Dereference):
        return node.operand.value(scope), 0
    if isinstance(node, ItemNode):
        whole = node.whole.value(scope)
        inside = whole.items_inside if isinstance(whole, Structure) else whole
        return inside, integer(node.index.value(scope), node.index)
    return None, 0


def pointed(value: Any, index: int, node: Node) -> Any:
    """What lies `index` elements behind a pointer.  Raises `ExpressionError` where that is not known."""
    if isinstance(value, Array):
        value = Pointer(value.kind, value.at, value)
    if isinstance(value, Pointer) and value.pointed is not None:
        if 0 <= index < len(value.pointed):
            return value.pointed[index]
        words = (
            tr("nothing")
            if not value.pointed
            else tr("{count} of {kind}", count=len(value.pointed), kind=value.kind)
        )
        raise ExpressionError(
            tr("there is no item {index}: {words} is known there", index=index, words=words), node.start
        )
    number = number_of(value)
    if number is None:
        raise ExpressionError(tr("{value} is no pointer", value=kind_of(value)), node.start)
    if not number:
        raise ExpressionError(tr("this is a null pointer"), node.start)
    words = tr("what memory holds at {number:#x} is not modelled", number=number & MASK)
    raise ExpressionError(
        tr("{words}: x {number:#x} tells all else that is known of it", words=words, number=number & MASK),
        node.start,
    )


class AddressOf(Struct, frozen=True):
    """``&x``: of a symbol, or of a part of a structure whose address is known."""

    start: int
    end: int
    operand: Node

    def value(self, scope: Scope) -> Any:
        node = self.operand
        if isinstance(node, Name):
            return self._of_name(node, scope)
        if isinstance(node, Dereference):
            return node.operand.value(scope)
        value = node.value(scope)
        at = value.at if isinstance(value, Structure | Array) else _member_place(node, scope)
        kind = kind_of_value(value)
        if at is None or not kind:
            raise ExpressionError(tr("it is not known where this lies"), node.start)
        return Pointer(kind, at, (value,))

    def _of_name(self, node: Name, scope: Scope) -> Any:
        try:
            address = scope.symbols[node.name]
        except KeyError:
            raise ExpressionError(tr("no symbol {name!r} is known", name=node.name), node.start) from None
        try:
            value = node.value(scope)
        except ExpressionError:
            value = None
        known = isinstance(value, Structure | Array | Pointer)
        kind = kind_of_value(value) if known else VARIABLES.get(node.name, "void")
        return Pointer(kind, address, (value,) if known else None, node.name)

    def parts(self) -> Sequence[Node]:
        return (self.operand,)


def _member_place(node: Node, scope: Scope) -> int | None:
    """The address of a number that is a member of something."""
    if not isinstance(node, Field):
        return None
    whole = node.whole.value(scope)
    if isinstance(whole, Pointer) and whole.pointed:
        whole = whole.pointed[0]
    if not isinstance(whole, Structure) or whole.at is None:
        return None
    member = types_of(scope, node.start).member(whole.kind, node.name)
    return whole.at + member.offset if member is not None else None


VARIABLES = {
    **dict.fromkeys(("max_pfn", "max_low_pfn", "min_low_pfn", "totalreserve_pages"), "unsigned long"),
    **dict.fromkeys(("nr_cpu_ids", "nr_node_ids", "nr_online_nodes"), "unsigned int"),
    "zone_dma_limit": "phys_addr_t",
    "page_offset_base": "unsigned long",
    "vmemmap_base": "unsigned long",
    "vmalloc_base": "unsigned long",
    "vabits_actual": "u64",
    "high_memory": "void *",
    "initrd_start": "unsigned long",
    "initrd_end": "unsigned long",
    "phys_initrd_start": "phys_addr_t",
    "phys_initrd_size": "unsigned long",
    "movable_zone": "int",
    "memblock_debug": "int",
}
"""The types of the kernel's variables that people ask about."""
