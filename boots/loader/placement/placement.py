"""Where kernel, device tree and initrd lie: what the machine says of it, what its boot loader or its kernel
told, and what is assumed where nobody does.

Assumed is what QEMU does (hw/arm/boot.c), for QEMU's boards are the ones that say nothing because there is
nothing to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from ....model.base.pfn import ALIGN
from ....model.base.units import hex_address, readable_size
from ....model.build.image.image import Image
from ....model.firmware.devicetree.tree import DeviceTree
from ...core.board import image_span, initrd_of, joined, memory_banks
from ...core.inputs import QEMU_DECIDES, Machine
from ..machine_file import SHIPPED

TWO_MIB = 2 << 20
HALF_AT_MOST = 128 << 20
"""QEMU puts the device tree in the middle of memory, but no further up than this."""
PLACES = {"load_address": "the kernel", "dtb_address": "the device tree"}
"""What may be left to be assumed: the key of the machine file, and what it is the address of."""


class BootPlacement(Struct, frozen=True):
    """Physical addresses that one `source` tells; what it does not tell is None.  `initrd` is start and size
    in bytes, (0, 0) if there is none."""

    source: str
    load_address: int | None = None
    dtb_address: int | None = None
    initrd: tuple[int, int] | None = None


def filled(machine: Machine, sources: Sequence[BootPlacement]) -> tuple[Machine, list[str]]:
    """The machine with what the sources tell and it does not say itself, the first that tells counts; and
    that in words."""
    told: list[str] = []
    for source in sources:
        words: list[str] = []
        for key, what in PLACES.items():
            address = getattr(source, key)
            if address is not None and getattr(machine, key) == QEMU_DECIDES:
                machine = structs.replace(machine, **{key: address})
                words.append(f"{what} at {hex_address(address)}")
        if source.initrd is not None and machine.initrd is None:
            machine = structs.replace(machine, initrd=source.initrd)
            start, size = source.initrd
            words.append(
                f"an initrd of {readable_size(size)} at {hex_address(start)}" if size else "no initrd"
            )
        if words:
            told.append(f"{source.source} tells where things lie: {', '.join(words)}")
    return machine, told


def placed(machine: Machine, image: Image, fdt: DeviceTree, room: int) -> Machine:
    """The machine with everything in its place: where it does not say, the kernel lies `room` bytes above the
    start of RAM, and the device tree behind the initrd or in the middle of RAM."""
    banks = memory_banks(fdt)
    base, total = (banks[0].start, sum(bank.size for bank in banks)) if banks else (0, 0)
    if machine.load_address == QEMU_DECIDES:
        # QEMU's boards begin with a bank that holds a kernel; others with a little memory on the chip.
        needed = room + image_span(image, 0).size
        base = next((bank.start for bank in joined(banks) if bank.size >= needed), base)
    load = machine.load_address if machine.load_address != QEMU_DECIDES else base + room
    after = max(base + min(total // 2, HALF_AT_MOST), image_span(image, load).end)
    start, size = machine.initrd if machine.initrd is not None else initrd_of(fdt)
    if size:
        after = start + size
    dtb = machine.dtb_address if machine.dtb_address != QEMU_DECIDES else ALIGN(after, TWO_MIB)
    return structs.replace(machine, load_address=load, dtb_address=dtb, initrd=(start, size))


def places_left_open(machine: Machine) -> tuple[str, ...]:
    """The keys of the addresses that a machine does not say.  A shipped board is QEMU's: where things lie on
    it is known."""
    board = machine.dtb or machine.dts
    if machine.kind != "devicetree" or board is None or board.is_relative_to(SHIPPED):
        return ()
    return tuple(key for key in PLACES if getattr(machine, key) == QEMU_DECIDES)


def assumed_places(left_open: tuple[str, ...], machine: Machine) -> Iterator[str]:
    """What is to be said of a machine for which the places `left_open` were assumed."""
    if not left_open:
        return
    where = " and ".join(
        f"{PLACES[key]} at {hex_address(getattr(machine, key))} (--{key.replace('_', '-')})"
        for key in left_open
    )
    initrd = "" if machine.initrd_size else ", without an initrd (--initrd)"
    yield f"{where}{initrd}: the machine does not say, QEMU would put it there"
