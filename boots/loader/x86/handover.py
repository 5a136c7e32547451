"""What firmware and boot loader of a PC hand over: the zero page, and what else lies in memory.

What no file tells is as QEMU, SeaBIOS and the kernel's own real-mode code or UEFI stub leave it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from ....model.base.errors import InputError
from ....model.base.units import hex_address
from ....model.build.address_map import AddressMap
from ....model.build.image.image import Image
from ....model.build.kconfig import KConfig
from ....model.files.input_files import read_bytes, read_json
from ....model.firmware.boot_params import (
    E820_MAX_ENTRIES_ZEROPAGE,
    EFI64_LOADER_SIGNATURE,
    SETUP_E820_EXT,
    BootParams,
    SetupData,
    bios_boot_params,
    packed_entries,
    parse_boot_params,
    uefi_boot_params,
)
from ....model.firmware.efi_memmap import DESCRIPTOR_SIZE
from ....model.firmware.efi_tables import parse_efi_tables
from ....model.firmware.json_reader import JsonReader
from ....model.firmware.pc_firmware import PcFirmware, parse_pc_firmware
from ....model.memory.e820 import E820Entry
from ...core.inputs import QEMU_DECIDES, Firmware, Machine
from ..firmware import AcpiTables, efi_addresses, efi_facts, read_acpi, read_memory_map
from ..handover import Handover, no_device_tree
from ..placement.placement import filled
from ..placement.sources import placements_by_iomem
from .boot_logo import with_boot_logo
from .cpu import with_cpu
from .e820 import read_e820
from .efi_stub import e820_of_memmap, soft_reserve_enabled

USUAL_DESCRIPTOR = 48
"""Bytes of a descriptor in EDK II's memory map."""


def hand_over(machine: Machine, config: KConfig, image: Image, layout: AddressMap) -> Handover:
    """The board of a machine, set up as its boot loader would.  Raises `InputError`."""
    of_places: list[str] = []
    if machine.load_address == QEMU_DECIDES:
        machine, of_places = filled(machine, placements_by_iomem(machine, image, layout.page_size, 0))
    left_open = ("load_address",) if machine.load_address == QEMU_DECIDES else ()
    page = _boot_params(machine)
    told = [*_assumed(machine, page), *of_places]
    if page is not None and machine.kind == "e820" and page.efi_loader_signature == EFI64_LOADER_SIGNATURE:
        page = page.without_efi()
        told.append(
            "UEFI started this kernel, here a BIOS does: UEFI's memory map is not told (--efi-memmap)"
        )
    machine, of_cpu = with_cpu(machine)
    x86 = parse_pc_firmware(read_json(machine.firmware), str(machine.firmware)) if machine.firmware else None
    firmware = _with_uefi(machine, Firmware(x86=x86 or PcFirmware()), page)
    firmware = _with_acpi(machine, firmware)
    machine = _placed(machine, page, image, layout)
    soft_reserve = soft_reserve_enabled(config, machine.cmdline or "")
    firmware, of_map = _with_map(machine, firmware, page, soft_reserve)
    firmware, of_logo = with_boot_logo(firmware, firmware.boot_params)
    if left_open:
        told.append(
            f"the kernel at {hex_address(machine.load_address)} (--load-address): the machine does not say, "
            "it is linked for there"
        )
    return Handover(machine, firmware, no_device_tree(), left_open, (*told, *of_map, *of_logo, *of_cpu))


def _boot_params(machine: Machine) -> BootParams | None:
    """The zero page that the machine names, if it names one."""
    if machine.boot_params is None:
        return None
    return parse_boot_params(read_bytes(machine.boot_params), str(machine.boot_params))


def _assumed(machine: Machine, page: BootParams | None) -> Iterator[str]:
    """What is to be said of files that the machine does not name."""
    if page is None:
        by = "UEFI's boot stub" if machine.kind == "uefi" else "QEMU and the kernel's real-mode code"
        yield f"the zero page is as {by} would leave it (--boot-params)"
        if machine.initrd is None:
            yield "there is no initrd (--initrd)"
    if machine.firmware is None:
        yield (
            "firmware left no more in memory than a BIOS data area: 639 KiB of memory and the EBDA at "
            "0x9fc00, neither an MP table nor SMBIOS (--firmware)"
        )
    if machine.acpi is None:
        yield "there are no ACPI tables (--acpi): one CPU, and no nodes"


def _placed(machine: Machine, page: BootParams | None, image: Image, layout: AddressMap) -> Machine:
    """The machine with everything in its place: without a word the kernel lies where it is linked for."""
    load = machine.load_address
    if load == QEMU_DECIDES:
        load = image.symbol("_text") - layout.image.start
    initrd = machine.initrd
    if initrd is None:
        initrd = (page.ramdisk_image, page.ramdisk_size) if page else (0, 0)
    return replace(
        machine,
        load_address=load,
        dtb_address=0,
        initrd=initrd if initrd[0] and initrd[1] else (0, 0),
        cmdline=machine.cmdline or "",
    )


# ---- UEFI and ACPI ----


