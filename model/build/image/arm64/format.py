"""What arm64's kernel images are like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ....base.errors import InputError
from ....language.words import tr
from ...address_map import AddressMap
from ...release import Release
from ..format import ImageFormat, ImageHeader, Payload
from ..release_signs import Sign
from . import header

if TYPE_CHECKING:
    from ...iomem import KernelResources

EM_AARCH64 = 183


def read_header(content: bytes, filename: str) -> ImageHeader:
    """What the header of an Image tells, and the table of sections of the EFI program that it also is.
    Raises `InputError`."""
    found = header.read_header(content)
    if found.is_big_endian:
        raise InputError(
            tr(
                "{filename}: this is a big-endian arm64 Image, only little-endian kernels are read",
                filename=filename,
            )
        )
    parts = header.read_parts(content)
    if parts and parts.edata > len(content):
        raise InputError(
            tr(
                "{filename}: this Image is cut off, {count} of its {edata} bytes are there",
                filename=filename,
                count=len(content),
                edata=parts.edata,
            )
        )
    symbols = {"__initdata_begin": parts.initdata_begin, "_edata": parts.edata} if parts else {}
    return ImageHeader(found.size, found.pages, symbols)


def _no_payload(content: bytes) -> Payload | None:
    """An Image does not unpack itself."""
    return None


def _linked_at(layout: AddressMap) -> int:
    """KIMAGE_VADDR, and above it ``TEXT_OFFSET``."""
    return layout.image.start + layout.extra["TEXT_OFFSET"]


def head_beside_code(release: Release) -> bool:
    """From 5.11 to 6.11 "Kernel code" begins behind the head."""
    return (5, 11) <= release < (6, 12)


# Kernels with symbols for their data need none of the rest.


def _find_landmarks(
    memory: bytes, start: int, functions: Iterable[str], addresses: Mapping[str, int]
) -> dict[str, int]:
    from .landmarks import find_landmarks

    return find_landmarks(memory, start, functions, addresses)


def _assumed_symbols(
    linked: Mapping[str, int], layout: AddressMap, resources: KernelResources, load: int
) -> dict[str, int]:
    from .assumed_symbols import assumed_symbols

    return assumed_symbols(linked, layout, resources, load)


def _relocated(memory: bytes, at: int) -> tuple[int, int] | None:
    from .relocation import relocated

    return relocated(memory, at)


ARM64_IMAGES = ImageFormat(
    arch="arm64",
    machine=EM_AARCH64,
    is_image=header.is_image,
    image_size=header.image_size,
    read_header=read_header,
    payload=_no_payload,
    linked_at=_linked_at,
    head=header.SEGMENT_ALIGN,
    head_beside_code=head_beside_code,
    find_landmarks=_find_landmarks,
    assumed_symbols=_assumed_symbols,
    relocated=_relocated,
    percpu_from_0=False,
    data_symbol="swapper_pg_dir",
    signs=(
        Sign("__pi_early_map_kernel", since=(6, 9)),
        Sign("fdt_scan_reserved_mem_reg_nodes", since=(6, 12)),
        Sign("fdt_init_reserved_mem", until=(6, 12)),
    ),
    untold={
        "__per_cpu_start": "per-CPU variables",
        "__bss_stop": "the sizes of rodata and bss",
        "init_pg_dir": "init_pg_dir",
        "swapper_pg_dir": "swapper_pg_dir",
        "bm_pte": "the fixmap's tables",
    },
    tables="init_pg_dir, swapper_pg_dir and the fixmap's tables",
)
