"""What UEFI's boot stub makes of UEFI's memory map.  Mirrors drivers/firmware/efi/libstub/x86-stub.c."""

from __future__ import annotations

from collections.abc import Iterable

from ....model.build.kconfig import KConfig
from ....model.firmware.efi_memmap import (
    EFI_ACPI_MEMORY_NVS,
    EFI_ACPI_RECLAIM_MEMORY,
    EFI_BOOT_SERVICES_CODE,
    EFI_BOOT_SERVICES_DATA,
    EFI_CONVENTIONAL_MEMORY,
    EFI_LOADER_CODE,
    EFI_LOADER_DATA,
    EFI_MEMORY_MAPPED_IO,
    EFI_MEMORY_MAPPED_IO_PORT_SPACE,
    EFI_MEMORY_SP,
    EFI_PAL_CODE,
    EFI_PERSISTENT_MEMORY,
    EFI_RESERVED_TYPE,
    EFI_RUNTIME_SERVICES_CODE,
    EFI_RUNTIME_SERVICES_DATA,
    EFI_UNUSABLE_MEMORY,
    EfiMemoryDesc,
)
from ....model.memory.e820 import (
    E820_TYPE_ACPI,
    E820_TYPE_NVS,
    E820_TYPE_PMEM,
    E820_TYPE_RAM,
    E820_TYPE_RESERVED,
    E820_TYPE_SOFT_RESERVED,
    E820_TYPE_UNUSABLE,
    E820Entry,
)

TYPES = {
    EFI_RESERVED_TYPE: E820_TYPE_RESERVED,
    EFI_RUNTIME_SERVICES_CODE: E820_TYPE_RESERVED,
    EFI_RUNTIME_SERVICES_DATA: E820_TYPE_RESERVED,
    EFI_MEMORY_MAPPED_IO: E820_TYPE_RESERVED,
    EFI_MEMORY_MAPPED_IO_PORT_SPACE: E820_TYPE_RESERVED,
    EFI_PAL_CODE: E820_TYPE_RESERVED,
    EFI_UNUSABLE_MEMORY: E820_TYPE_UNUSABLE,
    EFI_ACPI_RECLAIM_MEMORY: E820_TYPE_ACPI,
    EFI_LOADER_CODE: E820_TYPE_RAM,
    EFI_LOADER_DATA: E820_TYPE_RAM,
    EFI_BOOT_SERVICES_CODE: E820_TYPE_RAM,
    EFI_BOOT_SERVICES_DATA: E820_TYPE_RAM,
    EFI_CONVENTIONAL_MEMORY: E820_TYPE_RAM,
    EFI_ACPI_MEMORY_NVS: E820_TYPE_NVS,
    EFI_PERSISTENT_MEMORY: E820_TYPE_PMEM,
}
"""Other types of UEFI are left out."""


def soft_reserve_enabled(config: KConfig, cmdline: str) -> bool:
    """``efi_soft_reserve_enabled()``: whether memory for a special purpose is kept from the kernel's own
    use."""
    options = [word[4:].split(",") for word in cmdline.split() if word.startswith("efi=")]
    return config.enabled("EFI_SOFT_RESERVE") and not any("nosoftreserve" in words for words in options)


def e820_of_memmap(memmap: Iterable[EfiMemoryDesc], soft_reserve: bool) -> tuple[E820Entry, ...]:
    """``setup_e820()``: the descriptors as an e820 map, neighbours of one type made one; `soft_reserve` tells
    whether memory for a special purpose is reserved."""
    found: list[E820Entry] = []
    for desc in memmap:
        type = TYPES.get(desc.type)
        if type is None:
            continue
        if soft_reserve and type == E820_TYPE_RAM and desc.attribute & EFI_MEMORY_SP:
            type = E820_TYPE_SOFT_RESERVED
        last = found[-1] if found else None
        if last and last.type == type and last.end == desc.phys_addr:
            found[-1] = last._replace(size=last.size + desc.size)
        else:
            found.append(E820Entry(desc.phys_addr, desc.size, type))
    return tuple(found)
