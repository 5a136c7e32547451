"""What the ways to show a tree of page tables have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from ...draw.lines import Line
from ...session.snapshot import Snapshot

if TYPE_CHECKING:
    from ....model.arch.spec import Arch
    from ....model.build.address_map import AddressMap
    from ....model.memory.pagetable.format import Pgdir
    from ....model.memory.picture import Tree


class Scene(Struct, frozen=True):
    """What is drawn: a tree now and before the last move, at a moment, on lines of `width` characters;
    `layout` is the kernel's address map, as it lies then."""

    snapshot: Snapshot
    pgdir: Pgdir
    before: Tree
    now: Tree
    width: int
    layout: AddressMap

    @classmethod
    def of(cls, snapshot: Snapshot, pgdir: Pgdir, before: Tree, now: Tree, width: int) -> Scene:
        """The scene of a moment."""
        found = snapshot.answers.placement()
        assert found is not None, "a source that tells page tables tells the address map"
        return cls(snapshot, pgdir, before, now, width, found.address_map)

    @property
    def arch(self) -> Arch:
        """The kernel's architecture."""
        return self.snapshot.facts.arch

    @property
    def is_identity(self) -> bool:
        """Whether the tree maps memory at its own address, and not the kernel's half."""
        return self.pgdir.kind == "identity"


Range = tuple[int, int]
"""Virtual addresses: the first, and that after the last."""


class PageTableForm(ABC):
    """A way to show a tree of page tables as lines."""

    NAME: ClassVar[str]

    @abstractmethod
    def compose(self, scene: Scene) -> None:
        """Prepare the lines."""

    @abstractmethod
    def count(self) -> int:
        """How many lines there are."""

    @abstractmethod
    def line(self, index: int) -> Line:
        """One of them."""

    @abstractmethod
    def range_at(self, index: int) -> Range | None:
        """The addresses that a line is about."""

    @abstractmethod
    def find(self, address: int) -> int:
        """The line that tells most closely of an address."""

    def reveal(self, address: int) -> int:
        """Open what is needed to see an address; the line that tells of it then."""
        return self.find(address)

    @abstractmethod
    def changed(self) -> tuple[int, int] | None:
        """The lines, first and last, that the last move changed."""

    def toggle(self, index: int) -> bool:
        """Open or close a line; False if there is nothing to."""
        return False

    def about(self, index: int) -> Line | None:
        """A line for the header that tells more of one that the cursor is on."""
        return None


def first_and_last(marked: list[int]) -> tuple[int, int] | None:
    """The ends of a list of line numbers."""
    return (marked[0], marked[-1]) if marked else None
