"""The UEFI memory map: the descriptors the firmware hands over.

Mirrors ``efi_memory_desc_t`` of include/linux/efi.h.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from ..base.errors import InputError
from ..language.words import tr

EFI_PAGE_SHIFT = 12
"""UEFI counts in pages of 4 KiB, whatever the kernel's pages are."""

(
    EFI_RESERVED_TYPE,
    EFI_LOADER_CODE,
    EFI_LOADER_DATA,
    EFI_BOOT_SERVICES_CODE,
    EFI_BOOT_SERVICES_DATA,
    EFI_RUNTIME_SERVICES_CODE,
    EFI_RUNTIME_SERVICES_DATA,
    EFI_CONVENTIONAL_MEMORY,
    EFI_UNUSABLE_MEMORY,
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_ACPI_MEMORY_NVS,
    EFI_MEMORY_MAPPED_IO,
    EFI_MEMORY_MAPPED_IO_PORT_SPACE,
    EFI_PAL_CODE,
    EFI_PERSISTENT_MEMORY,
    EFI_UNACCEPTED_MEMORY,
) = range(16)

EFI_MEMORY_UC, EFI_MEMORY_WC, EFI_MEMORY_WT, EFI_MEMORY_WB, EFI_MEMORY_UCE = (1 << bit for bit in range(5))
EFI_MEMORY_WP, EFI_MEMORY_RP, EFI_MEMORY_XP, EFI_MEMORY_NV = (1 << bit for bit in range(12, 16))
EFI_MEMORY_MORE_RELIABLE, EFI_MEMORY_RO, EFI_MEMORY_SP = (1 << bit for bit in range(16, 19))
EFI_MEMORY_CPU_CRYPTO, EFI_MEMORY_HOT_PLUGGABLE = 1 << 19, 1 << 20
EFI_MEMORY_RUNTIME = 1 << 63

MEMORY_TYPE_NAME = (
    "Reserved",
    "Loader Code",
    "Loader Data",
    "Boot Code",
    "Boot Data",
    "Runtime Code",
    "Runtime Data",
    "Conventional",
    "Unusable",
    "ACPI Reclaim",
    "ACPI Mem NVS",
    "MMIO",
    "MMIO Port",
    "PAL Code",
    "Persistent",
    "Unaccepted",
)
ATTRIBUTE_NAMES = (
    (EFI_MEMORY_RUNTIME, "RUN", 3),
    (EFI_MEMORY_HOT_PLUGGABLE, "HP", 2),
    (EFI_MEMORY_MORE_RELIABLE, "MR", 2),
    (EFI_MEMORY_CPU_CRYPTO, "CC", 2),
    (EFI_MEMORY_SP, "SP", 2),
    (EFI_MEMORY_NV, "NV", 2),
    (EFI_MEMORY_XP, "XP", 2),
    (EFI_MEMORY_RP, "RP", 2),
    (EFI_MEMORY_WP, "WP", 2),
    (EFI_MEMORY_RO, "RO", 2),
    (EFI_MEMORY_UCE, "UCE", 3),
    (EFI_MEMORY_WB, "WB", 2),
    (EFI_MEMORY_WT, "WT", 2),
    (EFI_MEMORY_WC, "WC", 2),
    (EFI_MEMORY_UC, "UC", 2),
)

_DESCRIPTOR = struct.Struct("<I4xQQQQ")
DESCRIPTOR_SIZE = _DESCRIPTOR.size
"""``sizeof(efi_memory_desc_t)``; firmware may use more bytes for each, which is why it says how many."""
_U64 = (1 << 64) - 1


class EfiMemoryDesc(NamedTuple):
    """One descriptor: addresses in bytes, `num_pages` in pages of 4 KiB."""

    type: int
    phys_addr: int
    virt_addr: int
    num_pages: int
    attribute: int

    @property
    def size(self) -> int:
        """Bytes, as the kernel computes them: in 64 bits."""
        return self.num_pages << EFI_PAGE_SHIFT & _U64

    @property
    def end(self) -> int:
        """The address behind it, in 64 bits."""
        return (self.phys_addr + self.size) & _U64


def parse_memory_map(data: bytes, desc_size: int, filename: str) -> tuple[EfiMemoryDesc, ...]:
    """The descriptors of a map, `desc_size` bytes each; what is left at its end is ignored, as the kernel
    does.  Raises `InputError` if no descriptor fits into `desc_size`."""
    if desc_size < DESCRIPTOR_SIZE:
        raise InputError(
            tr(
                "{filename}: descriptors of {desc_size} bytes are no UEFI memory map, one has "
                "{descriptor_size}",
                filename=filename,
                desc_size=desc_size,
                descriptor_size=DESCRIPTOR_SIZE,
            )
        )
    last = len(data) - desc_size
    return tuple(EfiMemoryDesc(*_DESCRIPTOR.unpack_from(data, at)) for at in range(0, last + 1, desc_size))


def attributes_of_names(names: list[str]) -> int:
    """The attributes that the kernel prints by these names, which may have spaces around them."""
    known = {name: attribute for attribute, name, _ in ATTRIBUTE_NAMES}
    return sum(known.get(name.strip(), 0) for name in names)
