"""The picture firmware showed while it booted.  Mirrors drivers/firmware/efi/efi-bgrt.c."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....model.firmware.efi_memmap import EFI_BOOT_SERVICES_DATA
from ....model.trace.recorder import traced
from ...mm.early_ioremap import early_memremap, early_memunmap
from ..acpi.root_table import acpi_get_table
from .efi import efi_mem_desc_lookup, efi_mem_reserve
from .flags import EFI_MEMMAP

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/efi-bgrt.c"

TABLE_SIZE = 56
VERSION_AT, IMAGE_TYPE_AT, IMAGE_ADDRESS_AT = 36, 39, 40
BMP_HEADER_SIZE = 6


@traced
def efi_bgrt_init(k: Kernel) -> None:
    """Keep the picture.  How many bytes it has its own header would tell; here efi.json does."""
    table = acpi_get_table(k, "BGRT")
    if table is None or not k.efi.enabled(EFI_MEMMAP):
        return
    address = table.u64(IMAGE_ADDRESS_AT)
    if table.length < TABLE_SIZE:
        k.pr_notice("efi_bgrt: Ignoring BGRT: invalid length {} (expected {})", table.length, TABLE_SIZE)
    elif table.u16(VERSION_AT) > 1:
        k.pr_notice("efi_bgrt: Ignoring BGRT: invalid version {} (expected 1)", table.u16(VERSION_AT))
    elif table.u8(IMAGE_TYPE_AT):
        k.pr_notice("efi_bgrt: Ignoring BGRT: invalid image type {} (expected 0)", table.u8(IMAGE_TYPE_AT))
    elif not address:
        k.pr_notice("efi_bgrt: Ignoring BGRT: null image address")
    else:
        _keep_image(k, address)


def _keep_image(k: Kernel, address: int) -> None:
    md = efi_mem_desc_lookup(k, address)
    if md is None or md.type != EFI_BOOT_SERVICES_DATA:
        k.pr_notice("efi_bgrt: Ignoring BGRT: invalid image address")
        return
    header = early_memremap(k, address, BMP_HEADER_SIZE)
    if not header:
        k.pr_notice("efi_bgrt: Ignoring BGRT: failed to map image header memory")
        return
    early_memunmap(k, header, BMP_HEADER_SIZE)
    if k.firmware.efi.bgrt_image_size:
        efi_mem_reserve(k, address, k.firmware.efi.bgrt_image_size)
