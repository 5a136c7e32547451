"""The lines of the kernel's source that make calls, by the DWARF of its own file; kept in the cache."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from ....model.build.dwarf.lines import Line, read_dwarf_lines
from ....model.build.image.elf import open_elf
from ....model.build.kernel_files import ELF_MAGIC, damaged
from ....model.files.cache import cached
from ....model.files.input_files import map_file
from ....model.trace.functions import NOWHERE, Site, SiteTable


def lines_of_calls(path: Path, returns: Collection[int], landmarks: Mapping[str, int]) -> dict[int, Line]:
    """The lines of calls that return to these addresses, as linked, of those of which the kernel file at a
    path tells it.  `landmarks` are addresses of functions by the kernel's files.  Raises `InputError` if the
    file is damaged."""
    wanted = sorted(returns)
    what = f"lines-{crc32(repr((wanted, sorted(landmarks.items()))).encode()):x}"
    facts = cached(path, what, lambda: _read(path, wanted, landmarks)) if wanted else None
    return {int(address): Line(*line) for address, line in (facts or {}).items()}


def tell_lines(
    sites: SiteTable, returns: Mapping[int, Site], path: Path, landmarks: Mapping[str, int]
) -> None:
    """Let the places of calls that return to addresses, as linked, have their lines too, of those that are
    known.  Raises `InputError` if the kernel file is damaged."""
    for address, line in lines_of_calls(path, returns, landmarks).items():
        site = returns[address]
        if site != NOWHERE:
            sites.tell(site, site._replace(filename=line.file, line=line.number))


def _read(path: Path, returns: list[int], landmarks: Mapping[str, int]) -> dict[str, Any]:
    """The same as JSON can hold it."""
    content = map_file(path)
    if content[:4] != ELF_MAGIC:
        return {}
    elf = open_elf(content, str(path))
    with damaged(f"{path}: this ELF file is damaged or cut off"):
        found = read_dwarf_lines(elf, [address - 1 for address in returns], landmarks, path.name)
    return {str(address + 1): list(line) for address, line in found.items()}
