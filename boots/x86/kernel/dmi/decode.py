"""What of SMBIOS is kept, and the memory that takes.  Mirrors drivers/firmware/dmi_scan.c."""

from __future__ import annotations

from .....model.firmware.smbios import Structure, devices, number_at
from .....model.trace.recorder import traced
from ...subsystems import Dmi
from ...variables import Kernel
from ..brk import extend_brk

KERNEL_FILE = "drivers/firmware/dmi_scan.c"

SIZEOF_INT = 4
SIZEOF_DMI_DEVICE = 40
SIZEOF_DMI_DEV_ONBOARD = 56
SIZEOF_DMI_MEMDEV_INFO = 32
UUID_TEXT = 37
RELEASE_TEXT = 8
CHASSIS_TEXT = 4
ANY_DEVICE = 0
IPMI_DEVICE, OEM_STRING, ONBOARD, DEVICE_SLOT = -1, -2, -3, -4
BIOS, SYSTEM, BOARD, CHASSIS, SLOT, DEVICES, OEM_STRINGS = 0, 1, 2, 3, 9, 10, 11
MEMORY_DEVICE, IPMI, EXTENDED_DEVICE = 17, 38, 41

IDENTS: dict[int, dict[str, int]] = {
    BIOS: {"bios_vendor": 4, "bios_version": 5, "bios_date": 8},
    SYSTEM: {"sys_vendor": 4, "product_name": 5, "product_version": 6, "product_serial": 7},
    BOARD: {"board_vendor": 4, "board_name": 5, "board_version": 6, "board_serial": 7, "board_asset_tag": 8},
    CHASSIS: {"chassis_vendor": 4},
}
"""Where the numbers of strings stand in a structure, by what the kernel calls them."""
LATE_IDENTS: dict[int, dict[str, int]] = {
    SYSTEM: {"product_sku": 25, "product_family": 26},
    CHASSIS: {
        "chassis_version": 6,
        "chassis_serial": 7,
        "chassis_asset_tag": 8,
    },
}
"""Those that are kept after something else: the UUID, or the kind of chassis."""
RELEASES = {"bios_release": 21, "ec_firmware_release": 23}


def dmi_alloc(k: Kernel, length: int) -> int:
    """Take bytes of the brk area (arch/x86/include/asm/dmi.h)."""
    return extend_brk(k, length, SIZEOF_INT)


def dmi_string(k: Kernel, structure: Structure, number: int) -> bytes:
    """A string of a structure, kept; an empty one takes no memory."""
    found = structure.string(number)
    if found:
        dmi_alloc(k, len(found) + 1)
    return found


def _save_idents(k: Kernel, dmi: Dmi, structure: Structure, places: dict[str, int]) -> None:
    """Keep strings, those that come first (``dmi_save_ident``)."""
    for name, at in places.items():
        if name not in dmi.idents and structure.length > at:
            dmi.idents[name] = dmi_string(k, structure, structure.formatted[at])


