"""Whether two values are the same thing in two boots: arguments, results, variables, fields of the state.

Addresses of the kernel's half are compared by the memory behind them; if that is not known, and the kernels
did not run at the same place, they are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from types import FunctionType
from typing import Any, cast

from ...memory.memblock import NUMA_NO_NODE
from ...trace.described import Thing, object_words, type_name
from .names import GIVEN, NODES
from .sides import Pair, Side, is_virtual

U64 = (1 << 64) - 1
U32 = (1 << 32) - 1
SIGNED = 1 << 20
"""Numbers below 0 that registers hold in 32 or in 64 bits: errors, no node."""


class Values:
    """Compares values of both boots of a pair."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self._is_strict = pair.is_strict

    def are_same(self, name: str, left: Any, right: Any, is_told: bool = True) -> bool:
        """Whether two values of that name are the same, or cannot be compared.  Numbers count if they are
        `is_told` to mean the same in both boots."""
        if left is right or name in GIVEN:
            return True
        if left is None or right is None:
            return not self._is_strict
        if isinstance(left, int) and isinstance(right, int):
            return self._same_numbers(name, left, right, is_told)
        if isinstance(left, str | Enum | FunctionType) and isinstance(right, str | Enum | FunctionType):
            return _said(left) == _said(right) or not self.pair.are_models
        if not self.pair.are_models:
            return True
        return self._same_shapes(name, left, right, is_told)

    def _same_numbers(self, name: str, left: int, right: int, is_told: bool) -> bool:
        if name in NODES:
            left, right = (
                node(side, value) for side, value in zip(self.pair.sides, (left, right), strict=True)
            )
        if left == right or (left ^ right) & U64 == 0 or _same_negative(left, right):
            return True
        if self._is_strict:
            return False
        one, other = left & U64, right & U64
        if is_virtual(one) and is_virtual(other):
            return self.pair.same_memory(one, other)
        if is_virtual(one) or is_virtual(other):
            mine = self.pair.left.physical(one) if is_virtual(one) else one
            its = self.pair.right.physical(other) if is_virtual(other) else other
            return mine is None or its is None or mine == its
        shift = self.pair.left.facts.page_shift if name.endswith("pfn") else 0
        return not is_told or self.pair.same_in_image(one << shift, other << shift)

    def _same_shapes(self, name: str, left: Any, right: Any, is_told: bool) -> bool:
        if type_name(left) != type_name(right):
            return False
        if isinstance(left, Mapping):
            return bool(left == right)  # pyright: ignore[reportUnknownArgumentType]
        fields = _fields(left)
        if fields:
            return all(
                self.are_same(field, getattr(left, field), getattr(right, field, None), is_told)
                for field in fields
            )
        if isinstance(left, list | tuple):
            mine, its = cast("Sequence[Any]", left), cast("Sequence[Any]", right)
            return len(mine) == len(its) and all(
                self.are_same(name.removesuffix("s"), a, b, is_told) for a, b in zip(mine, its, strict=True)
            )
        if isinstance(left, bytes | bytearray | set | frozenset):
            return left == right
        return object_words(left) == object_words(right)


def node(side: Side, nid: int) -> int:
    """A node, or NUMA_NO_NODE for what stands for none in that kernel: MAX_NUMNODES, or -1 in any number of
    bits."""
    return nid if 0 <= nid < side.facts.max_numnodes else NUMA_NO_NODE


def _fields(value: object) -> tuple[str, ...]:
    found = getattr(value, "_fields", ())
    return cast("tuple[str, ...]", found) if isinstance(found, tuple) else ()


def _said(value: object) -> str:
    if isinstance(value, Enum | FunctionType | Thing):
        return object_words(value)
    return str(value)


def _same_negative(left: int, right: int) -> bool:
    """Whether one is a small number below 0, and the other the same in 32 bits."""
    low, high = min(left, right), max(left, right)
    if low < 0:
        return low > -SIGNED and high == low & U32
    return high >= U64 + 1 - SIGNED and low == high & U32 and low > U32 - SIGNED
