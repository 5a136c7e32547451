"""Kernels that UEFI has just booted, made of a memory map and tables."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from bootstep.boots.arm64.mm.fixmap import early_fixmap_init
from bootstep.boots.core.inputs import Firmware
from bootstep.boots.core.kernel import Kernel
from bootstep.boots.drivers.efi.efi_init import efi_init
from bootstep.boots.drivers.of.fdt import early_init_dt_scan_root
from bootstep.boots.init.main import prepare
from bootstep.boots.loader.load import load_kernel
from bootstep.boots.loader.machine_file import read_machine
from bootstep.model.build.kconfig import KConfig
from bootstep.model.firmware.efi_memmap import EFI_CONVENTIONAL_MEMORY, EFI_MEMORY_WB, EfiMemoryDesc
from bootstep.model.firmware.efi_tables import GUIDS, EfiTables, parse_efi_tables
from device_tree_kernel import CONFIG

PAGE = 4096
MAP_ADDRESS, SYSTEM_TABLE = 0x7B660040, 0x7FFD0018
ALL = EfiMemoryDesc(EFI_CONVENTIONAL_MEMORY, 0x40000000, 0, 0x40000000 // PAGE, EFI_MEMORY_WB)


def md(type: int, base: int, size: int, attribute: int = EFI_MEMORY_WB) -> EfiMemoryDesc:
    """A descriptor of `size` bytes."""
    return EfiMemoryDesc(type, base, 0, size // PAGE, attribute)


def chosen(memmap: Sequence[EfiMemoryDesc], **changes: int | None) -> dict[str, bytes | None]:
    """What the boot stub writes into /chosen; `changes` are named as the ends of the properties."""
    numbers: dict[str, int | None] = {
        "system_table": SYSTEM_TABLE,
        "mmap_start": MAP_ADDRESS,
        "mmap_size": 48 * len(memmap),
        "mmap_desc_size": 48,
        "mmap_desc_ver": 1,
        "secure_boot": 2,
        **changes,
    }
    widths = {"system_table": 8, "mmap_start": 8}
    return {
        "linux,uefi-" + name.replace("_", "-"): None
        if number is None
        else number.to_bytes(widths.get(name, 4), "big")
        for name, number in numbers.items()
    }


def tables(names: Mapping[str, int], **facts: Any) -> EfiTables:
    """Configuration tables by the kernel's names, and what else efi.json may say."""
    listed = [{"guid": GUIDS[name], "table": address} for name, address in names.items()]
    return parse_efi_tables({"config_tables": listed, **facts}, "efi.json")


@functools.cache
def _loaded() -> Kernel:
    return load_kernel(read_machine("virt-1g"))


def bare_kernel(options: str = "", firmware: Firmware | None = None) -> Kernel:
    """A 6.1 kernel before its first step; `options` are lines of its configuration."""
    like = _loaded()
    config = KConfig.parse(f"{CONFIG}\n{options}\n", "test") if options else like.config
    k = type(like)(
        like.machine, config, like.image, like.sizes, like.layout, like.fdt, firmware, arch=like.arch
    )
    prepare(k)
    k.memblock.debug = False
    return k


def uefi_kernel(
    memmap: Sequence[EfiMemoryDesc] = (ALL,),
    efi: EfiTables | None = None,
    options: str = "",
    **changes: int | None,
) -> Kernel:
    """A kernel with this memory map, before `efi_init`; `options` are lines of its configuration."""
    k = bare_kernel(options, Firmware(memmap=tuple(memmap), efi=efi or EfiTables()))
    k.fdt = k.fdt.with_properties("/chosen", chosen(memmap, **changes))
    early_init_dt_scan_root(k)
    early_fixmap_init(k)
    return k


def uefi_booted(
    memmap: Sequence[EfiMemoryDesc] = (ALL,),
    efi: EfiTables | None = None,
    options: str = "",
    **changes: int | None,
) -> Kernel:
    """The same after `efi_init`."""
    k = uefi_kernel(memmap, efi, options, **changes)
    efi_init(k)
    return k
