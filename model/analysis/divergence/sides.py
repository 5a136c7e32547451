"""Two boots that are held against each other: what each is, and how much of both can be the same."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ...build.address_map import Placement
from ...memory.state import Replica
from ...source.facts import Facts
from ...trace.changes import Assign
from ...trace.events import Kind, Trace

UPPER_HALF = 1 << 63
SMALL_NEGATIVE = (1 << 64) - (1 << 20)
"""From here on a 64-bit number is rather an error, no node or no limit than an address."""
PYTHON = ".py"


class Side:
    """One of the boots, and where its kernel finally ran."""

    def __init__(self, trace: Trace, facts: Facts) -> None:
        self.trace = trace
        self.facts = facts

    @cached_property
    def is_model(self) -> bool:
        """Whether the boot was executed by the model, now or when it was recorded: its functions stand in
        Python."""
        return any(function.filename.endswith(PYTHON) for function in self.trace.functions)

    @cached_property
    def last_values(self) -> dict[str, Any]:
        """The kernel's variables at the end of the trace."""
        values = dict(self.trace.at_start("variables"))
        for event in self.trace.of_kind(Kind.VARIABLE):
            for change in self.trace.payload(event):
                if isinstance(change, Assign) and change.target == "variables":
                    values[change.key] = change.new
        return values

    def _lookup(self, name: str) -> Any:
        value = self.last_values[name]
        if not isinstance(value, int):
            raise KeyError(name)
        return value

    @cached_property
    def placement(self) -> Placement | None:
        """How the address map lay in the end; None if there is none."""
        facts = self.facts
        return facts.arch.placement(facts.address_map, self._lookup) if facts.address_map else None

    @property
    def linear_base(self) -> tuple[int, int] | None:
        """Where the linear map begins, and with which physical address; None if that is not known."""
        placed = self.placement
        if placed is None or placed.linear_base is None:
            return None
        return placed.address_map.page_offset, placed.linear_base

    @cached_property
    def image_offset(self) -> int | None:
        """What the image's virtual addresses are above its physical ones; None if that is not known."""
        return self.facts.arch.image_offset(self._lookup)

    def physical(self, address: int) -> int | None:
        """The physical address behind a virtual one of the linear map or of the image; None if it is of
        neither, or nobody tells."""
        if self.placement is not None:
            found = self.placement.physical(address)
            if found is not None:
                return found
            if address in self.placement.address_map.image and self.image_offset is not None:
                return address - self.image_offset
        return None

    def replica(self) -> Replica:
        """A state of its own that can be moved."""
        return Replica(self.trace)


def is_virtual(value: int) -> bool:
    """Whether a number is an address of the kernel's half."""
    return UPPER_HALF <= value < SMALL_NEGATIVE


def _are_other(left: object, right: object) -> bool:
    """Whether two things that are known are not the same."""
    return left is not None and right is not None and left != right


class Pair:
    """Both boots, `left` and `right`."""

    def __init__(self, left: Side, right: Side) -> None:
        self.left = left
        self.right = right

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both of them."""
        return self.left, self.right

    @cached_property
    def are_models(self) -> bool:
        """Whether both were executed by the model: then all functions and the whole state are there."""
        return self.left.is_model and self.right.is_model

    @cached_property
    def are_alike(self) -> bool:
        """Whether both are told in the same way: by the model, or by watching a kernel."""
        return self.left.is_model == self.right.is_model

    @cached_property
    def is_moved(self) -> bool:
        """Whether the kernels ran at different virtual addresses, by how they were linked or by KASLR: then
        virtual addresses say nothing of what was done."""
        one, other = self.sides
        return (
            _are_other(one.facts.address_map, other.facts.address_map)
            or _are_other(one.linear_base, other.linear_base)
            or _are_other(one.image_offset, other.image_offset)
            or _are_other(one.facts.symbols.get("_text"), other.facts.symbols.get("_text"))
        )

    @cached_property
    def is_strict(self) -> bool:
        """Whether every value and every part of the state has to be the same."""
        return self.are_models and not self.is_moved
