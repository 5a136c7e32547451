"""An architecture that nobody builds, with everything its own: names of levels, bits, trees, variables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bootstep.model.arch.spec import Arch, Lookup, OwnerRule, OwnerRules, PhaseOpener, Variable
from bootstep.model.build.address_map import AddressMap, Placement, Range
from bootstep.model.build.release import Release
from bootstep.model.memory.macros import Macro
from bootstep.model.memory.pagetable.areas import Area
from bootstep.model.memory.pagetable.format import Pgdir
from bootstep.model.memory.pagetable.tables import Geometry, Run, TableRun
from bootstep.model.memory.pagetable.walk import END, DumpLine, stretches
from msgspec.structs import replace

PRESENT, WRITABLE, PAIRED, HUGE, LOCKED = 1 << 0, 1 << 1, 1 << 5, 1 << 7, 1 << 62
TABLE = PRESENT | LOCKED
DIRECT = Range(0xFFFF_8880_0000_0000, 0xFFFF_C880_0000_0000)
LAYOUT = AddressMap(
    page_shift=12,
    va_bits=48,
    levels=4,
    direct_map=DIRECT,
    vmalloc=Range(0xFFFF_C900_0000_0000, 0xFFFF_E900_0000_0000),
    vmemmap=Range(0xFFFF_EA00_0000_0000, 0xFFFF_EB00_0000_0000),
    modules=Range(0xFFFF_FFFF_C000_0000, 0xFFFF_FFFF_FF00_0000),
    image=Range(0xFFFF_FFFF_8000_0000, 0xFFFF_FFFF_C000_0000),
    fixmap=Range(0xFFFF_FFFF_FF50_0000, 0xFFFF_FFFF_FF60_0000),
    fixmap_slots={"FIX_LANTERN": 3},
    section_size_bits=27,
    max_physmem_bits=46,
    nr_page_orders=11,
    pageblock_order=9,
    nodes_shift=4,
    extra={"PAIR": 2},
)


class ToyEntries:
    """Its entries: pairs of them may be one in a TLB."""

    level_names = ("ROOT", "TRUNK", "BOUGH", "TWIG", "LEAF")
    block = "log"

    def level_number(self, level: int) -> int:
        return level * 10

    def level_words(self, level: int, start_level: int | None = None) -> str:
        return f"level {level}"

    def is_contiguous(self, attrs: int) -> bool:
        return bool(attrs & PAIRED)

    def contiguous_entries(self, level: int, constants: Mapping[str, int]) -> int:
        return constants["PAIR"]

    def words(self, attrs: int, level: int) -> tuple[str, ...]:
        known = ((WRITABLE, "writable"), (PAIRED, "paired"), (HUGE, "huge"))
        return tuple(word for bit, word in known if attrs & bit)

    def table_words(self, attrs: int) -> tuple[str, ...]:
        return ("locked",) if attrs & LOCKED else ()

    def imposed_words(self, attrs: int) -> tuple[str, ...]:
        return self.table_words(attrs)

    def software_words(self, attrs: int) -> tuple[str, ...]:
        return ()

    def meaning(self, word: str) -> str:
        return f"a toy's {word}"


def dump(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    layout: AddressMap,
    release: Release,
    identity: str,
) -> list[DumpLine]:
    found = stretches(geometry, runs, tables, WRITABLE | PAIRED | HUGE, layout.page_offset, END)
    return [
        DumpLine(each.start, each.end, f"{each.start:x} {' '.join(TOY.entries.words(each.prot, each.level))}")
        for each in found
        if each.prot
    ]


def placement(layout: AddressMap, lookup: Lookup) -> Placement:
    """Its memory moves up by what a variable says, as KASLR has it."""
    moved = int(lookup("toy_moved"))
    direct = Range(layout.direct_map.start + moved, layout.direct_map.end)
    return Placement(replace(layout, direct_map=direct), 0)


def image_offset(lookup: Lookup) -> int | None:
    return 0xFFFF_FFFF_8000_0000 - int(lookup("toy_base"))


def macros(layout: AddressMap, lookup: Lookup) -> dict[str, Macro]:
    return {
        "__pa": lambda address: address - layout.page_offset,
        "__va": lambda address: address + layout.page_offset,
    }


def areas(layout: AddressMap, symbols: Mapping[str, int]) -> list[Area]:
    return [Area(layout.direct_map.start, layout.direct_map.end, "all memory")]


def fixmap_slots(layout: AddressMap, start: int, end: int) -> tuple[str, ...]:
    return tuple(name for name in layout.fixmap_slots if start <= layout.fix_to_virt(name) < end)


TOY = Arch(
    name="toy",
    directory="toys",
    finds_memory="toy_memory finds it in the box",
    maps_image="toy_map",
    pgdirs=(
        Pgdir("page_tables", "toy_pgt", "kernel"),
        Pgdir("first_pgt", "first_pgt", "early"),
        Pgdir("mirror", "mirror_pgt", "identity"),
    ),
    entries=ToyEntries(),
    dump=dump,
    placement=placement,
    image_offset=image_offset,
    macros=macros,
    areas=areas,
    segments=((".toy", "_text", "_end"),),
    fixmap_slots=fixmap_slots,
    slots=("FIX_LANTERN",),
    image_parts=(("toy code", ("_text",)), ("toy data", ("_sdata",))),
    owner_rules=OwnerRules(
        reserved={
            "toy_reserve_image": OwnerRule("kernel image", "the toy box"),
            "toy_setup": OwnerRule("toys of {owner}", "a wish"),
        },
        memory={"toy_setup": OwnerRule("RAM", "the toy box")},
    ),
    variables=(Variable("toy_base", "addresses and the image", "address", nothing=-1),),
    phases=(PhaseOpener("playing", "play", ("toy_setup",)),),
    subjects={"ball": ("toy_setup",)},
    aliases={"old_toy_setup": "toy_setup"},
)
