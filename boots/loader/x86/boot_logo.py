"""How large the picture is that firmware showed while it booted, where no file tells.

The kernel reads it from the header of the picture, a BMP file in memory (drivers/firmware/efi/efi-bgrt.c).
Firmware draws it in the middle of the screen, so its place on the screen tells its width and height.
"""

from __future__ import annotations

from msgspec.structs import replace

from ....model.base.pfn import ALIGN
from ....model.firmware.boot_params import BootParams
from ....model.firmware.efi_tables import EfiTables
from ...core.inputs import Firmware

IMAGE_OFFSET_X_AT, IMAGE_OFFSET_Y_AT = 48, 52
BMP_HEADERS, BYTES_OF_A_DOT, LINE_ALIGN = 54, 3, 4
EDK2_LOGO = 193, 58
"""Dots of EDK II's own."""


def bytes_of_bmp(width: int, height: int) -> int:
    """A picture of so many dots, of 24 bits each, as a file."""
    return BMP_HEADERS + ALIGN(width * BYTES_OF_A_DOT, LINE_ALIGN) * height


def with_boot_logo(firmware: Firmware, page: BootParams) -> tuple[Firmware, list[str]]:
    """With the size of the picture, and what is to be said of it."""
    table = next((table for table in firmware.acpi if table.signature == "BGRT"), None)
    if table is None or firmware.efi.bgrt_image_size or table.length < IMAGE_OFFSET_Y_AT + 4:
        return firmware, []
    width = page.number("lfb_width") - 2 * table.u32(IMAGE_OFFSET_X_AT)
    height = page.number("lfb_height") - 2 * table.u32(IMAGE_OFFSET_Y_AT)
    why = "since it is in the middle of the screen"
    if width <= 0 or height <= 0:
        width, height = EDK2_LOGO
        why = "as EDK II's"
    efi: EfiTables = replace(firmware.efi, bgrt_image_size=bytes_of_bmp(width, height))
    told = f"the boot logo has {width} by {height} dots, {why} (--efi)"
    return replace(firmware, efi=efi), [told]
