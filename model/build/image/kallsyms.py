"""A kernel image known by its symbols only: /proc/kallsyms of a running kernel, or its System.map.

Without CONFIG_KALLSYMS_ALL kallsyms has functions only.  What /proc/iomem tells fills in where the image's
parts end; the rest is assumed to lie as the architecture's linker script usually puts it, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from msgspec import structs

from ...base.errors import InputError
from ...language.words import tr
from ..address_map import AddressMap
from ..iomem import KernelResources
from ..release import DEFAULT_RELEASE, Release
from .format import ImageFormat
from .image import Image, strong_names

LINE = re.compile(r"([0-9a-f]{8,16}) ([A-Za-z?]) (\S+)$")
TEXT = "tTwW"
WEAK_TEXT = "wW"
PARTS = "# the image, by the kernel's log: "
"""What a comment begins with that tells the sizes of the image's parts, as the ``Memory:`` line does."""
PART = re.compile(r"(\d{1,9})K (rwdata|rodata|bss)\b")
KERNEL_HALF = 1 << 63
HIDDEN = (
    "all addresses are 0, the kernel hides them (kptr_restrict); read it as root, if need be after"
    " 'sysctl kernel.kptr_restrict=1'"
)


class Symbols(NamedTuple):
    """The symbols of kallsyms: addresses by name, the names that are code, and those that are weak.  `parts`
    are sizes of parts of the image in bytes (rwdata, rodata, bss), if somebody has noted them there."""

    addresses: dict[str, int]
    functions: list[str]
    weak: list[str]
    parts: Mapping[str, int] = MappingProxyType({})


def parse_kallsyms(text: str, filename: str) -> Symbols:
    """The kernel's own symbols, without those of modules.  Raises `InputError`."""
    addresses: dict[str, int] = {}
    functions: list[str] = []
    weak: list[str] = []
    parts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(PARTS):
            parts = {name: int(size) << 10 for size, name in PART.findall(line)}
        if not line.strip() or line.startswith("#") or line.endswith("]"):
            continue
        found = LINE.match(line.rstrip())
        if not found:
            raise InputError(
                tr(
                    "{filename}: line {number} is no line of kallsyms: {line!r}",
                    filename=filename,
                    number=number,
                    line=line[:60],
                )
            )
        name = found[3]
        if name not in addresses:
            addresses[name] = int(found[1], 16)
            if found[2] in TEXT:
                functions.append(name)
            if found[2] in WEAK_TEXT:
                weak.append(name)
    if addresses and not any(addresses.values()):
        raise InputError(f"{filename}: {HIDDEN}")
    if "_stext" not in addresses:
        raise InputError(
            tr("{filename}: these are no symbols of a kernel, there is no _stext", filename=filename)
        )
    return Symbols(addresses, functions, weak, parts)


def displacement(symbols: Symbols, filename: str, layout: AddressMap, images: ImageFormat) -> int:
    """How far the running kernel was moved from where it was linked (bytes); `images` are its architecture's.
    Raises `InputError`."""
    running = symbols.addresses
    text = running.get("_text", running["_stext"] - images.head)
    moved = text - images.linked_at(layout)
    if moved % 4096:
        raise InputError(
            tr("{filename}: its _text at {text:#x} is not this configuration's", filename=filename, text=text)
        )
    return moved


def image_of_symbols(
    symbols: Symbols,
    filename: str,
    layout: AddressMap,
    images: ImageFormat,
    resources: KernelResources | None = None,
    release: Release = DEFAULT_RELEASE,
) -> tuple[Image, list[str]]:
    """The image as it was linked, and what had to be assumed about it; `images` are its architecture's.
    Raises `InputError`."""
    running = symbols.addresses
    moved = displacement(symbols, filename, layout, images)
    # Per-CPU variables may have offsets for addresses, which do not move.
    linked = {
        name: address - moved if address >= KERNEL_HALF else address for name, address in running.items()
    }
    printed, sizes = functions_of(symbols, linked)
    image = Image(filename, linked, printed, (), sizes)
    if images.data_symbol in running:
        return image, []
    if resources is None:
        raise InputError(
            tr(
                "{filename}: only functions have symbols here (no CONFIG_KALLSYMS_ALL); expected "
                "iomem too, the /proc/iomem of the same machine",
                filename=filename,
            )
        )
    load = load_address(symbols, resources, release, images)
    assumed = images.assumed_symbols(linked, layout, resources, load)
    added = {**assumed, **_ends_of_parts(assumed, symbols.parts), **linked}
    told = list(_told(linked, symbols.parts, images, assumed["__per_cpu_end"] - assumed["__per_cpu_start"]))
    return structs.replace(image, symbols=added, functions_only=True), told


def _ends_of_parts(assumed: Mapping[str, int], parts: Mapping[str, int]) -> dict[str, int]:
    """Where parts of the image end whose sizes are told, in whole KiB."""
    if parts.keys() < {"rwdata", "rodata", "bss"}:
        return {}
    edata = assumed["_sdata"] + parts["rwdata"]
    bss = assumed["__bss_start"] if assumed["__bss_start"] != assumed["_edata"] else edata
    return {
        "__end_rodata": assumed["__start_rodata"] + parts["rodata"],
        "_edata": edata,
        "__bss_start": bss,
        "__bss_stop": bss + parts["bss"],
    }


def functions_of(symbols: Symbols, linked: Mapping[str, int]) -> tuple[dict[str, str], dict[str, int]]:
    """The printed names of functions, and their sizes: the way to the next symbol."""
    printed: dict[str, str] = {}
    for name in symbols.functions:
        base = name.partition(".")[0]
        if base == name or (base not in printed and ".cold" not in name):
            printed[base] = name
    printed.update(strong_names(linked, symbols.functions, symbols.weak))
    following = dict(pairwise(sorted(set(linked.values()))))
    sizes = {name: following.get(linked[name], linked[name]) - linked[name] for name in symbols.functions}
    return printed, sizes


def _told(
    linked: Mapping[str, int], parts: Mapping[str, int], images: ImageFormat, percpu_size: int
) -> Iterator[str]:
    sizes = "" if parts else ", and the sizes of data, rodata and bss"
    yield f"kallsyms has functions only (no CONFIG_KALLSYMS_ALL): where {images.tables} are{sizes}"
    if "__per_cpu_start" not in linked:
        yield f"the size of the per-CPU variables is not told: {percpu_size} bytes are assumed"


def load_address(symbols: Symbols, resources: KernelResources, release: Release, images: ImageFormat) -> int:
    """The physical address of ``_text``; `images` are the architecture's."""
    running = symbols.addresses
    head = running["_stext"] - running["_text"] if "_text" in running else images.head
    return resources.code[0] - (head if images.head_beside_code(release) else 0)
