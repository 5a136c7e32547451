"""What a boot loader hands over to a kernel: the firmware's word on memory, and everything in its place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct, structs

from ...model.base.errors import InputError
from ...model.build.image.image import Image
from ...model.firmware.devicetree.tree import DeviceTree
from ...model.firmware.efi_tables import GUIDS
from ..core.board import image_span, initrd_of, outside_memory
from ..core.inputs import QEMU_DECIDES, Firmware, Machine
from .firmware import read_firmware
from .placement.placement import TWO_MIB, assumed_places, filled, placed, places_left_open
from .placement.sources import placements, with_memory_of_uboot


class Handover(Struct, frozen=True):
    """`machine` has everything said; `fdt` is the device tree as the kernel gets it, without a node where
    there is none; `left_open` are the keys of the places that had to be assumed, `assumed` has a sentence for
    everything that no file tells."""

    machine: Machine
    firmware: Firmware
    fdt: DeviceTree
    left_open: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


@cache
def no_device_tree() -> DeviceTree:
    """The device tree of a board that has none."""
    from ...model.firmware.devicetree.dtc import compile_dts  # a compiler, which blobs do not need

    return compile_dts("/dts-v1/; / { };", "no device tree")


def with_device_tree(
    machine: Machine, image: Image, page_size: int, offset: int, fdt: DeviceTree
) -> Handover:
    """The board of a machine with a device tree, set up as its boot loader would; `offset` is how far from a
    multiple of 2 MiB its images are linked.  Raises `InputError`."""
    machine, places_told = filled(machine, placements(machine, image, page_size, fdt))
    if machine.kind == "uefi" and QEMU_DECIDES in (machine.load_address, machine.dtb_address):
        raise InputError(
            f"{machine.name}: UEFI puts the kernel and its device tree anywhere, "
            "load_address and dtb_address are expected"
        )
    fdt, memory_told = with_memory_of_uboot(machine, fdt)
    left_open = places_left_open(machine)
    firmware = read_firmware(machine, fdt)
    # QEMU leaves room below a kernel that does not ask for any.
    machine, fdt = _board(machine, image, fdt, firmware, offset or TWO_MIB)
    told = (*fdt.assumed, *memory_told, *places_told, *assumed_places(left_open, machine))
    return Handover(machine, firmware, fdt, left_open, told)


def assumed_tables(firmware: Firmware) -> Iterator[str]:
    """What is to be said of UEFI's tables."""
    if firmware.efi.assumed:
        yield f"the contents of UEFI's tables {', '.join(firmware.efi.assumed)} are the usual ones"


def _board(
    machine: Machine, image: Image, fdt: DeviceTree, firmware: Firmware, room: int
) -> tuple[Machine, DeviceTree]:
    """The device tree as the kernel gets it, and the machine with everything said."""
    chosen = fdt.find("/chosen")
    left_open = places_left_open(machine)
    machine = placed(machine, image, fdt, room)
    outside = outside_memory(machine, image_span(image, machine.load_address), fdt)
    if outside and "load_address" in left_open:
        raise InputError(f"{machine.name}: the kernel at {outside}")
    changes: dict[str, bytes | None] = {}
    given = chosen.string("bootargs") if chosen else None
    if machine.cmdline is None or _differs_by_initrd(machine, given):
        machine = structs.replace(machine, cmdline=given or "")
    elif machine.cmdline != (given or ""):
        changes["bootargs"] = machine.cmdline.encode("utf-8", "surrogateescape") + b"\0"
    told_by_table = firmware.efi.address(GUIDS["INITRD"]) is not None
    if machine.initrd is not None and machine.initrd != initrd_of(fdt) and not told_by_table:
        changes.update(_initrd_properties(*machine.initrd))
    return machine, fdt.with_properties("/chosen", changes) if changes else fdt


def _differs_by_initrd(machine: Machine, given: str | None) -> bool:
    """Whether the words of the device tree are the machine's and an ``initrd=``, which UEFI's boot loaders
    add."""
    if machine.kind != "uefi" or machine.cmdline is None:
        return False
    words = (given or "").split()
    return [word for word in words if not word.startswith("initrd=")] == machine.cmdline.split()


def _initrd_properties(start: int, size: int) -> dict[str, bytes | None]:
    if not size:
        return {"linux,initrd-start": None, "linux,initrd-end": None}
    return {
        "linux,initrd-start": start.to_bytes(8, "big"),
        "linux,initrd-end": (start + size).to_bytes(8, "big"),
    }
