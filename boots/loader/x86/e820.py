"""The e820 map that a machine names, from whatever somebody has of it: rows of text, a log, the directory
/sys/firmware/memmap, the zero page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ....model.base.errors import InputError
from ....model.files.input_files import is_directory, read_text
from ....model.firmware.e820 import checked, entry_of_sysfs, parse_e820
from ....model.logs.content import kind_at, text_of, unpacked
from ....model.logs.e820_map import map_of_log
from ....model.logs.file_kinds import E820, EMPTY, LOG
from ....model.logs.reading.read_log import log_of_text
from ....model.memory.e820 import E820Entry

PARTS = ("start", "end", "type")


def read_e820(path: Path) -> tuple[E820Entry, ...]:
    """The map in a file or a directory.  Raises `InputError`."""
    if is_directory(path):
        return checked(_of_directory(path), str(path))
    kind = kind_at(path)
    if kind is not None and kind.name not in (E820, LOG, EMPTY):
        raise InputError(f"{path}: {kind.told(str(path))}")
    text = text_of(unpacked(path))
    found = _logged(text, str(path))
    if found:
        return checked(found, str(path))
    if kind is not None and kind.name == LOG:
        raise InputError(f"{path}: there are no BIOS-e820 lines in this log")
    return parse_e820(text, str(path))


def _logged(text: str, name: str) -> tuple[E820Entry, ...]:
    if "e820:" not in text and "Xen:" not in text:
        return ()
    try:
        return map_of_log(log_of_text(text, name).lines)
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None


def is_memmap_directory(path: Path) -> bool:
    """Whether a directory is like /sys/firmware/memmap."""
    return all((path / "0" / part).is_file() for part in PARTS)


def _of_directory(path: Path) -> Iterator[E820Entry]:
    """The ranges of a directory like /sys/firmware/memmap, in the order of their numbers."""
    if not is_memmap_directory(path):
        raise InputError(f"{path}: this directory has no memory map in it, as /sys/firmware/memmap has")
    numbers = (entry for entry in path.iterdir() if entry.name.isascii() and entry.name.isdecimal())
    for entry in sorted(numbers, key=lambda entry: int(entry.name[:9])):
        start, end, type = (read_text(entry / part, 4096) for part in PARTS)
        yield entry_of_sysfs(start, end, type, str(entry))
