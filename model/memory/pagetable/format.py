"""What an architecture says of page tables: its trees, the names of levels, the bits of entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol


class EntryFormat(Protocol):
    """What the bits of a page-table entry mean: one stateless object an architecture.

    `attrs` are an entry's bits but its output address; `level` counts as `Geometry` does.
    """

    @property
    def level_names(self) -> tuple[str, ...]:
        """The kernel's names of the levels, the root's first, that of pages last, as for five levels."""
        ...

    @property
    def block(self) -> str:
        """What an entry above the last level is called that maps memory itself."""
        ...

    def level_number(self, level: int) -> int:
        """The number that the architecture has for a level."""
        ...

    def level_words(self, level: int, start_level: int | None = None) -> str:
        """What the architecture calls a level; that of `start_level` is the root."""
        ...

    def is_contiguous(self, attrs: int) -> bool:
        """Whether an entry is one of a set of neighbours that a TLB may keep as a single entry."""
        ...

    def contiguous_entries(self, level: int, constants: Mapping[str, int]) -> int:
        """How many entries such a set has at a level; `constants` are the architecture's own numbers."""
        ...

    def words(self, attrs: int, level: int) -> tuple[str, ...]:
        """The attributes of a leaf entry, in the words and the order of the kernel's dump."""
        ...

    def table_words(self, attrs: int) -> tuple[str, ...]:
        """The attributes of an entry that points to a table."""
        ...

    def imposed_words(self, attrs: int) -> tuple[str, ...]:
        """Those of them that it imposes on everything in the table."""
        ...

    def software_words(self, attrs: int) -> tuple[str, ...]:
        """What software keeps in a leaf entry, and the dump does not tell."""
        ...

    def meaning(self, word: str) -> str:
        """What one of these words says."""
        ...


class Pgdir(NamedTuple):
    """A tree of page tables that a kernel has: the name under which the trace knows it, the symbol of its
    root, and what it is: the `kernel`'s own tree, the `early` one that it starts on, an `identity` map, which
    has memory at its own addresses."""

    target: str
    symbol: str
    kind: Literal["kernel", "early", "identity"]
