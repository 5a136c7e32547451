"""Whether the files that a machine names are what they are taken for: people mix them up, and most readers
would make something of anything."""

from __future__ import annotations

from pathlib import Path

from ....model.base.errors import InputError
from ....model.files.input_files import is_file, map_file, read_bytes
from ....model.logs.content import kind_at
from ....model.logs.file_kinds import (
    CONFIG,
    EFI_MAP,
    EMPTY,
    HEAD,
    IOMEM,
    JSON,
    LOG,
    SYMBOLS,
    TEXT_KINDS,
    UBOOT,
    ZERO_PAGE,
    FileKind,
    kind_of,
)

EXPECTED: dict[str, tuple[str, ...]] = {
    "kallsyms": (SYMBOLS,),
    "iomem": (IOMEM,),
    "config": (CONFIG,),
    "sizes": (JSON,),
    "constants": (JSON,),
    "efi": (JSON,),
    "firmware": (JSON,),
    "boot_params": (ZERO_PAGE,),
    "efi_memmap": (EFI_MAP, LOG),
    "from_uboot": (UBOOT, LOG),
}
"""The keys of machine files and what kinds of files they take; a file that is of no known kind is left to its
reader."""


def check_expected(key: str, path: Path, option: str) -> None:
    """Whether the file of a key is of another, known kind than the key takes.  Raises `InputError` with what
    it is, and what takes it."""
    if not is_file(path):
        return
    kind = kind_of(bytes(map_file(path)[:HEAD])) if key == "vmlinux" else kind_at(path)
    if kind is None or kind.name == EMPTY or not _is_wrong(key, kind):
        if kind is not None and kind.name == LOG and key == "efi_memmap":
            _check_log(path)
        return
    raise InputError(f"{option} {path}: {kind.told(str(path))}")


def _is_wrong(key: str, kind: FileKind) -> bool:
    if key == "vmlinux":
        return kind.name in TEXT_KINDS
    return key in EXPECTED and kind.name not in EXPECTED[key]


def _check_log(path: Path) -> None:
    """A log that is taken for UEFI's memory map has to have one."""
    from ....model.firmware.efi_log import memory_map_of_log  # a lot of patterns

    try:
        found = memory_map_of_log(read_bytes(path).decode("latin-1"))
    except ValueError:
        return
    if not found:
        raise InputError(f"{path}: there is no memory map of UEFI in this log, boot with efi=debug")
