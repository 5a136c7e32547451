"""arm64's record."""

from __future__ import annotations

from ...build.address_map import AddressMap, Placement
from ...language.words import translatable
from ...memory.pagetable.format import Pgdir
from ..spec import Arch, Lookup
from .areas import fixmap_slots, kernel_areas
from .entry_format import ENTRIES
from .fixmap import SLOTS
from .image_segments import IMAGE_PARTS, SEGMENTS
from .macros import address_macros
from .ptdump import dump_lines
from .rules import ALIASES, OWNERS, PHASES, SUBJECTS, VARIABLES

NOT_CHOSEN = -1
"""``memstart_addr`` before ``arm64_memblock_init()``."""


def placement(layout: AddressMap, lookup: Lookup) -> Placement:
    """The map does not move; what the linear map begins with says ``memstart_addr``."""
    memstart = _known(lookup, "memstart_addr")
    return Placement(layout, None if memstart == NOT_CHOSEN else memstart, "memstart_addr")


def image_offset(lookup: Lookup) -> int | None:
    """``kimage_voffset``."""
    return _known(lookup, "kimage_voffset") or None


def _known(lookup: Lookup, name: str) -> int | None:
    try:
        return int(lookup(name))
    except KeyError:
        return None


ARM64 = Arch(
    name="arm64",
    directory="arm64",
    finds_memory=translatable("early_init_dt_scan_memory finds it in the device tree"),
    maps_image="__primary_switch",
    pgdirs=(
        Pgdir("page_tables", "swapper_pg_dir", "kernel"),
        Pgdir("init_pg_dir", "init_pg_dir", "early"),
        Pgdir("idmap_pg_dir", "idmap_pg_dir", "identity"),
        Pgdir("init_idmap_pg_dir", "init_idmap_pg_dir", "identity"),
    ),
    entries=ENTRIES,
    dump=dump_lines,
    placement=placement,
    image_offset=image_offset,
    macros=address_macros,
    areas=kernel_areas,
    segments=SEGMENTS,
    fixmap_slots=fixmap_slots,
    slots=SLOTS,
    image_parts=IMAGE_PARTS,
    owner_rules=OWNERS,
    variables=VARIABLES,
    phases=PHASES,
    subjects=SUBJECTS,
    aliases=ALIASES,
)
