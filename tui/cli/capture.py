"""``bootstep capture``: write the machine that this Linux runs on into a directory."""

from __future__ import annotations

from pathlib import Path

from ...boots.capture.machine import capture, told
from ...model.base.errors import InputError
from ...model.files.input_files import is_directory
from ...model.language.words import tr, translatable
from .parser import Parser

ABOUT = translatable(
    "Write the machine that this Linux runs on into a new directory that only you can read, as a MACHINE."
    " What was read, what was left out, and what could not be read and how to get it, is listed. Without a"
    " vmlinux and without CONFIG_KALLSYMS_ALL a few places in the image are assumed; --vmlinux finds them out"
    " later. For UEFI's memory map boot once with efi=debug, not with memblock=debug besides, and capture"
    " right after. Look at the command line and the device tree before you give them away."
)


def run(words: list[str]) -> int:
    """Capture, and say what is there and what is not.  Raises `InputError`."""
    parser = Parser("bootstep capture", description=tr(ABOUT))
    parser.add_argument("directory", metavar="DIR", help=tr("where to write the machine: a new directory"))
    parser.add_argument("--root", default="/", metavar="DIR", help=tr("where the system's files are (/)"))
    parser.add_argument(
        "--with-keys", action="store_true", help=tr("ACPI's tables that hold keys, too (MSDM, SLIC …)")
    )
    given = parser.parse_args(words)
    root, target = Path(given.root), Path(given.directory)
    if not is_directory(root):
        raise InputError(tr("{root}: there is no such directory", root=root))
    print("\n".join(told(capture(root, target, given.with_keys), target)))
    return 0
