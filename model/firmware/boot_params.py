"""The zero page: what a boot loader hands to an x86 kernel, one page of it.

Mirrors ``struct boot_params`` and ``struct setup_header`` of arch/x86/include/uapi/asm/bootparam.h, and
``struct screen_info`` of include/uapi/linux/screen_info.h, as far as they decide about memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from ..base.errors import InputError
from ..language.words import tr
from ..memory.e820 import E820Entry

BOOT_PARAMS_SIZE = 4096
E820_MAX_ENTRIES_ZEROPAGE = 128
E820_TABLE = 0x2D0
SETUP_DATA_SIZE = 16
"""``sizeof(struct setup_data)``: the header before the data."""
SETUP_NONE, SETUP_E820_EXT, SETUP_DTB, SETUP_PCI, SETUP_EFI = range(5)
SETUP_APPLE_PROPERTIES, SETUP_JAILHOUSE, SETUP_CC_BLOB, SETUP_IMA, SETUP_RNG_SEED = range(5, 10)
SETUP_INDIRECT = 1 << 31
LOADED_HIGH, KASLR_FLAG = 1, 2
EFI32_LOADER_SIGNATURE, EFI64_LOADER_SIGNATURE = b"EL32", b"EL64"

_ENTRY = struct.Struct("<QQI")
_IMA = struct.Struct("<QQ")
_INDIRECT = struct.Struct("<I4xQQ")

FIELDS: Mapping[str, tuple[int, int]] = {
    "ext_mem_k": (0x002, 2),
    "orig_video_isVGA": (0x00F, 1),
    "lfb_width": (0x012, 2),
    "lfb_height": (0x014, 2),
    "lfb_base": (0x018, 4),
    "lfb_size": (0x01C, 4),
    "capabilities": (0x036, 4),
    "ext_lfb_base": (0x03A, 4),
    "acpi_rsdp_addr": (0x070, 8),
    "ext_ramdisk_image": (0x0C0, 4),
    "ext_ramdisk_size": (0x0C4, 4),
    "ext_cmd_line_ptr": (0x0C8, 4),
    "cc_blob_address": (0x13C, 4),
    "efi_systab": (0x1C4, 4),
    "efi_memdesc_size": (0x1C8, 4),
    "efi_memdesc_version": (0x1CC, 4),
    "efi_memmap": (0x1D0, 4),
    "efi_memmap_size": (0x1D4, 4),
    "efi_systab_hi": (0x1D8, 4),
    "efi_memmap_hi": (0x1DC, 4),
    "alt_mem_k": (0x1E0, 4),
    "e820_entries": (0x1E8, 1),
    "eddbuf_entries": (0x1E9, 1),
    "edd_mbr_sig_buf_entries": (0x1EA, 1),
    "secure_boot": (0x1EC, 1),
    "sentinel": (0x1EF, 1),
    "root_flags": (0x1F2, 2),
    "vid_mode": (0x1FA, 2),
    "root_dev": (0x1FC, 2),
    "boot_flag": (0x1FE, 2),
    "header": (0x202, 4),
    "version": (0x206, 2),
    "type_of_loader": (0x210, 1),
    "loadflags": (0x211, 1),
    "code32_start": (0x214, 4),
    "hdr_ramdisk_image": (0x218, 4),
    "hdr_ramdisk_size": (0x21C, 4),
    "ext_loader_ver": (0x226, 1),
    "ext_loader_type": (0x227, 1),
    "hdr_cmd_line_ptr": (0x228, 4),
    "initrd_addr_max": (0x22C, 4),
    "kernel_alignment": (0x230, 4),
    "relocatable_kernel": (0x234, 1),
    "min_alignment": (0x235, 1),
    "xloadflags": (0x236, 2),
    "cmdline_size": (0x238, 4),
    "hardware_subarch": (0x23C, 4),
    "hardware_subarch_data": (0x240, 8),
    "setup_data": (0x250, 8),
    "pref_address": (0x258, 8),
    "init_size": (0x260, 4),
}
"""Where numbers stand in the page, little-endian, and in how many bytes: by the names of their members, with
what tells apart those that are called alike before it."""


class SetupData(NamedTuple):
    """One ``struct setup_data``: its physical address, type, bytes behind its header, and these, if they are
    known."""

    address: int
    type: int
    length: int
    data: bytes = b""

    def e820_entries(self) -> tuple[E820Entry, ...]:
        """The ranges that do not fit into the zero page (SETUP_E820_EXT)."""
        return entries_of(self.data, len(self.data) // _ENTRY.size)

    def indirect(self) -> SetupData:
        """What a node of type SETUP_INDIRECT points to (``struct setup_indirect``): nothing, if its bytes are
        not known."""
        if len(self.data) < _INDIRECT.size:
            return SetupData(0, SETUP_INDIRECT, 0)
        type, length, address = _INDIRECT.unpack_from(self.data)
        return SetupData(address, type, length)

    def ima_buffer(self) -> tuple[int, int]:
        """Physical address and bytes of what a node of type SETUP_IMA tells of (``struct ima_setup_data``):
        none, if its bytes are not known."""
        return _IMA.unpack_from(self.data) if len(self.data) >= _IMA.size else (0, 0)


class BootParams(Struct, frozen=True):
    """The page, `data`.  Members are asked by their names; those in two halves have properties."""

    data: bytes = bytes(BOOT_PARAMS_SIZE)

    def number(self, name: str) -> int:
        """A member, by its name in `FIELDS`."""
        at, size = FIELDS[name]
        return int.from_bytes(self.data[at : at + size], "little")

    @property
    def e820_table(self) -> tuple[E820Entry, ...]:
        """As many ranges as the page says it has; the kernel reads on behind its table, up to the page's
        end."""
        return entries_of(self.data[E820_TABLE:], self.number("e820_entries"))

    @property
    def setup_data(self) -> int:
        """The physical address of the first node of the list, 0 if there is none."""
        return self.number("setup_data")

    @property
    def ramdisk_image(self) -> int:
        """``get_ramdisk_image``: the physical address of the initrd."""
        return self.number("hdr_ramdisk_image") | self.number("ext_ramdisk_image") << 32

    @property
    def ramdisk_size(self) -> int:
        """``get_ramdisk_size``: its bytes."""
        return self.number("hdr_ramdisk_size") | self.number("ext_ramdisk_size") << 32

    @property
    def cmd_line_ptr(self) -> int:
        """``get_cmd_line_ptr``: the physical address of the command line."""
        return self.number("hdr_cmd_line_ptr") | self.number("ext_cmd_line_ptr") << 32

    @property
    def type_of_loader(self) -> int:
        """The boot loader's number, as the kernel puts it together for /proc/sys/kernel/bootloader_type."""
        kind = self.number("type_of_loader")
        if kind >> 4 == 0xE:
            kind = kind & 0xF | self.number("ext_loader_type") + 0x10 << 4
        return kind

    @property
    def acpi_rsdp_addr(self) -> int:
        """The physical address of ACPI's root pointer, 0 if the boot loader does not tell."""
        return self.number("acpi_rsdp_addr")

    @property
    def efi_loader_signature(self) -> bytes:
        """``EL64`` or ``EL32`` if UEFI started the kernel."""
        return self.data[0x1C0:0x1C4]

    @property
    def efi_systab(self) -> int:
        """The physical address of UEFI's system table."""
        return self.number("efi_systab") | self.number("efi_systab_hi") << 32

    @property
    def efi_memmap(self) -> int:
        """The physical address of UEFI's memory map."""
        return self.number("efi_memmap") | self.number("efi_memmap_hi") << 32

    @property
    def efi_memmap_size(self) -> int:
        """Its bytes."""
        return self.number("efi_memmap_size")

    @property
    def efi_memdesc_size(self) -> int:
        """The bytes of each of its descriptors."""
        return self.number("efi_memdesc_size")

    @property
    def efi_memdesc_version(self) -> int:
        """The version of its descriptors."""
        return self.number("efi_memdesc_version")

    def having(self, **values: int) -> BootParams:
        """The page with other members, by their names in `FIELDS`."""
        page = bytearray(self.data)
        for name, value in values.items():
            at, size = FIELDS[name]
            page[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
        return BootParams(bytes(page))

    def with_e820(self, entries: Iterable[E820Entry]) -> BootParams:
        """The page with another map: the first 128 ranges of it."""
        table = list(entries)[:E820_MAX_ENTRIES_ZEROPAGE]
        raw = b"".join(_ENTRY.pack(*entry) for entry in table)
        room = E820_MAX_ENTRIES_ZEROPAGE * _ENTRY.size
        page = self.data[:E820_TABLE] + raw.ljust(room, b"\0") + self.data[E820_TABLE + room :]
        return BootParams(page).having(e820_entries=len(table))

    def with_ramdisk(self, start: int, size: int) -> BootParams:
        """The page with another initrd: physical address and bytes, both 0 for none."""
        return self.having(
            hdr_ramdisk_image=start,
            ext_ramdisk_image=start >> 32,
            hdr_ramdisk_size=size,
            ext_ramdisk_size=size >> 32,
        )

    def without_efi(self) -> BootParams:
        """The page without a word of UEFI."""
        return BootParams(self.data[:0x1C0] + bytes(32) + self.data[0x1E0:])

    def with_efi_memmap(self, systab: int, start: int, size: int, desc_size: int) -> BootParams:
        """The page as UEFI's boot stub leaves it: addresses of system table and memory map, bytes of the map
        and of a descriptor."""
        signed = self.data[:0x1C0] + EFI64_LOADER_SIGNATURE + self.data[0x1C4:]
        return BootParams(signed).having(
            efi_systab=systab,
            efi_systab_hi=systab >> 32,
            efi_memmap=start,
            efi_memmap_hi=start >> 32,
            efi_memmap_size=size,
            efi_memdesc_size=desc_size,
            efi_memdesc_version=1,
        )


def entries_of(data: bytes, count: int) -> tuple[E820Entry, ...]:
    """At most `count` ranges of bytes that are an array of ``struct boot_e820_entry``."""
    whole = min(count, len(data) // _ENTRY.size)
    return tuple(E820Entry(*_ENTRY.unpack_from(data, at * _ENTRY.size)) for at in range(whole))


def packed_entries(entries: Iterable[E820Entry]) -> bytes:
    """The ranges as an array of ``struct boot_e820_entry``."""
    return b"".join(_ENTRY.pack(*entry) for entry in entries)


def parse_boot_params(data: bytes, filename: str) -> BootParams:
    """The page as read from a file; what is behind it counts for nothing.  Raises `InputError` if it is cut
    off."""
    if len(data) < BOOT_PARAMS_SIZE:
        there = f"{len(data)} of {BOOT_PARAMS_SIZE} bytes are there"
        raise InputError(
            tr("{filename}: the zero page (boot_params) is cut off, {there}", filename=filename, there=there)
        )
    return BootParams(data[:BOOT_PARAMS_SIZE])


def bios_boot_params(entries: Iterable[E820Entry], cmdline_pa: int = 0x20000) -> BootParams:
    """The page as the kernel's real-mode code makes it when QEMU has loaded a bzImage: the loader's number is
    QEMU's, and the header says where things may lie at most."""
    return (
        BootParams()
        .with_e820(entries)
        .having(
            boot_flag=0xAA55,
            header=int.from_bytes(b"HdrS", "little"),
            version=0x20F,
            type_of_loader=0xB0,
            loadflags=LOADED_HIGH | 0x80,
            code32_start=0x100000,
            hdr_cmd_line_ptr=cmdline_pa,
            initrd_addr_max=0x7FFFFFFF,
            kernel_alignment=0x200000,
            relocatable_kernel=1,
            pref_address=0x1000000,
        )
    )


def uefi_boot_params(entries: Iterable[E820Entry]) -> BootParams:
    """The page as UEFI's boot stub makes it: hardly anything of the header is filled in."""
    return (
        BootParams()
        .with_e820(entries)
        .having(root_flags=1, vid_mode=0xFFFF, type_of_loader=0x21, initrd_addr_max=0x7FFFFFFF)
    )
