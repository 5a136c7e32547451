"""What the EFI stub wrote into the device tree.  Mirrors drivers/firmware/efi/fdtparams.c."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ....model.firmware.devicetree.tree import DTNode
from ....model.trace.recorder import traced
from ...core.subsystems import EfiMemoryMapData
from .flags import EFI_DBG, EFI_PARAVIRT

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/fdtparams.c"

U32_MAX = (1 << 32) - 1


class Parameter(NamedTuple):
    """A number: how it is printed, and the bytes of the variable it goes to."""

    name: str
    size: int


PARAMETERS = (
    Parameter("System Table         ", 8),
    Parameter("MemMap Address       ", 8),
    Parameter("MemMap Size          ", 8),
    Parameter("MemMap Desc. Size    ", 8),
    Parameter("MemMap Desc. Version ", 8),
    Parameter("Secure Boot Enabled  ", 4),
)
XEN = (
    "xen,uefi-system-table",
    "xen,uefi-mmap-start",
    "xen,uefi-mmap-size",
    "xen,uefi-mmap-desc-size",
    "xen,uefi-mmap-desc-ver",
    "",
)
LINUX = (
    "linux,uefi-system-table",
    "linux,uefi-mmap-start",
    "linux,uefi-mmap-size",
    "linux,uefi-mmap-desc-size",
    "linux,uefi-mmap-desc-ver",
    "linux,uefi-secure-boot",
)


def efi_get_fdt_prop(k: Kernel, node: DTNode, property_name: str, parameter: Parameter) -> int | None:
    """A property of 4 or 8 bytes, None if it is missing; one that has no name counts as 0."""
    if not property_name:
        return 0
    raw = node.properties.get(property_name)
    if raw is None:
        return None
    value = int.from_bytes(raw[: 4 if len(raw) == 4 else 8], "big")
    if k.efi.enabled(EFI_DBG):
        k.pr_info("efi:   {}: 0x{:0{}x}", parameter.name, value, parameter.size * 2)
    return value if parameter.size == 8 else min(value, U32_MAX)


def _dt_params(k: Kernel) -> list[tuple[str, bool, tuple[str, ...]]]:
    """Where to look, in order: path, whether that is Xen's, names of the properties."""
    xen = [("/hypervisor/uefi", True, XEN)] if k.config.enabled("XEN") else []
    return [*xen, ("/chosen", False, LINUX)]


@traced
def efi_get_fdt_params(k: Kernel) -> int:
    """Learn where the memory map is, ``k.efi.data``.  Returns the address of the system table; 0 if UEFI did
    not boot this kernel."""
    if k.release < (5, 8):
        k.pr_info("efi: Getting EFI parameters from FDT:")
    for path, paravirt, names in _dt_params(k):
        node = k.fdt.find(path)
        if node is None:
            continue
        if k.efi.enabled(EFI_DBG):
            k.pr_info("efi: Getting UEFI parameters from {} in DT:", path)
        values: list[int] = []
        for name, parameter in zip(names, PARAMETERS, strict=True):
            value = efi_get_fdt_prop(k, node, name, parameter)
            if value is not None:
                values.append(value)
                continue
            if not values:
                k.pr_info("efi: UEFI not found.")
            else:
                k.pr_err("efi: Can't find property '{}' in DT!", name)
            return 0
        if paravirt:
            k.efi.flags.add(EFI_PARAVIRT)
        k.efi.data = EfiMemoryMapData(values[1], values[2], values[3], values[4])
        k.efi.secure_boot = values[5]
        return values[0]
    k.pr_info("efi: UEFI not found.")
    return 0
