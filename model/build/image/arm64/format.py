"""What arm64's kernel images are like."""

from __future__ import annotations

from ....base.errors import InputError
from ..format import ImageFormat, ImageHeader
from . import header
from .assumed_symbols import assumed_symbols
from .landmarks import find_landmarks
from .relocation import relocated

EM_AARCH64 = 183


def read_header(content: bytes, filename: str) -> ImageHeader:
    """What the header of an Image tells, and the table of sections of the EFI program that it also is.
    Raises `InputError`."""
    found = header.read_header(content)
    if found.is_big_endian:
        raise InputError(f"{filename}: this is a big-endian arm64 Image, only little-endian kernels are read")
    parts = header.read_parts(content)
    if parts and parts.edata > len(content):
        raise InputError(
            f"{filename}: this Image is cut off, {len(content)} of its {parts.edata} bytes are there"
        )
    symbols = {"__initdata_begin": parts.initdata_begin, "_edata": parts.edata} if parts else {}
    return ImageHeader(found.size, found.pages, symbols)


ARM64_IMAGES = ImageFormat(
    arch="arm64",
    machine=EM_AARCH64,
    is_image=header.is_image,
    image_size=header.image_size,
    read_header=read_header,
    find_landmarks=find_landmarks,
    assumed_symbols=assumed_symbols,
    relocated=relocated,
    data_symbol="swapper_pg_dir",
    untold={
        "__per_cpu_start": "per-CPU variables",
        "__bss_stop": "the sizes of rodata and bss",
        "init_pg_dir": "init_pg_dir",
        "swapper_pg_dir": "swapper_pg_dir",
        "bm_pte": "the fixmap's tables",
    },
    tables="init_pg_dir, swapper_pg_dir and the fixmap's tables",
)
