"""setup_data: what a boot loader has to say beyond the zero page, in a list.  Mirrors
arch/x86/kernel/setup.c."""

from __future__ import annotations

from .....model.firmware.boot_params import (
    SETUP_DATA_SIZE,
    SETUP_E820_EXT,
    SETUP_EFI,
    SETUP_IMA,
    SETUP_INDIRECT,
    SETUP_RNG_SEED,
    SetupData,
)
from .....model.memory.memblock import memblock_reserve
from .....model.trace.recorder import traced
from ....mm.early_ioremap import early_memremap, early_memunmap
from ...variables import Kernel
from ..e820.memory_setup import SETUP_DATA_LENGTH, e820__memory_setup_extended

KERNEL_FILE = "arch/x86/kernel/setup.c"


@traced
def memblock_x86_reserve_range_setup_data(k: Kernel) -> None:
    """Reserve all nodes of the list, and what indirect ones point to."""
    for node in k.firmware.x86.setup_data:
        size = SETUP_DATA_SIZE
        data = early_memremap(k, node.address, size)
        if not data:
            k.pr_warn("setup: failed to memremap setup_data entry")
            return
        memblock_reserve(k.memblock, node.address, SETUP_DATA_SIZE + node.length)
        if node.type == SETUP_INDIRECT:
            early_memunmap(k, data, size)
            size += node.length
            data = early_memremap(k, node.address, size)
            if not data:
                k.pr_warn("setup: failed to memremap indirect setup_data")
                return
            target = node.indirect()
            if target.type != SETUP_INDIRECT:
                memblock_reserve(k.memblock, target.address, target.length)
        early_memunmap(k, data, size)


@traced
def add_early_ima_buffer(k: Kernel, node: SetupData) -> None:
    """Reserve the measurements that the kernel before this one has handed over."""
    if not k.config.enabled("IMA"):
        k.pr_warn("Passed IMA kexec data, but CONFIG_IMA not set. Ignoring.")
        return
    address, size = node.ima_buffer()
    if size:
        memblock_reserve(k.memblock, address, size)


@traced
def parse_efi_setup(k: Kernel, phys_addr: int) -> None:
    """Remember where a kernel that started this one by kexec has left what UEFI's tables no longer tell
    (arch/x86/platform/efi/efi_64.c)."""
    k.efi.setup = phys_addr + SETUP_DATA_SIZE


def _read(k: Kernel, node: SetupData) -> SetupData:
    """Do what a node is for, as far as it has to do with memory.  Returns what is left of it."""
    if node.type == SETUP_E820_EXT:
        e820__memory_setup_extended(k, node)
    elif node.type == SETUP_EFI and k.config.enabled("EFI"):
        parse_efi_setup(k, node.address)
    elif node.type == SETUP_IMA:
        add_early_ima_buffer(k, node)
    elif node.type == SETUP_RNG_SEED:
        # A seed is used once: it is overwritten, and its length too.
        size = SETUP_DATA_SIZE + node.length
        data = early_memremap(k, node.address, size)
        if not data:
            k.null_dereference(SETUP_DATA_LENGTH)
        early_memunmap(k, data, size)
        return node._replace(length=0)
    return node


@traced
def parse_setup_data(k: Kernel) -> None:
    """Read the list."""
    left: list[SetupData] = []
    for node in k.firmware.x86.setup_data:
        data = early_memremap(k, node.address, SETUP_DATA_SIZE)
        early_memunmap(k, data, SETUP_DATA_SIZE)
        left.append(_read(k, node))
    k.setup_data = tuple(left)
