"""Who tells where kernel, device tree and initrd lie, beside the machine itself; and, with U-Boot, where
memory is."""

from __future__ import annotations

from ....model.build.image.formats import FORMATS
from ....model.build.image.image import Image
from ....model.files.input_files import read_bytes
from ....model.firmware.devicetree.tree import DeviceTree
from ...core.board import memory_banks
from ...core.inputs import QEMU_DECIDES, Machine
from .placement import BootPlacement


def placements(machine: Machine, image: Image, page_size: int, fdt: DeviceTree) -> list[BootPlacement]:
    """What the files tell that a machine names for this, the most reliable first.  Raises `InputError`."""
    found: list[BootPlacement] = []
    if QEMU_DECIDES not in (machine.load_address, machine.dtb_address) and machine.initrd is not None:
        return found
    if machine.from_uboot is not None:
        name = str(machine.from_uboot)
        from . import uboot_log  # a lot of patterns

        boot = uboot_log.read_uboot(read_bytes(machine.from_uboot).decode("latin-1"), name)
        found.append(uboot_log.placement_of(boot, name))
    return [*found, *placements_by_iomem(machine, image, page_size, fdt.totalsize)]


def placements_by_iomem(
    machine: Machine, image: Image, page_size: int, blob_size: int
) -> list[BootPlacement]:
    """What /proc/iomem tells, if the machine names it; `blob_size` are the bytes of the device tree, 0 if
    there is none.  Raises `InputError`."""
    if machine.iomem is None:
        return []
    from ....model.build.iomem import read_iomem  # most machines name none
    from . import iomem

    name = str(machine.iomem)
    entries = read_iomem(read_bytes(machine.iomem).decode("latin-1"), name)
    images = FORMATS[machine.arch]
    return [iomem.placement_of(entries, name, image, images, machine.release, page_size, blob_size)]


def with_memory_of_uboot(machine: Machine, fdt: DeviceTree) -> tuple[DeviceTree, list[str]]:
    """The tree with the banks that U-Boot's ``bdinfo`` lists, which U-Boot writes into it before it starts a
    kernel, and what is to be said of that.  Raises `InputError`."""
    if machine.from_uboot is None:
        return fdt, []
    from . import uboot_log

    name = str(machine.from_uboot)
    banks = uboot_log.read_uboot(read_bytes(machine.from_uboot).decode("latin-1"), name).banks
    given = [(bank.start, bank.size) for bank in memory_banks(fdt) if bank.size]
    if not banks or given == sorted(banks):
        return fdt, []
    told = ", ".join(f"{start:#x}-{start + size - 1:#x}" for start, size in sorted(banks))
    if given:
        return fdt, [f"{name} has other memory than the device tree, which counts: {told}"]
    return _with_memory(fdt, sorted(banks)), [
        f"{name} tells where memory is, the device tree does not: {told}"
    ]


def _with_memory(fdt: DeviceTree, banks: list[tuple[int, int]]) -> DeviceTree:
    """As ``fdt_fixup_memory_banks()`` does."""
    address_cells = (fdt.root.cells("#address-cells") or (2,))[0]
    size_cells = (fdt.root.cells("#size-cells") or (1,))[0]
    reg = b"".join(
        (number & (1 << 32 * cells) - 1).to_bytes(4 * cells, "big")
        for bank in banks
        for number, cells in zip(bank, (address_cells, size_cells), strict=True)
    )
    node = next((node for node in fdt.root.children if node.string("device_type") == "memory"), None)
    path = node.path if node else "/memory"
    return fdt.with_properties(path, {"device_type": b"memory\0", "reg": reg})
