"""What is known of a kernel beside its trace, and does not change while it boots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field

from ..arch.arches import DEFAULT_ARCH
from ..arch.spec import Arch
from ..build.address_map import AddressMap
from ..build.kconfig import KConfig
from ..build.release import DEFAULT_RELEASE, Release
from ..build.structures import StructType
from ..firmware.devicetree.tree import DeviceTree
from ..language.words import translatable
from ..memory.memory_model import MemoryModel
from .capabilities import Capabilities, silence


class Limits(NamedTuple):
    """What a kernel was built with, where there is no address map that tells it: PAGE_SHIFT,
    SECTION_SIZE_BITS and MAX_NUMNODES; by default those of a kernel of which nobody tells them."""

    page_shift: int = 12
    section_size_bits: int = 27
    max_numnodes: int = 1


class KernelPart(Struct, frozen=True):
    """A part of the kernel image as /proc/iomem names it: physical addresses, the end not included."""

    name: str
    start: int
    end: int


class ToldRange(NamedTuple):
    """Whose a range of physical addresses is, as line `line` of a log tells; the end is not included.  `kind`
    is ``reserved``, ``cma`` or ``no-map``."""

    start: int
    end: int
    name: str
    kind: str
    line: int


class Facts(Struct, frozen=True):
    """Everything that views and answers ask of a kernel and that no event changes.  What a source does not
    tell is empty or None; `can` says which parts of the state that is true for.

    `name` is what the source is called (a machine, a file), `kind` what it is, in words ("a kernel log").
    `symbols` are the kernel's as linked, by name; `load_address` is where ``_text`` lies in physical memory;
    `memory_model` tells how page structs are kept, without it they are taken to be in the vmemmap;
    `sizeof_page` is the size of one in bytes.  `device_tree` is as the boot loader gave it, `parts` are the
    kernel's code and data.  `sizes_from` says where the sizes of structures come from.  `description` is
    lines about the machine and its kernel; `assumed` has a sentence for everything that had to be supposed,
    `collisions` one for everything that lies where it cannot; if the kernel `cannot_start` because of that,
    the end of its boot says so too.  `told` are ranges whose owner the lines of a log name.  `limits`
    hold where there is no `address_map`.  `types` are the structures that the kernel's build tells of.
    """

    name: str = ""
    address_map: AddressMap | None = None
    sizeof_page: int = 64
    release: Release = DEFAULT_RELEASE
    arch: Arch = DEFAULT_ARCH
    kind: str = translatable("this boot")
    can: Capabilities = Capabilities()
    memory_model: MemoryModel | None = None
    symbols: Mapping[str, int] = field(default_factory=dict[str, int])
    load_address: int | None = None
    device_tree: DeviceTree | None = None
    config: KConfig = field(default_factory=lambda: KConfig({}))
    parts: tuple[KernelPart, ...] = ()
    sizes_from: str = ""
    description: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    collisions: tuple[str, ...] = ()
    cannot_start: bool = False
    told: tuple[ToldRange, ...] = ()
    limits: Limits = Limits()
    types: tuple[StructType, ...] = ()

    @property
    def page_shift(self) -> int:
        """PAGE_SHIFT; 12 if nobody tells."""
        return (self.address_map or self.limits).page_shift

    @property
    def page_size(self) -> int:
        """PAGE_SIZE in bytes."""
        return 1 << self.page_shift

    @property
    def section_size_bits(self) -> int:
        """SECTION_SIZE_BITS; 27 if nobody tells."""
        return (self.address_map or self.limits).section_size_bits

    @property
    def max_numnodes(self) -> int:
        """MAX_NUMNODES; 1 if nobody tells."""
        return (self.address_map or self.limits).max_numnodes

    def silence(self, *needs: str) -> str:
        """Why what takes these capabilities cannot be shown, in a sentence; "" if it can."""
        missing = self.can.missing(needs)
        return silence(self.kind, missing) if missing else ""
