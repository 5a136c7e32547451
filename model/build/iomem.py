"""/proc/iomem of a running kernel, read: what lies where in physical memory, of its own telling.

Mirrors, the other way round, kernel/resource.c (``r_show``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from ..base.errors import InputError
from ..base.units import printable
from ..language.words import tr

LINE = r"^( *)([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (.*?)\s*$"
HIDDEN = "all addresses are 0, read /proc/iomem as root"


class IomemLine(Struct, frozen=True):
    """A line: how deep it stands, its first and last byte, and what it is."""

    depth: int
    start: int
    last: int
    name: str


class KernelResources(Struct, frozen=True):
    """What is told of the kernel: the first and last byte of "Kernel code" and of "Kernel data", and of its
    rodata and bss where these stand by themselves."""

    code: tuple[int, int]
    data: tuple[int, int]
    rodata: tuple[int, int] | None = None
    bss: tuple[int, int] | None = None


def resources_of(text: str) -> Iterator[IomemLine]:
    """The lines of an iomem that are resources, whatever stands between them."""
    for found in re.finditer(LINE, text.replace("\r", ""), flags=re.M | re.I):
        yield IomemLine(len(found[1]) // 2, int(found[2], 16), int(found[3], 16), found[4])


def read_iomem(text: str, filename: str) -> list[IomemLine]:
    """The resources of an iomem.  Raises `InputError` if it has no System RAM, or hides its addresses."""
    resources = list(resources_of(text))
    if not any(resource.name == "System RAM" for resource in resources):
        raise InputError(
            tr(
                "{filename}: this is no /proc/iomem, there is no System RAM in it",
                filename=printable(filename),
            )
        )
    if not any(resource.last for resource in resources):
        raise InputError(f"{printable(filename)}: {HIDDEN}")
    return resources


def reserved_in_ram(text: str) -> list[IomemLine]:
    """What an iomem has as reserved inside System RAM."""
    return [resource for resource in resources_of(text) if resource.depth and resource.name == "reserved"]


def parse_kernel_resources(text: str, filename: str) -> KernelResources:
    """Where an iomem has the kernel.  Raises `InputError` if it does not tell."""
    found = {resource.name: (resource.start, resource.last) for resource in resources_of(text)}
    code, data = found.get("Kernel code"), found.get("Kernel data")
    if code is None or data is None:
        raise InputError(
            tr(
                "{filename}: this iomem does not tell where the kernel is, no Kernel code and Kernel data",
                filename=filename,
            )
        )
    if not code[1] and not data[1]:
        raise InputError(f"{filename}: {HIDDEN}")
    return KernelResources(code, data, found.get("Kernel rodata"), found.get("Kernel bss"))
