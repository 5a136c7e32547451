"""From a machine to a kernel: read the files it names, and set the board up as its boot loader would."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ...model.base.errors import InputError
from ...model.build.image.image import Image
from ...model.build.release import NEWEST
from ...model.firmware.devicetree.tree import DeviceTree
from ...model.firmware.efi_tables import GUIDS
from ..core.board import image_span, initrd_of, outside_memory
from ..core.inputs import QEMU_DECIDES, Firmware, Machine
from ..core.kernel import Kernel
from .architecture import Architecture
from .architectures import architecture_of
from .board.board import read_board
from .firmware import read_firmware
from .kernel.build import read_build
from .kernel.stock import settle_stock
from .machine_file import RELEASE_OF_KERNEL, is_stock
from .placement.placement import (
    TWO_MIB,
    assumed_places,
    filled,
    placed,
    places_left_open,
)
from .placement.sources import placements, with_memory_of_uboot
from .release_tables import compared_releases, differences_between, known_releases, spelled


def load_kernel(machine: Machine, fdt: DeviceTree | None = None) -> Kernel:
    """The kernel of a machine, before its first step, with `fdt` in the place of the device tree that the
    machine names.  Raises `InputError`."""
    arch = _check(machine)
    is_given = machine.vmlinux is not None or machine.kallsyms is not None
    machine, told = with_kernel(machine)
    fdt = fdt or device_tree(machine)
    build = read_build(machine, _bootargs(machine, fdt), is_given)
    machine = build.machine
    _check(machine)
    if machine.load_address == QEMU_DECIDES and build.load_address is not None:
        machine = dataclasses.replace(machine, load_address=build.load_address)
    page_size = build.layout.page_size
    machine, places_told = filled(machine, placements(machine, build.image, page_size, fdt))
    if machine.kind == "uefi" and QEMU_DECIDES in (machine.load_address, machine.dtb_address):
        raise InputError(
            f"{machine.name}: UEFI puts the kernel and its device tree anywhere, "
            "load_address and dtb_address are expected"
        )
    fdt, memory_told = with_memory_of_uboot(machine, fdt)
    left_open = places_left_open(machine)
    firmware = read_firmware(machine, fdt)
    # QEMU leaves room below a kernel that does not ask for any.
    room = arch.image_offset(build.layout) or TWO_MIB
    machine, fdt = _board(machine, build.image, fdt, firmware, room)
    kernel: Kernel = arch.ops.kernel(
        machine,
        build.config,
        build.image,
        build.sizes,
        build.layout,
        fdt,
        firmware,
        arch=arch.ops,
    )
    kernel.assumed_places = left_open
    kernel.cannot_start = kernel.arch.cannot_start(kernel)
    kernel.collisions = tuple(kernel.arch.collisions(kernel))
    kernel.assumed = (
        *told,
        *fdt.assumed,
        *memory_told,
        *places_told,
        *assumed_places(left_open, machine),
        *build.assumed,
        *_assumed_tables(firmware),
        *_assumed_steps(machine),
        *_assumed_patch_level(machine),
        *kernel.arch.assumed(kernel),
    )
    return kernel


def _bootargs(machine: Machine, fdt: DeviceTree) -> str | None:
    """The command line that the boot loader gives."""
    chosen = fdt.find("/chosen")
    return machine.cmdline if machine.cmdline is not None else chosen.string("bootargs") if chosen else None


def _assumed_tables(firmware: Firmware) -> Iterator[str]:
    """What is to be said of UEFI's tables."""
    if firmware.efi.assumed:
        yield f"the contents of UEFI's tables {', '.join(firmware.efi.assumed)} are the usual ones"


def with_kernel(machine: Machine) -> tuple[Machine, list[str]]:
    """The machine, with a shipped kernel if it names none of its own, and what is to be said of that.  Raises
    `InputError`."""
    if machine.kallsyms is not None or (machine.vmlinux is not None and not is_stock(machine.vmlinux)):
        return machine, []
    return settle_stock(machine)


def _assumed_steps(machine: Machine) -> Iterator[str]:
    """What is to be said of a release that has not been compared."""
    series = machine.release.series
    steps = "the steps of {}.{}".format(*series)
    known = known_releases().get(series)
    if known is None:
        compared = " and ".join(map(spelled, compared_releases()))
        yield f"{steps} are worked out from {compared}, it was compared with no real kernel"
    elif not known.compared:
        yield f"{steps} follow its source, {known.remark}"


def _assumed_patch_level(machine: Machine) -> Iterator[str]:
    """What is to be said of a release whose patch level nobody tells, if something turns on that."""
    release = machine.release
    if release.patch == NEWEST:
        rows = differences_between(release._replace(patch=0), release)
        turning = "; ".join(f"since {spelled(row.since)}: {row.change.rstrip('.')}" for row in rows)
        if turning:
            told = turning.replace("`", "")
            yield f"nothing tells the patch level of {release}, the newest is assumed ({told})"


def _check(machine: Machine) -> Architecture:
    """The architecture of a machine.  Raises `InputError` if no such machine boots."""
    release = machine.release
    is_known = release != RELEASE_OF_KERNEL
    oldest = compared_releases()[0]
    if is_known and release < oldest and release.series not in known_releases():
        raise InputError(f"{machine.name}: release {release}: so far only 5.7, and 6.1 and later boot")
    arch = architecture_of(machine)
    if machine.kind == "uefi" and is_known and release < oldest:
        raise InputError(f"{machine.name}: so far only from a device tree does {release} boot, not from UEFI")
    return arch


def device_tree(machine: Machine) -> DeviceTree:
    """The device tree the machine names, read or compiled.  Raises `InputError`."""
    board = machine.dtb or machine.dts
    if board is None:
        raise InputError(f"{machine.name}: the machine has no board, expected a dtb or a dts")
    fdt = read_board(board, machine.overlays)
    return fdt.padded(machine.dtb_size) if machine.dtb_size > fdt.totalsize else fdt


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
        machine = dataclasses.replace(machine, cmdline=given or "")
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
