"""The memory map of firmware as /sys/firmware/memmap shows it: a directory for each range."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ....model.base.errors import InputError
from ....model.files.input_files import is_file, read_text
from ....model.firmware.e820 import entry_of_sysfs
from ....model.memory.e820 import E820Entry

PARTS = ("start", "end", "type")
LARGEST = 4096
"""Bytes of a file in it."""


def is_memmap_directory(path: Path) -> bool:
    """Whether a directory is like /sys/firmware/memmap."""
    return all(is_file(path / "0" / part) for part in PARTS)


def read_directory(path: Path) -> Iterator[E820Entry]:
    """The ranges in such a directory, in the order of their numbers.  Raises `InputError`."""
    if not is_memmap_directory(path):
        raise InputError(f"{path}: this directory has no memory map in it, as /sys/firmware/memmap has")
    numbers = (entry for entry in path.iterdir() if entry.name.isascii() and entry.name.isdecimal())
    for entry in sorted(numbers, key=lambda entry: int(entry.name[:9])):
        start, end, type = (read_text(entry / part, LARGEST) for part in PARTS)
        yield entry_of_sysfs(start, end, type, str(entry))
