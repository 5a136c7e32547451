"""Two boots that are held against each other: what each is, and how much of both can be the same."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ...build.address_map import Placement, Range
from ...memory.state import Replica
from ...source.facts import Facts
from ...trace.changes import Assign
from ...trace.events import Kind, Trace

UPPER_HALF = 1 << 63
SMALL_NEGATIVE = (1 << 64) - (1 << 20)
"""From here on a 64-bit number is rather an error, no node or no limit than an address."""
PYTHON = ".py"


FREE = "zones.free"


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
    def tells_free_pages(self) -> bool:
        """Whether the trace has the lists of free blocks: older recordings of kernels have them not."""
        trace = self.trace
        changes = (change for _, made in trace.changes(0, len(trace)) for change in made)
        return self.is_model or any(change.target == FREE for change in changes)

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

    @cached_property
    def image(self) -> Range | None:
        """The physical addresses of the kernel's image, its end included; None if nobody tells."""
        symbols, at = self.facts.symbols, self.facts.load_address
        if at is None or "_text" not in symbols or "_end" not in symbols:
            return None
        return Range(at, at + symbols["_end"] - symbols["_text"] + 1)

    def in_linear_map(self, address: int) -> int | None:
        """The physical address behind a virtual one of the linear map; None if it is none, or nobody tells
        where that begins."""
        return self.placement.physical(address) if self.placement is not None else None

    def in_image(self, address: int) -> int | None:
        """The physical address behind a virtual one of the kernel's image; None if it is none, or nobody
        tells."""
        if self.placement is None or self.image_offset is None:
            return None
        return address - self.image_offset if address in self.placement.address_map.image else None

    def physical(self, address: int) -> int | None:
        """The physical address behind a virtual one of either."""
        found = self.in_linear_map(address)
        return self.in_image(address) if found is None else found

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
    def are_even(self) -> bool:
        """Whether both are told at the same places: then the whole state is read wherever both are."""
        names = [{function.name for function in side.trace.functions} for side in self.sides]
        return self.are_models or (self.are_alike and names[0] == names[1])

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
    def is_loaded_elsewhere(self) -> bool:
        """Whether a kernel that ran was loaded elsewhere than the other, as KASLR may do: what lies in its
        image is compared by its place there.  What the model is told is an input like others."""
        at = self.loaded
        return not self.are_models and at is not None and at[0] != at[1]

    @property
    def loaded(self) -> tuple[int, int] | None:
        """Where both images lie; None if nobody tells."""
        one, other = self.left.image, self.right.image
        return None if one is None or other is None else (one.start, other.start)

    @cached_property
    def tell_free_pages(self) -> bool:
        """Whether both tell which pages are free; where images are loaded elsewhere, others are."""
        return not self.is_loaded_elsewhere and all(side.tells_free_pages for side in self.sides)

    def same_in_image(self, left: int, right: int) -> bool:
        """Whether two physical addresses are the same place in images that are loaded elsewhere."""
        one, other = self.left.image, self.right.image
        if not self.is_loaded_elsewhere or one is None or other is None:
            return False
        return left in one and right in other and left - one.start == right - other.start

    @cached_property
    def are_one_build(self) -> bool:
        """Whether both kernels are the same, as far as their symbols tell."""
        return bool(self.left.facts.symbols) and self.left.facts.symbols == self.right.facts.symbols

    def same_memory(self, left: int, right: int) -> bool:
        """Whether two virtual addresses mean the same memory, or nobody knows.  What is in the image of the
        kernel is elsewhere in each build, and where that is loaded is told by who reserves it."""
        one, other = self.left.in_linear_map(left), self.right.in_linear_map(right)
        if one is not None and other is not None:
            return one == other
        one, other = self.left.in_image(left), self.right.in_image(right)
        loaded = self.left.facts.load_address, self.right.facts.load_address
        if one is None or other is None or loaded[0] is None or loaded[1] is None or not self.are_one_build:
            return True
        return one - loaded[0] == other - loaded[1]

    @cached_property
    def is_strict(self) -> bool:
        """Whether every value and every part of the state has to be the same."""
        return self.are_models and not self.is_moved
