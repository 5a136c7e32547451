"""The memory map, made readable.  Mirrors drivers/firmware/efi/memmap.c."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....model.firmware.efi_memmap import EfiMemoryDesc
from ....model.trace.recorder import traced
from ...core.subsystems import EfiMemoryMapData
from ...mm.early_ioremap import early_memremap, early_memunmap
from .flags import EFI_MEMMAP

if TYPE_CHECKING:
    from ...core.kernel import Kernel

KERNEL_FILE = "drivers/firmware/efi/memmap.c"

ENOMEM = 12


@traced
def __efi_memmap_init(k: Kernel, data: EfiMemoryMapData, found: Sequence[EfiMemoryDesc]) -> int:
    """Map the memory map through the fixmap, where it stays; `found` are the descriptors that lie there.
    Returns 0 or an error."""
    k.efi.memmap_va = early_memremap(k, data.phys_map, data.size)
    if not k.efi.memmap_va:
        k.pr_err("efi: Could not map the memory map!")
        return -ENOMEM
    k.efi.flags.add(EFI_MEMMAP)
    k.efi.data = data
    k.efi.memmap = tuple(found)
    return 0


@traced
def efi_memmap_init_early(k: Kernel, data: EfiMemoryMapData) -> int:
    """Map the memory map before there is a vmalloc area.  Returns 0 or an error."""
    return __efi_memmap_init(k, data, k.firmware.memmap)


@traced
def efi_memmap_unmap(k: Kernel) -> None:
    """Forget the memory map."""
    data = k.efi.data
    if data is None or not k.efi.enabled(EFI_MEMMAP):
        return
    early_memunmap(k, k.efi.memmap_va, data.desc_size * data.nr_map)
    k.efi.memmap = ()
    k.efi.flags.discard(EFI_MEMMAP)
