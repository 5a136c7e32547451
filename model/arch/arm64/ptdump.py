"""Page tables as ``/sys/kernel/debug/kernel_page_tables`` prints them, line by line.

Mirrors arch/arm64/mm/ptdump.c: a line is printed where the level, the attributes or the area change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from ...build.address_map import AddressMap
from ...build.release import Release
from ...memory.pagetable.entries import level_name
from ...memory.pagetable.tables import Geometry, Run, TableRun
from ...memory.pagetable.walk import (
    END,
    DumpLine,
    MappedStretch,
    Marker,
    kernel_size,
    noted_addresses,
    stretches,
)
from .address_map import Arm64Layout
from .entry_format import (
    ATTRINDX_MASK,
    ENTRIES,
    MEMORY_TYPES,
    PTE_AF,
    PTE_CONT,
    PTE_GP,
    PTE_NG,
    PTE_PXN,
    PTE_RDONLY,
    PTE_SHARED,
    PTE_USER,
    PTE_UXN,
    PTE_VALID,
    TABLE_BIT,
)

U64 = (1 << 64) - 1
BITS = (
    (PTE_VALID, " ", "F"),
    (PTE_USER, "USR", "   "),
    (PTE_RDONLY, "ro", "RW"),
    (PTE_PXN, "NX", "x "),
    (PTE_SHARED, "SHD", "   "),
    (PTE_AF, "AF", "  "),
    (PTE_NG, "NG", "  "),
    (PTE_CONT, "CON", "   "),
    (TABLE_BIT, "   ", "BLK"),
    (PTE_UXN, "UXN", "   "),
    (PTE_GP, "GP", "  "),
)
"""``pte_bits[]``: a mask, the word if all of it is set, the word if not.  The memory type follows these."""
PROT_MASK = ATTRINDX_MASK | sum(mask for mask, _, _ in BITS)


def markers(layout: AddressMap, release: Release) -> list[Marker]:
    """The borders that a release knows, by address."""
    # The whole fixmap is shown since 6.4, before only its permanent part.
    slots = layout.fixmap_slots["__end_of_fixed_addresses"] << layout.page_shift
    fixmap = layout.fixmap.end - slots if release >= (6, 4) else layout.fixmap.start
    vmemmap = vmemmap_in_use(layout, release)
    has_shadow = has_kasan_shadow(layout)
    found = [
        Marker(layout.page_offset, "Linear Mapping start"),
        Marker(layout.direct_map.end, "Linear Mapping end"),
        *([Marker(layout.direct_map.end, "Kasan shadow start")] if has_shadow else []),
        *([Marker(layout.modules.start, "Kasan shadow end")] if has_shadow else []),
        Marker(layout.modules.start, "Modules start"),
        Marker(layout.modules.end, "Modules end"),
        Marker(layout.vmalloc.start, "vmalloc() area"),
        Marker(layout.vmalloc.end, "vmalloc() end"),
        Marker(fixmap, "Fixmap start"),
        Marker(layout.fixmap.end, "Fixmap end"),
        Marker(Arm64Layout(layout).pci_io.start, "PCI I/O start"),
        Marker(Arm64Layout(layout).pci_io.end, "PCI I/O end"),
        Marker(vmemmap, "vmemmap start"),
        Marker(layout.vmemmap.end, "vmemmap end"),
    ]
    return sorted(found, key=lambda marker: marker.start)


def has_kasan_shadow(layout: AddressMap) -> bool:
    """Whether KASAN's shadow lies behind the linear map.  Until 5.16 a kernel without one had 128 MiB for
    BPF there, of which the dump said nothing."""
    return layout.modules.start - layout.direct_map.end > 128 << 20


def vmemmap_in_use(layout: AddressMap, release: Release) -> int:
    """Where the part of vmemmap begins that the CPU's virtual addresses leave any use for."""
    # Since 6.9 a kernel of 52 bits on a CPU of 48 counts from its first linear address that there is.
    return layout.vmalloc.end + (8 << 20) if release >= (6, 9) else layout.vmemmap.start


