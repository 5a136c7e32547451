"""What readers of traces know of the toy architecture: its record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bootstep.model.arch.spec import Arch, Lookup, OwnerRule, OwnerRules, PhaseOpener, Variable
from bootstep.model.build.address_map import AddressMap, Placement
from bootstep.model.build.release import Release
from bootstep.model.memory.macros import Macro
from bootstep.model.memory.pagetable.areas import Area
from bootstep.model.memory.pagetable.format import Pgdir
from bootstep.model.memory.pagetable.tables import Geometry, Run, TableRun
from bootstep.model.memory.pagetable.walk import DumpLine

PRESENT, WRITABLE, DEVICE, NO_EXEC = 1, 2, 4, 8
WORDS = {WRITABLE: "rw", DEVICE: "dev", NO_EXEC: "nx"}


class ToyEntries:
    """What the four bits of an entry mean; there are no contiguous entries."""

    level_names = ("top", "top", "top", "middle", "page")
    block = "leaf"

    def level_number(self, level: int) -> int:
        return level

    def level_words(self, level: int, start_level: int | None = None) -> str:
        return f"level {level}"

    def is_contiguous(self, attrs: int) -> bool:
        return False

    def contiguous_entries(self, level: int, constants: Mapping[str, int]) -> int:
        return 1

    def words(self, attrs: int, level: int) -> tuple[str, ...]:
        return tuple(word for bit, word in WORDS.items() if attrs & bit)

    def table_words(self, attrs: int) -> tuple[str, ...]:
        return ()

    def imposed_words(self, attrs: int) -> tuple[str, ...]:
        return self.table_words(attrs)

    def software_words(self, attrs: int) -> tuple[str, ...]:
        return ()

    def meaning(self, word: str) -> str:
        return {"rw": "may be written", "dev": "registers", "nx": "is not executed"}[word]


def dump(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    layout: AddressMap,
    release: Release,
    identity: str,
) -> list[DumpLine]:
    """A line for each run."""
    return [DumpLine(run.va_start, run.va_end, f"{run.va_start:#x} {run.attrs:04b}") for run in runs]


def placement(layout: AddressMap, lookup: Lookup) -> Placement:
    base = lookup("phys_base")
    return Placement(layout, None if base < 0 else base, "phys_base")


def macros(layout: AddressMap, lookup: Lookup) -> Mapping[str, Macro]:
    def pa(address: int) -> int:
        return address - layout.page_offset + lookup("phys_base")

    def va(address: int) -> int:
        return address - lookup("phys_base") + layout.page_offset

    def to_pfn(address: int) -> int:
        return pa(address) >> layout.page_shift

    def to_virt(number: int) -> int:
        return va(number << layout.page_shift)

    return {
        **dict.fromkeys(("__pa", "virt_to_phys", "__virt_to_phys"), pa),
        **dict.fromkeys(("__va", "phys_to_virt", "__phys_to_virt"), va),
        "virt_to_pfn": to_pfn,
        "pfn_to_virt": to_virt,
    }


def areas(layout: AddressMap, symbols: Mapping[str, int]) -> list[Area]:
    return [
        Area(layout.direct_map.start, layout.direct_map.end, "all memory"),
        Area(layout.vmalloc.start, layout.vmalloc.end, "vmalloc"),
        Area(layout.vmemmap.start, layout.vmemmap.end, "page structs"),
        Area(layout.fixmap.start, layout.fixmap.end, "fixmap"),
    ]


TOY_FACTS = Arch(
    name="toy",
    directory="toy",
    finds_memory="toy_memory finds it",
    maps_image="toy_start",
    pgdirs=(Pgdir("page_tables", "pgd", "kernel"),),
    entries=ToyEntries(),
    dump=dump,
    placement=placement,
    image_offset=lambda lookup: None,
    macros=macros,
    areas=areas,
    segments=(),
    fixmap_slots=lambda layout, start, end: (),
    slots=(),
    image_parts=(("code", ("_text",)), ("data", ("_sdata",))),
    owner_rules=OwnerRules({"toy_memblock_init": OwnerRule("the toy's kernel image")}, {}),
    variables=(Variable("phys_base", "addresses and the image", "address", nothing=-1),),
    phases=(PhaseOpener("the toy's banks", "banks", ("toy_scan_banks",)),),
    subjects={"banks": ("toy_scan_banks",)},
    aliases={"toy_old_name": "toy_memblock_init"},
)
