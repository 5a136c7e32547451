"""The kernel image as it was linked: sections and symbols.  Mirrors what arch/arm64/kernel/vmlinux.lds.S lays
out.

The symbol table is unpacked in one go: one object a symbol would cost a second
on a distribution's kernel.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from mmap import mmap
from typing import NamedTuple

from msgspec import Struct

from ...base.errors import InputError
from ...language.words import tr

SYMBOL = struct.Struct("<IBBHQQ")
"""``Elf64_Sym``: st_name, st_info, st_other, st_shndx, st_value, st_size."""
STT_FUNC = 2
STB_WEAK = 2
SHN_UNDEF = 0
SHF_ALLOC = 1 << 1
DAMAGED = "{}: this ELF file is damaged or cut off"
LONGEST_NAME = 4096
"""Bytes of the longest name of a symbol; the kernel prints 512 of them."""
SETUP, PARAM = "__setup_", "__param_"
"""How the symbols of options of the command line begin; they are data.  The first are named after the
function that takes the option."""
SECTION_FLAGS = (("W", 0), ("A", 1), ("X", 2), ("M", 4), ("S", 5), ("I", 6), ("L", 7), ("G", 9), ("T", 10))
"""The letters `readelf` has for flags of a section, and their bits, in its order."""


class NoSymbols(InputError):
    """An ELF file has no symbol table."""


class ElfSection(NamedTuple):
    """A section that is loaded: name, link-time virtual address, size, alignment (bytes), flags as `readelf`
    shows them (``WA``, ``AX``, ``AMS``)."""

    name: str
    address: int
    size: int
    alignment: int
    flags: str


class Image(Struct, frozen=True):
    """A kernel image.  Addresses are link-time virtual addresses.

    `symbols` maps every name to its address (of several of one name, the first); `printed_names` maps a
    function's name in the source to the name the kernel prints for it, which may end in ``.constprop.0``,
    ``.isra.0`` or ``.part.0``; `sections` are the loaded ones, by address; `function_sizes` are the bytes of
    the functions' code; `functions_only` tells that data have no symbols here.
    """

    filename: str
    symbols: Mapping[str, int]
    printed_names: Mapping[str, str]
    sections: tuple[ElfSection, ...]
    function_sizes: Mapping[str, int]
    functions_only: bool = False

    @classmethod
    def parse(cls, content: bytes | mmap, filename: str = "vmlinux") -> Image:
        """The image in the bytes of a vmlinux; section contents may be stripped.  Raises `InputError`."""
        from ..kernel_files import ELF_MAGIC, damaged

        if content[:4] != ELF_MAGIC:
            raise InputError(tr("{filename}: this is no ELF file, a vmlinux is expected", filename=filename))
        table, names, sections = _usual_parts(content) or _parts(content, filename)
        with damaged(DAMAGED.format(filename)):
            symbols, printed, sizes = _symbols(table, names)
            return cls(filename, symbols, printed, sections, sizes)

    def has(self, name: str) -> bool:
        """Whether the image has a symbol of this name.  Where data have none, an option of the command line
        is there if the function is that takes it, or if it is a plain variable."""
        if name in self.symbols or not self.functions_only:
            return name in self.symbols
        return name.startswith(PARAM) or (name.startswith(SETUP) and name.removeprefix(SETUP) in self.symbols)

    def room(self, name: str) -> int:
        """The bytes from a symbol to the next one; 0 if there is none of this name."""
        address = self.symbols.get(name)
        if address is None:
            return 0
        return min((other for other in self.symbols.values() if other > address), default=address) - address

    def symbol(self, name: str) -> int:
        """The link-time virtual address of a symbol.  Raises `InputError` if there is none."""
        found = self.symbols.get(name)
        if found is None:
            raise InputError(
                tr("{filename}: this kernel has no symbol {name}", filename=self.filename, name=name)
            )
        return found


def _symbols(table: bytes, names: bytes) -> tuple[dict[str, int], dict[str, str], dict[str, int]]:
    """Addresses by name, the printed names of functions, and their sizes."""
    addresses: dict[str, int] = {}
    printed: dict[str, str] = {}
    sizes: dict[str, int] = {}
    weak: list[str] = []
    index = names.index
    # Names may share their ends, so all together they are a little longer than the block they are in.
    left = 8 * len(names) + LONGEST_NAME
    for name_at, info, _, section, value, size in SYMBOL.iter_unpack(table):
        if section == SHN_UNDEF or not name_at:
            continue
        name = names[name_at : index(0, name_at, name_at + LONGEST_NAME)].decode()
        left -= len(name)
        if left < 0:
            raise ValueError(tr("names without end"))
        addresses.setdefault(name, value)
        if info & 15 == STT_FUNC:
            sizes.setdefault(name, size)
            base = name.partition(".")[0]
            # A clone only stands for its function where the function itself is gone.
            if base == name or (base not in printed and ".cold" not in name):
                printed[base] = name
            if info >> 4 == STB_WEAK:
                weak.append(name)
    printed.update(strong_names(addresses, sizes, weak))
    return addresses, printed, sizes


def strong_names(
    addresses: Mapping[str, int], functions: Iterable[str], weak: Iterable[str]
) -> dict[str, str]:
    """Of several names for one function the kernel prints one that is not weak (scripts/kallsyms.c)."""
    weak_names = set(weak)
    weak_at = {addresses[name]: name for name in weak_names}
    return {
        weak_at[addresses[name]]: name
        for name in functions
        if addresses[name] in weak_at and name not in weak_names
    }


def _usual_parts(content: bytes | mmap) -> tuple[bytes, bytes, tuple[ElfSection, ...]] | None:
    """The symbol table, its names and the loaded sections of an ELF file as linkers write it; None if it is
    not so."""
    from .section_headers import SHT_SYMTAB, usual_sections

    headers = usual_sections(content)
    table = next((header for header in headers or () if header.type == SHT_SYMTAB), None)
    if headers is None or table is None or table.size < 2 * SYMBOL.size:
        return None
    names = headers[table.link]
    loaded = (_section(h.name, h.address, h.size, h.alignment, h.flags) for h in headers)
    return (
        content[table.offset : table.offset + table.size],
        content[names.offset : names.offset + names.size],
        _by_address(loaded),
    )


def _parts(content: bytes | mmap, filename: str) -> tuple[bytes, bytes, tuple[ElfSection, ...]]:
    """The same of any ELF file, by pyelftools.  Raises `InputError`."""
    from ..kernel_files import damaged
    from .elf import open_elf, section_data

    elf = open_elf(content, filename)
    with damaged(DAMAGED.format(filename)):
        if elf.elfclass != 64 or not elf.little_endian:
            raise InputError(
                tr("{filename}: the kernel must be a 64-bit little-endian ELF file", filename=filename)
            )
        tables = [section for section in elf.iter_sections() if section["sh_type"] == "SHT_SYMTAB"]
        if not tables or tables[0]["sh_size"] < 2 * SYMBOL.size:
            raise NoSymbols(
                tr(
                    "{filename}: this ELF file has no symbols, expected a vmlinux that is not stripped",
                    filename=filename,
                )
            )
        names = section_data(elf.get_section(tables[0]["sh_link"]), filename)
        loaded = (
            _section(s.name, s["sh_addr"], s["sh_size"], s["sh_addralign"], s["sh_flags"])
            for s in elf.iter_sections()
        )
        return section_data(tables[0], filename), names, _by_address(loaded)


def _section(name: str, address: int, size: int, alignment: int, flags: int) -> ElfSection | None:
    """A section if it is loaded."""
    if not flags & SHF_ALLOC:
        return None
    letters = "".join(letter for letter, bit in SECTION_FLAGS if flags >> bit & 1)
    return ElfSection(name, address, size, alignment, letters)


def _by_address(sections: Iterable[ElfSection | None]) -> tuple[ElfSection, ...]:
    return tuple(sorted(filter(None, sections), key=lambda section: section.address))
