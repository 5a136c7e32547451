"""x86-64's record."""

from __future__ import annotations

from ...build.address_map import AddressMap, Placement
from ...language.words import translatable
from ...memory.pagetable.format import Pgdir
from ..spec import Arch, Lookup
from .address_map import moved
from .areas import kernel_areas
from .entry_format import ENTRIES
from .fixmap import SLOTS, fixmap_slots
from .image_segments import IMAGE_PARTS, SEGMENTS
from .kernel_map import START_KERNEL_MAP
from .macros import address_macros
from .ptdump import dump_lines
from .rules import ALIASES, OWNERS, PHASES, SUBJECTS, VARIABLES


def placement(layout: AddressMap, lookup: Lookup) -> Placement:
    """The direct map begins with physical address 0; ``kernel_randomize_memory()`` may move it and the areas
    above it."""
    bases = (
        _known(lookup, "page_offset_base") or layout.page_offset,
        _known(lookup, "vmalloc_base") or layout.vmalloc.start,
        _known(lookup, "vmemmap_base") or layout.vmemmap.start,
    )
    return Placement(moved(layout, *bases), 0)


def image_offset(lookup: Lookup) -> int | None:
    """``__START_KERNEL_map - phys_base``, of which KASLR may have made a number below 0."""
    phys_base = _known(lookup, "phys_base")
    if phys_base is None:
        return None
    return START_KERNEL_MAP - (phys_base - (1 << 64) if phys_base >> 63 else phys_base)


def _known(lookup: Lookup, name: str) -> int | None:
    try:
        return int(lookup(name))
    except KeyError:
        return None


X86_64 = Arch(
    name="x86_64",
    directory="x86",
    linear_map=translatable("direct map"),
    initrd_variable="initrd_start",
    tree_variable="cr3",
    finds_memory=translatable("e820__memblock_setup takes it from the firmware's map (e820)"),
    maps_image="__startup_64",
    pgdirs=(
        Pgdir("page_tables", "init_top_pgt", "kernel"),
        Pgdir("boot_page_tables", "early_top_pgt", "early"),
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
    parts=("e820", "numa"),
    owner_rules=OWNERS,
    variables=VARIABLES,
    phases=PHASES,
    subjects=SUBJECTS,
    aliases=ALIASES,
)
