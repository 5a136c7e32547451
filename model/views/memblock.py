"""memblock at a position: its two arrays, their regions, and whose each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from msgspec import Struct

from ..analysis.names import said
from ..base.units import hex_address, readable_size, sized_range
from ..language.words import tr
from ..text.debugfs import flag_names
from .html import table


class OwnerShare(NamedTuple):
    """What somebody has of a region: how many bytes; `cause` is what is behind it ("": the kernel itself)."""

    name: str
    cause: str
    size: int


class RegionView(Struct, frozen=True):
    """One ``struct memblock_region``: `base` and `size` in bytes, `flags` as the kernel has them, `nid` the
    number of its node (None: it is on no node).  `owners` share it, whoever has most first; nobody does where
    it is not known."""

    base: int
    size: int
    flags: int
    nid: int | None
    owners: tuple[OwnerShare, ...] = ()

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.base + self.size

    @property
    def flag_names(self) -> tuple[str, ...]:
        """The flags as debugfs spells them, such as NOMAP; nothing if there are none."""
        return tuple(flag_names(self.flags).split("|")) if self.flags else ()

    @property
    def owner(self) -> str:
        """Whoever has most of it; "" if nobody is known."""
        return self.owners[0].name if self.owners else ""

    def __contains__(self, address: int) -> bool:
        return self.base <= address < self.end

    def overlaps(self, other: RegionView) -> bool:
        """Whether the two have a byte in common."""
        return self.base < other.end and other.base < self.end

    def __str__(self) -> str:
        node = "" if self.nid is None else f" node {self.nid}"
        flags = f" {'|'.join(self.flag_names)}" if self.flags else ""
        return f"{sized_range(self.base, self.size)}{node}{flags}{f' {self.owner}' if self.owners else ''}"


class RegionsView(Sequence[RegionView]):
    """The regions of one array that have a size, in its order.  `cnt` is how many there are for the kernel,
    whose empty array has one of no size; `max` how many there is room for; `total_size` the kernel's own sum
    of bytes."""

    def __init__(self, name: str, regions: Sequence[RegionView], cnt: int, max: int, total_size: int) -> None:
        self.name = name
        self.cnt = cnt
        self.max = max
        self.total_size = total_size
        self._regions = tuple(regions)

    @overload
    def __getitem__(self, index: int) -> RegionView: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[RegionView, ...]: ...
    def __getitem__(self, index: int | slice) -> RegionView | tuple[RegionView, ...]:
        return self._regions[index]

    def __len__(self) -> int:
        return len(self._regions)

    def __iter__(self) -> Iterator[RegionView]:
        return iter(self._regions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RegionsView) and self._regions == other._regions

    def __hash__(self) -> int:
        return hash(self._regions)

    def at(self, address: int) -> RegionView | None:
        """The region that an address lies in."""
        return next((region for region in self._regions if address in region), None)

    def owned_by(self, words: str) -> tuple[RegionView, ...]:
        """The regions of which somebody has a part whose name contains these words."""
        return tuple(
            region for region in self._regions if any(words in share.name for share in region.owners)
        )

    def __repr__(self) -> str:
        lines = [f"memblock.{self.name}: {len(self)} of {self.max} regions, {readable_size(self.total_size)}"]
        return "\n".join([*lines, *(f"  {region}" for region in self._regions)])

    def _repr_html_(self) -> str:
        caption = tr(
            "memblock.{name}: {count} of {max} regions, {size}",
            name=self.name,
            count=len(self),
            max=self.max,
            size=readable_size(self.total_size),
        )
        return table(caption, HEADINGS, map(_row, self._regions))


HEADINGS = ("base", "end", "size", "node", "flags", "who")


def _row(region: RegionView) -> tuple[object, ...]:
    node = "" if region.nid is None else region.nid
    who = "; ".join(
        f"{said(share.name)}{f' ({said(share.cause)})' if share.cause else ''}"
        + (f" {readable_size(share.size)}" if len(region.owners) > 1 else "")
        for share in region.owners
    )
    base, end = hex_address(region.base), f"{region.end:#x}"
    return (base, end, readable_size(region.size), node, "|".join(region.flag_names), who)


class MemblockView(Struct, frozen=True):
    """``struct memblock``: its two arrays, from where it allocates, and up to which address (in bytes)."""

    memory: RegionsView
    reserved: RegionsView
    bottom_up: bool
    current_limit: int

    def __repr__(self) -> str:
        return f"{self.memory!r}\n{self.reserved!r}"

    def _repr_html_(self) -> str:
        return self.memory._repr_html_() + self.reserved._repr_html_()