def _with_uefi(machine: Machine, firmware: Firmware, page: BootParams | None) -> Firmware:
    """With UEFI's memory map and tables, if UEFI starts the kernel."""
    if machine.kind != "uefi":
        return firmware
    if machine.efi_memmap is None:
        raise InputError(f"{machine.name}: it boots from UEFI, expected efi_memmap, UEFI's memory map")
    facts = efi_facts(machine)
    size, desc_size = page.efi_memmap_size if page else None, page.efi_memdesc_size if page else 0
    told = _numbers(facts, str(machine.efi))
    size = size or told.get("memmap_size")
    desc_size = desc_size or told.get("desc_size", USUAL_DESCRIPTOR)
    return replace(
        firmware,
        memmap=read_memory_map(machine.efi_memmap, size, desc_size),
        efi=parse_efi_tables(facts, str(machine.efi or machine.efi_memmap)),
    )


def _numbers(facts: Mapping[str, Any], filename: str) -> dict[str, int]:
    """What efi.json says of the memory map, where it has been in memory."""
    reader = JsonReader(filename)
    names = ("systab", "memmap_pa", "memmap_size", "desc_size")
    return {name: reader.number(name, facts[name]) for name in names if name in facts}


def _with_acpi(machine: Machine, firmware: Firmware) -> Firmware:
    """With the tables of ACPI, and where they lie."""
    if machine.acpi is None:
        return firmware
    addresses = {
        **efi_addresses(efi_facts(machine), machine.efi),
        **_addresses(firmware.x86),
    }
    acpi: AcpiTables = read_acpi(machine.acpi, addresses)
    return replace(firmware, acpi=acpi.tables, xsdt=acpi.xsdt, rsdt=acpi.rsdt, rsdp=acpi.rsdp)


def _addresses(x86: PcFirmware) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for table in x86.acpi_tables:
        found.setdefault(table.signature, []).append(table.address)
    return found


# ---- the zero page and its map ----


def _with_map(
    machine: Machine, firmware: Firmware, page: BootParams | None, soft_reserve: bool
) -> tuple[Firmware, list[str]]:
    """With the zero page and the e820 map, and what is to be said of that."""
    told: list[str] = []
    extended = next((data for data in firmware.x86.setup_data if data.type == SETUP_E820_EXT), None)
    if machine.e820 is not None:
        e820 = read_e820(machine.e820)
    elif page is not None:
        e820 = (*page.e820_table, *(extended.e820_entries() if extended else ()))
    elif firmware.memmap:
        e820 = e820_of_memmap(firmware.memmap, soft_reserve)
        told.append("the e820 map is the one that UEFI's boot stub makes of UEFI's memory map")
    else:
        raise InputError(f"{machine.name}: the machine has no memory, an e820 map is expected (--e820)")
    if len(e820) > E820_MAX_ENTRIES_ZEROPAGE:
        e820, firmware = _beyond_the_page(machine, firmware, e820, extended, told)
    if page is None:
        page = _made(machine, firmware, e820)
    if len(firmware.x86.setup_data) > 0 and not page.setup_data:
        page = page.having(setup_data=firmware.x86.setup_data[0].address)
    page = page.with_e820(e820).with_ramdisk(*(machine.initrd or (0, 0)))
    return replace(firmware, e820=e820, boot_params=page), told


def _beyond_the_page(
    machine: Machine,
    firmware: Firmware,
    e820: tuple[E820Entry, ...],
    extended: SetupData | None,
    told: list[str],
) -> tuple[tuple[E820Entry, ...], Firmware]:
    """A map with more ranges than the zero page has room for: the rest is in setup_data, or is lost."""
    rest = packed_entries(e820[E820_MAX_ENTRIES_ZEROPAGE:])
    if extended is None and machine.kind != "uefi":
        told.append(
            f"the map has {len(e820)} ranges, of which real-mode code asks for the first "
            f"{E820_MAX_ENTRIES_ZEROPAGE}; the others are not seen"
        )
        return e820[:E820_MAX_ENTRIES_ZEROPAGE], firmware
    if extended is None:
        extended = SetupData(firmware.x86.boot_params_address & -4096, SETUP_E820_EXT, len(rest))
        told.append(f"the ranges that do not fit into the zero page are at {hex_address(extended.address)}")
    node = extended._replace(length=max(extended.length, len(rest)), data=rest)
    others = tuple(data for data in firmware.x86.setup_data if data.address != node.address)
    x86 = replace(firmware.x86, setup_data=(*others, node))
    return e820, replace(firmware, x86=x86)


def _made(machine: Machine, firmware: Firmware, e820: tuple[E820Entry, ...]) -> BootParams:
    """The zero page of a machine that has none."""
    if machine.kind != "uefi":
        page = bios_boot_params(e820, firmware.x86.cmdline_address)
        return page.having(acpi_rsdp_addr=firmware.x86.rsdp)
    told = _numbers(efi_facts(machine), str(machine.efi))
    size = told.get("memmap_size", len(firmware.memmap) * DESCRIPTOR_SIZE)
    return uefi_boot_params(e820).with_efi_memmap(
        told.get("systab", 0), told.get("memmap_pa", 0), size, told.get("desc_size", DESCRIPTOR_SIZE)
    )