class Dump:
    """Turns stretches into lines, as ``note_page()`` does.  Its state is what one line covers so far."""

    def __init__(self, borders: Sequence[Marker], release: Release, start_level: int) -> None:
        self.borders = [*borders, Marker(END, "")]
        self.release = release
        self.start_level = start_level
        self.border = 0
        self.line: MappedStretch | None = None
        self.lines: list[DumpLine] = []

    def note(self, stretch: MappedStretch) -> None:
        """All entries of a stretch."""
        for address in noted_addresses(stretch, lambda: self.borders[self.border + 1].start):
            self._note(stretch, address)

    def flush(self, end: int) -> list[DumpLine]:
        """The last line, which ends at `end`; returns all of them."""
        if self.line is not None:
            self._print(structs.replace(self.line, end=end))
        return self.lines

    def _note(self, stretch: MappedStretch, address: int) -> None:
        """``note_page()`` for the entry at an address."""
        line = self.line
        if line is None:
            self._title()
        elif (line.level, line.prot) != (stretch.level, stretch.prot) or self._is_behind(address):
            self._print(structs.replace(line, end=address))
            self._pass(address)
        else:
            self._pass(address)
            return
        self.line = structs.replace(stretch, start=address)
        self._pass(address)

    def _is_behind(self, address: int) -> bool:
        return address >= self.borders[self.border + 1].start

    def _pass(self, address: int) -> None:
        if self._is_behind(address):
            self.border += 1
            self._title()

    def _title(self) -> None:
        border = self.borders[self.border]
        self.lines.append(DumpLine(border.start, border.start, f"---[ {border.name} ]---"))

    def _print(self, line: MappedStretch) -> None:
        edges = f"0x{line.start:016x}-0x{line.end & U64:016x}"
        words = prot_words(line.prot) if line.prot else ""
        size = kernel_size(line.end - line.start)
        text = f"{edges}   {size:>10} {self._level_name(line)}{words}"
        self.lines.append(DumpLine(line.start, line.end, text))

    def _level_name(self, line: MappedStretch) -> str:
        # Until 6.8 what is folded into the root is named after it; since then only empty entries are.
        if line.level == self.start_level and self.release >= (6, 9) and line.prot and line.level == 2:
            return "PMD"
        return level_name(ENTRIES, line.level, self.start_level)


def prot_words(prot: int) -> str:
    """The attributes as ``dump_prot()`` prints them, in columns."""
    words = [set_ if prot & mask == mask else clear for mask, set_, clear in BITS]
    memory_type = MEMORY_TYPES.get((prot & ATTRINDX_MASK) >> 2)
    return "".join(f" {word}" for word in (*words, *([memory_type] if memory_type else [])))


def dump_lines(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    layout: AddressMap,
    release: Release,
    identity: str = "",
) -> list[DumpLine]:
    """A tree as the kernel dumps it; `identity` is the name of an identity map, if it is one."""
    if identity:
        return identity_lines(geometry, runs, tables, identity, release)
    return ptdump_lines(geometry, runs, tables, layout, release)


def ptdump_lines(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    layout: AddressMap,
    release: Release,
) -> list[DumpLine]:
    """The file ``kernel_page_tables`` of a tree of the kernel's half."""
    base = layout.page_offset
    # Since 6.9 the dump begins where the CPU's virtual addresses do.
    if release >= (6, 9):
        base = -(1 << Arm64Layout(layout).vabits_actual) & U64
    return _dump(geometry, runs, tables, markers(layout, release), release, base, END)


def identity_lines(
    geometry: Geometry, runs: Sequence[Run], tables: Iterable[TableRun], name: str, release: Release
) -> list[DumpLine]:
    """An identity map in the same form, under a title: the kernel has no file for it."""
    return _dump(geometry, runs, tables, [Marker(0, name)], release, 0, 1 << geometry.va_bits)


def _dump(
    geometry: Geometry,
    runs: Sequence[Run],
    tables: Iterable[TableRun],
    borders: Sequence[Marker],
    release: Release,
    base: int,
    end: int,
) -> list[DumpLine]:
    dump = Dump(borders, release, geometry.start_level)
    for stretch in stretches(geometry, runs, tables, PROT_MASK, base, end):
        dump.note(stretch)
    return dump.flush(end)
