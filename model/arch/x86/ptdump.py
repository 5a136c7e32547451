"""Page tables as ``/sys/kernel/debug/page_tables/kernel`` prints them, line by line.

Mirrors arch/x86/mm/dump_pagetables.c: a line is printed where the level, the attributes or the area change.
The kernel also looks at what the tables on the way allow; its own tables allow everything, so an entry's own
bits decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import structs

from ...build.address_map import AddressMap
from ...build.release import Release
from ...memory.pagetable.entries import level_name
from ...memory.pagetable.tables import PAGE_LEVEL, Geometry, Run, TableRun
from ...memory.pagetable.walk import END, DumpLine, MappedStretch, kernel_size, noted_addresses, stretches
from .address_map import X86Layout
from .entry_format import ENTRIES, GLOBAL, NX, PAT, PCD, PRESENT, PSE, PTE_FLAGS_MASK, PWT, RW, USER
from .kernel_map import guard_hole

U64 = END - 1
ESPFIX_LINES = 16
NOT_PRESENT = " " * 30


class Border(NamedTuple):
    """A border of the address map, and of how many lines behind it the dump is content (0: of all)."""

    start: int
    name: str
    max_lines: int = 0


def markers(layout: AddressMap) -> list[Border]:
    """``address_markers[]``, as a kernel with this map has it."""
    own = X86Layout(layout)
    ldt, shadow, espfix, efi = own.ldt_remap, own.kasan_shadow, own.espfix, own.efi
    found = (
        Border(0, "User Space"),
        Border(1 << 63, "Kernel Space"),
        Border(ldt.start, "LDT remap") if ldt else None,
        Border(layout.page_offset, "Low Kernel Mapping"),
        Border(layout.vmalloc.start, "vmalloc() Area"),
        Border(layout.vmemmap.start, "Vmemmap"),
        Border(shadow.start, "KASAN shadow") if shadow else None,
        Border(shadow.end, "KASAN shadow end") if shadow else None,
        Border(own.cpu_entry_area.start, "CPU entry Area"),
        Border(espfix.start, "ESPfix Area", ESPFIX_LINES) if espfix else None,
        Border(efi.start, "EFI Runtime Services") if efi else None,
        Border(own.start_kernel_map, "High Kernel Mapping"),
        Border(layout.modules.start, "Modules"),
        Border(layout.modules.end, "End Modules"),
        Border(layout.fixmap.start, "Fixmap Area"),
    )
    return [border for border in found if border is not None]


class Dump:
    """Turns stretches into lines, as ``note_page()`` does.  Its state is what one line covers so far."""

    def __init__(self, borders: Sequence[Border], start_level: int) -> None:
        self.borders = [*borders, Border(U64, "")]
        self.start_level = start_level
        self.border = 0
        self.printed = 0
        """Lines since the border, those that were left out too."""
        self.line: MappedStretch | None = None
        self.lines: list[DumpLine] = []

    def note(self, stretch: MappedStretch) -> None:
        """All entries of a stretch."""
        for address in noted_addresses(stretch, lambda: self.borders[self.border + 1].start):
            self._note(stretch, address)

    def flush(self) -> list[DumpLine]:
        """The last line, which ends with the addresses; returns all of them."""
        if self.line is not None:
            self._print(structs.replace(self.line, end=END))
        return self.lines

    def _note(self, stretch: MappedStretch, address: int) -> None:
        """``note_page()`` for the entry at an address."""
        line = self.line
        is_behind = address >= self.borders[self.border + 1].start
        if line is None:
            self._title()
        elif (line.level, line.prot) != (stretch.level, stretch.prot) or is_behind:
            self._print(structs.replace(line, end=address))
            if is_behind:
                self._pass_border()
        else:
            return
        self.line = structs.replace(stretch, start=address)

    def _pass_border(self) -> None:
        at, most = self.borders[self.border + 1].start, self.borders[self.border].max_lines
        if most and self.printed > most:
            skipped = self.printed - most
            ending = "y" if skipped == 1 else "ies"
            self.lines.append(DumpLine(at, at, f"... {skipped} entr{ending} skipped ... "))
        self.border += 1
        self.printed = 0
        self._title()

    def _title(self) -> None:
        start, name, _ = self.borders[self.border]
        self.lines.append(DumpLine(start, start, f"---[ {name} ]---"))

    def _print(self, line: MappedStretch) -> None:
        most = self.borders[self.border].max_lines
        self.printed += 1
        if most and self.printed > most:
            return
        size = kernel_size(line.end - line.start)
        level = level_name(ENTRIES, line.level, self.start_level).lower()
        words = prot_words(line.prot, line.level)
        text = f"0x{line.start:016x}-0x{line.end & U64:016x}   {size:>10} {words}{level}"
        self.lines.append(DumpLine(line.start, line.end, text))


def prot_words(prot: int, level: int) -> str:
    """The attributes as ``printk_prot()`` prints them, in columns."""
    if not prot & PRESENT:
        return NOT_PRESENT
    words = (
        "USR" if prot & USER else "",
        "RW" if prot & RW else "ro",
        "PWT" if prot & PWT else "",
        "PCD" if prot & PCD else "",
        "PSE" if level < PAGE_LEVEL and prot & PSE else "",
        # The kernel has cleared PAT of larger leaves with the address.
        "PAT" if level == PAGE_LEVEL and prot & PAT else "",
        "GLB" if prot & GLOBAL else "",
        "NX" if prot & NX else "x",
    )
    widths = (3, 2, 3, 3, 3, 3, 3, 2)
    return "".join(f"{word:<{width}} " for word, width in zip(words, widths, strict=True))


def dump_lines(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    layout: AddressMap,
    release: Release,
    identity: str = "",
) -> list[DumpLine]:
    """A tree as the kernel dumps it: both halves, without the addresses between them and without what is the
    hypervisor's."""
    known = list(tables)
    dump = Dump(markers(layout), geometry.start_level)
    half = 1 << geometry.va_bits - 1
    for run in stretches(
        geometry, [run for run in runs if run.va_start < half], known, PTE_FLAGS_MASK, 0, half
    ):
        dump.note(run)
    for run in stretches(geometry, runs, known, PTE_FLAGS_MASK, guard_hole(layout.levels).end):
        dump.note(run)
    return dump.flush()
