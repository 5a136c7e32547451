"""Lines of the kernel's source out of a vmlinux's DWARF, by pyelftools: which one an instruction is of.

Of the thousands of compilation units only those are read that have one of the addresses.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from posixpath import join, normpath
from typing import Any, NamedTuple

from .opening import dwarf_info, has_debug, reading, unit_name
from .places import Places
from .units import Units

MORE_SECTIONS = (".debug_line", ".debug_ranges", ".debug_rnglists")
DWARF_5 = 5
"""Since then tables of files begin with number 0, which is the unit's own."""

MOST_LINES = 1 << 31
"""No file has so many."""


class Line(NamedTuple):
    """A line of a file, counted from 1; the file is named from the root of the kernel's source."""

    file: str
    number: int


class _Row(NamedTuple):
    """From this address on code is of a line of a file (its number in the unit); of none if it is `over`."""

    address: int
    file: int
    line: int
    over: bool


def read_dwarf_lines(
    elf: Any, addresses: Iterable[int], landmarks: Mapping[str, int], filename: str
) -> dict[int, Line]:
    """The lines of instructions at `addresses`, of those that have any.  `landmarks` are addresses of
    functions by the kernel's file that defines them: they tell where the root of the source was.  Raises
    `InputError` if the file is damaged."""
    if not has_debug(elf, ".debug_line"):
        return {}
    found: dict[int, Line] = {}
    with reading(filename):
        units = _Lines(dwarf_info(elf, filename, MORE_SECTIONS))
        root = units.root(landmarks)
        for unit, inside in units.holding(addresses):
            found.update(_lines(units.info, unit, inside, root))
    return found


class _Lines:
    """The compilation units of a file that have some code."""

    def __init__(self, info: Any) -> None:
        self.info = info
        self._units = Units(info, Places(info))

    def holding(self, addresses: Iterable[int]) -> Iterator[tuple[Any, list[int]]]:
        """The units that have any of these addresses, each with those."""
        found: dict[int, list[int]] = {}
        for address in addresses:
            offset = self._units.at(address)
            if offset is not None:
                found.setdefault(offset, []).append(address)
        for offset, inside in found.items():
            yield self.info.get_CU_at(offset), inside

    def root(self, landmarks: Mapping[str, int]) -> str:
        """The folder that files of the kernel are named from, with a slash at its end; "" if it is not known,
        or names are told from there."""
        for file, address in landmarks.items():
            offset = self._units.at(address)
            if offset is not None:
                unit = self.info.get_CU_at(offset)
                name = _absolute(_folder(unit), unit_name(unit))
                if f"/{name}".endswith(f"/{file}"):
                    return name.removesuffix(file)
        return ""


def _folder(unit: Any) -> str:
    """Where a unit was compiled."""
    told = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
    return told.value.decode("utf-8", "replace") if told and isinstance(told.value, bytes) else ""


def _absolute(*parts: str) -> str:
    return normpath(join(*(part.replace("\\", "/") for part in parts)))


def _lines(info: Any, unit: Any, addresses: list[int], root: str) -> Iterator[tuple[int, Line]]:
    """The lines of addresses that a unit has."""
    program = info.line_program_for_CU(unit)
    if program is None:
        return
    rows = sorted(_rows(program), key=lambda row: (row.address, not row.over))
    starts = [row.address for row in rows]
    for address in addresses:
        at = bisect_right(starts, address) - 1
        if at >= 0 and not rows[at].over and 0 < rows[at].line < MOST_LINES:
            file = _file(program.header, rows[at].file, _folder(unit), root)
            if file:
                yield address, Line(file, rows[at].line)


def _rows(program: Any) -> Iterator[_Row]:
    states = (entry.state for entry in program.get_entries())
    for state in states:
        if state is not None:
            yield _Row(state.address, state.file, state.line, bool(state.end_sequence))


def _file(header: Any, number: int, folder: str, root: str) -> str:
    """A file of a unit's table, from the root of the source: what lies elsewhere, as files that are made for
    a build do, from where that was made; "" if the table has no such file."""
    is_new = header["version"] >= DWARF_5
    files, folders = header["file_entry"], header["include_directory"]
    at = number if is_new else number - 1
    if not 0 <= at < len(files):
        return ""
    entry = files[at]
    inside = entry["dir_index"] if is_new else entry["dir_index"] - 1
    where = folders[inside].decode("utf-8", "replace") if 0 <= inside < len(folders) else ""
    name = _absolute(folder, where, entry["name"].decode("utf-8", "replace"))
    if root and name.startswith(root):
        return name.removeprefix(root)
    built = f"{folder.rstrip('/')}/"
    is_built = bool(folder) and name.startswith(built)
    return name.removeprefix(built) if is_built else name.rpartition("/")[2]
