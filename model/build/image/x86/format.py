"""What x86-64's kernel images are like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ....base.errors import InputError
from ....language.words import tr
from ...address_map import AddressMap
from ...release import Release
from ..format import ImageFormat, ImageHeader, Payload
from ..release_signs import Sign
from .header import read_header

if TYPE_CHECKING:
    from ...iomem import KernelResources

EM_X86_64 = 62


def _is_image(content: bytes) -> bool:
    found = read_header(content)
    return found is not None and found.is_64_bit


def _image_size(content: bytes) -> int:
    """Not told: of what is packed the header knows only how much it needs to unpack itself."""
    return 0


def _payload(content: bytes) -> Payload | None:
    """The kernel that a bzImage unpacks, without any bytes if they are not all there."""
    found = read_header(content)
    if found is None or not found.is_64_bit:
        return None
    end = found.payload_at + found.payload_length
    return Payload(content[found.payload_at : end] if end <= len(content) else b"", "a bzImage")


def _read_header(content: bytes, filename: str) -> ImageHeader:
    """What is packed is an ELF file, so nobody comes here with a whole bzImage.  Raises `InputError`."""
    raise InputError(tr("{filename}: this bzImage holds no kernel that can be unpacked", filename=filename))


def _linked_at(layout: AddressMap) -> int:
    """``__START_KERNEL``."""
    return layout.image.start + layout.extra["LOAD_PHYSICAL_ADDR"]


def _head_beside_code(release: Release) -> bool:
    return False


def _no_landmarks(
    memory: bytes, start: int, functions: Iterable[str], addresses: Mapping[str, int]
) -> dict[str, int]:
    """Code is not searched: distributions' kernels have symbols for their data."""
    return {}


def _not_relocated(memory: bytes, at: int) -> tuple[int, int] | None:
    """What is relocated holds the addresses it was linked with."""
    return None


def _assumed_symbols(
    linked: Mapping[str, int], layout: AddressMap, resources: KernelResources, load: int
) -> dict[str, int]:
    from .assumed_symbols import assumed_symbols  # kernels with symbols for their data need none

    return assumed_symbols(linked, layout, resources, load)


X86_IMAGES = ImageFormat(
    arch="x86_64",
    machine=EM_X86_64,
    is_image=_is_image,
    image_size=_image_size,
    read_header=_read_header,
    payload=_payload,
    linked_at=_linked_at,
    head=0,
    head_beside_code=_head_beside_code,
    find_landmarks=_no_landmarks,
    assumed_symbols=_assumed_symbols,
    relocated=_not_relocated,
    signs=(Sign("memblock_find_dma_reserve", until=(6, 10)),),
    percpu_from_0=True,
    data_symbol="init_top_pgt",
    untold={
        "__per_cpu_end": "per-CPU variables",
        "__bss_stop": "the sizes of rodata and bss",
        "init_top_pgt": "the page tables in the image",
        "__brk_limit": "the early heap",
    },
    tables="init_top_pgt, early_top_pgt and the tables below them",
)
