"""/proc/iomem of a running kernel, read for where the boot loader had put things.

Mirrors, the other way round, arch/arm64/kernel/setup.c (``request_standard_resources``): ``Kernel code``
begins with the image, or behind its head; what was reserved stands inside System RAM as ``reserved``, in
whole pages, and joined to what is reserved beside it.
"""

from __future__ import annotations

from ....model.base.errors import InputError
from ....model.base.units import printable
from ....model.build.image.format import ImageFormat
from ....model.build.image.image import Image
from ....model.build.image.kallsyms import Symbols, load_address
from ....model.build.iomem import IomemLine, KernelResources
from ....model.build.release import Release
from .placement import BootPlacement

PAGE = 0x1000


def placement_of(
    resources: list[IomemLine],
    filename: str,
    image: Image,
    images: ImageFormat,
    release: Release,
    page_size: int,
    blob_size: int,
) -> BootPlacement:
    """Where the kernel was, and the device tree if a single reserved range has just the pages that its size
    (bytes) takes; `images` are the kernel's architecture's."""
    code = next((each for each in resources if each.name == "Kernel code"), None)
    load = None
    if code is not None:
        kernel = KernelResources((code.start, code.last), (code.start, code.last))
        load = load_address(Symbols(dict(image.symbols), [], []), kernel, release, images)
        if load < 0:
            raise InputError(f"{printable(filename)}: Kernel code at {code.start:#x} is not this kernel's")
    size = -(-blob_size // PAGE) * PAGE
    found = [
        resource.start
        for resource in resources
        if resource.name == "reserved" and resource.depth and resource.last + 1 - resource.start == size
    ]
    # Of larger pages nobody can tell where in one a blob begins.
    is_told = len(found) == 1 and page_size == PAGE
    return BootPlacement(filename, load, found[0] if is_told else None)
