"""What a kernel's own file tells of its functions, by DWARF if it has it, else by BTF; kept in the cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from mmap import mmap
from pathlib import Path
from typing import Any
from zlib import crc32

from ....model.base.errors import InputError
from ....model.build.image.elf import open_elf, section_data
from ....model.build.image.embedded import find_btf
from ....model.build.image.unpack import unpack
from ....model.build.kernel_files import ELF_MAGIC, damaged
from ....model.files.cache import cached
from ....model.files.input_files import map_file
from ....model.files.progress import Progress
from ..calling import CallingConvention
from .finding import Told
from .matching import by_function
from .prototypes import Prototype, Value
from .traced import Place, TracedFunction

DWARF, BTF = "DWARF", "BTF"
LARGEST_PACKED = 1 << 30
"""Bytes of a file that are unpacked."""
IN_REGISTER = "register"


def read_told(
    path: Path, files: Mapping[str, str], symbols: Mapping[str, int], calls: CallingConvention
) -> Told:
    """What the kernel file at a path tells of functions: `files` has the kernel's file that defines each, ""
    if that is not known, by name; `symbols` are the kernel's.  Raises `InputError` if it is damaged."""
    named = by_function(symbols, files)
    places = {name: {symbol: symbols[symbol] for symbol in named.get(name, ())} for name in files}
    wanted = repr((sorted(files.items()), sorted(places.items())))
    facts = cached(path, f"functions-{crc32(wanted.encode()):x}", lambda: _read(path, files, places))
    if not facts:
        return Told()
    prototypes = {name: _prototype(name, each) for name, each in facts["prototypes"].items()}
    clones: dict[str, TracedFunction] = {}
    for symbol, found in facts["places"].items():
        prototype = prototypes.get(symbol.partition(".")[0])
        if prototype is not None and prototype.name != symbol:
            file = files.get(prototype.name, "")
            clones[symbol] = _clone(prototype, symbol, file, symbols[symbol], found, calls)
    inlined = {
        name: tuple(_instances(prototypes.get(name, Prototype(name, ())), files.get(name, ""), found, calls))
        for name, found in facts["inlined"].items()
    }
    return Told(prototypes, facts["source"], clones, inlined)


def _read(
    path: Path, files: Mapping[str, str], places: Mapping[str, Mapping[str, int]]
) -> dict[str, Any] | None:
    """The facts as JSON can hold them; {} if the file tells nothing."""
    content: bytes | mmap = map_file(path)
    if content[:4] != ELF_MAGIC:
        if len(content) > LARGEST_PACKED:
            return {}
        content = unpack(bytes(content), str(path), Progress()).content
    if content[:4] != ELF_MAGIC:
        return _of_btf(find_btf(bytes(content)), files, path)
    return _of_elf(content, path, files, places)


def _of_elf(
    content: bytes | mmap, path: Path, files: Mapping[str, str], places: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    from ....model.build.dwarf.functions import read_dwarf_functions  # pyelftools' DWARF takes its time

    elf = open_elf(content, str(path))
    with damaged(f"{path}: this ELF file is damaged or cut off"):
        dwarf = read_dwarf_functions(elf, files, places, path.name, Progress())
        if dwarf is not None and dwarf["prototypes"]:
            return {"source": DWARF, **dwarf}
        section = elf.get_section_by_name(".BTF")
        if section is None or section["sh_type"] == "SHT_NOBITS":
            return {}
        return _of_btf(section_data(section, str(path)), files, path)


def _of_btf(btf: bytes, files: Mapping[str, str], path: Path) -> dict[str, Any]:
    from ....model.build.btf_functions import read_btf_functions

    if not btf:
        return {}
    try:
        prototypes = read_btf_functions(btf, files.keys(), str(path))
    except InputError:
        return {}
    return {"source": BTF, "prototypes": prototypes, "places": {}, "inlined": {}}


def _prototype(name: str, told: Mapping[str, Any]) -> Prototype:
    return Prototype(name, tuple(Value(*each) for each in told["parameters"]), Value(*told["result"]))


def _place(told: list[Any] | None, calls: CallingConvention) -> Place | None:
    if told is None:
        return None
    kind, number = told
    if kind != IN_REGISTER:
        return Place("", number)
    return Place(calls.dwarf[number]) if number < len(calls.dwarf) else None


def _clone(
    prototype: Prototype,
    symbol: str,
    file: str,
    address: int,
    found: list[Any],
    calls: CallingConvention,
) -> TracedFunction:
    """A function at a clone: DWARF says where its arguments are, but not whether it still returns its
    result."""
    places = tuple(_place(each, calls) for each in found)
    return TracedFunction(
        prototype.name, symbol, file, (address,), prototype.parameters, places, prototype=DWARF
    )


def _instances(
    prototype: Prototype, file: str, found: list[Any], calls: CallingConvention
) -> Iterator[TracedFunction]:
    """A function at each place where it was inlined and can be seen to begin."""
    for entry, code, told in found:
        places = tuple(_place(each, calls) for each in told)
        yield TracedFunction(
            *(prototype.name, "", file, (entry,), prototype.parameters, places),
            prototype=DWARF,
            code=tuple((start, after) for start, after in sorted(code)),
            inlined=True,
        )
