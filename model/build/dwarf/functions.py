"""Functions out of a vmlinux's DWARF, by pyelftools: the names and types of their parameters, where these are
in clones that the compiler made, and where functions without code of their own were inlined.

Of the thousands of compilation units only those of the files that should define the functions are read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from .entries import INLINED, INSIDE, PARAMETER, SUBPROGRAM, name_of, origin_of, type_of
from .opening import MOST_UNITS, Progress, dwarf_info, has_debug, reading, unit_name
from .places import MORE_SECTIONS, Places
from .types import is_signed, type_name, type_size

MOST_INSTANCES = 64
"""Places where one function is inlined that are kept."""
MOST_PARAMETERS = 32
LARGEST_NUMBER = 8
"""Bytes of a value that is in one register."""


def read_dwarf_functions(
    elf: Any,
    files: Mapping[str, str],
    symbols: Mapping[str, Mapping[str, int]],
    filename: str,
    progress: Progress,
) -> dict[str, Any] | None:
    """What DWARF tells of functions: `files` has the kernel's file that defines each by name, "" if that is
    not known; `symbols` the addresses of the function and its clones, by name and symbol.

    ``prototypes`` has the functions as `read_btf_functions` has them; ``places`` where the parameters are at
    each symbol, in their order; ``inlined`` for each function without a symbol the places where it was
    inlined: where it begins, the code (start, end), and where its parameters are.  None if the file has no
    DWARF.  Raises `InputError` if it is damaged.
    """
    if not has_debug(elf):
        return None
    found = _Functions(symbols)
    with reading(filename):
        info = dwarf_info(elf, filename, MORE_SECTIONS)
        places = Places(info)
        for unit, names in _units(info, files, symbols):
            progress(f"reading functions from the DWARF of {filename}: {unit_name(unit)}")
            found.read(unit, names, places)
    return found.facts


def _units(
    info: Any, files: Mapping[str, str], symbols: Mapping[str, Mapping[str, int]]
) -> Iterator[tuple[Any, set[str]]]:
    """The compilation units that should define the functions, each with those: first the ones in which
    addresses of functions are, then the others of their files by name, which takes longer."""
    left: dict[str, set[str]] = {}
    for name, file in files.items():
        left.setdefault(file, set()).add(name)
    left.pop("", None)
    for offset, names in _at_addresses(info, files, symbols).items():
        unit = info.get_CU_at(offset)
        file = _file_of(unit, left)
        yield unit, names | (left.pop(file) if file else set())
    left = {file: names for file, names in left.items() if _is_named(info, file)}
    for unit in islice(info.iter_CUs(), MOST_UNITS if left else 0):
        file = _file_of(unit, left)
        if file is not None:
            yield unit, left.pop(file)
        if not left:
            return


def _at_addresses(
    info: Any, names: Iterable[str], symbols: Mapping[str, Mapping[str, int]]
) -> dict[int, set[str]]:
    """Where units begin that have the addresses of functions, each with these, if there is a table of
    addresses."""
    aranges = info.get_aranges() if info.debug_aranges_sec else None
    found: dict[int, set[str]] = {}
    for name in names:
        for address in symbols.get(name, {}).values():
            offset = aranges.cu_offset_at_addr(address) if aranges else None
            if offset is not None:
                found.setdefault(offset, set()).add(name)
    return found


def _file_of(unit: Any, files: Collection[str]) -> str | None:
    """Which of the files a unit was compiled of, whatever folder that was in; None if of none."""
    parts = unit_name(unit).replace("\\", "/").split("/")
    ends = ("/".join(parts[at:]) for at in range(len(parts)))
    return next((end for end in ends if end in files), None)


def _is_named(info: Any, file: str) -> bool:
    """Whether the name of a file is anywhere in the DWARF."""
    sections = (info.debug_info_sec, info.debug_str_sec, info.debug_line_str_sec)
    name = file.encode() + b"\0"
    return any(name in section.stream.getvalue() for section in sections if section is not None)


class _Functions:
    """What was found so far."""

    def __init__(self, symbols: Mapping[str, Mapping[str, int]]) -> None:
        self._symbols = symbols
        self.facts: dict[str, Any] = {"prototypes": {}, "places": {}, "inlined": {}}

    def read(self, unit: Any, wanted: set[str], places: Places) -> None:
        """Look at the `wanted` functions of a compilation unit."""
        functions = [die for die in unit.get_top_DIE().iter_children() if die.tag == SUBPROGRAM]
        defined = [(die, origin) for die in functions if name_of(origin := origin_of(die)) in wanted]
        for _, origin in defined:
            self._prototype(origin)
        for die, origin in defined:
            self._at_symbols(die, name_of(origin), places)
        inlined = {
            origin.offset: name_of(origin) for _, origin in defined if not self._symbols.get(name_of(origin))
        }
        for die in functions if inlined else ():
            for instance in _inlined(die):
                name = inlined.get(origin_of(instance).offset)
                if name is not None:
                    self._instance(instance, name, places)

    def _prototype(self, origin: Any) -> None:
        declared = "DW_AT_declaration" in origin.attributes
        if not declared and name_of(origin) not in self.facts["prototypes"]:
            parameters = [[name_of(die), *_value(type_of(die))] for die in _parameters(origin)]
            prototype = {"result": ["", *_value(type_of(origin))], "parameters": parameters}
            self.facts["prototypes"][name_of(origin)] = prototype

    def _at_symbols(self, die: Any, name: str, places: Places) -> None:
        """A function that has code, at which there may be a symbol."""
        code = places.code(die)
        here = [] if not code else _at(self._symbols.get(name, {}), {part.start for part in code})
        for symbol, address in here:
            self.facts["places"][symbol] = self._places(die, name, address, places)

    def _instance(self, die: Any, name: str, places: Places) -> None:
        code = places.code(die)
        kept = self.facts["inlined"].setdefault(name, [])
        if code and len(kept) < MOST_INSTANCES:
            entry = places.entry(die, code)
            kept.append([entry, [list(part) for part in code], self._places(die, name, entry, places)])

    def _places(self, die: Any, name: str, at: int, places: Places) -> list[Any]:
        """Where each of a function's parameters is, in the order in which C has them."""
        here = {name_of(origin_of(each)): places.value(each, at) for each in _parameters(die)}
        prototype = self.facts["prototypes"].get(name, {"parameters": []})
        return [here.get(parameter[0]) for parameter in prototype["parameters"]]


def _at(symbols: Mapping[str, int], starts: set[int]) -> list[tuple[str, int]]:
    return [(symbol, address) for symbol, address in symbols.items() if address in starts]


def _parameters(die: Any) -> list[Any]:
    found = (child for child in die.iter_children() if child.tag == PARAMETER)
    return list(islice(found, MOST_PARAMETERS))


def _inlined(function: Any) -> Iterator[Any]:
    """What was inlined into a function, at any depth."""
    left: list[Callable[[], Iterator[Any]]] = [function.iter_children]
    while left:
        for die in left.pop()():
            if die.tag in INSIDE:
                if die.has_children:
                    left.append(die.iter_children)
                if die.tag == INLINED:
                    yield die


def _value(kind: Any) -> list[Any]:
    """Type, size, whether it may be below 0, and whether one register is enough for it."""
    size = type_size(kind)
    is_number = size <= LARGEST_NUMBER and (size > 0 or kind is None)
    return [type_name(kind), size, is_signed(kind), is_number]
