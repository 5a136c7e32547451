"""/proc/iomem of a running kernel, read for where the boot loader had put things.

Mirrors, the other way round, arch/arm64/kernel/setup.c (``request_standard_resources``): ``Kernel code``
begins with the image, or behind its head; what was reserved stands inside System RAM as ``reserved``, in
whole pages, and joined to what is reserved beside it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ....model.base.errors import InputError
from ....model.base.units import printable
from ....model.build.image.image import Image
from ....model.build.image.kallsyms import KernelResources, Symbols, load_address
from ....model.build.release import Release
from .placement import Placement

PAGE = 0x1000
LINE = re.compile(r"^( *)([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (.*?)\s*$", re.M | re.I)


class Entry(NamedTuple):
    """A line: how deep it stands, its first and last byte, and what it is."""

    depth: int
    start: int
    last: int
    name: str


def read_iomem(text: str, filename: str) -> list[Entry]:
    """The lines of an iomem.  Raises `InputError` if there are none, or if they hide their addresses."""
    entries = [
        Entry(len(found[1]) // 2, int(found[2], 16), int(found[3], 16), found[4])
        for found in LINE.finditer(text.replace("\r", ""))
    ]
    if not any(entry.name == "System RAM" for entry in entries):
        raise InputError(f"{printable(filename)}: this is no /proc/iomem, there is no System RAM in it")
    if not any(entry.last for entry in entries):
        raise InputError(f"{printable(filename)}: all addresses are 0, read /proc/iomem as root")
    return entries


def placement_of(
    entries: list[Entry], filename: str, image: Image, release: Release, page_size: int, blob_size: int
) -> Placement:
    """Where the kernel was, and the device tree if a single reserved range has just the pages that its size
    (bytes) takes."""
    code = next((entry for entry in entries if entry.name == "Kernel code"), None)
    load = None
    if code is not None:
        resources = KernelResources((code.start, code.last), (code.start, code.last))
        load = load_address(Symbols(dict(image.symbols), [], []), resources, release)
        if load < 0:
            raise InputError(f"{printable(filename)}: Kernel code at {code.start:#x} is not this kernel's")
    size = -(-blob_size // PAGE) * PAGE
    found = [
        entry.start
        for entry in entries
        if entry.name == "reserved" and entry.depth and entry.last + 1 - entry.start == size
    ]
    # Of larger pages nobody can tell where in one a blob begins.
    is_told = len(found) == 1 and page_size == PAGE
    return Placement(filename, load, found[0] if is_told else None)
