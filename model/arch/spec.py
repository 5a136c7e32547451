"""`Arch`: everything that an architecture decides, as far as a reader of traces has to know it.

One frozen record an architecture, made of data and plain functions.  What asks it is not about any
architecture; `model/arch/arches.py` has the records that there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from ..build.address_map import AddressMap, Placement
from ..build.image.parts import Boundary
from ..build.release import Release
from ..language.words import translatable
from ..memory.macros import Macro
from ..memory.pagetable.areas import Area, Segment
from ..memory.pagetable.format import EntryFormat, Pgdir
from ..memory.pagetable.tables import Geometry, Run, TableRun
from ..memory.pagetable.walk import DumpLine
from ..memory.state import State

Lookup = Callable[[str], Any]
"""The value that one of the kernel's variables has now.  Raises KeyError."""
Symbols = Mapping[str, int]
"""The kernel's symbols where it runs: their addresses by name."""
Dump = Callable[[Geometry, Sequence[Run], Iterable[TableRun], AddressMap, Release, str], list[DumpLine]]
"""The kernel's own dump of a tree; the last argument is the name of an identity map, "" if it is none."""


CONFIGURED = translatable("the kernel's configuration")
BOOT_LOADER = translatable("the boot loader")
"""What is behind memory that somebody has, where it is not a node or an option."""


class OwnerRule(Struct, frozen=True):
    """How a function names what it asks for.  `words` and `cause` are formats over its arguments; `node` is
    the argument with a device-tree path; `options` are the parameters of the command line that may be behind
    it, `cause` what is if none of them is given."""

    words: str
    cause: str = ""
    node: str = ""
    options: tuple[str, ...] = ()


class OwnerRules(Struct, frozen=True):
    """Who has memory, by the architecture's own functions: who reserves it, who adds it, takes it away or
    marks it; and which of them are parts of kernel functions that are not traced."""

    reserved: Mapping[str, OwnerRule]
    memory: Mapping[str, OwnerRule]
    untraced: frozenset[str] = frozenset()


class Variable(Struct, frozen=True):
    """One of the architecture's own variables: what it is about, what its number counts ("": as its name
    says), and the value that stands for none."""

    name: str
    group: str
    kind: str = ""
    nothing: int | None = None


class PhaseOpener(Struct, frozen=True):
    """A phase of a boot: its name, in full and short, and the functions that open it."""

    name: str
    short: str
    functions: tuple[str, ...]


class Arch(Struct, frozen=True):
    """What an architecture decides.

    `directory` is what it is called below arch/ in the kernel's source; `linear_map` what it calls the map of
    all memory.  `finds_memory` tells who puts memory into memblock; `maps_image` is the function that
    maps the image before anything else is.
    Page tables:
        `pgdirs` are the trees that its kernels have, the kernel's own first; `tree_variable` is the variable
        that has the symbol of the one that the CPU walks, "" if none has; `entries` what the bits of their
        entries mean; `dump` prints one.
    Addresses:
        `placement` tells by the variables how an address map lies, `image_offset` what the
        image's virtual addresses are above its physical ones, None while that is not known; `macros` has
        ``__pa``, ``__va`` and their like; `areas` are the named areas of the kernel's half, `segments` those
        of the image that are mapped alike, `image_parts` the parts of the image in the order of its linker
        script; `fixmap_slots` are the slots whose windows lie between two addresses, `slots` those that every
        kernel has, in ascending order.
    What goes beside that of every architecture:
        `parts`, the capabilities that stand for parts of the state which it has beside the common ones;
        `owner_rules`, `variables` (`initrd_variable` is 0 while no initrd is known), `phases`; `subjects`,
        what people call some things, and the functions that see to them; `aliases`, names that functions once
        had, and today's.
    """

    name: str
    directory: str
    finds_memory: str
    maps_image: str
    pgdirs: tuple[Pgdir, ...]
    entries: EntryFormat
    dump: Dump
    placement: Callable[[AddressMap, Lookup], Placement]
    image_offset: Callable[[Lookup], int | None]
    macros: Callable[[AddressMap, Lookup], Mapping[str, Macro]]
    areas: Callable[[AddressMap, Symbols], list[Area]]
    segments: tuple[Segment, ...]
    fixmap_slots: Callable[[AddressMap, int, int], tuple[str, ...]]
    slots: tuple[str, ...]
    image_parts: tuple[Boundary, ...]
    owner_rules: OwnerRules
    parts: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    phases: tuple[PhaseOpener, ...] = ()
    linear_map: str = translatable("linear map")
    initrd_variable: str = "phys_initrd_size"
    tree_variable: str = ""
    subjects: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    aliases: Mapping[str, str] = field(default_factory=dict[str, str])

    def state(self) -> State:
        """The state of a machine before anything has happened."""
        return State((pgdir.target for pgdir in self.pgdirs), self.entries.is_contiguous)
