"""What the kernel knows of UEFI.  Mirrors ``struct efi`` of include/linux/efi.h."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ....model.firmware.efi_memmap import EfiMemoryDesc

EFI_BOOT, EFI_CONFIG_TABLES, EFI_MEMMAP, EFI_PARAVIRT = "BOOT", "CONFIG_TABLES", "MEMMAP", "PARAVIRT"
EFI_DBG, EFI_MEM_ATTR, EFI_MEM_NO_SOFT_RESERVE = "DBG", "MEM_ATTR", "MEM_NO_SOFT_RESERVE"
EFI_SECURE_BOOT = "SECURE_BOOT"


class EfiMemoryMapData(NamedTuple):
    """``struct efi_memory_map_data``: where the map is (bytes), as the boot stub tells."""

    phys_map: int
    size: int
    desc_size: int
    desc_version: int


@dataclass
class Efi:
    """`flags` are the bits of ``efi.flags`` by name; `tables` the addresses of the configuration tables, by
    the names the kernel prints; `memmap` the memory map, mapped at the virtual address `memmap_va`."""

    flags: set[str] = field(default_factory=set[str])
    tables: dict[str, int] = field(default_factory=dict[str, int])
    memmap: tuple[EfiMemoryDesc, ...] = ()
    memmap_va: int = 0
    data: EfiMemoryMapData | None = None
    secure_boot: int = 0

    def enabled(self, feature: str) -> bool:
        """``efi_enabled()``."""
        return feature in self.flags
