"""The e820 map that a machine names, from whatever somebody has of it: rows of text, a log, the directory
/sys/firmware/memmap, the zero page."""

from __future__ import annotations

from pathlib import Path

from ....model.base.errors import InputError
from ....model.files.input_files import is_directory
from ....model.firmware.e820 import checked, parse_e820
from ....model.logs.content import kind_at, text_of, unpacked
from ....model.logs.e820_map import map_of_log
from ....model.logs.file_kinds import E820, EMPTY, LOG
from ....model.logs.reading.read_log import log_of_text
from ....model.memory.e820 import E820Entry
from ..files.memmap_directory import read_directory


def read_e820(path: Path) -> tuple[E820Entry, ...]:
    """The map in a file or a directory.  Raises `InputError`."""
    if is_directory(path):
        return checked(read_directory(path), str(path))
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
