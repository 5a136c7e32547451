"""What reading a machine asks of its architecture, before there is a kernel that could be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from ...model.build.address_map import AddressMap
from ...model.build.image.image import Image
from ...model.build.kconfig import KConfig
from ...model.build.release import Release
from ...model.build.sizes import Sizes
from ..core.arch import ArchOps
from ..core.inputs import Machine
from .handover import Handover


class Architecture(Struct, frozen=True, kw_only=True):
    """One architecture, for the loader.  Addresses and sizes are bytes.

    `kinds` are the ways its kernels are started (``kind`` in a machine file); `knows_cpu` tells whether a
    name is one of its CPUs; `section_size` is the size of a section of sparse memory; `address_map` is the
    map of a kernel whose boot loader passes a command line (None: none), `constants` those its compiler saw;
    `image_offset` is how far from the beginning of the map's `image` an image is linked; `with_displacement`
    tells what KASLR drew from how far symbols lie from where they were linked. `hand_over` sets up a machine
    whose board is no device tree: what the boot loader puts into memory for a kernel with this image and map;
    None where there is one. `with_ram` gives such a board another amount of RAM; `with_nodes` divides memory
    and CPUs of any board with ACPI's tables among so many nodes.
    """

    ops: ArchOps[Any]
    kinds: tuple[str, ...]
    knows_cpu: Callable[[str], bool]
    section_size: Callable[[Release, KConfig], int]
    address_map: Callable[[Machine, KConfig, Sizes, str | None], AddressMap]
    constants: Callable[[Release, KConfig, AddressMap], Mapping[str, int]]
    image_offset: Callable[[AddressMap], int]
    with_displacement: Callable[[Machine, int, AddressMap], Machine]
    hand_over: Callable[[Machine, KConfig, Image, AddressMap], Handover] | None = None
    with_ram: Callable[[Handover, int], Handover] | None = None
    with_nodes: Callable[[Handover, int], Handover] | None = None