def _save_releases(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep releases, each a major and a minor number (``dmi_save_release``)."""
    for name, at in RELEASES.items():
        if name in dmi.idents or structure.length < at:
            continue
        # One too short by a byte is read all the same.
        major, minor = (structure.formatted + structure.strings + b"\0")[at - 1 : at + 1]
        if (major, minor) != (0xFF, 0xFF):
            dmi_alloc(k, RELEASE_TEXT)
            dmi.idents[name] = b"%d.%d" % (major, minor)


def _save_uuid(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep the machine's UUID, if it is set (``dmi_save_uuid``)."""
    uuid = structure.formatted[8:24]
    if "product_uuid" in dmi.idents or structure.length < 24 or uuid in (b"\0" * 16, b"\xff" * 16):
        return
    dmi_alloc(k, UUID_TEXT)
    dmi.idents["product_uuid"] = uuid


def _save_chassis_type(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep the kind of chassis (``dmi_save_type``)."""
    if "chassis_type" not in dmi.idents and structure.length > 5:
        dmi_alloc(k, CHASSIS_TEXT)
        dmi.idents["chassis_type"] = b"%d" % (structure.formatted[5] & 0x7F)


def _save_device(k: Kernel, dmi: Dmi, type: int, name: bytes) -> None:
    """Keep a device that is not known yet (``dmi_save_one_device``)."""
    known = any(name == other and type in (ANY_DEVICE, kind) for kind, other in dmi.devices)
    if not known:
        dmi_alloc(k, SIZEOF_DMI_DEVICE + len(name) + 1)
        dmi.devices.append((type, name))


def _save_pci_device(k: Kernel, dmi: Dmi, name: bytes, type: int) -> None:
    """Keep a device that has a place on a bus (``dmi_save_dev_pciaddr``)."""
    dmi_alloc(k, SIZEOF_DMI_DEV_ONBOARD + len(name) + 1)
    dmi.devices.append((type, name))


def _save_oem_strings(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep strings that mean something to the maker (``dmi_save_oem_strings_devices``)."""
    if structure.length < 5:
        return
    for number in range(1, structure.formatted[4] + 1):
        name = dmi_string(k, structure, number)
        if name:
            dmi_alloc(k, SIZEOF_DMI_DEVICE)
            dmi.devices.append((OEM_STRING, name))


def _save_ipmi(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep where an IPMI controller is (``dmi_save_ipmi_device``)."""
    dmi_alloc(k, structure.length)
    dmi_alloc(k, SIZEOF_DMI_DEVICE)
    dmi.devices.append((IPMI_DEVICE, b"IPMI controller"))


def _save_extended_device(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep a device that tells where it is, twice (``dmi_save_extended_devices``)."""
    data = structure.formatted
    if structure.length < 0x0B or not data[5] & 0x80:
        return
    name = structure.string(data[4])
    _save_pci_device(k, dmi, name, ONBOARD)
    _save_device(k, dmi, data[5] & 0x7F, name)


def _save_slot(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep a slot for devices, if it is on a bus (``dmi_save_system_slot``)."""
    data = structure.formatted
    nowhere = data[0x0D:0x11] == b"\xff" * 4
    if structure.length >= 0x11 and not nowhere:
        _save_pci_device(k, dmi, structure.string(data[4]), DEVICE_SLOT)


def _save_system(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep what the machine is."""
    _save_idents(k, dmi, structure, IDENTS[SYSTEM])
    _save_uuid(k, dmi, structure)
    _save_idents(k, dmi, structure, LATE_IDENTS[SYSTEM])


def _save_chassis(k: Kernel, dmi: Dmi, structure: Structure) -> None:
    """Keep what it is built into."""
    _save_idents(k, dmi, structure, IDENTS[CHASSIS])
    _save_chassis_type(k, dmi, structure)
    _save_idents(k, dmi, structure, LATE_IDENTS[CHASSIS])


@traced
def dmi_decode(k: Kernel, dm: int) -> None:
    """Keep what the kernel wants to know of the structure at a physical address."""
    dmi, structure = k.dmi, k.dmi.structures[dm]
    type = structure.type
    if type == BIOS:
        _save_idents(k, dmi, structure, IDENTS[BIOS])
        _save_releases(k, dmi, structure)
    elif type == SYSTEM:
        _save_system(k, dmi, structure)
    elif type == BOARD:
        _save_idents(k, dmi, structure, IDENTS[BOARD])
    elif type == CHASSIS:
        _save_chassis(k, dmi, structure)
    elif type == SLOT:
        _save_slot(k, dmi, structure)
    elif type == DEVICES:
        for kind, name in devices(structure):
            _save_device(k, dmi, kind, name)
    elif type == OEM_STRINGS:
        _save_oem_strings(k, dmi, structure)
    elif type == IPMI:
        _save_ipmi(k, dmi, structure)
    elif type == EXTENDED_DEVICE:
        _save_extended_device(k, dmi, structure)


@traced
def count_mem_devices(k: Kernel, dm: int) -> None:
    """Count a memory device."""
    if k.dmi.structures[dm].type == MEMORY_DEVICE:
        k.dmi.memory_devices += 1


@traced
def save_mem_devices(k: Kernel, dm: int) -> None:
    """Keep where a memory device sits."""
    structure = k.dmi.structures[dm]
    if structure.type != MEMORY_DEVICE or structure.length < 0x13:
        return
    data = structure.formatted
    dmi_string(k, structure, data[0x10])
    dmi_string(k, structure, data[0x11])
    size = number_at(data, 0x0C, 2)
    if size == 0x7FFF and structure.length >= 0x20:
        size = number_at(data, 0x1C, 4)
    k.dmi.populated += size not in (0, 0x8000)
