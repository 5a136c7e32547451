"""How large the picture is that firmware showed."""

from __future__ import annotations

from bootstep.boots.core.inputs import Firmware
from bootstep.boots.loader.x86.boot_logo import bytes_of_bmp, with_boot_logo
from bootstep.model.firmware.acpi_tables import AcpiTable
from bootstep.model.firmware.boot_params import BootParams
from bootstep.model.firmware.efi_tables import EfiTables
from msgspec.structs import replace

SCREEN = BootParams().having(lfb_width=1280, lfb_height=800)


def bgrt(x: int, y: int) -> AcpiTable:
    """A table of a picture at a place of the screen."""
    body = bytes(4) + (0x7DD3B018).to_bytes(8, "little") + x.to_bytes(4, "little") + y.to_bytes(4, "little")
    return AcpiTable(0x7F776000, b"BGRT" + (56).to_bytes(4, "little") + bytes(28) + body, "BGRT.bin")


def size(firmware: Firmware) -> int:
    return firmware.efi.bgrt_image_size


def test_a_line_of_a_bmp_file_is_a_multiple_of_four_bytes() -> None:
    assert bytes_of_bmp(1, 1) == 54 + 4
    assert bytes_of_bmp(193, 58) == 54 + 580 * 58


def test_what_is_in_the_middle_of_the_screen_reaches_as_far_on_its_other_side() -> None:
    # EDK II's logo has 193 by 58 dots: 543 and a half are left of it.
    found, told = with_boot_logo(Firmware(acpi=(bgrt(543, 371),)), SCREEN)
    assert size(found) == bytes_of_bmp(194, 58)
    assert told == ["the boot logo has 194 by 58 dots, since it is in the middle of the screen (--efi)"]


def test_a_size_that_is_told_counts() -> None:
    firmware = Firmware(acpi=(bgrt(543, 371),), efi=replace(EfiTables(), bgrt_image_size=1000))
    assert with_boot_logo(firmware, SCREEN) == (firmware, [])


def test_without_a_picture_nothing_is_said_and_without_a_screen_it_is_edk2s() -> None:
    assert with_boot_logo(Firmware(), SCREEN) == (Firmware(), [])
    assert size(with_boot_logo(Firmware(acpi=(bgrt(543, 371),)), BootParams())[0]) == bytes_of_bmp(193, 58)
