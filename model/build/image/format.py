"""What an architecture's kernel images are like, as far as what reads any has to know it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from ..address_map import AddressMap
from ..release import Release
from .release_signs import Sign

if TYPE_CHECKING:
    from ..iomem import KernelResources


class Payload(Struct, frozen=True):
    """What a container holds: the bytes, the words for the container, and how they are compressed ("": by
    what they begin with)."""

    content: bytes
    words: str
    method: str = ""


class ImageHeader(Struct, frozen=True):
    """What an image's header tells: the bytes that it takes in memory (0: not told), its page size in KiB,
    and where some symbols lie, in bytes from its first."""

    size: int
    pages: int | None
    symbols: Mapping[str, int]


class ImageFormat(Struct, frozen=True):
    """One architecture.  Addresses and sizes are bytes.

    `machine` is its number in ELF files.  `is_image` tells by the first bytes whether this is an image as
    boot loaders start it, `image_size` what its header says of its size in memory (0: not told),
    `read_header` all of that (raises `InputError`); `payload` is the kernel that such an image unpacks
    itself, None if it is none of that kind.  ``_text`` is linked at `linked_at`, and `head` bytes lie between
    it and ``_stext``, of which `head_beside_code` tells whether a release's "Kernel code" in /proc/iomem is
    without them.  Where data have no symbols, `find_landmarks` finds some in the code (the image in
    memory, the address of its first byte, the names of functions, known addresses), and `assumed_symbols`
    says where the others usually lie (known ones, the address map, what /proc/iomem tells, and the physical
    address of the first byte).  `relocated` finds in an image that relocates itself the address at which its
    first byte is linked, and the word that belongs at some byte.  `signs` tell a kernel's release by its
    functions.  `percpu_from_0` tells whether per-CPU variables have offsets from 0 for addresses.
    `data_symbol` is one that is only there if
    data have symbols; `untold` says what is assumed, by a symbol whose place is not known then; `tables` are
    the page tables among it, in words.
    """

    arch: str
    machine: int
    is_image: Callable[[bytes], bool]
    image_size: Callable[[bytes], int]
    read_header: Callable[[bytes, str], ImageHeader]
    payload: Callable[[bytes], Payload | None]
    linked_at: Callable[[AddressMap], int]
    head: int
    head_beside_code: Callable[[Release], bool]
    find_landmarks: Callable[[bytes, int, Iterable[str], Mapping[str, int]], dict[str, int]]
    assumed_symbols: Callable[[Mapping[str, int], AddressMap, KernelResources, int], dict[str, int]]
    relocated: Callable[[bytes, int], tuple[int, int] | None]
    percpu_from_0: bool
    data_symbol: str
    signs: tuple[Sign, ...]
    untold: Mapping[str, str]
    tables: str
