"""What reading a machine asks of its architecture, before there is a kernel that could be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...model.build.address_map import AddressMap
from ...model.build.kconfig import KConfig
from ...model.build.release import Release
from ...model.build.sizes import Sizes
from ..core.arch import ArchOps
from ..core.inputs import Machine


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """One architecture, for the loader.  Addresses and sizes are bytes.

    `kinds` are the ways its kernels are started (``kind`` in a machine file); `owns` tells whether the text
    of a configuration is one of its kernels', `page_size` what that says of pages; `section_size` is the size
    of a section of sparse memory; `address_map` is the map of a kernel whose boot loader passes a command
    line (None: none), `constants` those its compiler saw; `image_offset` is how far from the beginning of the
    map's `image` an image is linked; `with_displacement` tells what KASLR drew from how far symbols lie from
    where they were linked.
    """

    ops: ArchOps[Any]
    kinds: tuple[str, ...]
    owns: Callable[[str], bool]
    page_size: Callable[[str], int]
    section_size: Callable[[Release, KConfig], int]
    address_map: Callable[[Machine, KConfig, Sizes, str | None], AddressMap]
    constants: Callable[[Release, KConfig, AddressMap], Mapping[str, int]]
    image_offset: Callable[[AddressMap], int]
    with_displacement: Callable[[Machine, int, AddressMap], Machine]
